"""Addresses as people type them: each leads to the one address by one redirect; what is not there is 404 at once."""

import unicodedata
from typing import Any
from urllib.parse import unquote

from articles.actions import addresses, taxonomy
from articles.views.pages import WORDPRESS_NAMES
from comments.models import Comment
from newsroom.publications.models import Publication
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_tags


class TypedTestCase(NewsroomTestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.article = make_article(
            cls.kg, "Un robot", tags=make_tags("Logiciel libre"), authors=(make_author("Sarah Nguyen"),)
        )

    def read(self, path: str, publication: Publication | None = None, **extra: Any) -> Any:
        if path.startswith("//"):  # which Django's client takes for a host
            path, extra = "/", {"PATH_INFO": unquote(path), **extra}
        return super().read(path, publication, **extra)

    def assertLeads(self, path: str, to: str, publication: Publication | None = None, **extra: Any) -> None:
        page = self.read(path, publication, **extra)
        self.assertEqual((page.status_code, page.headers.get("Location")), (301, to), path)


class SpellingsTests(TypedTestCase):
    def test_it_leads_from_an_address_without_its_last_slash_whatever_page_it_is(self) -> None:
        for path in (
            "/tag/logiciel-libre/", "/auteur/sarah-nguyen/", "/archives/", "/archives/2025/02/", "/rectificatifs/",
            "/feed/", "/feed/json/", "/tag/logiciel-libre/feed/", "/auteur/sarah-nguyen/feed/atom/",
            "/science-espace/feed/", "/science-espace/", self.article.path, f"/c/article/{self.article.pk}/",
        ):  # fmt: skip
            with self.subTest(path=path):
                self.assertLeads(path.rstrip("/"), path)

    def test_it_leads_from_every_way_in_which_an_address_is_mistyped(self) -> None:
        tag = "/tag/logiciel-libre/"
        for path in (
            "/tag/Logiciel-Libre/", "/TAG/LOGICIEL-LIBRE", "//tag/logiciel-libre/", "/tag//logiciel-libre//",
            "/index.php/tag/logiciel-libre/", "/tag/logiciel-libre/index.php", "/tag/logiciel-libre/index.html",
            "/tag/logiciel-libre/.", "/tag/logiciel-libre),", "/tag/logiciel-libre/%C2%BB", "/tag/logiciel-libre%22",
            "/tag/logiciel-libre%3E", "/tag/logiciel-libre/%E2%80%9D", "/t%61g/logiciel%2dlibre",
            "/tag/logiciel%2Dlibre", "/tag/%256Cogiciel-libre/", "/tag/logiciel-libre/%20",
        ):  # fmt: skip
            with self.subTest(path=path):
                self.assertLeads(path, tag)
        for path in (f"{self.article.path}.", f"{self.article.path[:-1]})", f"/index.php{self.article.path}"):
            with self.subTest(path=path):
                self.assertLeads(path, self.article.path)
        for path in ("/Robots.txt", "/robots.txt/", "//robots.txt", "/robots.txt."):
            self.assertLeads(path, "/robots.txt")
        for path in ("/index.php", "/index.html", "/INDEX.PHP/", "/index.php/"):
            self.assertLeads(path, "/")

    def test_it_reads_an_old_address_in_either_case_of_its_bytes_and_either_form_of_its_accents(self) -> None:
        addresses.remember(self.kg, "/2019/été à la télé/", self.article)
        for accents in ("NFC", "NFD"):
            path = unicodedata.normalize(accents, "/2019/été à la télé/")
            self.assertLeads(path, self.article.path)
        self.assertLeads("/2019/%c3%a9t%c3%a9%20%C3%A0%20la%20t%C3%A9l%c3%a9", self.article.path)

    def test_it_leads_to_where_a_page_is_now_at_once(self) -> None:
        self.assertLeads("/Author/sarah-nguyen", "/auteur/sarah-nguyen/")
        self.assertLeads("/author/sarah-nguyen/feed", "/auteur/sarah-nguyen/feed/")
        self.assertLeads("/archives/2025/2", "/archives/2025/02/")

    def test_it_leads_to_the_feed_of_a_list_from_every_address_that_it_had(self) -> None:
        addresses.remember(self.kg, "/category/sciences/", self.science)
        for path, to in [
            ("/category/sciences/feed/", "/science-espace/feed/"),
            ("/category/sciences/feed", "/science-espace/feed/"),
            ("/category/sciences/feed/atom/", "/science-espace/feed/atom/"),
            ("/feed/rss2/", "/feed/"),
            ("/feed/rdf/", "/feed/"),
            ("/feed/rss", "/feed/"),
            ("/tag/logiciel-libre/feed/rss2/", "/tag/logiciel-libre/feed/"),
            ("/?feed=rss2", "/feed/"),
            ("/?feed=atom", "/feed/atom/"),
        ]:
            with self.subTest(path=path):
                self.assertLeads(path, to)
        self.assertEqual(self.read("/?feed=x/feed").status_code, 200)

    def test_it_keeps_the_query_that_a_reader_came_with(self) -> None:
        campaign = "utm_source=lettre&utm_medium=mail"
        addresses.remember(self.kg, "/?p=101", self.article)
        for path, to in [
            (f"/tag/logiciel-libre?{campaign}", "/tag/logiciel-libre/"),
            (f"/author/sarah-nguyen/?{campaign}", "/auteur/sarah-nguyen/"),
            (f"{self.article.path[:-1]}?{campaign}", self.article.path),
            (f"/?p=101&{campaign}", self.article.path),
            (f"/index.php?p=101&{campaign}", self.article.path),
            (f"/archives?{campaign}", "/archives/"),
            (f"/science-espace?{campaign}", "/science-espace/"),
        ]:
            with self.subTest(path=path):
                self.assertLeads(path, f"{to}?{campaign}")
        self.assertLeads("/?p=101).", self.article.path)
        self.assertEqual(WORDPRESS_NAMES, ("p", "page_id", "feed"))

    def test_it_answers_404_to_what_is_nowhere_however_it_is_spelt(self) -> None:
        for path in (
            "/tag/rien", "/tag/Rien/", "/auteur/personne", "/nulle-part", "/nulle-part/feed", "/archives/2025/13",
            "/c/999999", "/index.php/rien", "/sitemap-999.xml/x", "/preview/rien", "/feed/xml", "/2025",
        ):  # fmt: skip
            with self.subTest(path=path):
                self.assertEqual(self.read(path).status_code, 404)

    def test_it_never_leads_to_another_host(self) -> None:
        for path in ("//evil.example/", "//evil.example/tag/logiciel-libre", "/\\evil.example/", "///evil.example",
                     "//evil.example/feed", "/%2F%2Fevil.example/feed/", "/%5Cevil.example/feed"):  # fmt: skip
            with self.subTest(path=path):
                self.assertEqual(self.read(path).status_code, 404)
        for path in ("//tag/logiciel-libre", "/\\/tag/logiciel-libre/", "/%2F/tag/logiciel-libre"):
            with self.subTest(path=path):
                location = self.read(path).headers.get("Location", "/")
                self.assertRegex(location, r"\A/(?![/\\])")

    def test_it_shows_nothing_of_the_desk_or_of_files_on_a_site(self) -> None:
        for path in ("/Admin/", "//admin/", "/admin", "/index.php/admin/login/", "//static/css/site.css", "/Media/x"):
            with self.subTest(path=path):
                self.assertEqual(self.read(path).status_code, 404)

    def test_it_takes_no_post_at_another_spelling(self) -> None:
        answer = self.client.post(
            f"/c/article/{self.article.pk}", {"text": "Bonjour"}, headers={"host": self.kg.domain}
        )
        self.assertEqual((answer.status_code, Comment.objects.count()), (405, 0))

    def test_an_old_address_that_ends_in_a_mark_is_not_taken_for_another(self) -> None:
        other = make_article(self.kg, "Un autre")
        addresses.remember(self.kg, "/quoi-de-neuf!/", other)
        addresses.remember(self.kg, "/quoi-de-neuf/", self.article)
        self.assertLeads("/quoi-de-neuf!", other.path)
        self.assertLeads("/quoi-de-neuf?", self.article.path)
        self.assertLeads("/quoi-de-neuf!!", self.article.path)

    def test_it_asks_one_query_more_of_nobody(self) -> None:
        with self.assertNumQueries(6):
            self.read("/nulle-part/")
        taxonomy.tags_named(["Autre"], by=self.thomas)
        with self.assertNumQueries(6):
            self.read("/nulle-part/.")


class ReportsTests(TypedTestCase):
    """Situations that people reported elsewhere."""

    def test_it_leads_to_the_page_that_was_meant(self) -> None:
        tag, own = "/tag/logiciel-libre/", self.article.path
        for path, to in [
            # whatwg/url#151, aquach/vim-http-client#28: characters that nobody sees
            ("/tag/logiciel-libre/%E2%80%8B", tag), ("/tag/logi%E2%80%8Bciel-libre", tag),
            ("/tag/logiciel-libre%EF%BB%BF", tag), (f"{own}%E2%80%8B", own),
            ("/science-espace%C2%AD", "/science-espace/"),
            # newhouse/url-tracking-stripper#82, strangerstudios/pmpro-affiliates#31: a query in the path
            ("/tag/logiciel-libre%3Futm_source=x", tag), ("/tag/logiciel-libre/%3Futm_source%3Dx%26a%3Db/", tag),
            (f"{own}&utm_source=x", own), (f"{own[:-1]}&amp;utm_source=x", own),
            ("/science-espace/&", "/science-espace/"),
            # geerlingguy/jeffgeerling-com#98, Scalingo/documentation#216: a site of files
            ("/tag/logiciel-libre.html", tag), (f"{own[:-1]}.htm", own), (f"{own[:-1]}.html).", own),
            # reactjs/react.dev#6835, icelab/berg#99, Linaro/website#110: feeds by other names
            ("/rss", "/feed/"), ("/rss.xml", "/feed/"), ("/feed.xml", "/feed/"), ("/index.xml", "/feed/"),
            ("/atom.xml", "/feed/atom/"), ("/science-espace/rss/", "/science-espace/feed/"),
            ("/tag/logiciel-libre/atom", f"{tag}feed/atom/"),
            # craftcms/cms#14835, canonical/ubuntu.com#4448, dotCMS/core#23276
            ("/TAG/Logiciel-Libre", tag), (own.upper(), own), (own[:-1], own),
        ]:  # fmt: skip
            with self.subTest(path):
                self.assertLeads(path, to)

    def test_an_address_that_has_such_marks_is_itself(self) -> None:
        other = make_article(self.kg, "Un autre")
        for path in ("/ancien.html", "/vieux/rss", "/r&d=x/"):
            addresses.remember(self.kg, path, other)
        for path in ("/ancien.html", "/vieux/rss/", "/r&d=x"):
            with self.subTest(path):
                self.assertLeads(path, other.path)

    def test_what_is_nowhere_is_404(self) -> None:
        for path in (
            "/nulle-part.html",
            "/nulle-part/%3Fa=b",
            "/nulle-part/rss.xml",
            "/tag/rss",
            "/%E2%80%8B/x",
            "/rss.txt",
        ):
            with self.subTest(path):
                self.assertEqual(self.read(path).status_code, 404)
