"""From an export's records to rows."""

import datetime as dt
import json
import re
from contextlib import suppress
from dataclasses import replace
from unittest import skipUnless
from unittest.mock import patch

from django.db import transaction
from django.utils import timezone, translation

from articles.actions import editing, planning, publishing, taxonomy
from articles.content import Content
from articles.importers import load as loading
from articles.importers import wxr
from articles.importers.images import ImportedImages
from articles.importers.load import Load
from articles.importers.wxr import Category, Item, WxrAuthor
from articles.models import Address, Article, Author, Byline, ImportedItem, Placement, Revision, Section, Tag
from articles.models.address import normalise
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.exports import (
    CORPUS,
    EXPECTATIONS,
    IMPORTABLE,
    MAY_2013,
    OLD_SITE,
    load,
    page,
    post,
    row_counts,
    site,
    tag,
)
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_image, make_tags


class LoadTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.enterContext(translation.override("en"))

    def article_of(self, key: str) -> Article:
        record = ImportedItem.objects.get(key=key)
        assert record.article
        return record.article

    def lost_by(self, key: str) -> str:
        return "; ".join(ImportedItem.objects.get(key=key).lost)

    def assert_leads(self, path: str, target: str, publication: object = None) -> None:
        """A reader who follows an old address lands, in one step, on the page that is there now."""
        response = self.read(path, publication or self.kg)  # type: ignore[arg-type]
        self.assertEqual((response.status_code, response.headers.get("Location")), (301, target), path)
        self.assertEqual(self.read(target, publication or self.kg).status_code, 200, target)  # type: ignore[arg-type]


class StatusTests(LoadTestCase):
    def test_it_publishes_what_readers_had_at_its_own_hour(self) -> None:
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

    def test_it_shows_a_scheduled_post_at_its_hour(self) -> None:
        hour = timezone.now() + dt.timedelta(days=3)
        load(self.kg, post(status="future", published=hour))
        article = self.article_of("post:123")
        self.assertFalse(article.is_live(hour - dt.timedelta(seconds=1)))
        self.assertTrue(article.is_live(hour))
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

    def test_it_leaves_published_what_this_house_would_not_publish(self) -> None:
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

    def test_it_keeps_what_engines_were_told(self) -> None:
        told = {
            1: {"_yoast_wpseo_meta-robots-noindex": "1"},
            2: {"_yoast_wpseo_canonical": "https://agence.example/depeche/"},
            3: {"_yoast_wpseo_canonical": f"{OLD_SITE}/2013/05/un-casque/"},  # its own page, which leads here now
            4: {"_yoast_wpseo_canonical": "javascript:alert(1)", "_yoast_wpseo_meta-robots-noindex": "2"},
        }
        load(self.kg, site(), *(post(number, f"Article {number}", meta=meta) for number, meta in told.items()))
        found = {}
        for number in told:
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


