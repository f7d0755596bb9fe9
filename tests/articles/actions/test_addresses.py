"""Actions on addresses: given once, never lost."""

import datetime as dt
from dataclasses import replace

from django.db import IntegrityError, transaction
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from articles.actions import addresses, editing, publishing
from articles.content import Content
from articles.models import Address, Article
from articles.models.address import normalise
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_draft, make_section, make_tags, publish

PATHS = st.one_of(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["/", "%", "25", "41", "%C3%A9", "é", "E\u0301", "H\u0331", "İ", "Σ", "?p=", "12", "a", "B", " ", "%2F"]
        ),
        max_size=12,
    ).map("".join),
)


class NormaliseTests(SimpleTestCase):
    def test_it_writes_one_spelling(self) -> None:
        for path, expected in [
            ("", "/"),
            ("/", "/"),
            ("a", "/a/"),
            ("/a", "/a/"),
            ("//a///b//", "/a/b/"),
            ("/A/Été/", "/a/été/"),
            ("/%C3%A9t%C3%A9/", "/été/"),
            ("/e\u0301te\u0301/", "/été/"),
            ("/%e9/", "/\ufffd/"),
            ("/a%2Fb/", "/a/b/"),
            ("/?p=12", "/?p=12"),
            ("?p=0012", "/?p=12"),
            ("/?page_id=7", "/?page_id=7"),
            ("/?p=x", "/?p=x/"),
            ("/a%20b/", "/a b/"),
            ("/%2541/", "/a/"),
            ("/../x/", "/../x/"),
            ("/index.php", "/index.php/"),
        ]:
            with self.subTest(path=path):
                self.assertEqual(normalise(path), expected)

    def test_it_refuses_what_is_too_long(self) -> None:
        for path in ("a" * 500, "%25" * 400_000, "%" + "25" * 500_000, "/" + "é" * 499, "?p=" + "9" * 5000):
            with self.subTest(path=path[:8]), self.assertRaises(ValueError):
                normalise(path)
        self.assertEqual(len(normalise("a" * 498)), 500)

    @given(PATHS)
    def test_it_normalises_a_path_twice_as_once(self, path: str) -> None:
        try:
            once = normalise(path)
        except ValueError:  # no address at all
            return
        self.assertEqual(normalise(once), once)

    def test_it_refuses_an_address_with_nul(self) -> None:
        for path in ("/a\x00b/", "/a%00b/", "/a%2500b/"):
            with self.assertRaises(ValueError):
                normalise(path)


class PermalinkTests(NewsroomTestCase):
    def path(self, pattern: str, at: dt.datetime = LONG_AGO, **fields: object) -> str:
        self.kg.permalink = pattern
        self.kg.save()
        draft = make_draft(self.kg, "Un robot", **fields)
        draft.publication = self.kg
        path = addresses.permalink(draft, draft.draft, at)
        return path.replace(str(draft.pk), "ID") if "{id}" in pattern else path

    def test_it_fills_in_each_token_of_a_pattern(self) -> None:
        for pattern, path in [
            ("{section}/{slug}/", "/science-espace/un-robot/"),
            ("news-{id}/{slug}/", "/news-ID/un-robot/"),
            ("{year}/{month}/{day}/{slug}/", "/2025/02/10/un-robot/"),
            ("{slug}/", "/un-robot/"),
            ("{id}/", "/ID/"),
        ]:
            with self.subTest(pattern=pattern):
                self.assertEqual(self.path(pattern), path)

    def test_it_takes_the_day_in_the_publication_s_time_zone(self) -> None:
        new_year = dt.datetime(2024, 12, 31, 23, 30, tzinfo=dt.UTC)
        self.assertEqual(self.path("{year}/{month}/{day}/{slug}/", new_year), "/2025/01/01/un-robot/")
        self.kg.time_zone = "America/Montreal"
        self.assertEqual(self.path("{year}/{month}/{day}/{slug}/", new_year), "/2024/12/31/un-robot/")

    def test_it_uses_the_number_where_there_is_no_slug(self) -> None:
        draft = make_draft(self.kg, "日本")
        self.assertEqual(addresses.permalink(draft, draft.draft, LONG_AGO), f"/science-espace/{draft.pk}/")

    def test_it_puts_a_static_page_at_the_root(self) -> None:
        self.assertEqual(self.path("{year}/{slug}/", kind="page"), "/un-robot/")


