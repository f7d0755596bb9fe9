"""Doors of the desk among itself: assignments, notes, embargoes."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from articles.actions import editing, planning, preview_links, publishing, scheduling
from articles.content import Content
from articles.models import Article, Note
from articles.workflow import Refused, Verb
from newsroom.publications.permissions import Forbidden, may
from newsroom.worker.models import Mail
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_story

DAY = dt.timedelta(days=1)
BARE = {"standfirst", "lead_image", "byline"}


class AssignTests(NewsroomTestCase):
    def test_it_says_who_writes_it_and_by_when_and_tells_them(self) -> None:
        deadline = timezone.now() + DAY
        story = planning.assign(
            make_draft(self.kg, "Keynote"), to=self.camille, by=self.ines, deadline=deadline, brief=" Deux feuillets. "
        )
        self.assertEqual((story.assigned_to, story.deadline), (self.camille, deadline))
        event = story.events.first()
        self.assertEqual((event.verb, event.actor), (Verb.ASSIGNED, self.ines))
        self.assertIn("Deux feuillets.", event.note)
        mail = Mail.objects.get()
        self.assertEqual((mail.to, mail.subject), ("camille@example.org", "Pour vous : Keynote"))
        for words in (self.kg.date(deadline), "Deux feuillets.", f"/admin/articles/article/{story.pk}/change/"):
            self.assertIn(words, mail.body)

    def test_what_is_assigned_to_a_writer_is_theirs_to_write(self) -> None:
        story = make_draft(self.kg, by=self.ines)
        self.assertFalse(may(self.camille, "article.save", story))
        story = planning.assign(story, to=self.camille, by=self.ines)
        self.assertTrue(may(self.camille, "article.save", story))
        story = planning.assign(story, to=None, by=self.ines)
        self.assertFalse(may(self.camille, "article.save", story))

    def test_a_deadline_publishes_nothing(self) -> None:
        story = planning.assign(make_draft(self.kg), to=self.camille, by=self.ines, deadline=timezone.now() + DAY)
        self.assertEqual((story.waits(timezone.now()), story.published_at, story.due_at), (frozenset(), None, None))

    def test_it_goes_to_who_writes_there_only(self) -> None:
        for nobody in (self.julien, self.zoe, self.sarah):
            with self.assertRaises(Refused) as refused:
                planning.assign(make_draft(self.kg), to=nobody, by=self.ines)
            self.assertEqual(refused.exception.findings[0].rule, "to")

    def test_it_is_an_editor_s_to_say(self) -> None:
        with self.assertRaises(Forbidden):
            planning.assign(make_draft(self.kg, by=self.camille), to=self.camille, by=self.camille)

    def test_a_deadline_is_somebody_s(self) -> None:
        with self.assertRaises(Refused):
            planning.assign(make_draft(self.kg), to=None, by=self.ines, deadline=timezone.now() + DAY)

    def test_a_deadline_is_an_hour_to_come_unless_it_stood_already(self) -> None:
        with self.assertRaises(Refused):
            planning.assign(make_draft(self.kg), to=self.camille, by=self.ines, deadline=timezone.now() - DAY)
        passed = timezone.now() - DAY
        story = planning.assign(make_draft(self.kg), to=self.camille, by=self.ines)
        Article.objects.filter(pk=story.pk).update(deadline=passed)
        self.assertEqual(planning.assign(story, to=self.ines, by=self.ines, deadline=passed).deadline, passed)

    def test_saying_the_same_again_says_nothing(self) -> None:
        story = planning.assign(make_draft(self.kg), to=self.camille, by=self.ines)
        planning.assign(story, to=self.camille, by=self.ines)
        self.assertEqual((story.events.filter(verb=Verb.ASSIGNED).count(), Mail.objects.count()), (1, 1))

    def test_who_assigns_to_themselves_gets_no_mail(self) -> None:
        planning.assign(make_draft(self.kg), to=self.ines, by=self.ines)
        self.assertFalse(Mail.objects.exists())


class NoteTests(NewsroomTestCase):
    def told(self) -> set[str]:
        return set(Mail.objects.values_list("to", flat=True))

    def test_it_is_for_who_writes_the_story_and_never_for_readers(self) -> None:
        make_author("Camille Roussel", user=self.camille)
        story = make_story(self.kg, by=None)
        story = planning.assign(story, to=self.camille, by=None)
        Mail.objects.all().delete()
        planning.note(story, " Le chiffre est à vérifier. ", by=self.ines)
        self.assertEqual(Note.objects.get().text, "Le chiffre est à vérifier.")
        self.assertEqual(self.told(), {"camille@example.org"})
        self.assertNotContains(self.read(story.path), "à vérifier")

    def test_it_reaches_who_said_something_before_and_whom_it_names(self) -> None:
        story = make_draft(self.kg, by=self.camille)
        planning.note(story, "Un avis ?", by=self.sarah)
        Mail.objects.all().delete()
        planning.note(story, "@julien et @personne : voyez, et demandez à @thomas.", by=self.ines)
        # Julien has no role on KultureGeek, and no sight of its drafts.
        self.assertEqual(self.told(), {"camille@example.org", "sarah@example.org", "thomas@example.org"})

    def test_it_has_words_and_not_too_many(self) -> None:
        for text in ("", "  ", "x" * 4001):
            with self.assertRaises(Refused):
                planning.note(make_draft(self.kg), text, by=self.ines)

    def test_it_is_kept_as_it_was_written(self) -> None:
        planning.note(make_draft(self.kg), "Oui.", by=self.ines)
        with self.assertRaisesMessage(Exception, "never"):
            Note.objects.get().save()

    def test_a_button_pressed_twice_leaves_one(self) -> None:
        story = make_draft(self.kg, by=self.camille)
        for _ in range(2):
            planning.note(story, "Vu.", by=self.ines)
        self.assertEqual((Note.objects.count(), Mail.objects.count()), (1, 1))

    def test_who_has_no_role_there_leaves_none(self) -> None:
        for nobody in (self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                planning.note(make_draft(self.kg), "Non.", by=nobody)


class EmbargoTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.end = timezone.now() + 2 * DAY

    def embargoed(self, **fields: Any) -> Article:
        return planning.embargo(make_draft(self.kg, **fields), until=self.end, by=self.ines)

    def refused(self, door: Any, *args: Any, **said: Any) -> None:
        with self.assertRaises(Refused) as refused:
            door(*args, **said)
        self.assertEqual(refused.exception.findings[0].rule, "embargo")
        self.assertIn(self.kg.date(self.end), str(refused.exception))

    def test_nobody_publishes_it_before_its_hour(self) -> None:
        story = self.embargoed()
        for person in (self.ines, self.thomas, self.alix, None):
            self.refused(publishing.approve_and_publish, story, by=person, revision=story.draft_id, accept=BARE)
        self.refused(publishing.carry_over, story, at=timezone.now())
        self.refused(publishing.carry_over, story, at=timezone.now() - 365 * DAY)
        ready = publishing.approve(story, by=self.ines, revision=story.draft_id)
        before = self.end - dt.timedelta(seconds=1)
        self.refused(scheduling.schedule, ready, by=self.thomas, revision=ready.draft_id, at=before, accept=BARE)
        story = scheduling.schedule(ready, by=self.thomas, revision=ready.draft_id, at=self.end, accept=BARE)
        self.assertEqual(story.published_at, self.end)
        self.refused(scheduling.reschedule, story, by=self.thomas, at=before)

    def test_nobody_shows_it_outside_before_its_hour(self) -> None:
        self.refused(
            preview_links.share, self.embargoed(), 1, by=self.thomas, for_whom="La source", until=timezone.now() + DAY
        )

    def test_a_change_to_a_live_story_waits_too_and_a_withdrawn_one_stays_away(self) -> None:
        story = make_story(self.kg)
        draft = editing.save_draft(
            story, replace(Content.of(story.live), headline="Tout autre"), by=None, change="update"
        )
        draft = planning.embargo(draft, until=self.end, by=self.ines)
        self.refused(publishing.approve_and_publish, draft, by=self.thomas, revision=draft.draft_id)
        gone = publishing.withdraw(draft, by=self.thomas, notice="Trop tôt.")
        self.refused(publishing.reinstate, gone, by=self.thomas)

    def test_a_writer_sets_it_and_makes_it_longer_and_lifts_none(self) -> None:
        story = planning.embargo(make_draft(self.kg, by=self.camille), until=self.end, by=self.camille)
        story = planning.embargo(story, until=self.end + DAY, by=self.camille)
        for until in (None, self.end):
            with self.assertRaises(Forbidden):
                planning.embargo(story, until=until, by=self.camille)
        story = planning.embargo(story, until=None, by=self.ines)
        self.assertEqual((story.embargo_until, story.events.first().verb), (None, Verb.EMBARGO_LIFTED))

    def test_it_is_not_set_over_what_is_to_come_out_before(self) -> None:
        story = publishing.carry_over(make_draft(self.kg), at=self.end - DAY)
        with self.assertRaises(Refused) as refused:
            planning.embargo(story, until=self.end, by=self.ines)
        self.assertIn(self.kg.date(self.end - DAY), str(refused.exception))

    def test_an_hour_that_has_passed_is_no_embargo(self) -> None:
        with self.assertRaises(Refused):
            planning.embargo(make_draft(self.kg), until=timezone.now() - DAY, by=self.ines)

    def test_once_it_is_over_it_is_in_nobody_s_way(self) -> None:
        story = self.embargoed()
        Article.objects.filter(pk=story.pk).update(embargo_until=timezone.now() - DAY)
        story.refresh_from_db()
        story = publishing.approve_and_publish(story, by=self.ines, revision=story.draft_id, accept=BARE)
        self.assertTrue(story.is_live(timezone.now()))
