"""What the clock has decided is folded into rows and log, by whoever comes by first, once."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.db import connection
from django.utils import timezone

from articles.actions import base, due, editing, publishing, scheduling
from articles.content import Content
from articles.models import Article
from articles.workflow import Stage, Standing, Verb
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

DAY = dt.timedelta(days=1)


class FoldTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.hour = timezone.now() + DAY

    def changed(self, change: str = "update") -> Article:
        article = make_article(self.kg, "Avant")
        content = replace(Content.of(article.working), headline="Après")
        article = editing.save_draft(article, content, by=SYSTEM, change=change, notice="Faux.")
        article = publishing.approve(article, by=SYSTEM, revision=article.draft_id)
        return scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id, at=self.hour)

    def fold(self, at: dt.datetime) -> list[bool]:
        with time_machine.travel(at, tick=False):
            return [folded.error is None for folded in due.apply_all_due(timezone.now())]

    def test_a_change_becomes_what_readers_have(self) -> None:
        article = self.changed()
        self.assertEqual(self.fold(self.hour - dt.timedelta(seconds=1)), [])
        self.assertEqual(self.fold(self.hour + DAY), [True])
        article.refresh_from_db()
        self.assertEqual(
            (article.live.headline, article.next, article.next_at, article.due_at), ("Après", None, None, None)
        )
        self.assertEqual(article.updated_at, self.hour)
        event = article.events.first()
        self.assertEqual((event.verb, event.at, event.actor), (Verb.PUBLISHED, self.hour, None))
        self.assertEqual(event.revision, article.live)

    def test_folding_twice_is_folding_once(self) -> None:
        article = self.changed()
        self.assertEqual((self.fold(self.hour), self.fold(self.hour)), ([True], []))
        with time_machine.travel(self.hour, tick=False):
            self.assertFalse(base.apply_due(article, timezone.now()))
        self.assertEqual(article.events.filter(at=self.hour).count(), 1)

    def test_readers_notice_nothing(self) -> None:
        article = self.changed("correction")
        with time_machine.travel(self.hour + DAY, tick=False):
            before = self.read(article.path).content
            list(due.apply_all_due(timezone.now()))
            self.assertEqual(self.read(article.path).content, before)

    def test_a_first_publication_and_a_withdrawal_are_logged_at_their_hours(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg), at=self.hour)
        article = scheduling.schedule_withdrawal(article, by=SYSTEM, at=self.hour + DAY, notice="Fini.")
        self.fold(self.hour)
        article.refresh_from_db()
        self.assertEqual(article.due_at, self.hour + DAY)
        self.fold(self.hour + 2 * DAY)
        article.refresh_from_db()
        logged = list(article.events.order_by("-at").values_list("verb", "at", "from_state", "to_state")[:2])
        self.assertEqual(logged[0], (Verb.WITHDRAWN, self.hour + DAY, Standing.LIVE, Standing.WITHDRAWN))
        self.assertEqual(logged[1], (Verb.PUBLISHED, self.hour, Standing.SCHEDULED, Standing.LIVE))

    def test_what_was_missed_for_days_is_folded_in_its_order(self) -> None:
        article = self.changed()
        scheduling.schedule_withdrawal(article, by=SYSTEM, at=self.hour + DAY, notice="Fini.")
        self.fold(self.hour + 5 * DAY)
        self.assertEqual(
            list(article.events.order_by("-at").values_list("verb", "at")[:2]),
            [(Verb.WITHDRAWN, self.hour + DAY), (Verb.PUBLISHED, self.hour)],
        )

    def test_the_next_door_folds_before_it_looks(self) -> None:
        article = self.changed()
        with time_machine.travel(self.hour + DAY, tick=False):
            content = replace(Content.of(article.next), headline="Encore")
            article = editing.save_draft(article, content, by=self.ines, base=article.next_id, change="typo")
            self.assertEqual((article.live.headline, article.next, article.draft.headline), ("Après", None, "Encore"))
            self.assertEqual(article.stage, Stage.DRAFT)
            self.assertEqual([e.verb for e in article.events.order_by("-at")[:2]], [Verb.SAVED, Verb.PUBLISHED])

    def test_a_change_that_was_read_ends_the_reading_still_to_come(self) -> None:
        article = self.changed()
        Article.objects.filter(pk=article.pk).update(unreviewed=True)
        article.refresh_from_db()
        self.assertEqual(article.standing(self.hour - DAY / 2), Standing.UNREVIEWED)
        self.assertEqual(article.standing(self.hour), Standing.LIVE)
        self.assertTrue(Article.objects.unread(self.hour - DAY / 2).filter(pk=article.pk).exists())
        self.assertFalse(Article.objects.unread(self.hour).filter(pk=article.pk).exists())

    def test_an_article_imported_anew_while_it_waits_keeps_its_hour(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg, "Avant"), at=self.hour)
        article = editing.save_draft(article, replace(Content.of(article.live), headline="Mieux"), by=SYSTEM)
        article = publishing.publish_imported(article, at=timezone.now())
        self.assertEqual((article.published_at, article.due_at), (self.hour, self.hour))
        edition = article.editions.get()
        self.assertEqual((edition.revision, edition.published_at), (article.live, self.hour))

    def test_one_bad_article_stops_no_other(self) -> None:
        articles = [publishing.publish_imported(make_draft(self.kg, f"Histoire {n}"), at=self.hour) for n in range(10)]
        with connection.cursor() as cursor:
            make_bad(cursor, articles[4].pk)
        folded = self.fold(self.hour)
        self.assertEqual((folded.count(True), folded.count(False)), (9, 1))
        self.assertEqual(list(Article.objects.filter(due_at__isnull=False)), [articles[4]])


def make_bad(cursor: object, pk: int) -> None:
    """Makes the database itself refuse every change to an article."""
    if connection.vendor == "sqlite":
        cursor.execute(  # type: ignore[attr-defined]
            f"CREATE TRIGGER bad BEFORE UPDATE ON articles_article WHEN old.id = {pk} "
            "BEGIN SELECT RAISE(ABORT, 'a bad article'); END"
        )
        return
    cursor.execute(  # type: ignore[attr-defined]
        "CREATE FUNCTION bad() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'a bad article'; END $$ LANGUAGE plpgsql;"
        "CREATE TRIGGER bad BEFORE UPDATE ON articles_article FOR EACH ROW "
        f"WHEN (old.id = {pk}) EXECUTE FUNCTION bad()"
    )
