"""The server's answers to an edge: which may be stored, and what is said to everybody else."""

import asyncio
import re
import tempfile
import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from unittest import TestCase

from newsroom.pagecache.edges.nginx import NginxEdge, Store
from newsroom.pagecache.in_flight import NAME, InFlight
from newsroom.pagecache.outbox import News
from newsroom.pagecache.requests import MAKING_KEY
from newsroom.pagecache.serving import Pages
from newsroom.server.application import GuardedApplication


class Outbox:
    """What was purged is what `purged` holds."""

    max_seconds = float("inf")

    def __init__(self) -> None:
        self.purged: list[str] = []

    def start(self) -> list[tuple[str, float]]:
        return []

    def news(self, *, waits: bool = True) -> News:
        found, self.purged = [(tag, time.time()) for tag in self.purged], []
        return News(found)


class AnswersToAnEdgeTests(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        (self.folder / "pages").mkdir()
        self.writers, self.outbox, self.rendered = InFlight(self.folder / NAME), Outbox(), 0

    def application(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        path, self.rendered = environ["PATH_INFO"], self.rendered + 1
        if path != "/untagged/" and MAKING_KEY in environ:
            environ[MAKING_KEY].tag(f"page:{path}")
        if path == "/changing/":
            self.outbox.purged.append(f"page:{path}")
        private = [("Cache-Control", "private")] if path == "/own/" else []
        start_response("404 Not Found" if path == "/gone/" else "200 OK", [("Content-Type", "text/html"), *private])
        return [path.encode()]

    def ask(self, *paths: str, by: str = "127.0.0.1", **headers: str) -> list[dict[bytes, bytes]]:
        """Return the headers of the answers to nginx, asked in turn."""

        async def answer(guard: GuardedApplication, path: str) -> dict[bytes, bytes]:
            sent: list[dict[str, Any]] = []

            async def receive() -> dict[str, Any]:
                return {"type": "http.request", "body": b""}

            async def send(message: dict[str, Any]) -> None:
                sent.append(message)

            names = {"host": "kulturegeek.localhost", "x-forwarded-proto": "https", "accept-encoding": "br"}
            names |= {"x-edge-key": f"https://kulturegeek.localhost{path} br"}
            names |= {name.replace("_", "-"): value for name, value in headers.items()}
            scope = {
                "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
                "raw_path": path.encode(), "query_string": b"", "client": (by, 50_000), "server": None,
                "headers": [(name.encode(), value.encode()) for name, value in names.items()],
            }  # fmt: skip
            await guard(scope, receive, send)
            return dict(sent[0]["headers"])

        async def all_of_them() -> list[dict[bytes, bytes]]:
            guard = GuardedApplication(
                self.application,
                threads=1,
                admin_path="/admin/",
                slow_paths=re.compile("/admin/images/"),
                sign_in_paths=("/admin/login/",),
                upload_bytes=200_000,
                may_upload=lambda _: False,
                pages=Pages.over(self.outbox, max_bytes=10_000_000, bypass=("/admin/",), shows_how=False),
                edge=NginxEdge(Store(self.folder), self.writers, [ip_network("127.0.0.1")]),
            )
            return [await answer(guard, path) for path in paths]

        return asyncio.run(all_of_them())

    def test_a_page_that_is_the_same_for_all_may_be_stored_rendered_or_kept(self) -> None:
        first, second, _again = self.ask("/a/", "/b/", "/a/")
        for headers in (first, second):
            self.assertTrue(headers[b"x-accel-expires"].startswith(b"@"), headers)
        self.assertEqual(self.rendered, 2)
        with Store(self.folder).index.writing() as index:
            self.assertEqual(len(index.permissions_with(["page:/a/"], time.time())), 1)

    def test_what_is_not_may_not(self) -> None:
        for headers in self.ask("/untagged/", "/gone/", "/changing/"):
            self.assertEqual(headers[b"x-accel-expires"], b"0")
        for headers in self.ask("/own/", "/admin/"):
            self.assertNotIn(b"x-accel-expires", headers)

    def test_nothing_may_while_somebody_changes_anything(self) -> None:
        flight = self.writers.begin()
        assert flight
        self.assertEqual([headers[b"x-accel-expires"] for headers in self.ask("/a/", "/a/")], [b"0", b"0"])
        flight.end()

    def test_nobody_else_is_told(self) -> None:
        for headers in (
            *self.ask("/a/", by="203.0.113.7"), *self.ask("/a/", x_edge_key="https://kulturegeek.localhost/b/ br"),
            *self.ask("/a/", if_none_match='"x"'), *self.ask("/a/", x_edge_key=""),
        ):  # fmt: skip
            self.assertNotIn(b"x-accel-expires", headers)
