"""Functions that read what strangers send, in processes of their own: each within its seconds and its memory.

No parser of feeds or pictures is proof against every input, and a thread can't be stopped; a process can.
"""

import multiprocessing
import os
import resource
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

SECONDS = 5.0  # a call
MEMORY = 110 * 1024 * 1024  # bytes of a process's data; with its code, some 140 MB in all
MOST_CALLS = 200  # after which a process is replaced, with whatever it has leaked


class Overrun(Exception):
    """A call that was stopped. `code` names why: too_slow, too_heavy."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Confined:
    """A few processes; none is started before it is needed. Use as a context."""

    def __init__(self, processes: int = 2, seconds: float = SECONDS) -> None:
        self._processes = processes
        self._seconds = seconds
        self._pool: ProcessPool | None = None
        self._beginning = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._pool is not None:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Begins a call of a function of a module's own; `outcome` waits for it."""
        with self._beginning:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._processes,
                    max_tasks=MOST_CALLS,
                    initializer=_limit,
                    context=multiprocessing.get_context("spawn"),  # nothing of this process is taken along
                )
        return self._pool.schedule(_call, args=[function, *arguments], timeout=self._seconds)


def outcome(call: "Future[Any]") -> Any:
    """What a call returned, or its own exception. Raises Overrun."""
    try:
        return call.result()
    except TimeoutError as error:
        raise Overrun("too_slow") from error
    except ProcessExpired as error:
        raise Overrun("too_heavy", f"exit {error.exitcode}") from error


def _call(function: Callable[..., Any], *arguments: Any) -> Any:
    try:
        return function(*arguments)
    except MemoryError:
        os._exit(os.EX_TEMPFAIL)  # its memory stays in pieces: the next call gets a new process, and all of it


def _limit() -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # native code that runs out of memory prints pages before it dies
    most = resource.getrlimit(resource.RLIMIT_DATA)[1]
    bound = MEMORY if most == resource.RLIM_INFINITY else min(MEMORY, most)
    resource.setrlimit(resource.RLIMIT_DATA, (bound, bound))
