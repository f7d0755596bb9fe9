"""What was invalidated since one last looked: the purge outbox as a process reads it, by the engine of the database.

A purge row commits with its change, so whoever finds no new row has pages as of the last commit. To find that out costs
no query where the database can say that nothing was committed at all.
"""

import datetime as dt
import math
import time
from bisect import bisect_left, bisect_right
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, connections
from django.db.models import Max, Q
from django.utils import timezone

from newsroom.lib.sqlite import connect
from newsroom.pagecache.in_flight import InFlight, in_flight
from newsroom.pagecache.models import Purge

Purged = tuple[str, float]  # a tag, and from when on its pages are out of date, in seconds since 1970


@dataclass(frozen=True)
class News:
    """What was invalidated. `is_gap`: some of it cannot be told, and every page may be out of date; what is `purged`
    then is what is due later."""

    purged: list[Purged]
    is_gap: bool = False


KEPT_FOR = dt.timedelta(days=1)  # purges, after they were due
LONGEST_SILENCE = KEPT_FOR / 2  # who did not ask for longer may have missed some
MAX_ROWS = 5_000  # read at once: where more were written, by an import say, every page may be out of date
NOTHING = News([])
# What this process committed: known here at once, before it is asked for. Bounded: nobody reads it without a cache.
committed_here: deque[Purged] = deque(maxlen=10_000)


class Outbox(Protocol):
    """A reader of the outbox, used by one thread at a time.

    `max_seconds`: for how long something can be kept that no purge may tell of.
    """

    max_seconds: float

    def start(self) -> list[Purged]:
        """Begin to look from here on. Return what is already known to be due later."""

    def news(self, *, waits: bool = True) -> News:
        """Return what was committed since the last call. Raises DatabaseError, sqlite3.Error; without `waits`,
        BlockingIOError where that takes more than microseconds."""


class SQLiteOutbox:
    """By `PRAGMA data_version` on a connection of its own that never writes: it changes with every commit of another
    (sqlite.org, PRAGMA data_version).

    That costs as much as the rest of a hit, so it is asked only where a writer of this machine is in flight, or was
    since (`shared`), and every POLL_SECONDS for writers who could not say so; always where nothing is shared.
    """

    POLL_SECONDS = 0.1
    max_seconds = math.inf

    def __init__(self, path: str, shared: InFlight | None = None):
        # It waits for nobody: a page that cannot be told to be true is rendered.
        self.connection = connect(path, 0)
        self.connection.execute("PRAGMA query_only = 1")
        self.shared = shared
        self.generation: bytes | None = None  # when nobody was in flight, the last time the database was asked
        self.version, self.last_id, self.asked_at = -1, 0, time.monotonic()

    def start(self) -> list[Purged]:
        self.version, self.asked_at, self.generation = self._version(), time.monotonic(), None
        (self.last_id,) = self._rows("SELECT coalesce(max(id), 0) FROM pagecache_purge")[0]
        now = dt.datetime.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None).isoformat(" ")
        due = self._rows("SELECT tag, due_at FROM pagecache_purge WHERE due_at > ?", now)
        return [(tag, _moment(moment)) for tag, moment in due]

    def news(self, *, waits: bool = True) -> News:
        now = time.monotonic()
        generation = self.shared.generation() if self.shared else None
        if generation is not None and generation == self.generation and now - self.asked_at < self.POLL_SECONDS:
            return NOTHING
        if now - self.asked_at > LONGEST_SILENCE.total_seconds():
            return News(self.start(), is_gap=True)
        is_anyone = self.shared is not None and self.shared.is_anyone()
        version, self.asked_at = self._version(), now
        if version == self.version:
            self.generation = None if is_anyone else generation
            return NOTHING
        self.generation = None
        rows = self._rows(
            "SELECT id, tag, due_at FROM pagecache_purge WHERE id > ? ORDER BY id LIMIT ?", self.last_id, MAX_ROWS + 1
        )
        if len(rows) > MAX_ROWS:
            return News(self.start(), is_gap=True)
        # Read after the version: what commits in between is found twice, and not missed.
        self.version = version
        if not rows:
            return NOTHING
        self.last_id = rows[-1][0]
        return News([(tag, _moment(due)) for _id, tag, due in rows])

    def _rows(self, query: str, *parameters: object) -> list[Any]:
        return self.connection.execute(query, parameters).fetchall()

    def _version(self) -> int:
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return version


def _moment(due: str) -> float:
    return dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC).timestamp()


