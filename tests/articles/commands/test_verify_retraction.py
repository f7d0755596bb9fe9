"""verify_retraction: asked of a real server, with what a cache kept too long among what it must find."""

import io
from unittest.mock import patch

from django.core.management import CommandError, call_command
from django.test import LiveServerTestCase, override_settings

from articles import fronts, publishing, retraction
from articles.models import Article, Strip
from newsroom.publications.models import Publication
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_section, make_story, make_tags


@override_settings(DESK_HOST="localhost")
class VerifyRetractionTests(LiveServerTestCase):
    kg: Publication
    ia: Publication
    person = staticmethod(NewsroomTestCase.person)

    def setUp(self) -> None:
        NewsroomTestCase.setUpTestData.__func__(type(self))  # type: ignore[attr-defined]
        self.via = self.live_server_url.removeprefix("http://")
        self.story = make_story(
            self.kg, "Un casque & plus", tags=make_tags("Essonne"), authors=(make_author("Camille Roussel"),)
        )
        make_story(self.kg, "Un voisin", tags=make_tags("Essonne"))
        publishing.place(self.story, on=self.ia, by=None)

    def run_it(self, story: Article | None = None) -> str:
        out = io.StringIO()
        call_command("verify_retraction", (story or self.story).pk, via=self.via, stdout=out, stderr=io.StringIO())
        return out.getvalue()

    def withdraw(self) -> None:
        self.story = publishing.withdraw(self.story, by=None, notice="Retiré.")

    def test_it_finds_nothing_of_what_is_gone(self) -> None:
        self.withdraw()
        self.assertIn("Gone: none of", self.run_it())

    def test_it_asks_every_place_that_could_show_it(self) -> None:
        fronts.take(self.ia, self.kg, by=None)
        self.withdraw()
        asked = set(retraction.addresses(self.story))
        for url in (
            self.story.get_absolute_url(), f"{self.kg.origin}/", f"{self.ia.origin}/", f"{self.ia.origin}/feed/json/",
            f"{self.kg.origin}/science-espace/feed/", f"{self.kg.origin}/tag/essonne/feed/atom/",
            f"{self.kg.origin}/auteur/camille-roussel/", f"{self.kg.origin}/sitemap-0.xml",
            f"{self.kg.origin}/sitemap-news.xml", f"{self.kg.origin}/science-espace/un-voisin/",
        ):  # fmt: skip
            self.assertIn(url, asked)

    def test_it_asks_the_pages_whose_strips_could_hold_it(self) -> None:
        third = Publication.objects.create(name="Troisième", domain="troisieme.localhost", position=3)
        section = make_section(third, "Tout", "tout")
        neighbour = make_story(third, "Chez eux", section=section)
        self.withdraw()
        self.assertNotIn(f"{third.origin}/", set(retraction.addresses(self.story)))
        for fields in ({"of": self.kg}, {"source": "picked", "story_ids": [self.story.pk]}):
            for place, path in (("home", "/"), ("section", "/tout/"), ("after", neighbour.path)):
                strip = fronts.save_strip(Strip(publication=third, title="x", place=place, **fields), by=None)
                with self.subTest(place, **fields):
                    self.assertIn(third.origin + path, set(retraction.addresses(self.story)))
                strip.delete()

    def test_it_ends_with_one_and_the_list_of_what_still_shows_it(self) -> None:
        self.withdraw()
        with patch.object(Article, "is_live", lambda *_: False):  # a story that never left: as a stale cache shows one
            Article.objects.filter(pk=self.story.pk).update(withdrawn_at=None)
            self.story.placements.update(withdrawn_at=None)
            out = io.StringIO()
            with self.assertRaises(CommandError) as caught:
                call_command("verify_retraction", self.story.pk, via=self.via, stdout=out, stderr=io.StringIO())
        self.assertEqual(caught.exception.returncode, 1)
        told = out.getvalue()
        for url in (f"{self.kg.origin}/ ", f"{self.ia.origin}/feed/ ", f"{self.kg.origin}/sitemap-0.xml "):
            self.assertIn(url, told)

    def test_a_site_that_does_not_answer_proves_nothing(self) -> None:
        self.withdraw()
        self.via = "127.0.0.1:9"
        with self.assertRaises(CommandError):
            self.run_it()

    def test_it_refuses_a_story_that_readers_have_and_one_that_never_was(self) -> None:
        for story in (self.story, Article(pk=999_999)):
            with self.assertRaises(CommandError):
                self.run_it(story)
