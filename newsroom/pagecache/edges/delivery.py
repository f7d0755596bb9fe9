"""Purges delivered to edges, at least once, by the worker.

    action ── commits ─→ Purge ── hand_over ─→ EdgePurge, a row an edge ── deliver ─→ the edge; the row goes

Each step commits by itself and may be done twice: a worker that is killed between any two of them leaves rows, and they
are delivered by the next. Nothing depends on the order of ids, which is no order of commits.

Each purge is told twice. The second time, REPEAT_AFTER the first, is for what was made before the change and reached
the edge after the first: a page that was slow to render, and on PostgreSQL one of a process that had not yet seen the
commit (outbox.PolledOutbox). A render that takes longer stays in the edge until it ends by itself (cache.MAX_SECONDS),
unless the edge knows when it began, as Varnish does (deploy/varnish.vcl).

A purge that is due later is told at once, too: the pages are fetched again, and end at that moment.
"""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Min
from django.db.models.functions import Greatest
from django.utils import timezone

from newsroom.pagecache.edges.base import EVERY_PAGE, Edge, NotPurged
from newsroom.pagecache.models import EdgePurge, EdgeState, Purge
from newsroom.worker.loops import Loop

logger = logging.getLogger(__name__)
LOOK_SECONDS = 0.5  # between two looks: what a commit waits for, at most, where nothing fails
REPEAT_AFTER = dt.timedelta(seconds=2)
LONGEST_PAUSE_SECONDS = 30.0  # between two tries at an edge that fails; the first comes after one second
LATE_AFTER = dt.timedelta(seconds=30)  # after it was due, a purge that was not delivered is late: somebody must look
MAX_HANDED_OVER = 2_000  # purges in one transaction
MAX_TOLD = 500  # at once


@dataclass(frozen=True)
class Backlog:
    """What an edge has not been told though it is due: how many purges, and since when the oldest waits."""

    edge: str
    waiting: int
    since: dt.datetime | None

    def is_late(self, now: dt.datetime, after: dt.timedelta = LATE_AFTER) -> bool:
        return self.since is not None and self.since < now - after


def backlog(edge: str, now: dt.datetime) -> Backlog:
    """Return what the edge of this name waits for. Two queries."""
    new = Purge.objects.filter(handed_over=False, due_at__lte=now)
    own = EdgePurge.objects.filter(edge=edge, due_at__lte=now, is_repeat=False)
    parts = (
        new.aggregate(rows=Count("pk"), since=Min(Greatest("due_at", "written_at"))),
        own.aggregate(rows=Count("pk"), since=Min("due_at")),
    )
    since = [part["since"] for part in parts if part["since"]]
    return Backlog(edge, sum(part["rows"] for part in parts), min(since, default=None))


def late(now: dt.datetime) -> list[Backlog]:
    """Return the edges that should have been told more than LATE_AFTER ago. No query without an edge."""
    found = [backlog(edge.name, now) for edge in settings.EDGES]
    return [one for one in found if one.is_late(now)]


@transaction.atomic
def begin(edges: Sequence[Edge]) -> None:
    """Have an edge that is new emptied, since nobody knows what it holds; forget those that are set no more."""
    names = [edge.name for edge in edges]
    EdgePurge.objects.exclude(edge__in=names).delete()
    EdgeState.objects.exclude(edge__in=names).delete()
    for name in names:
        _, is_new = EdgeState.objects.get_or_create(edge=name)
        if is_new:
            EdgePurge.objects.create(edge=name, tag=EVERY_PAGE, due_at=timezone.now())


def hand_over(edges: Sequence[Edge], now: dt.datetime) -> int:
    """Write a row for each edge of what was purged since the last time. Return how many purges that were."""
    purges = Purge.objects.filter(handed_over=False)
    if not purges.exists():  # asked without the write lock that SQLite gives a transaction
        return 0
    with transaction.atomic():
        rows = list(purges.select_for_update(skip_locked=True).order_by("id")[:MAX_HANDED_OVER])
        moments = {(row.tag, max(row.due_at, row.written_at)) for row in rows}
        moments |= {(tag, min(moment, now)) for tag, moment in moments}
        EdgePurge.objects.bulk_create(
            EdgePurge(edge=edge.name, tag=tag, due_at=moment)
            for tag, moment in sorted(moments, key=lambda pair: pair[::-1])
            for edge in edges
        )
        Purge.objects.filter(pk__in=[row.pk for row in rows]).update(handed_over=True)
    return len(rows)


def deliver(edge: Edge, now: dt.datetime) -> int:
    """Tell an edge what is due, the longest due first, MAX_TOLD rows at most. Return how many that were.

    Raises NotPurged, with what went wrong written down.
    """
    rows = list(EdgePurge.objects.filter(edge=edge.name, due_at__lte=now).order_by("due_at", "id")[:MAX_TOLD])
    if not rows:
        return 0
    try:
        edge.purge({row.tag for row in rows})
    except NotPurged as error:
        EdgeState.objects.filter(edge=edge.name).update(failed_at=now, error=str(error)[:500])
        raise
    told, repeated = timezone.now(), [row.pk for row in rows if row.is_repeat]
    first = EdgePurge.objects.filter(pk__in=[row.pk for row in rows if not row.is_repeat], is_repeat=False)
    with transaction.atomic():
        EdgePurge.objects.filter(pk__in=repeated).delete()
        first.update(is_repeat=True, due_at=told + REPEAT_AFTER)
        EdgeState.objects.filter(edge=edge.name).update(delivered_at=told, error="")
    return len(rows)


@dataclass
class Courier:
    """Brings purges to one edge; waits longer after each failure, LONGEST_PAUSE_SECONDS at most."""

    edge: Edge
    has_begun: bool = False
    failures: int = 0
    paused_until: dt.datetime | None = None

    def look(self) -> None:
        """Hand over what was purged, and deliver what is due. Raises DatabaseError."""
        if not self.has_begun:
            begin(settings.EDGES)
            self.has_begun = True
        while hand_over(settings.EDGES, timezone.now()) == MAX_HANDED_OVER:
            pass
        if self.paused_until and timezone.now() < self.paused_until:
            return
        try:
            while deliver(self.edge, timezone.now()) == MAX_TOLD:
                pass
        except NotPurged as error:
            pause = min(2.0 ** min(self.failures, 10), LONGEST_PAUSE_SECONDS)
            self.failures, self.paused_until = self.failures + 1, timezone.now() + dt.timedelta(seconds=pause)
            logger.warning("%s was not purged (try %d): %s", self.edge.name, self.failures, error)
        else:
            self.failures = 0


def loops() -> list[Loop]:
    """Return the worker's loops: one an edge, so that one that does not answer keeps no other waiting."""
    return [Loop(f"purging {edge.name}", Courier(edge).look, LOOK_SECONDS) for edge in settings.EDGES]
