"""A site without a legal notice is held back, alone; the rest of the install goes on."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.test import RequestFactory, TestCase, override_settings

from articles.actions import publishing
from newsroom.pagecache.parts import Making, Reading
from newsroom.publications.models import Publication
from newsroom.publications.opening import hold_back
from tests.base import NewsroomTestCase
from tests.factories import make_article


@override_settings(PLAYGROUND=False)
class HoldBackTests(NewsroomTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.ask_site = hold_back(lambda request: HttpResponse("a page"))

    def ask(self, publication: Publication | None, path: str = "/") -> Any:
        request: Any = RequestFactory().get(path)
        request.publication, request.page = publication, Making(Reading())
        return self.ask_site(request)

    def test_it_says_in_words_that_a_site_is_not_open_and_opens_it_with_its_legal_notice(self) -> None:
        answer = self.ask(self.kg)
        self.assertEqual((answer.status_code, answer["Cache-Control"]), (503, "no-store"))
        self.assertGreater(int(answer["Retry-After"]), 0)
        for words in ("KultureGeek", "ouvre bientôt"):
            self.assertIn(words, answer.content.decode())
        make_article(self.kg, "Mentions légales", kind="page")
        self.assertEqual(self.ask(self.kg).content, b"a page")
        self.assertEqual(self.ask(self.ia).status_code, 503)

    def test_it_asks_no_more_about_a_site_that_was_open_once(self) -> None:
        notice = make_article(self.kg, "Mentions légales", kind="page")
        with self.assertNumQueries(1):
            self.ask(self.kg)
        publishing.withdraw(notice, by=self.thomas, notice="Une erreur.")
        with self.assertNumQueries(0):
            self.assertEqual(self.ask(self.kg).content, b"a page")

    def test_it_holds_back_neither_the_desk_nor_the_colours_of_its_own_page(self) -> None:
        self.assertEqual(self.ask(None, "/admin/").content, b"a page")
        self.assertEqual(self.ask(self.kg, self.kg.face_path).content, b"a page")

    def test_it_leaves_demo_and_debug_alone(self) -> None:
        with override_settings(PLAYGROUND=True), self.assertRaises(MiddlewareNotUsed):
            hold_back(lambda request: HttpResponse())


class FirstDayTests(TestCase):
    def test_whoever_runs_the_install_is_led_to_its_first_publication(self) -> None:
        self.client.force_login(get_user_model().objects.create_superuser("alix", password="correct horse"))
        page = self.client.get("/admin/", headers={"host": settings.DESK_HOST})
        self.assertContains(page, "/admin/publications/publication/add/")
        self.assertNotContains(page, "demandez")
