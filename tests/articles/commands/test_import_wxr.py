"""The command that reads a WordPress export."""

import io
from pathlib import Path
from unittest import skipUnless

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from articles.actions import publishing
from articles.demo import cast, stage
from articles.models import Article, ImportedItem, Section
from tests.articles.importers.exports import CORPUS, IMPORTABLE, OLD_SITE, export_file, page, post, row_counts, tag
from tests.base import NewsroomTestCase

FILES = CORPUS / "wxr"

DEMO = {
    cast.KULTUREGEEK: (
        {"articles": 38, "pages": 3, "live": 39, "sections": 9},
        ["frame from widgets.example.net removed", "unknown shortcode [su_box]"],
    ),
    cast.IPHONEADDICT: ({"articles": 25, "pages": 3, "live": 27, "sections": 7}, ["unknown shortcode [note]"]),
}


class ImportWxrTests(NewsroomTestCase):
    @pytest.fixture(autouse=True)
    def in_a_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path

    def export(self, *items: object, **kwargs: str) -> Path:
        return export_file(self.folder / "export.xml", items, **kwargs)  # type: ignore[arg-type]

    def run_on(self, file: Path, **options: object) -> str:
        """What the command says on stdout, in English."""
        out = io.StringIO()
        options.setdefault("publication", "KultureGeek")
        self.kg.__class__.objects.update(language="en")
        call_command("import_wxr", str(file), stdout=out, **options)
        return out.getvalue()

    def refusal(self, file: Path, **options: object) -> str:
        """The sentence that the command ends with on stderr; nothing may have been written."""
        before = row_counts()
        with self.assertRaises(CommandError) as raised, translation.override("en"):
            self.run_on(file, **options)
        self.assertEqual(raised.exception.returncode, 1)
        self.assertEqual(row_counts(), before)
        return str(raised.exception)

    def test_it_imports_into_a_publication_by_name_or_domain(self) -> None:
        file = self.export(post(), page())
        self.run_on(file)
        self.run_on(file, publication="iphoneaddict.localhost")
        self.assertEqual((self.kg.articles.count(), self.ia.articles.count()), (2, 2))
        self.assertEqual(self.read("/?p=123").status_code, 301)

    def test_it_says_what_it_did_and_what_was_lost(self) -> None:
        file = self.export(
            post(1, "Un", slug="un", tags=(tag("Été"),), body="<form></form>a"),
            post(2, "Deux", slug="deux", body='<img src="/a.jpg">b<form></form>'),
            post(3, status="trash"),
            page(),
            post(4, post_type="nav_menu_item"),
        )
        output = self.run_on(file)
        for line in (
            "Created: 2 articles, 1 sections, 1 authors, 1 tags, 1 pages",
            "Updated: nothing",
            "Passed over: 1 trash, 1 nav_menu_item",
            "Articles that could not be kept whole: 2",
            "  2 × form removed\n  1 × image not held yet",
            "  Un\n    - form removed",
        ):
            self.assertIn(line, output)
        again = self.run_on(file)
        self.assertIn("Created: nothing", again)
        self.assertIn("3 unchanged", again)

    def test_it_can_be_quiet(self) -> None:
        out = io.StringIO()
        call_command("import_wxr", str(self.export(post(1, ""))), publication="KultureGeek", verbosity=0, stdout=out)
        self.assertEqual(out.getvalue(), "")

    def test_it_writes_nothing_on_a_dry_run_and_says_what_it_would(self) -> None:
        file = self.export(post(tags=(tag("Été"),)), page())
        before = row_counts()
        output = self.run_on(file, dry_run=True)
        self.assertEqual(row_counts(), before)
        self.assertIn("Dry run: nothing was written.", output)
        self.assertIn("1 articles", output)

    def test_it_refuses_a_file_cut_short_and_writes_nothing_of_it(self) -> None:
        whole = self.export(*(post(n, slug=f"n{n}") for n in range(60))).read_text()
        file = self.folder / "cut.xml"
        file.write_text(whole[: len(whole) * 9 // 10])
        self.assertRegex(self.refusal(file), r"cut\.xml: Line \d+: the file is cut short; export or copy it again\.")

    def test_it_refuses_what_is_no_export_in_a_sentence(self) -> None:
        for content, reason in (
            ("", "The file is empty."),
            ("Chère rédaction,", "not XML"),
            ("<html><body/></html>", "not RSS"),
            ('<!DOCTYPE rss [<!ENTITY a "b">]><rss/>', "document type"),
        ):
            file = self.folder / "other.xml"
            file.write_text(content)
            self.assertIn(reason, self.refusal(file))
        self.assertIn("directory", self.refusal(self.folder))
        self.assertIn("none.xml", self.refusal(self.folder / "none.xml"))

    def test_it_refuses_an_unknown_publication_and_names_those_there_are(self) -> None:
        sentence = self.refusal(self.export(post()), publication="Le Monde")
        self.assertIn("“Le Monde”", sentence)
        self.assertIn("KultureGeek, iPhoneAddict", sentence)

    @skipUnless(IMPORTABLE, f"no corpus at {CORPUS}")
    def test_it_imports_the_biggest_file_of_the_corpus(self) -> None:
        self.run_on(FILES / "wordpress-importer" / "theme-unit-test-data.xml", verbosity=0)
        self.assertEqual(self.kg.articles.count(), 58 + 21)

    @skipUnless(IMPORTABLE, f"no corpus at {CORPUS}")
    def test_it_refuses_the_broken_files_of_the_corpus(self) -> None:
        for name in ("crazy-cdata", "malformed", "malformed-simple", "namespace-edge-cases", "invalid-version-tag"):
            self.assertIn("Line ", self.refusal(FILES / "wordpress-importer" / f"{name}.xml"))

    def test_it_imports_the_demos_exports_whole(self) -> None:
        for publication in (self.kg, self.ia):
            numbers, losses = DEMO[publication.name]
            for _time in range(2):
                self.run_on(stage.export_of(publication), publication=publication.name, verbosity=0)
                articles = Article.objects.filter(publication=publication)
                found = {
                    "articles": articles.exclude(desk_kind="page").count(),
                    "pages": articles.filter(desk_kind="page").count(),
                    "live": articles.filter(live__isnull=False).count(),
                    "sections": Section.objects.filter(
                        publication=publication, addresses__path__startswith="/category/"
                    )
                    .distinct()
                    .count(),
                }
                self.assertEqual(found, numbers)
            # Images come with `demo`, which draws them; what else is lost shows how losses are told.
            lost = ImportedItem.objects.filter(publication=publication).values_list("lost", flat=True)
            self.assertEqual(sorted(loss for each in lost for loss in each if "image" not in loss), losses)

    def test_it_leaves_an_article_that_was_withdrawn_before_a_second_run(self) -> None:
        self.run_on(self.export(post()))
        publishing.withdraw(Article.objects.get(), by=self.thomas, notice="Une erreur.")
        output = self.run_on(self.export(post(title="Encore")))
        self.assertIn("1 withdrawn here since the last import", output)
        self.assertEqual(self.read("/?p=123").status_code, 410, OLD_SITE)
