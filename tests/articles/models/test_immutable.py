"""Rows that are written once: revisions and events."""

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from articles.actions import editing
from articles.content import Content
from articles.models import Event, Immutable, Revision
from articles.workflow import Verb
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft


class RevisionTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.revision = make_draft(self.kg).draft

    def test_it_is_never_saved_again(self) -> None:
        self.revision.headline = "Réécrit"
        with self.assertRaises(Immutable):
            self.revision.save()
        with self.assertRaises(Immutable):
            self.revision.save(update_fields=["headline"])
        self.assertEqual(Revision.objects.get(pk=self.revision.pk).headline, "Un casque qui voit loin")

    def test_it_is_never_deleted(self) -> None:
        with self.assertRaises(Immutable):
            self.revision.delete()
        with self.assertRaises(Immutable):
            Revision.objects.all().delete()

    def test_it_is_changed_by_no_queryset(self) -> None:
        for rows in (Revision.objects.all(), self.revision.article.revisions.all(), Revision.objects.filter(number=1)):
            with self.assertRaises(Immutable):
                rows.update(headline="Réécrit")
            with self.assertRaises(Immutable):
                rows.bulk_update([self.revision], ["headline"])
            with self.assertRaises(Immutable):
                rows.update_or_create(pk=self.revision.pk, defaults={"headline": "Réécrit"})

    def test_it_is_not_replaced_by_adding_many(self) -> None:
        with self.assertRaises(Immutable):
            Revision.objects.bulk_create(
                [self.revision], update_conflicts=True, unique_fields=["id"], update_fields=["headline"]
            )
        self.assertEqual(Revision.objects.bulk_create([]), [])

    def test_it_is_not_replaced_by_another_row(self) -> None:
        twin = Revision(
            pk=self.revision.pk, article=self.revision.article, number=9, created_at=self.revision.created_at
        )
        with self.assertRaises(IntegrityError), transaction.atomic():
            twin.save()
        self.assertEqual(Revision.objects.get(pk=self.revision.pk).number, 1)

    def test_it_has_a_number_of_its_own(self) -> None:
        twin = Revision(article=self.revision.article, number=1, created_at=self.revision.created_at)
        with self.assertRaises(IntegrityError), transaction.atomic():
            twin.save()


class EventTests(NewsroomTestCase):
    def test_it_is_neither_changed_nor_deleted(self) -> None:
        article = make_article(self.kg)
        event = article.events.first()
        for attempt in (
            event.save,
            event.delete,
            article.events.all().delete,
            lambda: article.events.update(note="Rien."),
            lambda: Event.objects.filter(pk=event.pk).update(actor=self.zoe),
            lambda: Event.objects.bulk_update([event], ["note"]),
        ):
            with self.assertRaises(Immutable):
                attempt()
        self.assertEqual(list(article.events.values_list("verb", flat=True)), [Verb.PUBLISHED, Verb.CREATED])

    def test_it_keeps_its_article_from_being_deleted(self) -> None:
        article = make_article(self.kg)
        with self.assertRaises(ProtectedError):
            article.delete()
        self.assertTrue(Event.objects.filter(article=article).exists())

    def test_it_is_added_by_each_save(self) -> None:
        article = make_draft(self.kg)
        editing.save_draft(article, Content(headline="Autre", section=self.games), by=self.ines)
        self.assertEqual(
            list(article.events.values_list("verb", "actor__username")), [(Verb.SAVED, "ines"), (Verb.CREATED, None)]
        )
