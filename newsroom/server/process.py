"""The server's process: granian, with an event loop that begins a request in the thread that has read it.

granian has a thread of its own hand each request to the event loop, which makes a task of it: the wake-up and two
rounds of the loop take a third of all that an answer from memory costs (uvloop and granian's own interface, RSGI, spare
half of that). This loop takes the first step of the request's coroutine at once. What is done by then never gets to the
loop. What is not has awaited `asyncio.sleep(0)`, which asks nothing of a loop, and goes on as a task of the loop, as it
would have. Should another granian hand its requests over otherwise, all go through the loop (a test tells).

    python -m newsroom.server.process     takes the options of granian
"""

import asyncio
from collections.abc import Callable
from contextvars import Context
from types import CoroutineType
from typing import Any, TypeVarTuple

from granian import loops
from granian.cli import entrypoint

Arguments = TypeVarTuple("Arguments")


class Loop(asyncio.SelectorEventLoop):
    """The event loop of a process that serves."""

    def __init__(self) -> None:
        super().__init__()
        self.nothing_left = asyncio.Handle(lambda: None, (), self)  # what is to be done for a request that is answered

    def call_soon_threadsafe(
        self, callback: Callable[[*Arguments], object], *args: *Arguments, context: Context | None = None
    ) -> asyncio.Handle:
        """Call from another thread, as every loop does; but a request (granian hands over its coroutine, first of the
        arguments) only where its first step does not end it."""
        request: Any = args[0] if args else None
        if isinstance(request, CoroutineType):
            try:
                request.send(None)
            except StopIteration:
                return self.nothing_left
        return super().call_soon_threadsafe(callback, *args, context=context)


@loops.register("auto")
def make_loop() -> Loop:
    """Return the event loop of a process, for granian, which asks for the loop of this name where none is named."""
    loop = Loop()
    asyncio.set_event_loop(loop)
    return loop


if __name__ == "__main__":
    entrypoint()  # type: ignore[no-untyped-call]
