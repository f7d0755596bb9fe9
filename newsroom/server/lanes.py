"""Lanes of threads: what is slow in one never takes a thread of another."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from newsroom.server.bodies import Rejected

T = TypeVar("T")


class Lane:
    """A number of threads and a bounded queue of calls that wait for one."""

    def __init__(self, name: str, threads: int, max_waiting: int):
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self.max_calls = threads + max_waiting
        self.calls = 0  # running or waiting

    async def run(self, call: Callable[[], T]) -> T:
        """Return what `call` returns, run in a thread of this lane. Raises Rejected (503) if too many wait already."""
        if self.calls >= self.max_calls:
            raise Rejected(503, "Too many requests are waiting. Try again in a moment.")
        self.calls += 1
        future = self.pool.submit(call)
        loop = asyncio.get_running_loop()
        # Counted until the thread has done it, also if nobody waits for the answer any more.
        future.add_done_callback(lambda _: loop.call_soon_threadsafe(self._end))
        return await asyncio.wrap_future(future)

    def run_later(self, call: Callable[[], None]) -> None:
        """Have a thread of this lane run `call`, for nobody who waits; not at all if too many wait already."""
        if self.calls < self.max_calls:
            self.calls += 1
            loop = asyncio.get_running_loop()
            self.pool.submit(call).add_done_callback(lambda _: loop.call_soon_threadsafe(self._end))

    def _end(self) -> None:
        self.calls -= 1
