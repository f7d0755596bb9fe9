"""Whole exports of strangers, loaded."""

from contextlib import suppress
from unittest import skipUnless

from django.db import transaction
from django.utils import timezone

from articles.actions import taxonomy
from articles.importers import load as loading
from articles.importers import wxr
from articles.importers.load import Load
from articles.importers.taxonomy import clean_name
from articles.importers.wxr import Category, Item, WxrAuthor
from articles.models import Address, Article, Author, ImportedItem
from articles.models.address import normalise
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.base import LoadTestCase
from tests.articles.importers.exports import CORPUS, EXPECTATIONS, IMPORTABLE, row_counts


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
                    name = clean_name(record.display_name or record.login)
                    self.assertTrue(Author.objects.filter(name=name).exists())
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
