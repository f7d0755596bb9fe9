"""Reading a request's body: within a size and a time, before anything else is spent on it."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, Any

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]

IN_MEMORY_BYTES = 256 * 1024  # a longer body waits on disk


@dataclass(frozen=True)
class Limit:
    """What a body may have: `max_bytes`, and `seconds` from the request's head to the body's last byte."""

    max_bytes: int
    seconds: float


class Rejected(Exception):
    """A request that is answered without Django: `status`, and `reason` as plain text."""

    def __init__(self, status: int, reason: str):
        super().__init__(reason)
        self.status, self.reason = status, reason


class Gone(Exception):
    """The client left before its request was whole."""


async def read_body(receive: Receive, headers: Iterable[tuple[bytes, bytes]], limit: Limit) -> tuple[IO[bytes], int]:
    """Return a request's body as a file at its start, and its length in bytes.

    A body that says it is too long is refused unread. Raises Rejected (400, 408 or 413; RFC 9110, 15.5) and Gone.
    """
    declared = next((value for name, value in headers if name == b"content-length"), b"0")
    if not declared.isdigit():
        raise Rejected(400, "The Content-Length is not a number.")
    if int(declared) > limit.max_bytes:
        raise _too_large(limit)
    body: IO[bytes] = SpooledTemporaryFile(IN_MEMORY_BYTES)  # noqa: SIM115 (the caller's, from here on)
    length = 0
    try:
        async with asyncio.timeout(limit.seconds):
            while True:
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                chunk = message.get("body", b"")
                length += len(chunk)
                if length > limit.max_bytes:  # chunked: nothing was declared
                    raise _too_large(limit)
                body.write(chunk)
                if not message.get("more_body"):
                    break
    except TimeoutError:
        body.close()
        raise Rejected(408, f"The request was not whole after {limit.seconds:.0f} seconds.") from None
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body, length


def _too_large(limit: Limit) -> Rejected:
    return Rejected(413, f"At most {limit.max_bytes:,} bytes may be sent here.")
