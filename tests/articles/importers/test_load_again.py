"""An export loaded a second time, as it was or changed."""

from dataclasses import replace
from unittest.mock import patch

from django.utils import timezone

from articles.actions import editing, publishing, taxonomy
from articles.content import Content
from articles.importers import load as loading
from articles.importers.load import Load
from articles.importers.wxr import Category, WxrAuthor
from articles.models import Address, Article, Author, ImportedItem, Revision, Section, Tag
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.base import LoadTestCase
from tests.articles.importers.exports import MAY_2013, OLD_SITE, load, page, post, row_counts, site, tag
from tests.factories import make_tags


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
