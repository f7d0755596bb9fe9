"""What the page cache tells edges with each page: for how long it is true, and its tags."""

import re
import time
from typing import Any

from django.test import override_settings

from newsroom.pagecache.edges.varnish import Varnish
from newsroom.pagecache.outbox import News
from newsroom.pagecache.requests import MAKING_KEY
from newsroom.pagecache.serving import Pages
from newsroom.server.wsgi import Answer, Environ
from tests.base import NewsroomTestCase
from tests.newsroom.pagecache.test_serving import scope_of


class Outbox:
    """An outbox in which a test says what was purged."""

    max_seconds = float("inf")

    def __init__(self) -> None:
        self.next, self.due = list[tuple[str, float]](), list[tuple[str, float]]()

    def start(self) -> list[tuple[str, float]]:
        return self.due

    def news(self, *, waits: bool = True) -> News:
        news, self.next = News(self.next), []
        return news


class PageTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.outbox = Outbox()
        self.pages = Pages.over(self.outbox, max_bytes=10_000_000, bypass=(), shows_how=False, stale_if_down=300)
        self.while_rendering: list[tuple[str, float]] = []
        self.enterContext(override_settings(EDGES=[Varnish("127.0.0.1", 6083)]))

    def render(self, environ: Environ) -> Answer:
        environ[MAKING_KEY].tag("article:1", "section:2")
        self.outbox.next = self.while_rendering
        return Answer(200, [(b"content-type", b"text/html")], b"a page")

    def ask(self, **headers: str) -> dict[str, str]:
        """Return the headers of the page, as Varnish asks for it."""
        scope = scope_of(**headers)
        key = self.pages.key_of(scope)
        assert key is not None
        made: Any = self.pages.get(key) or self.pages.made(key, scope, self.render)
        answer = self.pages.answer(made, scope, how=b"hit")
        return {name.decode(): value.decode() for name, value in answer.headers}

    def seconds(self, headers: dict[str, str]) -> int:
        found = re.fullmatch(r"max-age=(\d+)", headers["surrogate-control"])
        assert found
        return int(found[1])

    def test_a_page_says_for_how_long_it_is_true_and_its_tags_rendered_or_kept(self) -> None:
        for _time in range(2):
            headers = self.ask()
            self.assertEqual(headers["xkey"], "all article:1 section:2")
            self.assertTrue(50 <= self.seconds(headers) < 60)

    def test_so_does_the_answer_to_who_has_it(self) -> None:
        headers = self.ask(if_none_match=self.ask()["etag"])
        self.assertEqual(headers["xkey"], "all article:1 section:2")

    def test_it_is_true_until_a_purge_of_its_tags_is_due(self) -> None:
        self.outbox.due = [("section:2", time.time() + 20), ("section:9", time.time() + 5)]
        self.assertTrue(15 <= self.seconds(self.ask()) < 20)

    def test_a_page_that_was_purged_while_it_was_rendered_is_for_no_edge(self) -> None:
        self.while_rendering = [("article:1", 0.0)]
        self.assertNotIn("xkey", self.ask())
        self.while_rendering = []
        self.assertIn("xkey", self.ask())

    def test_without_an_edge_nothing_is_said(self) -> None:
        with override_settings(EDGES=[]):
            self.assertEqual({"xkey", "surrogate-control"} & self.ask().keys(), set())
