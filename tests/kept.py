"""The page cache as a server has it, asked in the test's own thread and transaction."""

import sqlite3
from typing import Any
from unittest import mock

from django.db import connection

from newsroom import wsgi
from newsroom.pagecache.models import Purge
from newsroom.pagecache.outbox import News
from newsroom.pagecache.parts import Part
from newsroom.pagecache.serving import Pages
from newsroom.pagecache.store import Key
from newsroom.server.wsgi import Answer, call

HOST = b"kulturegeek.localhost"


class Told:
    """An outbox that says what a test has it say: `next` once, None for a database that is locked. `is_instant`: at
    once."""

    is_instant = True
    max_seconds = float("inf")

    def __init__(self) -> None:
        self.next: News | None = News([])
        self.due: list[tuple[str, float]] = []

    def start(self) -> list[tuple[str, float]]:
        return self.due

    def news(self, *, waits: bool = True) -> News:
        if not waits and not self.is_instant:
            raise BlockingIOError
        if self.next is None:
            raise sqlite3.OperationalError("database is locked")
        told, self.next = self.next, News([])
        return told


def scope_of(path: str = "/", query: str = "", method: str = "GET", **headers: str) -> dict[str, Any]:
    """Return a request as the server has it."""
    fields = {"host": HOST.decode(), **{name.replace("_", "-"): value for name, value in headers.items()}}
    return {
        "type": "http", "http_version": "1.1", "method": method, "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": query.encode(), "client": ("192.0.2.1", 50_000),
        "headers": [(name.encode(), value.encode()) for name, value in fields.items()],
    }  # fmt: skip


class KeptPages:
    """The pages of a server. `rendered`: the paths that Django was asked for."""

    def __init__(self) -> None:
        self.outbox = Told()
        self.pages = Pages.over(self.outbox, max_bytes=50_000_000, bypass=("/admin/",), shows_how=True)
        self.rendered: list[str] = []
        self.told = Purge.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def ask(self, path: str = "/", query: str = "", **options: str) -> Answer:
        """Return the answer to a request; how it was made is in its header X-Page."""
        scope = scope_of(path, query, **options)
        key = self.pages.key_of(scope)
        assert key is not None
        entry = self.pages.get(key)
        if entry is not None:
            return self.pages.answer(entry, scope, how=b"hit")
        made: Any = self.pages.made(key, scope, self.render)
        return made if isinstance(made, Answer) else self.pages.answer(made, scope)

    def how(self, path: str = "/", **options: str) -> str:
        """Return how a page is made: "hit", "assembled, comment_count", "rendered, menu, footer"."""
        return dict(self.ask(path, **options).headers).get(b"x-page", b"").decode()

    def tell(self) -> set[str]:
        """Tell the server what actions invalidated since the last time, as once it is committed. Return the tags."""
        rows = list(Purge.objects.filter(pk__gt=self.told).order_by("pk"))
        if rows:
            self.told = rows[-1].pk
        self.outbox.next = News([(row.tag, row.due_at.timestamp()) for row in rows])
        return {row.tag for row in rows}

    def kept(self) -> list[Key]:
        """Return the keys of the pages that are stored, parts left aside."""
        return [key for key in self.pages.cache.store.slots if not isinstance(key[0], Part) and key[0] != "own"]

    def render(self, environ: dict[str, Any]) -> Answer:
        """Have Django answer."""
        self.rendered.append(environ["PATH_INFO"])
        # At a request's end Django closes a connection, which here is the test's.
        with mock.patch.object(connection, "close_if_unusable_or_obsolete"):
            return call(wsgi.application, environ)