class ArticleAddressTests(NewsroomTestCase):
    def change(self, article: Article, **fields: object) -> Article:
        content = replace(Content.of(article.working), **fields)
        return publish(editing.save_draft(article, content, by=SYSTEM, change="typo"), by=SYSTEM)

    def assertLeads(self, path: str, to: str) -> None:
        page = self.read(path)
        self.assertEqual((page.status_code, page.headers.get("Location")), (301, to), path)

    def test_it_gives_articles_of_one_headline_an_address_each(self) -> None:
        articles = [make_article(self.kg, "Un robot", standfirst=f"Le robot {n}.") for n in range(3)]
        paths = [article.path for article in articles]
        self.assertEqual(
            paths, ["/science-espace/un-robot/", "/science-espace/un-robot-2/", "/science-espace/un-robot-3/"]
        )
        for n, path in enumerate(paths):
            self.assertContains(self.read(path), f"Le robot {n}.")

    def test_it_shares_no_addresses_between_sister_sites(self) -> None:
        self.ia.permalink = "{slug}/"
        self.ia.save()
        article = make_article(self.ia, "Un robot")
        self.assertContains(self.read(article.path, self.ia), "Un robot")
        self.assertNotContains(self.read(article.path), "Un robot", status_code=404)

    def test_it_redirects_the_old_address_after_a_new_slug_or_section(self) -> None:
        article = make_article(self.kg, "Un robot")
        again = self.change(article, slug="une-machine")
        moved = self.change(again, section=self.games)
        self.assertEqual(moved.path, "/jeux-video/une-machine/")
        for path in (article.path, again.path):
            self.assertLeads(path, moved.path)
        self.assertEqual(self.change(moved, slug="un-robot", section=self.science).path, article.path)
        self.assertLeads(moved.path, article.path)
        self.assertEqual(Address.objects.filter(article=article, canonical=True).count(), 1)

    def test_it_leads_from_another_spelling_of_an_address(self) -> None:
        path = make_article(self.kg, "Un robot").path
        for other in (
            path.upper(),
            path.rstrip("/"),
            path.replace("robot", "%72obot%2F"),
            "/" + path.strip("/") + "//",
        ):
            with self.subTest(other=other):
                self.assertContains(self.read(other, follow=True), "Un robot")

    def test_it_moves_no_published_article_when_the_pattern_changes(self) -> None:
        article = make_article(self.kg, "Un robot")
        self.kg.permalink = "news-{id}/{slug}/"
        self.kg.save()
        again = self.change(Article.objects.get(pk=article.pk), headline="Un robot corrigé")
        self.assertEqual((again.path, self.read(article.path).status_code), (article.path, 200))
        self.assertRegex(make_article(self.kg, "Un autre").path, r"\A/news-\d+/un-autre/\Z")

    def test_it_prefers_a_live_article_to_a_redirect(self) -> None:
        first = make_article(self.kg, "Un robot")
        self.change(first, slug="une-machine")
        second = make_article(self.kg, "Un robot", standfirst="Le second.")
        self.assertEqual(second.path, first.path)
        self.assertContains(self.read(second.path), "Le second.")

    def test_it_shows_the_notice_of_a_withdrawn_article_at_its_old_addresses_too(self) -> None:
        article = make_article(self.kg, "Un robot")
        moved = self.change(article, slug="une-machine")
        addresses.remember(self.kg, "/?p=12", moved)
        publishing.withdraw(moved, by=SYSTEM, notice="Une erreur.")
        for path in (article.path, moved.path, "/?p=12"):
            self.assertContains(self.read(path), "Une erreur.", status_code=410)
        self.assertNotEqual(make_article(self.kg, slug="une-machine").path, moved.path)

    def test_it_gives_a_page_none_of_the_site_s_own_words(self) -> None:
        self.assertEqual(make_article(self.kg, "Contact", kind="page").path, "/contact-2/")

    def test_it_gives_an_article_none_of_the_site_s_own_words(self) -> None:
        self.kg.permalink = "{slug}/{id}/"
        self.kg.save()
        article = make_article(self.kg, "Contact")
        self.assertEqual((article.path, self.read(article.path).status_code), (f"/contact-2/{article.pk}/", 200))
        other = make_article(self.kg, "Tag", standfirst="Un jeu de chat.")
        self.assertContains(self.read(other.path), "Un jeu de chat.")

    def test_it_gives_an_article_no_address_that_a_page_of_the_site_hides(self) -> None:
        patterns = ["{section}/{slug}/", "{slug}/", "{slug}/{id}/", "{year}/{slug}/", "{slug}/{year}/{month}/",
                    "{section}/feed/{slug}/"]  # fmt: skip
        slugs = ["feed", "page", "amp", "c", "24", "atom", "json", "archives", "archive", "tag", "face", "api"]
        for pattern in patterns:
            self.kg.permalink = pattern
            self.kg.save()
            for slug in slugs:
                with self.subTest(pattern=pattern, slug=slug):
                    article = make_article(self.kg, slug, standfirst=f"Dit {slug} à {pattern}.")
                    self.assertNotRegex(article.path, r"./(?:feed|page|amp)/\Z")
                    self.assertContains(self.read(article.path), f"Dit {slug} à")

    def test_it_lets_no_article_hide_a_comment(self) -> None:
        self.kg.permalink = "{slug}/{id}/"
        self.kg.save()
        article = make_article(self.kg, "C")
        self.assertEqual(article.path, f"/c-2/{article.pk}/")

    def test_it_answers_404_for_an_article_that_is_not_published(self) -> None:
        draft = make_draft(self.kg, "Un brouillon")
        addresses.remember(self.kg, "/?p=9", draft)
        self.assertNotContains(self.read("/?p=9"), "Un brouillon", status_code=404)