class TaxonomyTests(LoadTestCase):
    def test_it_makes_the_first_category_the_section_and_the_others_tags(self) -> None:
        load(self.kg, post(categories=(Category("essais", "Essais"), Category("audio", "Audio"))))
        article = self.article_of("post:123")
        self.assertEqual(article.desk_section, Section.objects.get(publication=self.kg, slug="essais"))
        self.assertEqual([link.tag.name for link in article.tagged.all()], ["Audio"])
        self.assertEqual(Placement.objects.get(article=article).section, article.desk_section)

    def test_it_uses_the_section_that_is_there(self) -> None:
        load(self.kg, post(categories=(Category("jeux-video", "Jeux"),)))
        self.assertEqual(self.article_of("post:123").desk_section, self.games)
        self.assertEqual(Section.objects.filter(slug="jeux-video").count(), 1)

    def test_it_gives_a_category_of_a_reserved_name_another_slug_once(self) -> None:
        for _time in range(2):
            load(self.kg, Category("contact", "Contact"), post(categories=(Category("contact", "Contact"),)))
        self.assertEqual(self.article_of("post:123").desk_section.slug, "contact-2")
        self.assertEqual(Section.objects.filter(name="Contact").count(), 1)
        self.assert_leads("/category/contact/", "/contact-2/")

    def test_it_keeps_every_address_of_a_nested_category(self) -> None:
        load(
            self.kg,
            Category("son", "Son"),
            Category("casques", "Casques", "son"),
            Category("usb", "USB", "casques"),
            post(categories=(Category("usb", "USB"),)),
        )
        for path in ("/category/usb/", "/category/son/casques/usb/"):
            self.assert_leads(path, "/usb/")
        self.assert_leads("/category/son/casques/", "/casques/")

    def test_it_survives_categories_that_are_their_own_ancestors(self) -> None:
        load(self.kg, Category("x", "X", "y"), Category("y", "Y", "x"), Category("z", "Z", "z"))
        self.assertEqual(self.kg.sections.filter(slug__in="xyz").count(), 3)

    def test_it_keeps_apart_categories_that_have_no_latin_letter(self) -> None:
        for _time in range(2):
            load(self.kg, Category("科技", "科技"), Category("体育", "体育"))
        self.assertEqual(
            list(self.kg.sections.filter(slug__startswith="rubrique").order_by("slug").values_list("name", flat=True)),
            ["科技", "体育"],
        )
        self.assert_leads("/category/%E4%BD%93%E8%82%B2/", "/rubrique-2/")

    def test_it_gives_no_section_the_address_of_a_page(self) -> None:
        load(self.kg, page(slug="apropos"), post(categories=(Category("apropos", "À propos"),)))
        self.assertEqual(self.article_of("post:123").desk_section.slug, "apropos-2")
        self.assertEqual(self.read("/apropos-2/").status_code, 200)

    def test_it_finds_a_section_that_the_desk_renamed(self) -> None:
        load(self.kg, Category("tests", "Tests"))
        section = Section.objects.get(slug="tests")
        section.name, section.slug = "Essais", "essais"
        taxonomy.save_section(section, by=self.alix)
        load(self.kg, Category("tests", "Tests"), post())
        self.assertEqual(self.article_of("post:123").desk_section, section)
        self.assert_leads("/category/tests/", "/essais/")

    def test_it_folds_spellings_of_a_tag_and_follows_merges(self) -> None:
        vr, reality = make_tags("Réalité virtuelle", "VR")
        taxonomy.merge_tags(reality, vr, by=SYSTEM)
        load(self.kg, post(tags=(tag("realite  VIRTUELLE"), tag("VR"), tag("Été"), tag("été"), tag("?", "point"))))
        names = [link.tag.name for link in self.article_of("post:123").tagged.all()]
        self.assertEqual(names, ["Réalité virtuelle", "Été", "?"])

    def test_it_keeps_the_old_address_of_a_tag(self) -> None:
        load(self.kg, post(tags=(tag("C++", "c-2"), tag("日本", "日本"))))
        own = Tag.objects.get(name="C++").slug
        self.assertNotEqual(own, "c-2")
        self.assert_leads("/tag/c-2/", f"/tag/{own}/")
        self.assertEqual(self.read("/tag/%E6%97%A5%E6%9C%AC/").status_code, 301)

    def test_it_signs_with_the_houses_byline_of_that_name(self) -> None:
        ines = make_author("Inès Benali")
        load(self.kg, WxrAuthor("ibenali", "i@example.org", "ines  benali", 3), post(creator="ibenali"))
        self.assertEqual([line.author for line in self.article_of("post:123").byline_set.all()], [ines])
        self.assert_leads("/author/ibenali/", "/auteur/ines-benali/")

    def test_it_makes_one_byline_of_a_name_on_both_sites(self) -> None:
        for publication in (self.kg, self.ia):
            load(publication, WxrAuthor("hugo", "", "Hugo Lemaire", 1), post(creator="hugo"))
        self.assertEqual(Author.objects.filter(name="Hugo Lemaire").count(), 1)
        self.assert_leads("/author/hugo/", "/auteur/hugo-lemaire/", self.ia)

    def test_it_makes_a_byline_of_a_login_that_nothing_declares(self) -> None:
        load(self.kg, post(creator=">themereviewteam"))
        self.assertEqual(Byline.objects.get().author.name, ">themereviewteam")


