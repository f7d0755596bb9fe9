"""The way of a request: its limit, its lane, its answer."""

import asyncio
import re
import threading
from typing import Any
from unittest import TestCase

from django.urls import reverse

from newsroom.asgi import SLOW_PATHS
from newsroom.server.application import FORM_LIMIT, SLOW_AT_ONCE, GuardedApplication

LARGE = str(FORM_LIMIT.max_bytes + 1)


def request(path: str, method: str = "GET", *, length: str = "", body: bytes = b"", **headers: str) -> tuple[Any, Any]:
    """An ASGI scope and what its client sends."""
    names = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "http_version": "1.1", "scheme": "http", "client": ("203.0.113.7", 1), "server": None,
        "headers": names + ([(b"content-length", length.encode())] if length else []),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body}

    return scope, receive


class SlowPathsTests(TestCase):
    def test_what_can_take_seconds_at_the_desk_takes_no_thread_of_the_others(self) -> None:
        for name, args, is_slow in (
            ("articles_image_upload", [], True), ("articles_image_expunge", [1], True),
            ("articles_article_expunge", [1], True), ("articles_article_compare", [1], True),
            ("articles_partnerfeed_fetch", [1], True), ("articles_partnerfeed_add", [], True),
            ("articles_article_change", [1], False), ("articles_article_changelist", [], False), ("index", [], False),
        ):  # fmt: skip
            self.assertEqual(bool(SLOW_PATHS.match(reverse(f"admin:{name}", args=args))), is_slow, name)


class GuardedApplicationTests(TestCase):
    """`seen` holds the threads that ran the application, by path."""

    def setUp(self) -> None:
        self.seen: dict[str, str] = {}
        self.slow = threading.Event()

    def application(self, environ: Any, start_response: Any) -> Any:
        path = environ["PATH_INFO"]
        self.seen[path] = threading.current_thread().name.partition("_")[0]
        if "slow" in path:
            self.slow.wait(10)
        if path == "/fails/":
            raise RuntimeError
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [str(len(environ["wsgi.input"].read())).encode()]

    def run_all(self, *requests: tuple[Any, Any], signed_in: bool = True) -> list[tuple[int, bytes]]:
        async def answer(scope: Any, receive: Any) -> tuple[int, bytes]:
            sent: list[dict[str, Any]] = []

            async def send(message: dict[str, Any]) -> None:
                sent.append(message)

            await self.guard(scope, receive, send)
            return sent[0]["status"], sent[1]["body"]

        async def all_of_them() -> list[tuple[int, bytes]]:
            self.guard = GuardedApplication(
                self.application,
                threads=1,
                admin_path="/admin/",
                slow_paths=re.compile("/admin/images/"),
                sign_in_paths=("/admin/login/",),
                upload_bytes=200_000,
                may_upload=lambda _: signed_in,
            )
            calls = [asyncio.ensure_future(answer(*one)) for one in requests]
            await asyncio.sleep(0.3)
            self.slow.set()
            return await asyncio.gather(*calls)

        return asyncio.run(all_of_them())

    def test_it_gives_reading_forms_the_desk_uploads_and_probes_threads_of_their_own(self) -> None:
        self.run_all(
            request("/"), request("/c/article/1/", "POST", body=b"text=a", length="6"), request("/admin/"),
            request("/admin/images/upload/", "POST", body=b"a" * 100_000, length="100000"), request("/healthz"),
        )  # fmt: skip
        self.assertEqual(
            self.seen,
            {
                "/": "reading", "/c/article/1/": "sending", "/admin/": "desk",
                "/admin/images/upload/": "slow", "/healthz": "health",
            },
        )  # fmt: skip

    def test_it_answers_readers_while_the_desk_and_its_uploads_are_slow(self) -> None:
        slow = [request(f"/admin/slow{n}/") for n in range(3)]
        paths = [f"/admin/images/slow{n}/" for n in range(SLOW_AT_ONCE + 4)]
        uploads = [request(path, "POST", body=b"a" * 90_000, length="90000") for path in paths]
        answers = self.run_all(*slow, *uploads, request("/"), request("/healthz"))
        self.assertEqual({status for status, _body in answers}, {200})  # and nobody's text was refused for it
        order = list(self.seen)
        for path in ("/", "/healthz"):
            self.assertLess(order.index(path), order.index(paths[-1]), "it waited for the slow ones")

    def test_a_long_text_is_saved_while_images_are_read(self) -> None:
        images = [request(f"/admin/images/slow{n}/", "POST", body=b"a" * 90_000, length="90000") for n in range(9)]
        article = request("/admin/article/1/change/", "POST", body=b"a" * 90_000, length="90000")
        self.assertEqual(self.run_all(*images, article)[-1], (200, b"90000"))
        self.assertEqual(self.seen["/admin/article/1/change/"], "desk")

    def test_it_takes_a_large_body_at_the_desk_only_of_who_has_signed_in(self) -> None:
        upload = request("/admin/images/upload/", "POST", body=b"a" * 100_000, length="100000")
        self.assertEqual(self.run_all(upload), [(200, b"100000")])
        self.assertEqual(self.run_all(upload, signed_in=False)[0][0], 413)
        too_large = request("/admin/images/upload/", "POST", body=b"", length="200001")
        self.assertEqual(self.run_all(too_large)[0][0], 413)
        chunked = request("/admin/x/", "POST", body=b"a" * 100_000, **{"transfer-encoding": "chunked"})
        self.assertEqual(self.run_all(chunked)[0][0], 200)
        self.assertEqual(self.run_all(request("/c/article/1/", "POST", length=LARGE))[0][0], 413)

    def test_it_answers_500_in_words_where_the_application_fails(self) -> None:
        with self.assertLogs("newsroom.server.application", "ERROR"):
            status, body = self.run_all(request("/fails/"))[0]
        self.assertEqual((status, body), (500, b"Something went wrong.\n"))

    def test_it_answers_nobody_who_has_left(self) -> None:
        scope, _receive = request("/", "POST", length="5")

        async def gone() -> dict[str, Any]:
            return {"type": "http.disconnect"}

        async def send(message: dict[str, Any]) -> None:
            raise AssertionError(message)

        async def leave() -> None:
            guard = GuardedApplication(
                self.application,
                threads=1,
                admin_path="/admin/",
                slow_paths=re.compile("/admin/images/"),
                sign_in_paths=("/admin/login/",),
                upload_bytes=1,
                may_upload=lambda _: False,
            )
            await guard(scope, gone, send)

        asyncio.run(leave())
        self.assertEqual(self.seen, {})