class RememberTests(NewsroomTestCase):
    def test_it_redirects_an_old_address_to_what_it_led_to(self) -> None:
        article, (tag,), author = make_article(self.kg), make_tags("Robot"), make_author("Hugo")
        for path, target, to in [
            ("/?p=12", article, article.path),
            ("/2019/05/Vieux%20Titre/", article, article.path),
            ("/category/jeux/", self.games, "/jeux-video/"),
            ("/etiquette/robot/", tag, "/tag/robot/"),
            ("/equipe/hugo/", author, "/auteur/hugo/"),
        ]:
            with self.subTest(path=path):
                self.assertTrue(addresses.remember(self.kg, path, target))
                self.assertTrue(addresses.remember(self.kg, path, target))
                page = self.read(path)
                self.assertEqual((page.status_code, page["Location"]), (301, to))

    def test_it_takes_no_address_from_another(self) -> None:
        first, second = make_article(self.kg, standfirst="Le premier."), make_article(self.kg)
        self.assertFalse(addresses.remember(self.kg, first.path, second))
        self.assertFalse(addresses.remember(self.kg, "/", second))
        self.assertFalse(addresses.remember(self.kg, "x" * 2000, second))
        self.assertContains(self.read(first.path), "Le premier.")

    def test_it_lets_an_address_lead_to_exactly_one_row(self) -> None:
        article = make_draft(self.kg)
        for targets in (
            {},
            {"article": article, "section": self.games},
            {"section": self.games, "tag": make_tags("R")[0]},
        ):
            with self.assertRaises(IntegrityError), transaction.atomic():
                Address.objects.create(publication=self.kg, path="/x/", **targets)

    def test_it_allows_one_canonical_address_for_a_row_and_one_row_for_a_path(self) -> None:
        article = make_article(self.kg)
        for fields in ({"path": "/x/", "canonical": True}, {"path": article.path}):
            with self.assertRaises(IntegrityError), transaction.atomic():
                Address.objects.create(publication=self.kg, article=article, **fields)
        make_section(self.kg, "X", "x")


class ReportsTests(NewsroomTestCase):
    """Situations that people reported elsewhere."""

    def test_a_page_of_any_name_is_found(self) -> None:
        names = (
            "avatar", "feed", "page", "rss", "embed", "index", "wp-json",  # Automattic/wp-calypso#56236
            "admin", "scripts", "user",  # habari/habari#68
            "about", "tos", "new", "edit",  # arguman/arguman.org#211, m5ka/cws2#2
            "data-protection", "netiquette",  # liqd/adhocracy-plus#1799
            "2016", "archive", "archives",  # FOSSASIA-Web/codeheat.org#376, TryGhost/Ghost#8928
        )  # fmt: skip
        for name in names:
            with self.subTest(name):
                article = make_article(self.kg, name, kind="page", standfirst=f"Dit {name}.")
                self.assertContains(self.read(article.path), f"Dit {name}.")

    def test_a_section_and_a_page_share_no_address(self) -> None:
        page = make_article(self.kg, "Science espace", kind="page")  # wagtail/wagtail-wordpress-import#175
        self.assertEqual(page.path, "/science-espace-2/")

    def test_the_former_name_of_a_page_is_free_for_another(self) -> None:
        page = make_article(self.kg, "Nouvelles", kind="page")  # OrchardCMS/Orchard#2459
        content = replace(Content.of(page.working), slug="nouvelles-du-soir")
        publish(editing.save_draft(page, content, by=SYSTEM, change="typo"), by=SYSTEM)
        self.assertEqual(make_article(self.kg, "Nouvelles", kind="page").path, "/nouvelles/")
