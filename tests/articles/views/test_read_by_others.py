"""What others' programs make of our feeds, maps and pages: parsers and schemas that nobody here wrote."""

import datetime as dt
import io
import json
from pathlib import Path
from unittest import skipUnless

import extruct
import fastfeedparser
import feedparser
from lxml import etree

from articles.actions import publishing
from articles.partners.parse import parse
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_author, make_image, make_tags, map_of

SCHEMAS = Path(__file__).parents[4] / "shared" / "judges" / "data"
HOST = "http://kulturegeek.localhost:8000"
PATHS = ("/", "/science-espace/", "/tag/r-d/", "/auteur/camille-roussel/")
TITLE = "R&D : « l’été » 2025"


class ReadByOthersTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_article(
            self.kg, TITLE, at=LONG_AGO, standfirst="Le chapô & la suite.", lead_image=make_image(credit="Nous"),
            body='<p>Le texte, avec <a href="/science-espace/">un lien</a>.</p>', tags=make_tags("R&D", "Été"),
            authors=(make_author("Camille Roussel"),),
        )  # fmt: skip
        self.title = self.article.desk_headline

    def each(self, *kinds: str) -> list[tuple[str, bytes]]:
        """Each feed: the page that it belongs to, and what it says."""
        return [(path, self.read(f"{path}feed/{kind}").content) for path in PATHS for kind in kinds]

    def test_feedparser_finds_nothing_to_complain_of(self) -> None:
        for _path, body in self.each("", "atom/"):
            found = feedparser.parse(io.BytesIO(body))
            self.assertFalse(found.bozo, found.get("bozo_exception"))
            entry = found.entries[0]
            actual = (entry.title, entry.link, entry.author, entry.published_parsed[:5])
            expected = (self.title, self.article.get_absolute_url(), "Camille Roussel", (2025, 2, 10, 10, 30))
            self.assertEqual(actual, expected)
            self.assertEqual({tag.term for tag in entry.tags}, {"Science & Espace", "R&D", "Été"})
            self.assertIn(f'href="{HOST}/science-espace/"', entry.content[0].value)

    def test_fastfeedparser_reads_the_same(self) -> None:
        for _path, body in self.each("", "atom/"):
            found = fastfeedparser.parse(body)
            entry = found.entries[0]
            self.assertEqual((entry["title"], entry["link"]), (self.title, self.article.get_absolute_url()))
            self.assertEqual(dt.datetime.fromisoformat(entry["published"]), LONG_AGO)

    def test_an_install_like_ours_reads_all_three_kinds_alike(self) -> None:
        for _path, body in self.each("", "atom/", "json/"):
            one = parse(body, url=f"{HOST}/feed/").headlines[0]
            actual = (one.title, one.url, one.teaser, one.published_at)
            self.assertEqual(actual, (self.title, self.article.get_absolute_url(), "Le chapô & la suite.", LONG_AGO))
            self.assertTrue(one.image.startswith(f"{HOST}/media/renditions/"))

    def test_extruct_reads_what_a_page_says_of_its_article(self) -> None:
        page = self.read(self.article.path).content.decode()
        found = extruct.extract(page, base_url=self.article.get_absolute_url(), syntaxes=["json-ld", "opengraph"])
        article, crumbs = found["json-ld"][0]["@graph"]
        self.assertEqual((article["@type"], article["headline"]), ("NewsArticle", self.title))
        self.assertEqual((len(article["image"]), crumbs["@type"]), (3, "BreadcrumbList"))
        card = dict(found["opengraph"][0]["properties"])
        self.assertEqual((card["og:title"], card["og:url"]), (self.title, self.article.get_absolute_url()))
        self.assertEqual((card["og:image:width"], card["og:image:height"]), ("640", "360"))

    @skipUnless(SCHEMAS.is_dir(), "the published schemas are not here")
    def test_sitemaps_are_what_the_published_schemas_want(self) -> None:
        gone = make_article(self.kg, "Un retrait")
        publishing.withdraw(gone, by=SYSTEM, notice="Retiré.")
        maps = {
            "/sitemap.xml": "siteindex",
            map_of(gone): "all",
            "/sitemap-lists.xml": "all",
            "/sitemap-news.xml": "all",
        }
        for path, name in maps.items():
            with self.subTest(path):
                schema = etree.XMLSchema(etree.parse(SCHEMAS / f"xsd-manual/{name}.xsd"))
                schema.assertValid(etree.fromstring(self.read(path).content))

    def test_json_feeds_say_which_version_they_are(self) -> None:
        for path, body in self.each("json/"):
            feed = json.loads(body)
            self.assertEqual(feed["version"], "https://jsonfeed.org/version/1.1")
            self.assertEqual(feed["feed_url"], f"{HOST}{path}feed/json/")
