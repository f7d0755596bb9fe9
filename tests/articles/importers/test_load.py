"""From an export's records to rows."""

import datetime as dt
import json
import re
from unittest.mock import patch

from django.utils import timezone

from articles.actions import planning
from articles.importers import load as loading
from articles.importers.images import ImportedImages
from articles.importers.load import Load
from articles.importers.wxr import Category, Item
from articles.models import Article, ImportedItem, Revision
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.base import LoadTestCase
from tests.articles.importers.exports import CORPUS, MAY_2013, OLD_SITE, load, page, post, site
from tests.factories import make_image


class StatusTests(LoadTestCase):
    def test_it_publishes_what_readers_had_at_its_own_time(self) -> None:
        load(self.kg, post(), page())
        article = self.article_of("post:123")
        self.assertTrue(article.is_live(timezone.now()))
        self.assertEqual(article.published_at, MAY_2013)
        self.assertEqual((article.desk_kind, self.article_of("page:7").desk_kind), ("news", "page"))
        self.assertContains(self.read(article.path), "Un paragraphe.")
        self.assertContains(self.read("/mentions-legales/"), "Mentions légales")

    def test_it_keeps_what_few_or_none_could_read_as_drafts(self) -> None:
        for number, status in enumerate(("draft", "pending", "private", "unheard-of"), start=1):
            load(self.kg, post(number, slug=f"n-{number}", status=status))
            article = self.article_of(f"post:{number}")
            self.assertIsNone(article.live, status)
            self.assertEqual(self.read(f"/?p={number}").status_code, 404)

    def test_it_keeps_a_locked_post_as_a_draft_and_says_so(self) -> None:
        load(self.kg, post(password="sésame"))
        self.assertIsNone(self.article_of("post:123").live)
        self.assertIn("password", self.lost_by("post:123"))

    def test_it_leaves_out_what_was_thrown_away(self) -> None:
        report = load(self.kg, post(1, status="trash"), post(2, status="auto-draft")).report
        self.assertFalse(Article.objects.exists())
        self.assertEqual(report.skipped, {"trash": 1, "auto-draft": 1})

    def test_it_shows_a_scheduled_post_at_its_time(self) -> None:
        moment = timezone.now() + dt.timedelta(days=3)
        load(self.kg, post(status="future", published=moment))
        article = self.article_of("post:123")
        self.assertFalse(article.is_live(moment - dt.timedelta(seconds=1)))
        self.assertTrue(article.is_live(moment))
        self.assertEqual(self.read("/?p=123").status_code, 404)

    def test_it_publishes_nothing_past_this_desk_s_embargo(self) -> None:
        load(self.kg, post(status="draft"))
        planning.set_embargo(self.article_of("post:123"), until=timezone.now() + dt.timedelta(days=1), by=SYSTEM)
        load(self.kg, post(title="Un casque qui voit tout"))
        article = self.article_of("post:123")
        self.assertEqual((article.live, article.draft.headline), (None, "Un casque qui voit tout"))
        self.assertIn("embargo", self.lost_by("post:123"))

    def test_it_gives_a_published_post_without_a_date_that_of_the_import(self) -> None:
        load(self.kg, post(published=None))
        self.assertLess(timezone.now() - self.article_of("post:123").published_at, dt.timedelta(minutes=1))
        self.assertIn("no date", self.lost_by("post:123"))

    def test_it_leaves_published_what_this_newsroom_would_not_publish(self) -> None:
        """Without section, text or alternative text: recorded, not held against it."""
        image = make_image(alt="")
        held = ImportedImages(self.kg, OLD_SITE)
        held.attach(image, attachment_id=9)
        load(self.kg, post(body="", categories=(), creator="", meta={"_thumbnail_id": "9"}))
        record = ImportedItem.objects.get(key="post:123")
        self.assertTrue(record.article.is_live(timezone.now()))
        self.assertEqual(record.article.live.lead_image, image)
        self.assertEqual(set(record.lacks), {"body", "section", "alt", "standfirst", "byline"})

    def test_it_passes_over_what_is_no_article_and_counts_it(self) -> None:
        report = load(
            self.kg, post(1, post_type="nav_menu_item"), post(2, post_type="attachment", status="inherit")
        ).report
        self.assertEqual((Article.objects.count(), report.skipped), (0, {"nav_menu_item": 1}))


