"""What the worker does beside its tasks, in a thread each: short looks at rows, which must not wait for a long task."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import Error, close_old_connections, connections

from newsroom.extensions import extensions

logger = logging.getLogger(__name__)
ENDS_WITHIN_SECONDS = 15.0


@dataclass(frozen=True)
class Loop:
    """A function that does what is to be done now and returns; it is called again after so many seconds."""

    name: str
    look: Callable[[], None]
    seconds: float


def loops() -> tuple[Loop, ...]:
    """Return every loop of every app that this install has a use for."""
    return tuple(loop for make in extensions("worker_loops") for loop in make())


@contextmanager
def running() -> Iterator[None]:
    """Run all loops until the context ends. What one of them cannot do, for want of a database, it tries again."""
    ended = threading.Event()
    threads = [threading.Thread(target=_repeat, args=(loop, ended), name=loop.name, daemon=True) for loop in loops()]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join(ENDS_WITHIN_SECONDS)  # one that waits for a network dies with the process


def look_once() -> None:
    """Call each loop's function once, for who starts a worker now and then (cron)."""
    for loop in loops():
        loop.look()


def _repeat(loop: Loop, ended: threading.Event) -> None:
    try:
        while True:
            close_old_connections()
            try:
                loop.look()
            except Error:
                logger.exception("the database does not answer; %s waits", loop.name)
            except Exception:  # a mistake in it: the next look may go well, and a thread that ended tells nobody
                logger.exception("%s failed", loop.name)
            if ended.wait(loop.seconds):
                return
    finally:
        connections.close_all()
