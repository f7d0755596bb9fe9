"""The command that says how the edges are, for people and for monitoring, and empties them."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from newsroom.pagecache.edges.base import EVERY_PAGE
from newsroom.pagecache.edges.delivery import LATE_AFTER, backlog
from newsroom.pagecache.models import EdgeState
from newsroom.pagecache.tags import invalidate
from newsroom.worker.loops import look_once


class Command(BaseCommand):
    help = (
        "Says of each cache in front how many purges it has not been told, since when, and what went wrong last. "
        "Ends with 1 where one of them waits for longer than --late seconds."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--late", type=float, default=LATE_AFTER.total_seconds(), metavar="SECONDS",
            help="the age of a purge from which on it is late (default: %(default)g)",
        )  # fmt: skip
        parser.add_argument(
            "--purge-all", action="store_true", help="have every cache drop every page, then say the same"
        )

    def handle(self, *args: Any, late: float, purge_all: bool, **options: Any) -> None:
        if not settings.EDGES:
            self.stdout.write("No cache in front is set (NEWSROOM_EDGES).")
            return
        if purge_all:
            with transaction.atomic():
                invalidate({EVERY_PAGE})
            look_once()  # at once, and again by the worker; by the worker alone where it fails here
        now, is_late, waits = timezone.now(), False, 0
        for edge in settings.EDGES:
            found, state = backlog(edge.name, now), EdgeState.objects.filter(edge=edge.name).first()
            parts = [f"{found.waiting} wait"]
            if found.since:
                parts.append(f"the oldest for {(now - found.since).total_seconds():.0f} s")
            if state is None:
                parts.append("no worker knows it yet")
            elif state.delivered_at:
                parts.append(f"last purged {_ago(now, state.delivered_at)}")
            if state and state.failed_at:
                parts.append(f"last failure {_ago(now, state.failed_at)}")
            if state and state.error:
                parts.append(f"it says: {state.error}")
            waits += found.waiting
            is_late |= found.is_late(now, dt.timedelta(seconds=late))
            self.stdout.write(f"{edge.name}: {', '.join(parts)}")
        if is_late:
            raise CommandError("Readers may get old pages: is a worker running, does the cache answer?")
        if purge_all and waits:
            raise CommandError("Not every cache was emptied: the worker goes on trying.")


def _ago(now: dt.datetime, moment: dt.datetime) -> str:
    return f"{(now - moment).total_seconds():.0f} s ago"
