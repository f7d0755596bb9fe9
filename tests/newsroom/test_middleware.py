"""Middleware: hosts, browser caches, errors."""

from unittest import mock

from django.contrib.auth import get_user_model
from django.test import override_settings
from django.urls import get_resolver

from articles.actions import publishing
from newsroom.publications.models import Host
from tests.base import NewsroomTestCase
from tests.factories import make_article


@override_settings(ALLOWED_HOSTS=["*"])
class HostTests(NewsroomTestCase):
    def test_it_shows_each_site_at_its_own_domain(self) -> None:
        make_article(self.kg, "Chez KultureGeek")
        self.assertContains(self.read("/"), "Chez KultureGeek")
        self.assertNotContains(self.read("/", self.ia), "Chez KultureGeek")

    def test_it_shows_nobodys_page_at_an_unknown_host(self) -> None:
        answer = self.client.get("/", headers={"host": "elsewhere.example"})
        self.assertEqual(answer.status_code, 404)
        self.assertNotContains(answer, "KultureGeek", status_code=404)

    def test_it_ignores_case_port_and_a_final_dot(self) -> None:
        for host in ("KULTUREGEEK.localhost", "kulturegeek.localhost:8000", "kulturegeek.localhost."):
            self.assertContains(self.client.get("/", headers={"host": host}), "KultureGeek", msg_prefix=host)

    def test_it_sends_readers_of_an_alias_on_to_the_main_domain(self) -> None:
        Host.objects.create(publication=self.kg, domain="www.kulturegeek.localhost")
        answer = self.client.get("/tag/x/?a=1", headers={"host": "www.kulturegeek.localhost"})
        self.assertEqual((answer.status_code, answer["Location"]), (301, f"{self.kg.origin}/tag/x/?a=1"))

    def test_it_serves_an_alias_that_does_not_redirect_and_names_the_canonical_address(self) -> None:
        Host.objects.create(publication=self.kg, domain="localhost", redirects=False)
        page = self.client.get("/", headers={"host": "localhost"})
        self.assertContains(page, f'<link rel="canonical" href="{self.kg.origin}/">', html=True)

    def test_it_opens_the_desk_on_its_one_host_only(self) -> None:
        self.assertContains(self.client.get("/admin/login/", headers={"host": "localhost"}), 'name="password"')
        self.assertEqual(self.read("/admin/login/").status_code, 404)
        self.assertEqual(self.client.get("/admin/", headers={"host": "elsewhere.example"}).status_code, 404)

    def test_it_says_it_is_well_before_any_host_is_known(self) -> None:
        self.assertEqual(self.client.get("/healthz", headers={"host": "10.0.0.9"}).content, b"ok\n")


class MethodTests(NewsroomTestCase):
    def test_it_answers_405_to_what_no_page_does(self) -> None:
        article = make_article(self.kg)
        for path in ("/", article.path, "/feed/", "/sitemap.xml", "/robots.txt", f"/c/article/{article.pk}/", "/rien/"):
            for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "PROPFIND"):
                answer = self.client.generic(method, path, headers={"host": self.kg.domain})
                self.assertEqual((answer.status_code, answer["Allow"]), (405, "GET, HEAD, POST"), f"{method} {path}")
        answer = self.client.trace("/admin/login/", headers={"host": "localhost"})
        self.assertEqual(answer.status_code, 405)

    def test_it_takes_posts_where_readers_send_something_and_nowhere_else(self) -> None:
        """Each route of readers by its view: what can change a row is named here."""
        article = make_article(self.kg)
        for path in ("/", article.path, "/feed/", "/sitemap.xml", "/robots.txt", "/c/token/", "/rien/", "/archives/"):
            answer = self.client.post(path, headers={"host": self.kg.domain})
            self.assertEqual((answer.status_code, answer["Allow"]), (405, "GET, HEAD"), path)
        patterns = [pattern for pattern in get_resolver().url_patterns if not str(pattern.pattern).startswith("admin/")]
        views = {view.callback for pattern in patterns for view in getattr(pattern, "url_patterns", [pattern])}
        taking = {view.__name__ for view in views if getattr(view, "takes_post", False)}
        self.assertEqual(
            taking, {"of_article", "at_old_address", "own", "report", "mails", "contact", "product", "alert"}
        )


class BrowserCacheTests(NewsroomTestCase):
    def test_it_has_browsers_ask_again_even_for_what_is_gone_or_moved(self) -> None:
        gone = publishing.withdraw(make_article(self.kg), by=self.thomas, notice="Une erreur.")
        moved = make_article(self.kg, "Ailleurs")
        for path, status in (("/", 200), (gone.path, 410), (moved.path.upper(), 301), ("/rien/", 404)):
            answer = self.read(path)
            self.assertEqual((answer.status_code, answer["Cache-Control"]), (status, "no-cache"), path)


class DeskErrorTests(NewsroomTestCase):
    def test_it_refuses_in_words_and_shows_the_way_back(self) -> None:
        self.at_desk(self.camille)
        for path, status in (("/admin/auth/user/", 403), ("/admin/nothing/", 404)):
            answer = self.client.get(path)
            self.assertContains(answer, "À la rédaction", status_code=status)

    def test_it_lets_a_newcomer_in(self) -> None:
        self.at_desk(self.alix)
        password = "une longue phrase de passe"
        self.client.post("/admin/auth/user/add/", {
            "username": "nouvelle", "usable_password": "true", "password1": password, "password2": password,
                "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
                "memberships-0-publication": self.kg.pk, "memberships-0-role": "writer",
        })  # fmt: skip
        newcomer = get_user_model().objects.get(username="nouvelle")
        self.assertTrue(newcomer.is_staff)
        self.assertEqual([m.publication for m in newcomer.memberships.all()], [self.kg])


class ErrorPageTests(NewsroomTestCase):
    def test_it_shows_the_publications_own_500_with_its_footer(self) -> None:
        make_article(self.kg, "Mentions légales", kind="page")
        self.client.raise_request_exception = False
        with mock.patch("articles.views.lists.home", side_effect=RuntimeError):
            answer = self.read("/")
        self.assertEqual(answer.status_code, 500)
        self.assertIn("/mentions-legales/", answer.content.decode())

    def test_it_has_a_few_words_where_even_that_fails(self) -> None:
        self.client.raise_request_exception = False
        with (
            mock.patch("articles.views.lists.home", side_effect=RuntimeError),
            mock.patch("articles.presentation.menu.footer_pages", side_effect=RuntimeError),
        ):
            answer = self.read("/")
        self.assertEqual((answer.status_code, answer["Content-Type"]), (500, "text/plain"))

    def test_it_answers_hostile_paths_with_404_and_ignores_an_id_that_is_none(self) -> None:
        hostile = (
            "/%00/",
            "/" + "a" * 3000 + "/",
            "/..%2fetc/passwd",
            "/%ff%fe/",
            "/media/renditions/../../x",
        )
        for path in hostile:
            answer = self.read(path)
            self.assertEqual(answer.status_code, 404, path)
            self.assertNotIn(b"root:", answer.content, path)
        self.assertContains(self.read("/?p=" + "9" * 40), f'rel="canonical" href="{self.kg.origin}/"')
