"""Which requests are answered from the page cache, and that nothing of one reader's gets into what others are given."""

import asyncio
import datetime as dt
import re
import time
from typing import Any
from unittest import mock

import brotli
import time_machine
from django.db import OperationalError
from django.test import TestCase
from django.utils import timezone

from articles.actions import preview_links, publishing
from newsroom.pagecache.cache import MAX_SECONDS
from newsroom.pagecache.outbox import News
from newsroom.pagecache.requests import MAKING_KEY
from newsroom.pagecache.serving import Pages
from newsroom.publications.parts import hosts
from newsroom.server.application import GuardedApplication
from newsroom.server.wsgi import Answer
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft
from tests.kept import HOST, KeptPages, Told, scope_of


class KeyTests(TestCase):
    def setUp(self) -> None:
        self.pages = Pages.over(Told(), max_bytes=10_000_000, bypass=("/admin/", "/static/"), shows_how=True)

    def test_what_is_one_page_has_one_key(self) -> None:
        key = self.pages.key_of(scope_of("/jeux/"))
        self.assertIsNotNone(key)
        for same in (
            scope_of("/jeux/", "utm_source=infolettre&utm_medium=mail"), scope_of("/jeux/", "fbclid=IwAR0"),
            scope_of("/jeux/", method="HEAD"), scope_of("/jeux/", cookie="a=b", user_agent="x", accept="*/*"),
            scope_of("/jeux/", x_forwarded_host="evil.example", x_original_url="/admin/", forwarded="host=evil"),
            scope_of("/jeux/", host="KultureGeek.localhost"), scope_of("/jeux/", content_length="0"),
            scope_of("/jeux/", host="kulturegeek.localhost:8000"), scope_of("/jeux/", host="kulturegeek.localhost.:80"),
        ):  # fmt: skip
            self.assertEqual(self.pages.key_of(same), key)

    def test_what_is_another_page_has_another(self) -> None:
        key = self.pages.key_of(scope_of("/jeux/"))
        for other in (
            scope_of("/jeux"), scope_of("/jeux/", host="iphoneaddict.localhost"),
            scope_of("/jeux/", x_forwarded_proto="https"),
        ):  # fmt: skip
            self.assertNotIn(self.pages.key_of(other), (key, None))

    def test_what_django_has_to_answer_has_none(self) -> None:
        for scope in (
            scope_of(method="POST"), scope_of(method="OPTIONS"), scope_of("/admin/"), scope_of("/static/css/site.css"),
            scope_of(query="after=20250210T103000.000000-42"), scope_of(query="utm_source=a&after=b"),
            scope_of(query="q=iphone"), scope_of(query="utm_source=" + "a" * 3_000), scope_of(query="%00"),
            scope_of(authorization="Basic eA=="), scope_of(range="bytes=0-9"), scope_of(content_length="3"),
            scope_of(transfer_encoding="chunked"), {**scope_of(), "headers": []}, scope_of(x_forwarded_proto="ftp1"),
            scope_of(host="[::1]:8000"), scope_of(host="a b"), scope_of(host=""), scope_of(host="a/../b"),
            {**scope_of(), "headers": [(b"host", HOST), (b"host", b"evil.example")]},
        ):  # fmt: skip
            self.assertIsNone(self.pages.key_of(scope), scope)


class AnswerTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_article(self.kg, "Un casque qui voit loin")
        self.kept = KeptPages()
        self.ask, self.pages = self.kept.ask, self.kept.pages

    def test_a_page_is_rendered_once_for_all_who_ask(self) -> None:
        first = self.ask(self.article.path)
        for options in ({}, {"cookie": "sessionid=x"}, {"accept_language": "de"}, {"user_agent": "robot"}):
            again = self.ask(self.article.path, **options)
            self.assertEqual((again.status, again.body), (200, first.body))
            self.assertEqual(dict(again.headers)[b"x-page"], b"hit")
        self.assertEqual(self.kept.rendered, [self.article.path])
        self.assertIn("Un casque qui voit loin", first.body.decode())

    def test_nothing_that_a_client_sends_gets_into_the_page(self) -> None:
        page = self.ask(
            self.article.path, "utm_source=EVIL", x_forwarded_host="evil.example", referer="http://evil.example/",
            accept="application/json", accept_language="EVIL", cookie="EVIL=1", user_agent="EVIL",
        )  # fmt: skip
        self.assertEqual(page.status, 200)
        self.assertNotIn(b"evil", page.body.lower())
        self.assertEqual(page.body, self.ask(self.article.path).body)

    def test_head_has_the_headers_of_the_page(self) -> None:
        page, head = self.ask(), self.ask(method="HEAD")
        self.assertEqual((head.status, head.body), (200, b""))
        self.assertEqual(dict(head.headers)[b"content-length"], str(len(page.body)).encode())

    def test_a_redirect_keeps_its_query_and_is_not_stored(self) -> None:
        path = self.article.path.rstrip("/")
        answer = self.ask(path, "utm_source=infolettre")
        self.assertEqual(answer.status, 301)
        self.assertTrue(dict(answer.headers)[b"location"].endswith(b"/?utm_source=infolettre"))
        self.assertEqual(self.kept.kept(), [])

    def test_what_is_not_there_is_rendered_once_for_who_asks(self) -> None:
        for path, status in (("/nowhere/", 404), (self.article.path.rstrip("/"), 301)):
            self.kept.rendered.clear()
            self.assertEqual(self.ask(path).status, status)
            self.assertEqual(self.kept.rendered, [path])

    def test_what_is_not_there_and_what_is_somebodys_own_is_not_stored(self) -> None:
        self.assertEqual(self.ask("/nowhere/").status, 404)
        for _time in range(2):
            token = self.ask("/c/token/") if self.pages.key_of(scope_of("/c/token/")) else None
            if token:
                self.assertIn(b"no-store", dict(token.headers)[b"cache-control"])
        self.assertIsNone(self.pages.key_of(scope_of("/c/token/")), "it is remembered that it is personal")
        self.assertEqual(self.kept.kept(), [])

    def test_a_host_that_is_nobodys_fills_nothing(self) -> None:
        for n in range(3):
            self.assertEqual(self.ask(host=f"evil{n}.localhost").status, 404)
        self.assertEqual([key[0] for key in self.pages.cache.store.slots], [hosts])

    def test_a_withdrawn_article_is_not_kept(self) -> None:
        publishing.withdraw(self.article, by=self.thomas, notice="Retiré.")
        self.assertEqual(self.ask(self.article.path).status, 410)
        self.assertEqual(self.kept.kept(), [])

    def test_every_kind_of_page_for_all_is_stored(self) -> None:
        for path in ("/", "/feed/", "/sitemap.xml", "/robots.txt", self.article.path, "/science-espace/"):
            with self.subTest(path):
                self.assertEqual(self.ask(path).status, 200)
                self.assertEqual(dict(self.ask(path).headers)[b"x-page"], b"hit")

    def test_a_preview_is_kept_for_nobody(self) -> None:
        draft, until = make_draft(self.kg, "Un secret"), timezone.now() + dt.timedelta(days=1)
        link = preview_links.share(draft, 1, by=self.ines, for_whom="Le studio", until=until)
        path = link.url.removeprefix(self.kg.origin)
        for _time in range(2):
            if self.pages.key_of(scope_of(path)):
                self.assertIn("Un secret", self.ask(path).body.decode())
        self.assertEqual(self.kept.kept(), [])

    def test_a_page_that_names_no_moment_ends_after_a_minute_and_one_that_does_is_kept(self) -> None:
        with time_machine.travel("2031-11-30 12:00:00", tick=False) as clock:
            for path in ("/sitemap-news.xml", self.article.path, "/"):
                self.ask(path)
            clock.shift(MAX_SECONDS - 1)
            self.assertEqual(self.kept.how("/sitemap-news.xml"), "hit")
            clock.shift(1)
            self.assertEqual(self.kept.how("/sitemap-news.xml"), "rendered")
            clock.shift(86_400)
            self.assertEqual([self.kept.how(path) for path in (self.article.path, "/")], ["hit", "hit"])

    def test_a_page_that_is_asked_for_again_is_compressed_well_once(self) -> None:
        key = self.pages.key_of(scope_of())
        assert key is not None
        quick = self.ask(accept_encoding="br")
        entry = self.pages.get(key)
        assert entry is not None
        improve = self.pages.improvement(key, entry)
        assert improve is not None
        self.assertIsNone(self.pages.improvement(key, entry), "a thread is about to")
        improve()
        good = self.ask(accept_encoding="br")
        self.assertLess(len(good.body), len(quick.body))
        self.assertEqual(brotli.decompress(good.body), brotli.decompress(quick.body))
        self.assertIsNone(self.pages.improvement(key, self.pages.get(key)))
        self.assertEqual(
            self.ask(accept_encoding="br", if_none_match=dict(quick.headers)[b"etag"].decode()).status, 304
        )

    def test_what_was_purged_while_it_was_compressed_does_not_come_back(self) -> None:
        key = self.pages.key_of(scope_of())
        assert key is not None
        self.ask()
        improve = self.pages.improvement(key, self.pages.get(key))
        assert improve is not None
        self.kept.outbox.next = News([(self.kg.cache_tag, 0.0)])
        self.assertIsNone(self.pages.get(key))
        improve()
        self.assertIsNone(self.pages.get(key))


