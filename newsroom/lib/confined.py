"""Calls of functions in processes of their own, with a limit of time and memory: parsers of what strangers send.

No parser of feeds or images is proof against every input, and a thread can't be stopped; a process can.
"""

import math
import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Any, Self

from pebble import ProcessExpired, ProcessPool

MAX_CALL_SECONDS = 5.0
MAX_DATA_BYTES = 110 * 1024 * 1024  # of a process; with its code, some 140 MB in all
ALONE_SECONDS = 2  # beyond its limit, for a call whose owner was killed and so cannot stop it
MAX_CALLS_PER_PROCESS = 200  # then it is replaced, with whatever it has leaked


class Overrun(Exception):
    """A call that was stopped. `code` names why: too_slow, too_heavy."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


class Confined:
    """A pool of processes; none is started before it is needed. Use as a context. Threads may share it.

    `seconds` is how long a call may take, `data_bytes` what a process may have in memory beside its code.
    """

    def __init__(self, processes: int = 2, seconds: float = MAX_CALL_SECONDS, data_bytes: int = MAX_DATA_BYTES) -> None:
        self._processes = processes
        self._seconds = seconds
        self._data_bytes = data_bytes
        self._pool: ProcessPool | None = None
        self._starting = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def stop(self) -> None:
        """End the processes, and whatever they were doing. The next call starts others."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.stop()  # type: ignore[no-untyped-call]  # pebble has no types here
            pool.join()

    def submit(self, function: Callable[..., Any], *arguments: Any) -> "Future[Any]":
        """Begin a call of a module's function, whose arguments can be pickled; `outcome` waits for it."""
        with self._starting:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._processes,
                    max_tasks=MAX_CALLS_PER_PROCESS,
                    initializer=_limit,
                    initargs=(self._data_bytes,),
                    context=multiprocessing.get_context("spawn"),  # nothing of this process is taken along
                )
        return self._pool.schedule(_call, args=[self._seconds, function, *arguments], timeout=self._seconds)


def outcome(call: "Future[Any]") -> Any:
    """Return what a call returned. Raises its own exception, or Overrun."""
    try:
        return call.result()
    except TimeoutError as error:
        raise Overrun("too_slow") from error
    except ProcessExpired as error:
        raise Overrun("too_heavy", f"exit {error.exitcode}") from error


def _call(seconds: float, function: Callable[..., Any], *arguments: Any) -> Any:
    # It is stopped by its owner; if that was killed, by this signal, which ends the process. (Between calls a process
    # sees by itself that its owner is gone.)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(math.ceil(seconds) + ALONE_SECONDS)
    try:
        return function(*arguments)
    except MemoryError:
        os._exit(os.EX_TEMPFAIL)  # its memory stays fragmented: the next call gets a new process
    finally:
        signal.alarm(0)


def _limit(data_bytes: int) -> None:
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # native code that runs out of memory prints pages before it dies
    hard_limit = resource.getrlimit(resource.RLIMIT_DATA)[1]
    limit = data_bytes if hard_limit == resource.RLIM_INFINITY else min(data_bytes, hard_limit)
    resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
