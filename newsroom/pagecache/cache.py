"""The page cache of one process: what is made is made once, and given to all who ask until something that it was made
from has changed.

Never older than the last commit before its request began (on PostgreSQL, than PolledOutbox.POLL_SECONDS before):

1. Before a page is given, the outbox is asked what was committed since; what bears those tags is out of date.
2. Before something is made, too. What was made from what was purged meanwhile is not stored.
3. A purge that is due later makes what bears its tag end at that moment. So does an hour that its maker names, for what
   the clock changes and no purge tells (a thread that closes); a page that names none ends after MAX_SECONDS.

What cannot be asked (a database that is locked) is rendered; what cannot be rendered either (one that is down) is given
as it last was, for a while, and says so.
"""

import logging
import math
import sqlite3
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import Error

from newsroom.pagecache.outbox import NOTHING, News, Outbox
from newsroom.pagecache.store import Key, Store, Stored

logger = logging.getLogger(__name__)

MAX_SECONDS = 60.0
LONGEST_RENDER_SECONDS = 600.0


class Position(NamedTuple):
    """When something began to be made: after so many purges, at a time in seconds since 1970."""

    purges: int
    at: float


@dataclass
class PageCache:
    """Values, and what has become of what they were made from. Used by several threads."""

    outbox: Outbox
    store: Store
    stale_if_down: float = 0.0  # seconds for which pages are given that nobody can tell to be true
    lock: threading.Lock = field(default_factory=threading.Lock)
    due: dict[str, list[float]] = field(default_factory=dict)  # by tag, moments to come
    making: dict[Key, threading.Event] = field(default_factory=dict)  # what a thread makes for all who wait
    is_started: bool = False
    can_be_told: bool = True  # whether the outbox could be read the last time
    told_at: float = -math.inf  # when it last could

    def get(self, key: Key, *, waits: bool = True) -> tuple[Any, Position | None]:
        """Return the value of a key, or None; and the position from which what is made now is to be stored.

        The position is None where nothing can be told, and nothing should be stored. Without `waits`, for who reads
        from the network meanwhile, raises BlockingIOError where it would wait for the database or another thread.
        """
        if not self.lock.acquire(blocking=waits):
            raise BlockingIOError
        try:
            if not waits and not self.is_started:
                raise BlockingIOError
            if not self._catch_up(waits=waits):
                return None, None
            return self.store.get(key, self.told_at), Position(self.store.purges, self.told_at)
        finally:
            self.lock.release()

    def hit(self, key: Key) -> Any:
        """Return the value of a key in a few microseconds; None where there is none, and where it is not known to be
        true without waiting."""
        if not (self.is_started and self.lock.acquire(blocking=False)):
            return None
        try:
            return self.store.get(key, self.told_at) if self._catch_up(waits=False) else None
        except BlockingIOError:
            return None
        finally:
            self.lock.release()

    def begin(self) -> Position | None:
        """Return the position of who begins to read now; None where nothing can be told."""
        with self.lock:
            return Position(self.store.purges, self.told_at) if self._catch_up() else None

    def look_up(self, keys: Iterable[Key]) -> dict[Key, Any]:
        """Return what is stored of these keys, as of the last time that the outbox was asked."""
        now = time.time()
        with self.lock:
            found = {key: self.store.get(key, now) for key in keys}
        return {key: value for key, value in found.items() if value is not None}

    def end_of(self, tags: Iterable[str], began: Position, ends_at: float = math.inf) -> float:
        """Return the moment, in seconds since 1970, until which something with these tags can be kept: `ends_at`, or an
        earlier one at which a purge is due."""
        moments = [moment for tag in tags for moment in self.due.get(tag, ()) if moment > began.at]
        return min([*moments, ends_at, began.at + self.outbox.max_seconds])

    def put(self, key: Key, value: Stored, began: Position, ends_at: float = math.inf) -> bool:
        """Store a value until `ends_at` (see `end_of`). Return whether it was: not if something that it was made from
        changed since it began to be made."""
        with self.lock:
            if not self._catch_up():
                return False
            return self.store.put(key, value, began=began.purges, due_at=self.end_of(value.tags, began, ends_at))

    def replace(self, key: Key, value: Stored, other: Stored) -> None:
        """Put another form of a value in its place, if it is still there."""
        with self.lock:
            self.store.replace(key, value, other)

    def claim(self, keys: Sequence[Key]) -> tuple[list[Key], dict[Key, threading.Event]]:
        """Return those of the keys that the caller shall make, and then release; and the others, which another thread
        makes at this moment, each with what is set when it has."""
        with self.lock:
            others = {key: self.making[key] for key in keys if key in self.making}
            mine = [key for key in keys if key not in others]
            self.making.update((key, threading.Event()) for key in mine)
        return mine, others

    def release(self, keys: Iterable[Key]) -> None:
        """Let go on who waits for what the caller has made, or has failed to."""
        with self.lock:
            for key in keys:
                self.making.pop(key).set()

    def last_known(self, key: Key) -> Any:
        """Return the value of a key as it last was, for who cannot make it: the database is down, and was not so for
        longer than `stale_if_down`."""
        with self.lock:
            return self.store.last(key) if time.time() - self.told_at < self.stale_if_down else None

    def _catch_up(self, *, waits: bool = True) -> bool:
        """Take in what was committed since. Return whether that could be asked."""
        try:
            if not self.is_started:
                self._remember_due(self.outbox.start())
                self.is_started = True
            news = self.outbox.news(waits=waits)
            if news is not NOTHING:
                self._take_in(news)
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
            self._remember_due(news.purged)
            return
        now = time.time()
        for tag, moment in news.purged:
            if moment > now:  # what bears the tag is made again, and ends at that moment
                self._remember_due([(tag, moment)])
            self.store.purge(tag)

    def _remember_due(self, purged: Iterable[tuple[str, float]]) -> None:
        now = time.time() - LONGEST_RENDER_SECONDS
        for tag, moment in purged:
            self.due[tag] = [*(other for other in self.due.get(tag, ()) if other > now), moment]
