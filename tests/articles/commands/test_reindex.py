"""The command that makes anew what is found, and the job that completes it."""

import io
from typing import Any

from django.core.management import CommandError, call_command

from articles import jobs
from articles.actions import documents
from newsroom.search.models import DeskDocument, PublicDocument, Spelling
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft


def reindex(*arguments: str) -> str:
    out = io.StringIO()
    call_command("reindex", *arguments, stdout=out, verbosity=0)
    return out.getvalue()


def rows() -> dict[str, Any]:
    return {model.__name__: sorted(model.objects.values_list(*columns)) for model, columns in (
        (PublicDocument, ("pk", "headline", "body", "facets", "spellings")),
        (DeskDocument, ("pk", "headline", "body", "facets", "spellings")),
        (Spelling, ("index", "word", "documents")),
    )}  # fmt: skip


class ReindexTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article, self.draft = make_article(self.kg, "Un casque"), make_draft(self.kg, "Une tablette")
        self.written = rows()

    def forget(self) -> None:
        for model in (PublicDocument, DeskDocument, Spelling):
            model.objects.all().delete()

    def test_it_writes_what_the_actions_write(self) -> None:
        self.forget()
        self.assertIn("Indexed 2 articles.", reindex())
        self.assertEqual(rows(), self.written)
        reindex()
        self.assertEqual(rows(), self.written)

    def test_it_goes_on_after_an_article(self) -> None:
        self.forget()
        self.assertIn("Indexed 1 articles.", reindex("--after", str(self.article.pk)))
        self.assertEqual(list(DeskDocument.objects.values_list("object_id", flat=True)), [self.draft.pk])

    def test_it_can_do_only_what_is_missing(self) -> None:
        DeskDocument.objects.filter(object_id=self.draft.pk).delete()
        self.assertIn("Indexed 1 articles.", reindex("--missing"))
        self.assertIn("Indexed 0 articles.", reindex("--missing"))

    def test_a_dry_run_says_how_many_there_are_and_writes_nothing(self) -> None:
        self.forget()
        self.assertIn("Would index 2 articles.", reindex("--dry-run"))
        self.assertFalse(DeskDocument.objects.exists())

    def test_what_is_no_number_is_told(self) -> None:
        with self.assertRaisesMessage(CommandError, "the number of an article is expected"):
            reindex("--after", "demain")

    def test_a_portion_is_a_transaction(self) -> None:
        self.forget()
        self.addCleanup(setattr, documents, "AT_ONCE", documents.AT_ONCE)
        documents.AT_ONCE = 1
        self.assertEqual(next(documents.reindex()), (self.article.pk, 1))
        self.assertEqual(DeskDocument.objects.count(), 1)

    def test_the_job_makes_findable_what_is_not(self) -> None:
        self.forget()
        jobs.index_missing.func()
        self.assertEqual(rows(), self.written)