class AddressTests(LoadTestCase):
    def test_it_leads_every_old_address_to_the_article(self) -> None:
        load(self.kg, post(), page(guid=f"{OLD_SITE}/ancien-guid/"))
        for path in ("/?p=123", "/2013/05/un-casque/", "/2013/05/UN-CASQUE", "/?p=00123"):
            self.assert_leads(path, "/tests/un-casque/")
        for path in ("/?p=7", "/?page_id=7", "/ancien-guid/"):
            self.assert_leads(path, "/mentions-legales/")

    def test_it_leads_from_percent_encoded_addresses(self) -> None:
        link = f"{OLD_SITE}/2013/05/%C3%A9t%C3%A9-%E6%97%A5%E6%9C%AC/"
        load(self.kg, post(slug="été-日本", link=link))
        article = self.article_of("post:123")
        for path in ("/2013/05/%C3%A9t%C3%A9-%E6%97%A5%E6%9C%AC/", "/2013/05/%c3%a9t%c3%a9-%e6%97%a5%e6%9c%ac"):
            self.assert_leads(path, article.path)

    def test_it_keeps_the_old_address_where_the_pattern_is_the_same(self) -> None:
        load(self.ia, post())
        article = self.article_of("post:123")
        self.assertContains(self.read("/2013/05/un-casque/", self.ia), article.revision_at(timezone.now()).headline)

    def test_it_keeps_the_addresses_of_a_site_that_was_in_a_directory(self) -> None:
        item = post(link=f"{OLD_SITE}/blog/2013/un-casque/", tags=(tag("C++", "c-2"),))
        load(self.kg, Category("tests", "Tests"), item, source=f"{OLD_SITE}/blog")
        self.assert_leads("/blog/2013/un-casque/", "/tests/un-casque/")
        self.assert_leads("/blog/category/tests/", "/tests/")
        self.assert_leads("/blog/tag/c-2/", f"/tag/{Tag.objects.get(name='C++').slug}/")
        self.assert_leads("/blog/author/camille/", "/auteur/camille/")

    def test_it_tells_two_posts_of_one_id_apart(self) -> None:
        for _time in range(2):
            load(self.kg, post(5, "Un", slug="un"), post(5, "Deux", slug="deux"))
        self.assertEqual(Article.objects.count(), 2)
        self.assert_leads("/?p=5", "/tests/un/")
        self.assert_leads("/2013/05/deux/", "/tests/deux/")
        self.assertIn("leads elsewhere already: /?p=5", self.lost_by("post:5#2"))

    def test_it_tells_posts_without_ids_apart(self) -> None:
        items = [post(None, title, guid="", link="", slug="") for title in ("Un", "Deux", "Deux")]
        load(self.kg, *items)
        before = row_counts()
        load(self.kg, *items)
        self.assertEqual((Article.objects.count(), row_counts()), (3, before))

    def test_it_gives_two_posts_of_one_slug_an_address_each(self) -> None:
        load(self.kg, post(1, "Un"), post(2, "Deux"))
        self.assertEqual(
            [self.article_of(f"post:{n}").path for n in (1, 2)], ["/tests/un-casque/", "/tests/un-casque-2/"]
        )
        self.assert_leads("/?p=2", "/tests/un-casque-2/")

    def test_it_bears_addresses_that_are_none(self) -> None:
        load(
            self.kg, post(link="http://[x", guid="ftp://a/b", slug="x" * 200), post(2, link=f"{OLD_SITE}/{'y' * 600}/")
        )
        self.assertEqual(self.read("/?p=123").status_code, 301)
        self.assertIn("leads elsewhere", self.lost_by("post:2"))


