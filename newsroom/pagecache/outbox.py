"""What was invalidated since one last looked: the purge outbox as a process reads it, by the engine of the database.

A purge row commits with its change, so whoever finds no new row has pages as of the last commit. To find that out costs
no query where the database can say that nothing was committed at all.
"""

import datetime as dt
import sqlite3
import time
from collections import deque
from dataclasses import dataclass
from typing import Protocol

from django.db import connection, connections
from django.db.models import Q
from django.utils import timezone

from newsroom.pagecache.models import Purge

Purged = tuple[str, float]  # a tag, and from when on its pages are out of date, in seconds since 1970


@dataclass(frozen=True)
class News:
    """What was invalidated. `is_gap`: it cannot be told, and every page may be out of date."""

    purged: list[Purged]
    is_gap: bool = False


KEPT_FOR = dt.timedelta(days=1)  # purges, after they were due
LONGEST_SILENCE = KEPT_FOR / 2  # who did not ask for longer may have missed some
NOTHING = News([])
EVERYTHING = News([], is_gap=True)


class Outbox(Protocol):
    """A reader of the outbox, used by one thread at a time."""

    @property
    def is_instant(self) -> bool:
        """Whether `news` takes microseconds now, so that the event loop may call it."""

    def start(self) -> list[Purged]:
        """Begin to look from here on. Return what is already known to be due later."""

    def news(self) -> News:
        """Return what was committed since the last call. Raises DatabaseError, sqlite3.Error."""


class SQLiteOutbox:
    """By `PRAGMA data_version` on a connection of its own that never writes: it changes with every commit of another
    (sqlite.org, PRAGMA data_version)."""

    is_instant = True  # for each request

    def __init__(self, path: str):
        # It waits for nobody: a page that cannot be told to be true is rendered.
        self.connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        self.connection.execute("PRAGMA query_only = 1")
        self.version, self.last_id, self.asked_at = -1, 0, time.monotonic()

    def start(self) -> list[Purged]:
        self.version, self.asked_at = self._version(), time.monotonic()
        rows = self.connection.execute("SELECT id, tag, due_at FROM pagecache_purge").fetchall()
        self.last_id = max((row[0] for row in rows), default=0)
        now = time.time()
        return [(tag, moment) for _id, tag, due in rows if (moment := _moment(due)) > now]

    def news(self) -> News:
        if time.monotonic() - self.asked_at > LONGEST_SILENCE.total_seconds():
            self.start()
            return EVERYTHING
        version, self.asked_at = self._version(), time.monotonic()
        if version == self.version:
            return NOTHING
        rows = self.connection.execute(
            "SELECT id, tag, due_at FROM pagecache_purge WHERE id > ? ORDER BY id", [self.last_id]
        ).fetchall()
        # Read after the version: what commits in between is found twice, and not missed.
        self.version = version
        if rows:
            self.last_id = rows[-1][0]
        return News([(tag, _moment(due)) for _id, tag, due in rows]) if rows else NOTHING

    def _version(self) -> int:
        version: int = self.connection.execute("PRAGMA data_version").fetchone()[0]
        return version


def _moment(due: str) -> float:
    return dt.datetime.fromisoformat(due).replace(tzinfo=dt.UTC).timestamp()


class PolledOutbox:
    """By a query, at most every POLL_SECONDS while somebody asks for pages, and none while nobody does.

    Ids are no order of commits there: a row with a lower id can appear after one with a higher. So the rows of the
    last WINDOW are read again each time, and those are told that were not seen yet.
    """

    POLL_SECONDS = 0.1
    WINDOW = dt.timedelta(minutes=15)

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.asked_at = 0.0
        self.committed_here = committed_here

    @property
    def is_instant(self) -> bool:
        return time.monotonic() - self.asked_at < self.POLL_SECONDS

    def start(self) -> list[Purged]:
        self.asked_at, rows = time.monotonic(), self._rows()
        self.seen = {pk for pk, _tag, _due in rows}
        now = time.time()
        return [(tag, due) for _pk, tag, due in rows if due > now]

    def news(self) -> News:
        here = [self.committed_here.popleft() for _n in range(len(self.committed_here))]
        if self.is_instant:
            return News(here) if here else NOTHING
        if time.monotonic() - self.asked_at > self.WINDOW.total_seconds() / 2:  # rows may have come and aged
            self.start()
            return EVERYTHING
        self.asked_at, rows = time.monotonic(), self._rows()
        fresh = [(tag, due) for pk, tag, due in rows if pk not in self.seen]
        self.seen = {pk for pk, _tag, _due in rows}
        return News([*here, *fresh]) if here or fresh else NOTHING

    def _rows(self) -> list[tuple[int, str, float]]:
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the thread that asks may serve no request of Django's
        now = timezone.now()
        found = Purge.objects.filter(Q(written_at__gt=now - self.WINDOW) | Q(due_at__gt=now))
        return [(pk, tag, due.timestamp()) for pk, tag, due in found.values_list("pk", "tag", "due_at")]


# What this process committed: known here at once, before it is asked for. Bounded: nobody reads it without a cache.
committed_here: deque[Purged] = deque(maxlen=10_000)


def outbox() -> Outbox | None:
    """Return the reader for this database; None for one that no other process can read (SQLite in memory)."""
    settings = connections["default"].settings_dict
    if connection.vendor != "sqlite":
        return PolledOutbox()
    path = str(settings["NAME"])
    return None if ":memory:" in path or "mode=memory" in path else SQLiteOutbox(path)