class DownTests(TestCase):
    def test_a_page_outlives_its_database_for_a_while_and_says_so(self) -> None:
        outbox, down = Told(), list[bool]()
        pages = Pages.over(outbox, max_bytes=10_000_000, bypass=(), shows_how=False, stale_if_down=300, down=str.encode)

        def render(environ: dict[str, Any]) -> Answer:
            if down:
                return Answer(500, [(b"content-type", b"text/plain")], b"Something went wrong.")
            environ[MAKING_KEY].tag("article:1")
            return Answer(200, [(b"content-type", b"text/html")], b"Bonjour.")

        def ask(path: str = "/") -> tuple[int, bytes, bytes | None]:
            scope = scope_of(path)
            key = pages.key_of(scope)
            assert key is not None
            made: Any = pages.get(key) or pages.made(key, scope, render)
            answer = made if isinstance(made, Answer) else pages.answer(made, scope, how=b"hit")
            return answer.status, answer.body, dict(answer.headers).get(b"x-page")

        def news(*, waits: bool = True) -> None:
            raise OperationalError("the server closed the connection")

        with time_machine.travel("2031-11-30 12:00:00", tick=False) as clock:
            self.assertEqual(ask(), (200, b"Bonjour.", None))
            down.append(True)
            with mock.patch.object(outbox, "news", news), self.assertLogs("newsroom.pagecache.cache"):
                clock.shift(299)  # longer than a page is kept while its truth can be told
                self.assertEqual(ask(), (200, b"Bonjour.", b"stale"))
                self.assertEqual(ask("/jamais-lue/"), (503, HOST, None))
                clock.shift(1)
                self.assertEqual(ask(), (503, HOST, None))
            down.clear()
            self.assertEqual(ask(), (200, b"Bonjour.", None))


