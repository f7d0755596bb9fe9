"""What is counted of what is given to readers: by the page cache, and by Django without one."""

import asyncio
import datetime as dt
from collections import Counter
from typing import Any
from unittest import mock

from django.utils import timezone

from articles.actions import preview_links, publishing
from newsroom import asgi
from newsroom.audience.counting import counter
from newsroom.lib.visits import Headers, is_visit
from newsroom.server.application import GuardedApplication
from newsroom.server.wsgi import Answer
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft
from tests.kept import KeptPages, scope_of

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


class GivenTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_article(self.kg, "Un casque qui voit loin")
        self.counted: Counter[int] = Counter()

    def count(self, object_id: int, headers: Headers) -> None:
        self.counted[object_id] += is_visit(headers)


class PageCacheTests(GivenTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.kept = KeptPages()
        self.kept.pages.count = self.count

    def ask(self, path: str, query: str = "", **options: str) -> Answer:
        return self.kept.ask(path, query, **{"user_agent": FIREFOX, **options})

    def test_it_counts_who_is_given_a_page_rendered_or_stored(self) -> None:
        for _time in range(3):
            self.assertEqual(self.ask(self.article.path).status, 200)
        self.ask(self.article.path, "utm_source=infolettre")
        self.assertEqual(self.kept.rendered, [self.article.path])
        self.assertEqual(self.counted, {self.article.pk: 4})

    def test_it_counts_a_page_that_is_put_together_from_its_parts(self) -> None:
        self.ask(self.article.path)
        publishing.withdraw(make_article(self.kg, "Un autre"), by=self.thomas, notice="Retiré.")
        self.kept.tell()
        self.assertIn(b"assembled", dict(self.ask(self.article.path).headers)[b"x-page"])
        self.assertEqual(self.counted, {self.article.pk: 2})

    def test_it_counts_who_is_told_that_they_have_the_page(self) -> None:
        etag = dict(self.ask(self.article.path).headers)[b"etag"].decode()
        self.assertEqual(self.ask(self.article.path, if_none_match=etag).status, 304)
        self.assertEqual(self.counted, {self.article.pk: 2})

    def test_it_counts_neither_robots_nor_heads_nor_other_pages(self) -> None:
        self.ask(self.article.path, user_agent="Googlebot/2.1")
        self.ask(self.article.path, sec_purpose="prefetch")
        self.ask(self.article.path, method="HEAD")
        for path in ("/", self.science.path, "/nowhere/", self.article.path.rstrip("/"), "/feed/"):
            self.ask(path)
        self.assertEqual(+self.counted, {})

    def test_it_counts_no_notice_in_the_place_of_an_article(self) -> None:
        publishing.withdraw(self.article, by=self.thomas, notice="Retiré.")
        self.assertEqual(self.ask(self.article.path).status, 410)
        self.assertEqual(self.counted, {})

    def test_it_counts_a_page_that_is_older_than_the_database_tells(self) -> None:
        self.ask(self.article.path)
        self.kept.pages.cache.stale_if_down = 300
        self.kept.outbox.next = None
        last = self.kept.pages._without_database(
            self.kept.pages.key_of(scope_of(self.article.path)) or (), scope_of(self.article.path)
        )
        self.assertNotIsInstance(last, Answer)
        self.kept.pages.answer(last, scope_of(self.article.path, user_agent=FIREFOX))  # type: ignore[arg-type]
        self.assertEqual(self.counted, {self.article.pk: 2})


class DjangoTests(GivenTestCase):
    """Without a page cache, or where a query makes the page one of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.enterContext(mock.patch.object(counter, "count", self.count))

    def test_it_counts_a_page_that_django_gives(self) -> None:
        for path in (self.article.path, f"{self.article.path}?commentaires=2"):
            self.assertEqual(self.read(path, HTTP_USER_AGENT=FIREFOX).status_code, 200)
        self.assertEqual(self.counted, {self.article.pk: 2})

    def test_it_counts_neither_robots_nor_heads_nor_previews(self) -> None:
        self.read(self.article.path, HTTP_USER_AGENT="curl/8.5.0")
        self.client.head(self.article.path, headers={"host": self.kg.domain, "user-agent": FIREFOX})
        draft = make_draft(self.kg, "Un brouillon", by=self.camille)
        until = timezone.now() + dt.timedelta(days=1)
        link = preview_links.share(draft, 1, by=self.ines, for_whom="Le studio", until=until)
        path = link.url.removeprefix(self.kg.origin)
        self.assertEqual(self.read(path, HTTP_USER_AGENT=FIREFOX).status_code, 200)
        self.assertEqual(+self.counted, {})

    def test_it_counts_once_what_the_page_cache_asks_it_for(self) -> None:
        kept = KeptPages()
        kept.pages.count = self.count
        kept.ask(self.article.path, user_agent=FIREFOX)
        self.assertEqual(self.counted, {self.article.pk: 1})


class ServerTests(GivenTestCase):
    def test_the_counter_begins_and_ends_with_the_server(self) -> None:
        said: list[str] = []

        class Beside:
            def begin(self) -> None:
                said.append("begin")

            def end(self) -> None:
                said.append("end")

        async def serve() -> None:
            messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

            async def receive() -> Any:
                return next(messages)

            async def send(message: Any) -> None:
                said.append(message["type"])

            guard = GuardedApplication(
                lambda environ, start: [], threads=1, admin_path="/admin/", slow_paths=asgi.SLOW_PATHS,
                sign_in_paths=(), upload_bytes=1, may_upload=lambda environ: False, beside=Beside(),
            )  # fmt: skip
            await guard({"type": "lifespan"}, receive, send)

        asyncio.run(serve())
        self.assertEqual(said, ["begin", "lifespan.startup.complete", "end", "lifespan.shutdown.complete"])

    def test_the_server_counts_with_the_counter_of_its_process(self) -> None:
        self.assertIs(asgi.application.beside, counter)
