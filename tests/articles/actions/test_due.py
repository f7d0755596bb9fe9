"""Times that have come are applied to rows and log once, by the worker or the next action, whichever is first."""

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


class ApplyDueTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.moment = timezone.now() + DAY

    def changed(self, change: str = "update") -> Article:
        article = make_article(self.kg, "Avant")
        content = replace(Content.of(article.working), headline="Après")
        article = editing.save_draft(article, content, by=SYSTEM, change=change, notice="Faux.")
        article = publishing.approve(article, by=SYSTEM, revision=article.draft_id)
        return scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id, at=self.moment)

    def apply(self, at: dt.datetime) -> list[bool]:
        with time_machine.travel(at, tick=False):
            return [applied.error is None for applied in due.apply_all_due(timezone.now())]

    def test_it_makes_a_change_the_live_revision(self) -> None:
        article = self.changed()
        self.assertEqual(self.apply(self.moment - dt.timedelta(seconds=1)), [])
        self.assertEqual(self.apply(self.moment + DAY), [True])
        article.refresh_from_db()
        self.assertEqual(
            (article.live.headline, article.next, article.next_at, article.due_at), ("Après", None, None, None)
        )
        self.assertEqual(article.updated_at, self.moment)
        event = article.events.first()
        self.assertEqual((event.verb, event.at, event.actor), (Verb.PUBLISHED, self.moment, None))
        self.assertEqual(event.revision, article.live)

    def test_it_applies_twice_as_once(self) -> None:
        article = self.changed()
        self.assertEqual((self.apply(self.moment), self.apply(self.moment)), ([True], []))
        with time_machine.travel(self.moment, tick=False):
            self.assertFalse(base.apply_due(article, timezone.now()))
        self.assertEqual(article.events.filter(at=self.moment).count(), 1)

    def test_it_changes_nothing_for_readers(self) -> None:
        article = self.changed("correction")
        with time_machine.travel(self.moment + DAY, tick=False):
            before = self.read(article.path).content
            list(due.apply_all_due(timezone.now()))
            self.assertEqual(self.read(article.path).content, before)

    def test_it_logs_a_first_publication_and_a_withdrawal_at_their_times(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg), at=self.moment)
        article = scheduling.schedule_withdrawal(article, by=SYSTEM, at=self.moment + DAY, notice="Fini.")
        self.apply(self.moment)
        article.refresh_from_db()
        self.assertEqual(article.due_at, self.moment + DAY)
        self.apply(self.moment + 2 * DAY)
        article.refresh_from_db()
        logged = list(article.events.order_by("-at").values_list("verb", "at", "from_state", "to_state")[:2])
        self.assertEqual(logged[0], (Verb.WITHDRAWN, self.moment + DAY, Standing.LIVE, Standing.WITHDRAWN))
        self.assertEqual(logged[1], (Verb.PUBLISHED, self.moment, Standing.SCHEDULED, Standing.LIVE))

    def test_it_applies_what_was_due_for_days_in_its_order(self) -> None:
        article = self.changed()
        scheduling.schedule_withdrawal(article, by=SYSTEM, at=self.moment + DAY, notice="Fini.")
        self.apply(self.moment + 5 * DAY)
        self.assertEqual(
            list(article.events.order_by("-at").values_list("verb", "at")[:2]),
            [(Verb.WITHDRAWN, self.moment + DAY), (Verb.PUBLISHED, self.moment)],
        )

    def test_it_is_applied_by_the_next_action_before_it_checks(self) -> None:
        article = self.changed()
        with time_machine.travel(self.moment + DAY, tick=False):
            content = replace(Content.of(article.next), headline="Encore")
            article = editing.save_draft(article, content, by=self.ines, base=article.next_id, change="typo")
            self.assertEqual((article.live.headline, article.next, article.draft.headline), ("Après", None, "Encore"))
            self.assertEqual(article.stage, Stage.DRAFT)
            self.assertEqual([e.verb for e in article.events.order_by("-at")[:2]], [Verb.SAVED, Verb.PUBLISHED])

    def test_it_needs_no_reading_once_a_reviewed_change_is_in_force(self) -> None:
        article = self.changed()
        Article.objects.filter(pk=article.pk).update(unreviewed=True)
        article.refresh_from_db()
        self.assertEqual(article.standing(self.moment - DAY / 2), Standing.UNREVIEWED)
        self.assertEqual(article.standing(self.moment), Standing.LIVE)
        self.assertTrue(Article.objects.unreviewed(self.moment - DAY / 2).filter(pk=article.pk).exists())
        self.assertFalse(Article.objects.unreviewed(self.moment).filter(pk=article.pk).exists())

    def test_it_keeps_the_time_of_a_pending_article_that_is_imported_again(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg, "Avant"), at=self.moment)
        article = editing.save_draft(article, replace(Content.of(article.live), headline="Mieux"), by=SYSTEM)
        article = publishing.publish_imported(article, at=timezone.now())
        self.assertEqual((article.published_at, article.due_at), (self.moment, self.moment))
        edition = article.editions.get()
        self.assertEqual((edition.revision, edition.published_at), (article.live, self.moment))

    def test_it_goes_on_after_an_article_that_fails(self) -> None:
        articles = [
            publishing.publish_imported(make_draft(self.kg, f"Histoire {n}"), at=self.moment) for n in range(10)
        ]
        with connection.cursor() as cursor:
            make_bad(cursor, articles[4].pk)
        succeeded = self.apply(self.moment)
        self.assertEqual((succeeded.count(True), succeeded.count(False)), (9, 1))
        self.assertEqual(list(Article.objects.filter(due_at__isnull=False)), [articles[4]])


def make_bad(cursor: object, pk: int) -> None:
    """Make the database itself refuse every change to an article."""
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
