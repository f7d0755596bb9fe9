"""A server's start and end, as it tells the application (ASGI's lifespan)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from newsroom.server.bodies import Message, Receive


class Beside(Protocol):
    """What runs in a process as long as it serves."""

    def begin(self) -> None:
        """Begin, in the process that serves and before its first request."""

    def end(self) -> None:
        """End, once no request is answered any more. May take seconds."""


async def live(receive: Receive, send: Callable[[Message], Awaitable[None]], beside: Beside | None) -> None:
    """Follow the server's start and end."""
    while True:
        kind = (await receive())["type"]
        if beside and kind == "lifespan.startup":
            beside.begin()
        elif beside and kind == "lifespan.shutdown":
            await asyncio.to_thread(beside.end)
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return
