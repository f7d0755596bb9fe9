"""What was invalidated since one last looked: the purge outbox as a process reads it, by the engine of the database.

A purge row commits with its change, so whoever finds no new row has pages as of the last commit. To find that out costs
no query where the database can say that nothing was committed at all.
"""

import datetime as dt
import sqlite3
import time
from collections import deque
from dataclasses import dataclass
from typing import Any, Protocol

from django.db import connection, connections
from django.utils import timezone

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
        (self.last_id,) = self._rows("SELECT coalesce(max(id), 0) FROM pagecache_purge")[0]
        now = dt.datetime.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None).isoformat(" ")
        due = self._rows("SELECT tag, due_at FROM pagecache_purge WHERE due_at > ?", now)
        return [(tag, _moment(moment)) for tag, moment in due]

    def news(self) -> News:
        if time.monotonic() - self.asked_at > LONGEST_SILENCE.total_seconds():
            return News(self.start(), is_gap=True)
        version, self.asked_at = self._version(), time.monotonic()
        if version == self.version:
            return NOTHING
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
    """By a query, at most every POLL_SECONDS while somebody asks for pages, and none while nobody does.

    Ids are no order of commits there: a row with a lower id can appear after one with a higher. So the rows that were
    written within the last WINDOW are read again each time, and those are told that were not seen yet. A transaction
    that takes longer (a task's: an import, an expunging) is not noticed: its pages end by themselves
    (cache.MAX_SECONDS).
    """

    POLL_SECONDS = 0.1
    WINDOW = dt.timedelta(minutes=2)

    def __init__(self) -> None:
        self.seen: set[int] = set()
        self.asked_at = 0.0

    @property
    def is_instant(self) -> bool:
        return time.monotonic() - self.asked_at < self.POLL_SECONDS

    def start(self) -> list[Purged]:
        self.asked_at, rows = time.monotonic(), self._rows()
        self.seen = {pk for pk, _tag, _due in rows}
        due = Purge.objects.filter(due_at__gt=timezone.now()).values_list("tag", "due_at")
        return [(tag, moment.timestamp()) for tag, moment in due]

    def news(self) -> News:
        here = [committed_here.popleft() for _n in range(len(committed_here))]
        if self.is_instant:
            return News(here) if here else NOTHING
        if time.monotonic() - self.asked_at > self.WINDOW.total_seconds() / 2:  # rows may have come and aged
            return News(self.start(), is_gap=True)
        self.asked_at, rows = time.monotonic(), self._rows()
        if len(rows) > MAX_ROWS:
            return News(self.start(), is_gap=True)
        fresh = [(tag, due) for pk, tag, due in rows if pk not in self.seen]
        self.seen = {pk for pk, _tag, _due in rows}
        return News([*here, *fresh]) if here or fresh else NOTHING

    def _rows(self) -> list[tuple[int, str, float]]:
        """The latest rows, MAX_ROWS and one at most."""
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()  # the thread that asks may serve no request of Django's
        lately = Purge.objects.filter(written_at__gt=timezone.now() - self.WINDOW).order_by("-written_at")
        rows = lately.values_list("pk", "tag", "due_at")[: MAX_ROWS + 1]
        return [(pk, tag, due.timestamp()) for pk, tag, due in rows]


def outbox() -> Outbox | None:
    """Return the reader for this database; None for one that no other process can read (SQLite in memory)."""
    settings = connections["default"].settings_dict
    if connection.vendor != "sqlite":
        return PolledOutbox()
    path = str(settings["NAME"])
    return None if ":memory:" in path or "mode=memory" in path else SQLiteOutbox(path)
