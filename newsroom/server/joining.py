"""Requests for the same page that wait at the same moment: rendered once for all of them.

A request joins only what has not begun, so that its answer is never older than the request itself.
"""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from newsroom.server.lanes import Lane
from newsroom.server.wsgi import Answer, Scope

# What of a request never changes an answer that is for all: a proxy's word on whose it is, too. Whatever is not named
# here tells two requests apart.
IGNORED_HEADERS = frozenset(
    b"accept-language cache-control connection dnt forwarded pragma priority referer sec-ch-ua sec-ch-ua-mobile "
    b"sec-ch-ua-platform sec-fetch-dest sec-fetch-mode sec-fetch-site sec-fetch-user sec-gpc te "
    b"upgrade-insecure-requests user-agent via x-forwarded-for x-real-ip x-real-port".split()
)
PERSONAL_HEADERS = frozenset((b"authorization", b"cookie"))
Key = tuple[object, ...]
T = TypeVar("T")


def key_of(scope: Scope) -> Key | None:
    """Return what requests with the same answer share; None for one that is somebody's own."""
    headers = [(name, value) for name, value in scope["headers"] if name not in IGNORED_HEADERS]
    if scope["method"] not in ("GET", "HEAD") or any(name in PERSONAL_HEADERS for name, _value in headers):
        return None
    return scope["method"], scope["scheme"], scope["raw_path"], scope["query_string"], *sorted(headers)


def is_for_all(answer: Answer) -> bool:
    """Whether an answer may be given to whoever asked for the same (RFC 9111, 5.2.2)."""
    headers = dict(answer.headers)
    control = headers.get(b"cache-control", b"")
    return b"set-cookie" not in headers and b"no-store" not in control and b"private" not in control


class Joining:
    """The calls that wait for a thread, by what they answer."""

    def __init__(self) -> None:
        self.waiting: dict[Key, asyncio.Future[Any]] = {}

    async def run(
        self, key: Key, lane: Lane, call: Callable[[], T], is_shared: Callable[[Any], bool] = is_for_all
    ) -> T:
        """Return the answer of a call that waits for the same, else that of `call`. Raises what the lane raises.

        `is_shared` says of an answer whether others than who asked for it may have it.
        """
        earlier = self.waiting.get(key)
        if earlier is not None:
            answer: T = await asyncio.shield(earlier)
            return answer if is_shared(answer) else await lane.run(call)

        def begin() -> T:
            self.waiting.pop(key, None)
            return call()

        future = self.waiting[key] = asyncio.ensure_future(lane.run(begin))
        try:
            return await asyncio.shield(future)
        finally:
            if self.waiting.get(key) is future:  # it was refused, or given up before it began
                del self.waiting[key]
