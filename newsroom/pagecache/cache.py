"""The page cache of one process: a page is rendered once, and given to all who ask until something that it was made
from has changed.

Never older than the last commit before its request began (on PostgreSQL, than PolledOutbox.POLL_SECONDS before):

1. Before a page is given, the outbox is asked what was committed since; entries with those tags are dropped.
2. Before a page is rendered, too. What is purged while it is rendered is remembered, and a page that was made from it
   is not stored.
3. A purge that is due later makes its pages end at that moment; so does MAX_SECONDS, for what the clock changes and no
   purge tells (a thread that closes, news of two days).

What cannot be asked (a database that is locked) is rendered; what cannot be rendered either (one that is down) is given
as it last was, for a while, and says so.
"""

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.db import Error

from newsroom.pagecache.entries import Entry, Key, Store
from newsroom.pagecache.outbox import News, Outbox

logger = logging.getLogger(__name__)

MAX_SECONDS = 60.0
LONGEST_RENDER_SECONDS = 600.0
MAX_REMEMBERED = 10_000  # purges, for what is being rendered; more of them, and nothing that began before is stored


@dataclass(frozen=True)
class Position:
    """When a page began to be rendered: after so many purges, at a time in seconds since 1970."""

    purges: int
    at: float


@dataclass
class PageCache:
    """Entries, and what has become of what they were made from. Used by several threads."""

    outbox: Outbox
    store: Store
    stale_if_down: float = 0.0  # seconds for which pages are given that nobody can tell to be true
    lock: threading.Lock = field(default_factory=threading.Lock)
    due: dict[str, list[float]] = field(default_factory=dict)  # by tag, moments to come
    purged: list[str] = field(default_factory=list)  # the latest, in order
    forgotten: int = 0  # purges before those
    is_started: bool = False
    can_be_told: bool = True  # whether the outbox could be read the last time
    told_at: float = -math.inf  # when it last could

    def get(self, key: Key, *, waits: bool = True) -> tuple[Entry | None, Position | None]:
        """Return the page of a key, or None; and the position from which a page rendered now is to be stored.

        The position is None where nothing can be told, and nothing should be stored. Without `waits`, for the event
        loop, raises BlockingIOError where it would wait for the database or for another thread.
        """
        if not self.lock.acquire(blocking=waits):
            raise BlockingIOError
        try:
            if not waits and not (self.is_started and self.outbox.is_instant):
                raise BlockingIOError
            if not self._catch_up():
                return None, None
            now = time.time()
            return self.store.get(key, now), Position(self.forgotten + len(self.purged), now)
        finally:
            self.lock.release()

    def put(self, key: Key, entry: Entry, began: Position) -> None:
        """Store a page, unless something that it was made from changed since it began to be rendered."""
        with self.lock:
            if not self._catch_up() or began.purges < self.forgotten:
                return
            if not entry.tags.isdisjoint(self.purged[began.purges - self.forgotten :]):
                return
            moments = [moment for tag in entry.tags for moment in self.due.get(tag, ()) if moment > began.at]
            self.store.put(key, replace(entry, due_at=min([*moments, began.at + MAX_SECONDS])))

    def last_known(self, key: Key) -> Entry | None:
        """Return the page of a key as it last was, for who cannot render it: the database is down, and was not so for
        longer than `stale_if_down`."""
        with self.lock:
            return self.store.entries.get(key) if time.time() - self.told_at < self.stale_if_down else None

    def _catch_up(self) -> bool:
        """Take in what was committed since. Return whether that could be asked."""
        try:
            if not self.is_started:
                self._remember_due(self.outbox.start())
                self.is_started = True
            self._take_in(self.outbox.news())
        except (Error, sqlite3.Error):
            if self.can_be_told:  # once, and not for each request
                logger.warning("The purge outbox cannot be read: pages are rendered.", exc_info=True)
            self.can_be_told = False
            return False
        self.can_be_told, self.told_at = True, time.time()
        return True

    def _take_in(self, news: News) -> None:
        if news.is_gap:
            self.store.clear()
            self.forgotten += len(self.purged) + 1
            self.purged.clear()
            self._remember_due(news.purged)
            return
        now = time.time()
        for tag, moment in news.purged:
            if moment > now:  # its pages are rendered again, and end at that moment
                self._remember_due([(tag, moment)])
            self.store.drop(tag)
            self.purged.append(tag)
        if len(self.purged) > MAX_REMEMBERED:
            self.forgotten += len(self.purged)
            self.purged.clear()

    def _remember_due(self, purged: Iterable[tuple[str, float]]) -> None:
        now = time.time() - LONGEST_RENDER_SECONDS
        for tag, moment in purged:
            self.due[tag] = [*(other for other in self.due.get(tag, ()) if other > now), moment]