class AgainTests(LoadTestCase):
    records = (
        WxrAuthor("camille", "", "Camille Roussel", 1),
        Category("tests", "Tests"),
        Category("audio", "Audio", "tests"),
        post(1, "Un", slug="un", tags=(tag("C++", "c-2"), tag("Été", "ete")), body='<p>a</p><img src="https://ancien.example/a.jpg">'),
        post(2, "Deux", slug="deux", status="draft", creator="hugo"),
        post(3, "Trois", slug="trois", status="private", password="x"),
        page(),
    )  # fmt: skip

    def test_it_creates_and_changes_nothing(self) -> None:
        load(self.kg, *self.records)
        before, revisions = row_counts(), self.snapshot()
        report = load(self.kg, *self.records).report
        self.assertEqual((row_counts(), self.snapshot()), (before, revisions))
        self.assertEqual((report.created.total(), report.updated.total()), (0, 0))
        self.assertEqual(report.skipped["unchanged"], 4)

    def snapshot(self) -> list[object]:
        """Rows as the database has them, without their ids and their own times."""
        return [
            list(ImportedItem.objects.order_by("key").values_list(
                "key", "article__desk_headline", "digest", "lost", "lacks")),
            list(Address.objects.order_by("path").values_list("path", "canonical",
                "article__desk_headline", "section__slug", "tag__name", "author__name")),
            list(Revision.objects.order_by("article__desk_headline").values_list(
                "headline", "body", "slug", "section__slug", "number")),
            list(Section.objects.order_by("slug").values_list("slug", "name", "position", "in_menu")),
            list(Author.objects.order_by("slug").values_list("slug", "name")),
        ]  # fmt: skip

    def test_it_ends_as_one_run_does_after_one_that_was_stopped(self) -> None:
        with patch.object(loading, "BATCH_SIZE", 2):
            load(self.ia, *self.records)
            for kind in (ImportedItem, Address):
                self.assertTrue(kind.objects.filter(publication=self.ia).exists())
            whole = self.of(self.ia)
            broken = patch.object(publishing, "publish_imported", side_effect=RuntimeError("power cut"))

            def break_off(_written: int) -> None:
                if Section.objects.filter(publication=self.kg, slug="audio").exists():
                    broken.start()
                    self.addCleanup(broken.stop)

            with self.assertRaises(RuntimeError) as stopped:
                Load(self.kg).run([site(), *self.records], break_off)
            broken.stop()
            self.assertIn("at item", stopped.exception.__notes__[0])
            self.assertNotEqual(self.of(self.kg), whole)
            load(self.kg, *self.records)
        self.assertEqual(self.of(self.kg), whole)

    def of(self, publication: object) -> list[object]:
        articles = Article.objects.filter(publication=publication).order_by("desk_headline")
        return [
            list(
                articles.values_list(
                    "desk_headline", "stage", "published_at", "desk_section__slug", "live__number", "draft__number"
                )
            ),
            sorted(ImportedItem.objects.filter(publication=publication).values_list("key", "digest")),
            [[link.tag.name for link in article.tagged.all()] for article in articles],
            [[line.author.name for line in article.byline_set.all()] for article in articles],
            sorted(
                path
                for path in Address.objects.filter(publication=publication, canonical=False).values_list(
                    "path", flat=True
                )
                if not path.startswith("/2013/")  # canonical on the one site, a redirect on the other
            ),
        ]

    def test_it_updates_a_post_that_changed_there(self) -> None:
        load(self.kg, post())
        load(self.kg, post(title="Un nouveau titre", tags=(tag("Audio"),)))
        article = self.article_of("post:123")
        self.assertEqual((article.live.headline, article.live.number), ("Un nouveau titre", 2))
        self.assertEqual([link.tag.name for link in article.tagged.all()], ["Audio"])
        self.assertEqual(article.published_at, MAY_2013)

    def test_it_publishes_what_was_a_draft_there(self) -> None:
        load(self.kg, post(status="draft"))
        load(self.kg, post())
        self.assertTrue(self.article_of("post:123").is_live(timezone.now()))

    def test_it_takes_nothing_from_readers_and_says_so(self) -> None:
        for change in ({"status": "private"}, {"status": "trash"}, {"password": "x"}):
            load(self.kg, post())
            report = load(self.kg, post(**change)).report
            self.assertTrue(self.article_of("post:123").is_live(timezone.now()), change)
            self.assertTrue(report.lost, change)

    def test_it_leaves_alone_what_the_desk_edited_since(self) -> None:
        load(self.kg, post())
        article = self.article_of("post:123")
        mine = replace(Content.of(article.working), headline="Le titre de la rédaction")
        editing.save_draft(article, mine, by=self.ines)
        before = row_counts()
        report = load(self.kg, post(title="Un nouveau titre")).report
        self.assertEqual(self.article_of("post:123").working.headline, "Le titre de la rédaction")
        self.assertEqual(row_counts(), before)
        self.assertEqual(report.lost, [("Un nouveau titre", ["left as it is here: edited here since the last import"])])

    def test_it_leaves_withdrawn_what_the_desk_withdrew(self) -> None:
        load(self.kg, post())
        publishing.withdraw(self.article_of("post:123"), by=self.thomas, notice="Décision de justice.")
        report = load(self.kg, post(title="Un nouveau titre")).report
        self.assertEqual(self.read("/tests/un-casque/").status_code, 410)
        self.assertIn("withdrawn here", report.lost[0][1][0])

    def test_it_says_the_same_after_tags_were_merged_here(self) -> None:
        load(self.kg, post(tags=(tag("VR"),)))
        (standing,) = make_tags("Réalité virtuelle")
        taxonomy.merge_tags(Tag.objects.get(name="VR"), standing, by=SYSTEM)
        self.assertEqual(load(self.kg, post(tags=(tag("VR"),))).report.skipped, {"unchanged": 1})

    def test_it_keeps_two_sources_apart(self) -> None:
        load(self.kg, post())
        load(self.kg, post(title="D’un autre site"), source="https://autre.example")
        self.assertEqual(Article.objects.count(), 2)

    def test_it_asks_little_of_the_database_for_what_is_unchanged(self) -> None:
        items = [post(n, slug=f"n{n}", tags=(tag("Audio"),)) for n in range(1, 26)]
        load(self.kg, *items)
        again = Load(self.kg)
        with self.assertNumQueries(
            len(items) + 2 + 1
        ):  # one an article; the batch's savepoint; the position of sections
            again.run(items[:0])
            again = Load(self.kg)
            again.source = again.images.source = OLD_SITE
            again.run(items)


