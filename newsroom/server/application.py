"""The ASGI application that guards a WSGI one: who waits, waits without a thread.

A page that is stored is answered before anything is awaited, so that the server gives it away where its request came
in (process.py).
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from newsroom.server.bodies import Gone, Limit, Message, Receive, Rejected, read_body
from newsroom.server.edge import Edge
from newsroom.server.joining import Joining, key_of
from newsroom.server.lanes import Lane
from newsroom.server.lifespan import Beside, live
from newsroom.server.pages import Key, Pages
from newsroom.server.slow_readers import SlowReaders
from newsroom.server.wsgi import Answer, Environ, Scope, WSGIApplication, call, environ_of

logger = logging.getLogger(__name__)
Send = Callable[[Message], Awaitable[None]]

HEALTH_PATH = "/healthz"
HEALTH_SECONDS = 5.0
# A reader's form: 5,000 characters, each up to 12 bytes when an emoji is percent-encoded.
FORM_LIMIT = Limit(max_bytes=64 * 1024, seconds=10)
SLOW_AT_ONCE = 4  # requests that take seconds, that Django works on
MAX_BODIES_AT_ONCE = 32  # longer than a form's, that are being received
MIN_UPLOAD_BYTES_PER_SECOND = 50_000  # a slow line's 400 kbit/s


class GuardedApplication:
    """Serve `application` (WSGI) to an ASGI server.

    `threads` is their number in each of three lanes: what is read, what is sent by readers, and the desk (whose paths
    begin with `admin_path`). Paths of the desk that `slow_paths` matches, where a request can take seconds, have
    SLOW_AT_ONCE more. What is sent to `sign_in_paths` has one thread: a password costs a third of a second to look at,
    and whoever guesses at many of them shall keep one core busy, not all. Bodies are bounded by FORM_LIMIT; at the desk
    by `upload_bytes` for those of whom `may_upload(environ)` is true, which runs in a thread and is given no body.
    """

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int,
        admin_path: str,
        slow_paths: re.Pattern[str],
        sign_in_paths: tuple[str, ...],
        upload_bytes: int,
        may_upload: Callable[[Environ], bool],
        pages: Pages | None = None,
        edge: Edge | None = None,
        beside: Beside | None = None,
    ):
        self.beside = beside
        self.application, self.may_upload, self.pages, self.edge = application, may_upload, pages, edge
        self.admin_path, self.slow_paths, self.sign_in_paths = admin_path, slow_paths, sign_in_paths
        self.upload_limit = Limit(upload_bytes, 10 + upload_bytes / MIN_UPLOAD_BYTES_PER_SECOND)
        self.large_bodies = asyncio.Semaphore(MAX_BODIES_AT_ONCE)
        self.health = Lane("health", 1, max_waiting=8)
        self.looking_up = Lane("pages", 1, max_waiting=2_048)
        self.improving = Lane("compressing", 1, max_waiting=32)
        self.permitting = Lane("edge", 1, max_waiting=2_048)
        self.reading = Lane("reading", threads, max_waiting=512)
        self.sending = Lane("sending", threads, max_waiting=128)
        self.desk = Lane("desk", threads, max_waiting=64)
        self.signing_in = Lane("signing in", 1, max_waiting=32)
        self.slow = Lane("slow", SLOW_AT_ONCE, max_waiting=MAX_BODIES_AT_ONCE)
        self.joining = Joining()
        self.rendering: dict[Key, asyncio.Future[None]] = {}  # pages of the page cache, while one makes them
        self.slow_readers: SlowReaders | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await live(receive, send, self.beside)
            return
        if scope["type"] != "http":
            return
        if self.slow_readers is None and scope.get("server"):
            self.slow_readers = SlowReaders(int(scope["server"][1]))
            self.slow_readers.watch()
        try:
            # The edge is told of what it may store, which takes longer.
            if self.pages and not (self.edge and self.edge.copy_of(scope)) and (hit := self.pages.hit(scope)):
                await send({"type": "http.response.start", "status": hit.status, "headers": hit.headers})
                await send({"type": "http.response.body", "body": hit.body})
                return
            await asyncio.sleep(0)  # from here on in the event loop (process.py)
            answer = await self._answer(scope, receive)
        except Gone:
            return
        except Rejected as rejected:
            answer = _plain(rejected.status, rejected.reason)
        except Exception:
            logger.exception("%s %s failed outside Django", scope["method"], scope["path"])
            answer = _plain(500, "Something went wrong.")
        await _send(answer, scope, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["path"] == HEALTH_PATH:
            return await self._health(scope, receive)
        if self.pages and (page := self.pages.key_of(scope)):
            return await self._page(self.pages, page, scope)
        is_desk = scope["path"].startswith(self.admin_path)
        lane = self.desk if is_desk else self.reading if scope["method"] in ("GET", "HEAD") else self.sending
        if is_desk and self.slow_paths.match(scope["path"]):
            lane = self.slow
        elif scope["method"] == "POST" and scope["path"].startswith(self.sign_in_paths):
            lane = self.signing_in
        if not is_desk or not await self._is_large(scope):
            return await self._run(scope, receive, lane, FORM_LIMIT)
        if self.large_bodies.locked():
            raise Rejected(503, "Too many files are being sent at this moment. Try again in a moment.")
        async with self.large_bodies:
            return await self._run(scope, receive, lane, self.upload_limit)

    async def _page(self, pages: Pages, key: Key, scope: Scope) -> Answer:
        """Answer with a page that is the same for all; tell the edge, if it asks, whether it may store the answer."""
        page, how = await self._found(pages, key, scope)
        if isinstance(page, Answer):
            return page
        edge = self.edge
        copy = edge.copy_of(scope) if edge else None
        if edge is None or copy is None:
            return pages.answer(page, scope, how=how)
        page, headers = await self.permitting.run(lambda: edge.permit(copy, scope, page, lambda: pages.get(key)))
        answer = pages.answer(page, scope, how=how)
        return answer._replace(headers=[*answer.headers, *headers])

    async def _found(self, pages: Pages, key: Key, scope: Scope) -> tuple[Any, bytes]:
        """Return a page and how it was found: stored, or rendered for all who wait; an Answer where it is for one.

        Who comes while it is rendered waits without a thread, and takes it as stored: it is stored only if it is still
        true. What is not for all is not stored, and each renders its own.
        """
        entry = await self._stored(pages, key)
        if entry is None and (others := self.rendering.get(key)):
            await asyncio.shield(others)
            entry = await self._stored(pages, key)
        if entry is not None:
            if improve := pages.improvement(key, entry):
                self.improving.run_later(improve)
            return entry, b"hit"

        def render() -> Any:
            return pages.made(key, scope, lambda environ: call(self.application, environ))

        rendering = self.rendering.setdefault(key, asyncio.get_running_loop().create_future())
        try:
            made = await self.joining.run(
                ("page", *key), self.reading, render, lambda page: not isinstance(page, Answer)
            )
        finally:
            if self.rendering.get(key) is rendering:
                del self.rendering[key]
            if not rendering.done():
                rendering.set_result(None)
        return made, b""

    async def _stored(self, pages: Pages, key: Key) -> Any:
        try:
            return pages.get(key, waits=False)
        except BlockingIOError:  # the event loop waits for nobody
            return await self.looking_up.run(lambda: pages.get(key))

    async def _run(self, scope: Scope, receive: Receive, lane: Lane, limit: Limit) -> Answer:
        body, length = await read_body(receive, scope["headers"], limit)
        known = self.pages.environ() if self.pages else {}

        def run() -> Answer:
            with body:  # the thread's: whoever waited may be gone
                return call(self.application, {**environ_of(scope, body, length), **known})

        key = key_of(scope) if lane is self.reading and not length else None
        return await (lane.run(run) if key is None else self.joining.run(key, lane, run))

    async def _is_large(self, scope: Scope) -> bool:
        """Whether a request sends more than a form does, by somebody who may. Others get the limit of forms."""
        names = dict(scope["headers"])
        declared = names.get(b"content-length", b"")
        is_large = b"transfer-encoding" in names or (declared.isdigit() and int(declared) > FORM_LIMIT.max_bytes)
        if not is_large:
            return False
        environ = environ_of(scope, BytesIO(), 0)
        return await self.desk.run(lambda: self.may_upload(environ))

    async def _health(self, scope: Scope, receive: Receive) -> Answer:
        try:
            async with asyncio.timeout(HEALTH_SECONDS):
                return await self._run(scope, receive, self.health, Limit(0, HEALTH_SECONDS))
        except TimeoutError:
            return _plain(503, f"The database does not answer within {HEALTH_SECONDS:.0f} seconds.")


def _plain(status: int, reason: str) -> Answer:
    body = f"{reason}\n".encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"connection", b"close"),  # what was not read of the body is not to be taken for the next request
    ]
    return Answer(status, headers + ([(b"retry-after", b"5")] if status == 503 else []), body)


async def _send(answer: Answer, scope: Scope, send: Send) -> None:
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    if answer.path and "http.response.pathsend" in scope.get("extensions", {}):
        await send({"type": "http.response.pathsend", "path": answer.path})
    elif answer.path:
        await send({"type": "http.response.body", "body": Path(answer.path).read_bytes()})
    else:
        await send({"type": "http.response.body", "body": answer.body})