class PolledOutbox:
    """By a query, as soon as a writer of this machine is in flight (`shared`), and every POLL_SECONDS for writers of
    others; none while nobody asks for pages.

    Ids are no order of commits there: a row with a lower id can appear after one with a higher. So ids that were passed
    over are asked for again, while somebody is in flight and for WINDOW at least. A transaction of another machine that
    takes longer (a task's: an import, an expunging) is not noticed: what it changes ends by itself (`max_seconds`).
    """

    POLL_SECONDS = 0.1
    WINDOW = dt.timedelta(minutes=2)
    max_seconds = 600.0
    MAX_HOLES = 200

    def __init__(self, shared: InFlight | None = None) -> None:
        self.shared = shared
        self.generation: bytes | None = None  # when nobody was in flight, the last time the database was asked
        self.last_id = 0
        self.holes: list[tuple[int, int, float]] = []  # first and last id passed over, and when that was noticed
        self.asked_at = 0.0

    @property
    def is_instant(self) -> bool:
        """Whether `news` takes microseconds now."""
        is_quiet = self.shared is None or self.shared.generation() == self.generation
        return is_quiet and time.monotonic() - self.asked_at < self.POLL_SECONDS

    def start(self) -> list[Purged]:
        self.asked_at, self.generation = time.monotonic(), None
        make_connection_usable()
        window = timezone.now() - self.WINDOW
        before = Purge.objects.filter(written_at__lte=window).aggregate(last=Max("pk"))["last"] or 0
        lately = Purge.objects.filter(pk__gt=before).order_by("-pk").values_list("pk", flat=True)[:MAX_ROWS]
        self.last_id, self.holes = before, []
        self._pass([*lately][::-1])
        due = Purge.objects.filter(due_at__gt=timezone.now()).values_list("tag", "due_at")
        return [(tag, moment.timestamp()) for tag, moment in due]

    def news(self, *, waits: bool = True) -> News:
        is_instant = self.is_instant
        if not is_instant and not waits:
            raise BlockingIOError
        here = [committed_here.popleft() for _n in range(len(committed_here))]
        if is_instant:
            return News(here) if here else NOTHING
        if time.monotonic() - self.asked_at > LONGEST_SILENCE.total_seconds():
            return News(self.start(), is_gap=True)
        generation = self.shared.generation() if self.shared else None
        is_anyone = self.shared is not None and self.shared.is_anyone()
        self.asked_at, rows = time.monotonic(), self._rows()
        self.generation = None if is_anyone else generation
        if len(rows) > MAX_ROWS or len(self.holes) > self.MAX_HOLES:
            return News(self.start(), is_gap=True)
        self._pass([pk for pk, _tag, _due in rows])
        if not is_anyone:
            too_long_ago = self.asked_at - self.WINDOW.total_seconds()
            self.holes = [hole for hole in self.holes if hole[2] > too_long_ago]
        fresh = [(tag, due.timestamp()) for _pk, tag, due in rows]
        return News([*here, *fresh]) if here or fresh else NOTHING

    def _rows(self) -> list[tuple[int, str, dt.datetime]]:
        """The rows that were not seen yet, MAX_ROWS and one at most."""
        make_connection_usable()
        unseen = Q(pk__gt=self.last_id)
        for first, last, _noticed in self.holes:
            unseen |= Q(pk__range=(first, last))
        return [*Purge.objects.filter(unseen).order_by("pk").values_list("pk", "tag", "due_at")[: MAX_ROWS + 1]]

    def _pass(self, seen: list[int]) -> None:
        """Go on to the last of the ids seen, and note those that were passed over. `seen` is in order."""
        spans = [*self.holes]
        if seen and seen[-1] > self.last_id:
            spans.append((self.last_id + 1, seen[-1], self.asked_at))
            self.last_id = seen[-1]
        self.holes = []
        for first, last, noticed in spans:
            for pk in seen[bisect_left(seen, first) : bisect_right(seen, last)]:
                if pk > first:
                    self.holes.append((first, pk - 1, noticed))
                first = pk + 1
            if first <= last:
                self.holes.append((first, last, noticed))


def make_connection_usable() -> None:
    """Do in a thread that serves no request what Django does before one: give up a connection that is broken or old."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()  # the thread that asks may serve no request of Django's


def outbox() -> Outbox | None:
    """Return the reader for this database; None for one that no other process can read (SQLite in memory)."""
    settings = connections["default"].settings_dict
    if connection.vendor != "sqlite":
        return PolledOutbox(in_flight())
    path = str(settings["NAME"])
    return None if ":memory:" in path or "mode=memory" in path else SQLiteOutbox(path, in_flight())
