"""verify_retraction: asked of a real server, with what a cache kept too long among what it must find."""

import io
import threading
from typing import Any
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.test import LiveServerTestCase, override_settings

from articles.actions import fronts, publishing
from articles.models import Address, Article, CardStrip
from articles.presentation import retraction
from articles.views.lists import FRONT_PAGE_SIZE
from newsroom.publications.models import Host, Publication
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_section, make_tags, map_of
from tests.pages import cards_in


def never_left() -> Any:
    """While it lasts the command alone takes every article for gone: the site shows them, as a stale cache does."""
    is_live, command = Article.is_live, threading.current_thread()
    return patch.object(
        Article, "is_live", lambda row, now: threading.current_thread() is not command and is_live(row, now)
    )


@override_settings(DESK_HOST="localhost")
class VerifyRetractionTests(LiveServerTestCase):
    kg: Publication
    ia: Publication
    person = staticmethod(NewsroomTestCase.person)

    def setUp(self) -> None:
        NewsroomTestCase.setUpTestData.__func__(type(self))  # type: ignore[attr-defined]
        self.via = self.live_server_url.removeprefix("http://")
        self.article = make_article(
            self.kg, "Un casque & plus", tags=make_tags("Essonne"), authors=(make_author("Camille Roussel"),)
        )
        make_article(self.kg, "Un voisin", tags=make_tags("Essonne"))
        publishing.place(self.article, on=self.ia, by=SYSTEM)

    def run_it(self, article: Article | None = None) -> str:
        out = io.StringIO()
        call_command("verify_retraction", (article or self.article).pk, via=self.via, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def withdraw(self) -> None:
        self.article = publishing.withdraw(self.article, by=SYSTEM, notice="Retiré.")

    def test_it_finds_nothing_of_what_is_gone(self) -> None:
        self.withdraw()
        self.assertIn("Gone: none of", self.run_it())

    def test_it_asks_every_place_that_could_show_it(self) -> None:
        fronts.subscribe(self.ia, self.kg, by=SYSTEM)
        self.withdraw()
        asked = set(retraction.addresses(self.article))
        for url in (
            self.article.get_absolute_url(), f"{self.kg.origin}/", f"{self.ia.origin}/", f"{self.ia.origin}/feed/json/",
            f"{self.kg.origin}/science-espace/feed/", f"{self.kg.origin}/tag/essonne/feed/atom/",
            f"{self.kg.origin}/auteur/camille-roussel/", f"{self.kg.origin}{map_of(self.article)}",
            f"{self.kg.origin}/sitemap-news.xml", f"{self.kg.origin}/science-espace/un-voisin/",
        ):  # fmt: skip
            self.assertIn(url, asked)

    def test_it_asks_the_pages_whose_strips_could_hold_it(self) -> None:
        third = Publication.objects.create(name="Troisième", domain="troisieme.localhost", position=3)
        section = make_section(third, "Tout", "tout")
        neighbour = make_article(third, "Chez eux", section=section)
        self.withdraw()
        self.assertNotIn(f"{third.origin}/", set(retraction.addresses(self.article)))
        picked = {"source": "picked", "article_ids": [self.article.pk]}
        for fields in ({"source_publication": self.kg}, picked, {"source": "most_read"}):
            for area, path in (("home", "/"), ("section", "/tout/"), ("after", neighbour.path)):
                strip = fronts.save_strip(CardStrip(publication=third, title="x", area=area, **fields), by=SYSTEM)
                with self.subTest(area, **fields):
                    self.assertIn(third.origin + path, set(retraction.addresses(self.article)))
                strip.delete()

    def test_it_ends_with_one_and_the_list_of_what_still_shows_it(self) -> None:
        self.withdraw()
        with never_left():
            Article.objects.filter(pk=self.article.pk).update(withdrawn_at=None)
            self.article.placements.update(withdrawn_at=None)
            out = io.StringIO()
            with self.assertRaises(CommandError) as caught:
                call_command("verify_retraction", self.article.pk, via=self.via, stdout=out, stderr=io.StringIO())
        self.assertEqual(caught.exception.returncode, 1)
        output = out.getvalue()
        for url in (f"{self.kg.origin}/ ", f"{self.ia.origin}/feed/ ", f"{self.kg.origin}{map_of(self.article)} "):
            self.assertIn(url, output)

    def test_a_site_that_does_not_answer_proves_nothing(self) -> None:
        self.withdraw()
        self.via = "127.0.0.1:9"
        with self.assertRaises(CommandError):
            self.run_it()

    def test_it_refuses_an_article_that_readers_have_and_one_that_never_was(self) -> None:
        for article in (self.article, Article(pk=999_999)):
            with self.assertRaises(CommandError):
                self.run_it(article)

    def test_it_names_no_innocent_page(self) -> None:
        other = make_article(self.kg, "Un autre")
        Article.objects.filter(pk=self.article.pk).update(withdrawn_at=self.article.published_at)
        marks = [f"article-{self.article.pk}", self.article.path]
        page = f"article-{self.article.pk}{other.pk} {self.article.path}autre"
        self.assertFalse(any(retraction._is_in(mark, page) for mark in marks))
        for mark in marks:
            self.assertTrue(retraction._is_in(mark, f'"https://kg.example{mark}"' if mark[0] == "/" else f":{mark}<"))
        short = make_article(self.kg, "Apple")
        self.assertNotIn("Apple", retraction.identifying_marks(short))

    def test_it_looks_on_where_the_article_stood(self) -> None:
        articles = [make_article(self.kg, f"Histoire {n}") for n in range(60)]
        first = articles[0]
        home = self.client.get("/", headers={"host": self.kg.domain})
        self.assertNotIn(first.path, [card.url for card in cards_in(home)])
        self.assertEqual(len(cards_in(home)), FRONT_PAGE_SIZE)
        publishing.withdraw(first, by=SYSTEM, notice="Retiré.")
        with never_left():
            Article.objects.filter(pk=first.pk).update(withdrawn_at=None)
            first.placements.update(withdrawn_at=None)
            out = io.StringIO()
            with self.assertRaises(CommandError):
                call_command("verify_retraction", first.pk, via=self.via, stdout=out, stderr=io.StringIO())
        self.assertRegex(out.getvalue(), rf"{self.kg.origin}/\?after=\S+  shows")

    def test_it_asks_other_domains_and_addresses_of_any_letters(self) -> None:
        Host.objects.create(publication=self.kg, domain="kg.localhost", redirects=False)
        Host.objects.create(publication=self.kg, domain="old.localhost", redirects=True)
        Address.objects.create(publication=self.kg, path="/2019/10/réalité/", article=self.article, canonical=False)
        self.withdraw()
        asked = set(retraction.addresses(self.article))
        alias = self.kg.origin.replace("kulturegeek.localhost", "kg.localhost")
        self.assertIn(f"{alias}{self.article.path}", asked)
        self.assertFalse([url for url in asked if "old.localhost" in url])
        self.assertIn("Gone: none of", self.run_it())
