"""Addresses of public pages: worded in the publication's language, and each served by its own view."""

from django.urls import resolve

from articles.models import Author, Edition, Tag
from articles.presentation import links
from articles.views import editions, lists, sitemaps
from newsroom.publications.models import Publication
from tests.base import NewsroomTestCase


class LinksTests(NewsroomTestCase):
    def addresses(self, publication: Publication) -> list[str]:
        tag, author = Tag(slug="robot"), Author(slug="hugo-lemaire")
        return [
            links.home_url(),
            links.tag_url(publication, tag),
            links.author_url(publication, author),
            links.archive_url(publication),
            links.archive_url(publication, 2025, 2),
            links.corrections_url(publication),
            links.difference_url(publication, Edition(pk=12)),
        ]

    def test_it_words_each_address_in_the_language_of_the_publication(self) -> None:
        self.assertEqual(
            self.addresses(self.kg),
            ["/", "/tag/robot/", "/auteur/hugo-lemaire/", "/archives/", "/archives/2025/02/", "/rectificatifs/",
             "/modifications/12/"],
        )  # fmt: skip
        self.ia.language = "en"
        self.assertEqual(
            self.addresses(self.ia),
            ["/", "/tag/robot/", "/author/hugo-lemaire/", "/archive/", "/archive/2025/02/", "/corrections/",
             "/changes/12/"],
        )  # fmt: skip

    def test_it_gives_each_list_its_feeds(self) -> None:
        feeds = [links.feed_url("/tests/", format_) for format_ in links.FEED_FORMATS]
        self.assertEqual(feeds, ["/tests/feed/", "/tests/feed/atom/", "/tests/feed/json/"])
        self.assertEqual(
            [links.list_of_feed(url) for url in feeds], [("/tests/", ""), ("/tests/", "atom"), ("/tests/", "json")]
        )
        self.assertEqual(links.feed_url(links.home_url()), "/feed/")

    def test_it_leads_to_the_view_of_each_kind_of_page(self) -> None:
        views = {
            links.archive_url(self.kg, 2025, 2): lists.archive,
            links.corrections_url(self.kg): editions.corrections,
            links.difference_url(self.kg, Edition(pk=12)): editions.difference,
            links.sitemap_url(3): sitemaps.articles,
            links.sitemap_of_lists_url(): sitemaps.lists,
            links.sitemap_of_news_url(): sitemaps.news,
        }
        for url, view in views.items():
            self.assertEqual(resolve(url).func, view, url)

    def test_it_tells_which_list_a_path_names_in_either_language(self) -> None:
        self.assertEqual(links.list_at("/tag/robot/"), (Tag, "robot"))
        for word in ("auteur", "author"):
            self.assertEqual(links.list_at(f"/{word}/hugo-lemaire/"), (Author, "hugo-lemaire"))
        for path in ("/", "/tag/", "/tag/robot", "/tag/robot/feed/", "/science-espace/", "tag/robot/", ""):
            self.assertIsNone(links.list_at(path), path)

    def test_it_knows_the_pages_that_need_no_row(self) -> None:
        for path in ("/", "/archives/2025/02/", "/rectificatifs/", "/feed/atom/", "/sitemap.xml"):
            self.assertTrue(links.is_served(path), path)
        for path in ("/tag/robot/", "/auteur/hugo-lemaire/", "/science-espace/", "/wp-content/x.jpg/"):
            self.assertFalse(links.is_served(path), path)
