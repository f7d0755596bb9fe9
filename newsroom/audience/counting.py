"""Counting visits in a process that serves: in memory, and every few seconds from there into the database.

A visit costs as much as appending a number to a list. A thread of its own writes what was counted. So the database's
being down, or locked, holds up no answer; what is counted meanwhile is written afterwards, to the hour in which that
is. A process that is killed loses what it counted last, of EMPTIED_AFTER_SECONDS at most.
"""

import logging
import threading
from collections import deque

from django.db import Error, close_old_connections, connections
from django.utils import timezone

from newsroom.audience import writing
from newsroom.lib.visits import Headers, is_visit

logger = logging.getLogger(__name__)
EMPTIED_AFTER_SECONDS = 10.0
END_SECONDS = 5.0  # that a process waits at its end for what it has still to write
MAX_VISITS = 500_000  # that wait to be written; beyond, the oldest are lost
MAX_OBJECTS = 20_000  # whose visits are kept while they cannot be written; those of others are lost


class Counter:
    """The visits of one process that are not yet in the database. Used by several threads.

    Nothing is counted before `begin`, which whoever serves calls in the process that serves: so commands, tests and a
    process that forks count nothing.
    """

    def __init__(
        self, seconds: float = EMPTIED_AFTER_SECONDS, max_visits: int = MAX_VISITS, max_objects: int = MAX_OBJECTS
    ):
        self.seconds, self.max_objects = seconds, max_objects
        self.visited: deque[int] = deque(maxlen=max_visits)  # ids of objects, one a visit: appending needs no lock
        self.unwritten: dict[int, int] = {}  # by object, visits that could not be written; the emptying thread's
        self.ended = threading.Event()
        self.thread: threading.Thread | None = None

    def begin(self) -> None:
        """Count from now on."""
        if self.thread is None:
            self.ended.clear()
            self.thread = threading.Thread(target=self._empty_now_and_then, name="visits", daemon=True)
            self.thread.start()

    def end(self) -> None:
        """Write what was counted, and count no more."""
        thread, self.thread = self.thread, None
        if thread is not None:
            self.ended.set()
            thread.join(END_SECONDS)

    def count(self, object_id: int, headers: Headers) -> None:
        """Count an object that was given in answer to a request with these headers, if that is a visit."""
        if self.thread is not None and is_visit(headers):
            self.visited.append(object_id)

    def empty(self) -> None:
        """Write what was counted. What cannot be written, for want of a database, is kept."""
        if not self.visited and not self.unwritten:
            return
        could_write = not self.unwritten
        for _n in range(len(self.visited)):
            object_id = self.visited.popleft()
            if object_id in self.unwritten or len(self.unwritten) < self.max_objects:
                self.unwritten[object_id] = self.unwritten.get(object_id, 0) + 1
        try:
            writing.add(self.unwritten, timezone.now())
        except Error:
            if could_write:  # once, and not each time
                logger.warning("The visits of readers cannot be written: they are kept for now.", exc_info=True)
        else:
            self.unwritten.clear()

    def _empty_now_and_then(self) -> None:
        is_over = False
        while not is_over:
            is_over = self.ended.wait(self.seconds)
            try:
                close_old_connections()
                self.empty()
            except Exception:  # a mistake: the next time may go well, and a thread that ended tells nobody
                logger.exception("the visits of readers were not written")
        connections.close_all()


counter = Counter()  # of this process