class ImageTests(LoadTestCase):
    body = (
        '<!-- wp:paragraph --><p>Avant</p><!-- /wp:paragraph -->'
        '<!-- wp:image {"id":9} --><figure class="wp-block-image"><img src="https://ancien.example/a-300x200.jpg" '
        'alt="Un chat" class="wp-image-9"/><figcaption>Légende</figcaption></figure><!-- /wp:image -->'
        '<img src="https://ancien.example/b-1024x768.jpg?x=1">'
    )  # fmt: skip

    def test_it_keeps_what_is_not_held_yet_and_shows_it_once_it_is(self) -> None:
        item = post(body=self.body, meta={"_thumbnail_id": "9"})
        load(self.kg, item)
        article = self.article_of("post:123")
        self.assertIn('data-attachment="9"', article.live.body)
        shown = self.read(article.path).content.decode()
        self.assertIn("Avant", shown)
        self.assertNotIn("ancien.example/", shown.replace("ancien.example/?", ""))
        self.assertRegex(
            self.lost_by("post:123"), r"not held yet: https://ancien.example/a-300x200.jpg.*b-1024.*lead image"
        )

        held = ImportedImages(self.kg, OLD_SITE)
        first, second = make_image(alt="Un chat"), make_image(alt="Un chien")
        held.attach(first, attachment_id=9, address=f"{OLD_SITE}/a.jpg")
        held.attach(second, address=f"{OLD_SITE}/b.jpg")
        report = load(self.kg, item).report
        article = self.article_of("post:123")
        self.assertEqual((article.live.image_ids, article.live.lead_image), ([first.pk, second.pk], first))
        self.assertIn("Légende", article.live.body)
        self.assertContains(self.read(article.path), 'alt="Un chien"')
        self.assertEqual((report.updated, self.lost_by("post:123")), ({"news": 1}, ""))
        self.assertEqual(load(self.kg, item).report.skipped, {"unchanged": 1})

    def test_it_finds_an_image_by_any_spelling_of_its_address(self) -> None:
        long = f"{OLD_SITE}/{'x' * 300}.jpg"
        image, other = make_image(), make_image()
        held = ImportedImages(self.kg, OLD_SITE)
        held.attach(image, address=f"{OLD_SITE}/a b.jpg")
        held.attach(other, address=long)
        for number, source in enumerate(
            ("/a b.jpg", "//ancien.example/a%20b-150x150.jpg?w=1", "http://ancien.example/a b.jpg")
        ):
            load(self.kg, post(number + 1, slug=f"n{number}", body=f'<img src="{source}">'))
            self.assertEqual(self.article_of(f"post:{number + 1}").live.image_ids, [image.pk], source)
        load(self.kg, post(body=f'<img src="{long}">'))
        self.assertEqual(self.article_of("post:123").live.image_ids, [other.pk])

    def test_it_shows_no_image_of_another_source(self) -> None:
        ImportedImages(self.kg, "https://autre.example").attach(make_image(), attachment_id=9)
        load(self.kg, post(body=self.body))
        self.assertEqual(self.article_of("post:123").live.image_ids, [])


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


