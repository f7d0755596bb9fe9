"""Mails to those whom an article concerns: queued with the action, sent at the time, true when they are sent."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.core import mail as outbox
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.actions import due, editing, planning, publishing, scheduling
from articles.content import Content
from articles.models import Article
from newsroom.publications.models import Membership
from newsroom.worker.process import WorkerProcess
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, publish

DAY = dt.timedelta(days=1)


class NotificationTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.author = make_author("Camille Roussel", user=self.camille)
        self.draft = make_draft(self.kg, "Un robot", by=self.camille, standfirst="Un chapô.", authors=(self.author,))
        self.moment = timezone.now() + DAY

    def mails(self, at: dt.datetime | None = None) -> list[tuple[str, str]]:
        """What the worker sends, at a moment."""
        outbox.outbox.clear()
        with time_machine.travel(at or timezone.now() + dt.timedelta(seconds=1), tick=False):
            WorkerProcess().run_what_is_due()
        return sorted((message.to[0], message.subject) for message in outbox.outbox)

    def approved(self, article: Article | None = None) -> Article:
        article = article or self.draft
        return publishing.approve(article, by=self.ines, revision=article.draft_id)

    def test_it_notifies_the_writer_when_somebody_else_publishes(self) -> None:
        publish(self.draft, by=self.thomas)
        self.assertEqual(self.mails(), [("camille@example.org", "En ligne\u00a0: Un robot")])
        self.assertIn(Article.objects.get().get_absolute_url(), outbox.outbox[0].body)

    def test_it_notifies_nobody_of_what_they_did_themselves(self) -> None:
        publish(make_draft(self.kg, by=self.ines), by=self.ines)
        self.assertEqual(self.mails(), [])

    def test_it_notifies_of_what_is_scheduled_at_its_time_and_once(self) -> None:
        ready = self.approved()
        scheduling.schedule(ready, by=self.thomas, revision=ready.draft_id, at=self.moment, accept={"lead_image"})
        self.assertEqual(self.mails(self.moment - dt.timedelta(seconds=1)), [])
        self.assertEqual(self.mails(self.moment), [("camille@example.org", "En ligne\u00a0: Un robot")])
        self.assertEqual(self.mails(self.moment + DAY), [])

    def test_it_notifies_only_of_what_is_still_true_after_the_schedule_changed(self) -> None:
        ready = self.approved()
        article = scheduling.schedule(
            ready, by=self.thomas, revision=ready.draft_id, at=self.moment, accept={"lead_image"}
        )
        article = scheduling.reschedule(article, by=self.thomas, at=self.moment + DAY)
        self.assertEqual(self.mails(self.moment), [])
        scheduling.unschedule(article, by=self.thomas)
        self.assertEqual(self.mails(self.moment + DAY), [])

    def test_it_notifies_of_a_scheduled_change_and_a_withdrawal_at_their_times(self) -> None:
        article = publish(self.draft, by=self.thomas)
        self.mails()
        content = replace(Content.of(article.live), headline="Un robot, encore")
        article = editing.save_draft(article, content, by=self.ines, change="update")
        article = self.approved(article)
        article = scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.moment)
        scheduling.schedule_withdrawal(article, by=self.thomas, at=self.moment + DAY, notice="Fini.")
        mails = self.mails(self.moment)
        self.assertEqual(mails, [("camille@example.org", "La modification est en ligne\u00a0: Un robot, encore")])
        self.assertEqual(self.mails(self.moment + DAY), [("camille@example.org", "Dépublié\u00a0: Un robot, encore")])
        self.assertIn("Fini.", outbox.outbox[0].body)

    def test_it_sends_nothing_when_it_runs_early_and_the_mail_at_its_time(self) -> None:
        ready = self.approved()
        scheduling.schedule(ready, by=self.thomas, revision=ready.draft_id, at=self.moment, accept={"lead_image"})
        DBTaskResult.objects.filter(task_path__contains="notify_published").update(run_after=timezone.now())
        self.assertEqual(self.mails(), [])
        self.assertEqual(self.mails(self.moment), [("camille@example.org", "En ligne\u00a0: Un robot")])

    def test_it_sends_the_note_of_what_was_sent_back(self) -> None:
        article = publishing.submit(self.draft, by=self.camille)
        publishing.request_changes(article, by=self.ines, revision=article.draft_id, note="Deux sources.")
        self.assertEqual(self.mails(), [("camille@example.org", "À reprendre\u00a0: Un robot")])
        self.assertIn("Deux sources.", outbox.outbox[0].body)

    def test_it_notifies_nobody_who_left(self) -> None:
        article = publishing.submit(self.draft, by=self.camille)
        Membership.objects.filter(user=self.camille).delete()
        publishing.request_changes(article, by=self.ines, revision=article.draft_id, note="Deux sources.")
        self.assertEqual(self.mails(), [])

    def test_it_writes_in_the_publication_s_language_and_time(self) -> None:
        self.kg.language = "en"
        self.kg.save()
        deadline = timezone.now() + 3 * DAY
        planning.assign(self.draft, to=self.camille, by=self.ines, deadline=deadline)
        self.assertEqual(self.mails(), [("camille@example.org", "For you: Un robot")])
        self.assertIn(self.kg.date(deadline), outbox.outbox[0].body)

    def test_it_reminds_of_a_deadline_once_the_day_before(self) -> None:
        deadline = timezone.now() + 2 * DAY
        planning.assign(self.draft, to=self.camille, by=self.ines, deadline=deadline)
        self.mails()
        soon = [("camille@example.org", "Bientôt à rendre\u00a0: Un robot")]
        for days, expected in ((1.5, []), (0.9, soon), (0.8, [])):
            at = deadline - days * DAY
            self.assertEqual(self.mails(at), expected)

    def test_it_sends_nothing_for_an_import(self) -> None:
        publishing.publish_imported(self.draft, at=timezone.now())
        self.assertEqual(self.mails(), [])

    def test_it_has_the_worker_apply_what_is_due(self) -> None:
        article = publishing.publish_imported(self.draft, at=self.moment)
        self.mails(self.moment)
        article.refresh_from_db()
        self.assertIsNone(article.due_at)
        self.assertEqual(list(due.apply_all_due(self.moment)), [])