class WordsTests(LoadTestCase):
    def test_it_makes_a_headline_of_the_first_words_where_there_is_none(self) -> None:
        load(self.kg, post(1, "", slug=""), post(2, "", slug="", body=""))
        self.assertEqual(self.article_of("post:1").desk_headline, "Un paragraphe.")
        self.assertEqual(self.article_of("post:2").desk_headline, "Untitled")
        self.assertIn("no headline", self.lost_by("post:1"))

    def test_it_cuts_what_is_too_long_and_says_so(self) -> None:
        load(self.kg, post(title="mot " * 100, excerpt="mot " * 400))
        article = self.article_of("post:123")
        self.assertTrue(article.desk_headline.endswith("…"))
        self.assertRegex(self.lost_by("post:123"), "headline was too long.*standfirst was too long")

    def test_it_reads_titles_and_names_as_readers_do(self) -> None:
        load(self.kg, post(title="R&amp;D : <em>tout</em>", categories=(Category("s", "Science &amp; Vie"),)))
        article = self.article_of("post:123")
        self.assertEqual(article.desk_section.name, "Science & Vie")
        self.assertIn("R&D", article.desk_headline)
        self.assertIn("tout", article.desk_headline)
        self.assertNotIn("<em>", article.desk_headline)

    def test_it_makes_paths_of_links_to_the_old_site_and_of_no_others(self) -> None:
        body = (
            f'<p><a href="{OLD_SITE}/2013/05/b/?a=1#c">1</a> <a href="http://www.ancien.example/b/">2</a> '
            '<a href="//ancien.example/b/">3</a> <a href="https://ancien.example">4</a> '
            '<a href="https://ancien.example.net/b/">5</a> <a href="https://autre.example/?u=https://ancien.example/">6</a>'
            "</p>"
        )
        load(self.kg, post(body=body))
        self.assertEqual(
            re.findall(r'href="([^"]*)"', self.article_of("post:123").live.body),
            ["/2013/05/b/?a=1#c", "/b/", "/b/", "/", "https://ancien.example.net/b/",
             "https://autre.example/?u=https://ancien.example/"],
        )  # fmt: skip

    def test_it_records_what_the_body_lost(self) -> None:
        loaded = load(self.kg, post(body="<p>a</p><form><input></form>[su_box title='x']b[/su_box]"))
        self.assertEqual(ImportedItem.objects.get(key="post:123").lost, ["unknown shortcode [su_box]", "form removed"])
        self.assertEqual(
            loaded.report.lost, [("Un casque qui voit loin", ["unknown shortcode [su_box]", "form removed"])]
        )

    def test_it_counts_articles_by_kind_of_loss_however_many_there_are(self) -> None:
        with patch("articles.importers.report.MAX_ARTICLES", 2):
            report = load(self.kg, *(post(n, slug=f"n{n}", body=f'<img src="/{n}.jpg">a') for n in range(1, 6))).report
        self.assertEqual((len(report.lost), report.with_losses), (2, 5))

    def test_it_stores_nothing_of_a_hostile_body(self) -> None:
        hostile = [
            "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '<a href="javascript:alert(1)">x</a>',
            '<a href="java&#10;script:alert(1)">x</a>', "<svg/onload=alert(1)>", "<iframe srcdoc='<script>1</script>'>",
            "[caption id='x' caption='<script>alert(1)</script>']<img src=x onload=alert(1)>[/caption]",
            "[code]<script>alert(1)</script>[/code]", '[embed]javascript:alert(1)[/embed]',
            "<math><mtext><style><img src=x onerror=alert(1)>",
            *_vectors(),
        ]  # fmt: skip
        load(self.kg, *(post(n, "Titre", slug=f"n{n}", body=body, excerpt=body) for n, body in enumerate(hostile, 1)))
        self.assertEqual(Revision.objects.count(), len(hostile))
        for number, body in enumerate(hostile, 1):
            self.assert_harmless(self.article_of(f"post:{number}").working.body, body)

    def test_it_keeps_noindex_and_canonical_addresses(self) -> None:
        metas = {
            1: {"_yoast_wpseo_meta-robots-noindex": "1"},
            2: {"_yoast_wpseo_canonical": "https://agence.example/depeche/"},
            3: {"_yoast_wpseo_canonical": f"{OLD_SITE}/2013/05/un-casque/"},  # its own page, which leads here now
            4: {"_yoast_wpseo_canonical": "javascript:alert(1)", "_yoast_wpseo_meta-robots-noindex": "2"},
        }
        load(self.kg, site(), *(post(number, f"Article {number}", meta=meta) for number, meta in metas.items()))
        found = {}
        for number in metas:
            article = self.article_of(f"post:{number}")
            assert article.live
            found[number] = (article.live.noindex, article.live.canonical_url, article.is_indexable)
        expected = {
            1: (True, "", False), 2: (False, "https://agence.example/depeche/", False),
            3: (False, "", True), 4: (False, "", True),
        }  # fmt: skip
        self.assertEqual(found, expected)

    def assert_harmless(self, stored: str, body: str) -> None:
        for start_tag in re.findall(r"<[a-zA-Z][^>]*>", stored):
            self.assertNotRegex(
                start_tag, r"(?i)^<(script|style|iframe|svg|math|object|embed|img|form|base|link|meta)\b", body
            )
            self.assertNotRegex(start_tag, r"(?i)\s(on\w+|style|srcdoc|formaction)\s*=", body)
            for value in re.findall(r'(?i)(?:href|cite|data-source|data-embed)="([^"]*)"', start_tag):
                self.assertNotRegex(re.sub(r"[\s\x00-\x1f]", "", value), r"(?i)^(javascript|vbscript|data):", body)


def _vectors() -> list[str]:
    """The payload lists of the corpus, where it lies beside the checkout."""
    folder = CORPUS / "xss"
    if not folder.exists():
        return []
    html5sec = (folder / "html5sec" / "vectors.txt").read_text(errors="replace")
    return [
        *re.findall(r'(?s)<div id="\d+">(.*?)//\["', html5sec),
        *(test.read_text(errors="replace").split("\n--\n")[0] for test in sorted((folder / "bleach").glob("*.test"))),
        *(text for text in json.loads((folder / "blns" / "blns.json").read_text()) if "<" in text or ":" in text),
    ]


class ItemImporterTests(LoadTestCase):
    def test_it_calls_an_apps_own_loader_with_every_item(self) -> None:
        calls: list[tuple[str, str | None, str]] = []

        def import_item(item: Item, article: Article | None, load: Load) -> None:
            calls.append((item.post_type, article and article.desk_headline, load.source))

        with patch.object(loading, "extensions", lambda name: (import_item,)):
            items = (
                post(1, post_type="attachment", status="inherit"), post(2, post_type="nav_menu_item"),
                post(3, "Un", slug="un"), post(4, "Perdu", status="trash"), page(5, "Page", slug="page"),
            )  # fmt: skip
            for _time in range(2):
                load(self.kg, *items)
        expected = [("attachment", None), ("nav_menu_item", None), ("post", "Un"), ("post", None), ("page", "Page")]
        self.assertEqual(calls, [(*each, OLD_SITE) for each in expected] * 2)