class GuardedTests(TestCase):
    def setUp(self) -> None:
        self.rendered: list[str] = []
        self.pause, self.is_for_all, self.body = 0.0, True, b"Bonjour."
        self.guarded = GuardedApplication(
            self.application, threads=2, admin_path="/admin/", slow_paths=re.compile("x"), sign_in_paths=(),
            upload_bytes=0, may_upload=lambda _environ: False,
            pages=Pages.over(Told(), max_bytes=10_000_000, bypass=(), shows_how=True),
        )  # fmt: skip

    def application(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.rendered.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/slow/":
            time.sleep(self.pause)
        if MAKING_KEY in environ:
            environ[MAKING_KEY].tag("article:1")
        control = ("Cache-Control", "no-cache" if self.is_for_all else "private")
        start_response("200 OK", [("Content-Type", "text/html"), ("Vary", "Accept-Encoding"), control])
        return [self.body]

    async def ask(self, path: str = "/") -> bytes | None:
        """Return how the page was made."""
        sent: list[dict[str, Any]] = []

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b""}

        await self.guarded(scope_of(path), receive, send)
        start, body = sent
        self.assertEqual((start["status"], body["body"]), (200, self.body))
        return dict(start["headers"]).get(b"x-page")

    def test_a_page_that_is_stored_takes_no_thread_and_no_query(self) -> None:
        async def twice() -> list[bytes | None]:
            return [await self.ask(), await self.ask()]

        with self.assertNumQueries(0):
            self.assertEqual(asyncio.run(twice()), [b"rendered", b"hit"])
        self.assertEqual(self.rendered, ["/"])

    def test_a_page_that_is_stored_is_answered_before_anything_is_awaited(self) -> None:
        async def requests() -> None:
            await self.ask()
            await self.ask()

        asyncio.run(requests())
        for _time in range(3):
            with self.assertRaises(StopIteration) as ended:  # by the first step, and outside any event loop
                self.ask().send(None)
            self.assertEqual(ended.exception.value, b"hit")
        self.assertIsNone(self.ask("/other/").send(None), "it goes on in the event loop")

    def test_what_is_ready_is_as_true_as_what_is_made_for_each(self) -> None:
        self.body = b"<p>Un paragraphe.</p>" * 100
        pages, scope = self.guarded.pages, scope_of(accept_encoding="gzip")
        key = pages.key_of(scope)
        self.assertIsNone(pages.hit(scope), "it is not there")
        asyncio.run(self.ask())
        self.assertIsNone(pages.hit(scope), "it is to be compressed well first")
        pages.improvement(key, pages.get(key))()
        self.assertIsNone(pages.hit(scope), "not in this encoding yet")
        answer = pages.answer(pages.get(key), scope, how=b"hit")
        for _time in range(2):
            self.assertEqual(pages.hit(scope), answer)
        self.assertIsNone(pages.hit(scope_of()), "no other encoding")
        head = pages.hit(scope_of(accept_encoding="gzip", method="HEAD"))
        self.assertEqual((head.headers, head.body), (answer.headers, b""))
        etag = dict(answer.headers)[b"etag"].decode()
        held = pages.hit(scope_of(accept_encoding="gzip", if_none_match=etag))
        self.assertEqual((held.status, held.body), (304, b""))
        for other in ({"authorization": "Basic eA=="}, {"range": "bytes=0-9"}, {"host": "evil.example"}):
            self.assertIsNone(pages.hit(scope_of(accept_encoding="gzip", **other)), other)
        self.assertIsNone(pages.hit(scope_of(query="q=a", accept_encoding="gzip")))
        self.assertEqual(pages.hit(scope_of(query="utm_source=a", accept_encoding="gzip")), answer)
        pages.cache.outbox.next = News([("article:1", time.time())])
        self.assertIsNone(pages.hit(scope), "it was purged")

    def test_a_page_that_is_asked_for_again_is_compressed_well_by_a_thread(self) -> None:
        self.body = b"<p>Un paragraphe.</p>" * 100
        pages, key = self.guarded.pages, self.guarded.pages.key_of(scope_of())

        async def until_it_is_good() -> None:
            await self.ask()
            self.assertFalse(pages.get(key).is_good)
            await self.ask()
            for _time in range(400):
                if pages.get(key).is_good:
                    return
                await asyncio.sleep(0.01)

        asyncio.run(until_it_is_good())
        self.assertTrue(pages.get(key).is_good)
        self.assertEqual(self.rendered, ["/"])

    def test_a_cold_page_is_rendered_once_however_many_ask_and_holds_no_other(self) -> None:
        self.pause = 0.4

        async def crowd() -> float:
            many = [asyncio.create_task(self.ask("/slow/")) for _n in range(60)]
            await asyncio.sleep(0.05)
            many += [asyncio.create_task(self.ask("/slow/")) for _n in range(60)]
            began = time.monotonic()
            await self.ask("/quick/")
            took = time.monotonic() - began
            await asyncio.gather(*many)
            return took

        self.assertLess(asyncio.run(crowd()), 0.3)
        self.assertEqual(sorted(self.rendered), ["/quick/", "/slow/"])

    def test_what_is_not_for_all_is_rendered_for_each(self) -> None:
        self.pause, self.is_for_all = 0.05, False

        async def three() -> None:
            await asyncio.gather(*(self.ask("/slow/") for _n in range(3)))

        asyncio.run(three())
        self.assertGreaterEqual(len(self.rendered), 3)
        self.assertEqual(self.guarded.rendering, {})