class Undone(Exception):
    """Ends a transaction whose rows the next file must not meet."""


@skipUnless(IMPORTABLE, f"no corpus at {CORPUS}")
class CorpusTests(LoadTestCase):
    def test_it_imports_every_file_whole_and_only_once(self) -> None:
        for name in IMPORTABLE:
            with self.subTest(name), suppress(Undone), transaction.atomic():
                self.check(name)
                raise Undone

    def check(self, name: str) -> None:
        expected, path = EXPECTATIONS[name], CORPUS / "wxr" / name
        articles_before = Article.objects.count()
        report = self.run_file(path)
        self.assertEqual(report.created["news"], expected["posts"])
        self.assertEqual(report.created["page"], expected["pages"])
        self.assertEqual(Article.objects.count() - articles_before, expected["posts"] + expected["pages"])
        self.check_taxonomy(path)
        self.check_addresses(path)
        before = row_counts()
        again = self.run_file(path)
        self.assertEqual(row_counts(), before)
        self.assertEqual((again.created.total(), again.updated.total()), (0, 0))

    def run_file(self, path: object) -> loading.Report:
        load = Load(self.ia)
        load.run(wxr.read(path, time_zone=self.ia.zone))  # type: ignore[arg-type]
        return load.report

    def check_taxonomy(self, path: object) -> None:
        """Each category, tag and author, declared or used, has its row; each article stands under its own."""
        for record in wxr.read(path, time_zone=self.ia.zone):  # type: ignore[arg-type]
            match record:
                case Category():
                    old = Address.objects.get(publication=self.ia, path=normalise(f"/category/{record.slug}/"))
                    self.assertIsNotNone(old.section)
                case wxr.TagTerm():
                    self.assertEqual(len(taxonomy.tags_named([record.name or record.slug], by=SYSTEM)), 1)
                case WxrAuthor():
                    self.assertTrue(Author.objects.filter(name=record.display_name or record.login).exists())
                case Item() if record.post_type == "post" and record.post_id:
                    article = self.article_of_first(record)
                    if article and record.categories:
                        self.assertIsNotNone(article.desk_section)

    def article_of_first(self, item: Item) -> Article | None:
        record = ImportedItem.objects.filter(publication=self.ia, key=f"post:{item.post_id}").first()
        return record.article if record else None

    def check_addresses(self, path: object) -> None:
        now = timezone.now()
        for record in wxr.read(path, time_zone=self.ia.zone):  # type: ignore[arg-type]
            if not (isinstance(record, Item) and record.post_type in ("post", "page") and record.post_id):
                continue
            readable = record.status == "publish" and not record.password
            if readable and (record.published is None or record.published <= now):
                response = self.read(f"/?p={record.post_id}", self.ia)
                self.assertEqual(response.status_code, 301, record.title)
                self.assertEqual(self.read(response.headers["Location"], self.ia).status_code, 200, record.title)
