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
from tests.base import NewsroomTestCase
from tests.factories import make_draft, make_story

DAY = dt.timedelta(days=1)


class FoldTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.hour = timezone.now() + DAY

    def changed(self, change: str = "update") -> Article:
        story = make_story(self.kg, "Avant")
        content = replace(Content.of(story.working), headline="Après")
        story = editing.save_draft(story, content, by=None, change=change, notice="Faux.")
        story = publishing.approve(story, by=None, revision=story.draft_id)
        return scheduling.schedule_change(story, by=None, revision=story.draft_id, at=self.hour)

    def fold(self, at: dt.datetime) -> list[bool]:
        with time_machine.travel(at, tick=False):
            return [folded.error is None for folded in due.fold_due(timezone.now())]

    def test_a_change_becomes_what_readers_have(self) -> None:
        story = self.changed()
        self.assertEqual(self.fold(self.hour - dt.timedelta(seconds=1)), [])
        self.assertEqual(self.fold(self.hour + DAY), [True])
        story.refresh_from_db()
        self.assertEqual((story.live.headline, story.next, story.next_at, story.due_at), ("Après", None, None, None))
        self.assertEqual(story.updated_at, self.hour)
        event = story.events.first()
        self.assertEqual((event.verb, event.at, event.actor), (Verb.PUBLISHED, self.hour, None))
        self.assertEqual(event.revision, story.live)

    def test_folding_twice_is_folding_once(self) -> None:
        story = self.changed()
        self.assertEqual((self.fold(self.hour), self.fold(self.hour)), ([True], []))
        with time_machine.travel(self.hour, tick=False):
            self.assertFalse(base.fold(story, timezone.now()))
        self.assertEqual(story.events.filter(at=self.hour).count(), 1)

    def test_readers_notice_nothing(self) -> None:
        story = self.changed("correction")
        with time_machine.travel(self.hour + DAY, tick=False):
            before = self.read(story.path).content
            list(due.fold_due(timezone.now()))
            self.assertEqual(self.read(story.path).content, before)

    def test_a_first_publication_and_a_withdrawal_are_logged_at_their_hours(self) -> None:
        story = publishing.carry_over(make_draft(self.kg), at=self.hour)
        story = scheduling.schedule_withdrawal(story, by=None, at=self.hour + DAY, notice="Fini.")
        self.fold(self.hour)
        story.refresh_from_db()
        self.assertEqual(story.due_at, self.hour + DAY)
        self.fold(self.hour + 2 * DAY)
        story.refresh_from_db()
        logged = list(story.events.order_by("-at").values_list("verb", "at", "from_state", "to_state")[:2])
        self.assertEqual(logged[0], (Verb.WITHDRAWN, self.hour + DAY, Standing.LIVE, Standing.WITHDRAWN))
        self.assertEqual(logged[1], (Verb.PUBLISHED, self.hour, Standing.SCHEDULED, Standing.LIVE))

    def test_what_was_missed_for_days_is_folded_in_its_order(self) -> None:
        story = self.changed()
        scheduling.schedule_withdrawal(story, by=None, at=self.hour + DAY, notice="Fini.")
        self.fold(self.hour + 5 * DAY)
        self.assertEqual(
            list(story.events.order_by("-at").values_list("verb", "at")[:2]),
            [(Verb.WITHDRAWN, self.hour + DAY), (Verb.PUBLISHED, self.hour)],
        )

    def test_the_next_door_folds_before_it_looks(self) -> None:
        story = self.changed()
        with time_machine.travel(self.hour + DAY, tick=False):
            content = replace(Content.of(story.next), headline="Encore")
            story = editing.save_draft(story, content, by=self.ines, base=story.next_id, change="typo")
            self.assertEqual((story.live.headline, story.next, story.draft.headline), ("Après", None, "Encore"))
            self.assertEqual(story.stage, Stage.DRAFT)
            self.assertEqual([e.verb for e in story.events.order_by("-at")[:2]], [Verb.SAVED, Verb.PUBLISHED])

    def test_a_change_that_was_read_ends_the_reading_still_to_come(self) -> None:
        story = self.changed()
        Article.objects.filter(pk=story.pk).update(unreviewed=True)
        story.refresh_from_db()
        self.assertEqual(story.standing(self.hour - DAY / 2), Standing.UNREVIEWED)
        self.assertEqual(story.standing(self.hour), Standing.LIVE)
        self.assertTrue(Article.objects.unread(self.hour - DAY / 2).filter(pk=story.pk).exists())
        self.assertFalse(Article.objects.unread(self.hour).filter(pk=story.pk).exists())

    def test_a_story_imported_anew_while_it_waits_keeps_its_hour(self) -> None:
        story = publishing.carry_over(make_draft(self.kg, "Avant"), at=self.hour)
        story = editing.save_draft(story, replace(Content.of(story.live), headline="Mieux"), by=None)
        story = publishing.carry_over(story, at=timezone.now())
        self.assertEqual((story.published_at, story.due_at), (self.hour, self.hour))
        edition = story.editions.get()
        self.assertEqual((edition.revision, edition.published_at), (story.live, self.hour))

    def test_one_bad_story_stops_no_other(self) -> None:
        stories = [publishing.carry_over(make_draft(self.kg, f"Histoire {n}"), at=self.hour) for n in range(10)]
        with connection.cursor() as cursor:
            make_bad(cursor, stories[4].pk)
        folded = self.fold(self.hour)
        self.assertEqual((folded.count(True), folded.count(False)), (9, 1))
        self.assertEqual(list(Article.objects.filter(due_at__isnull=False)), [stories[4]])


def make_bad(cursor: object, pk: int) -> None:
    """Makes the database itself refuse every change to a story."""
    if connection.vendor == "sqlite":
        cursor.execute(  # type: ignore[attr-defined]
            f"CREATE TRIGGER bad BEFORE UPDATE ON articles_article WHEN old.id = {pk} "
            "BEGIN SELECT RAISE(ABORT, 'a bad story'); END"
        )
        return
    cursor.execute(  # type: ignore[attr-defined]
        "CREATE FUNCTION bad() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'a bad story'; END $$ LANGUAGE plpgsql;"
        "CREATE TRIGGER bad BEFORE UPDATE ON articles_article FOR EACH ROW "
        f"WHEN (old.id = {pk}) EXECUTE FUNCTION bad()"
    )
