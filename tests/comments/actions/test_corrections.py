"""A correction of an article closes the messages that asked for it, once readers have it, whoever publishes it."""

import datetime as dt
from dataclasses import replace
from typing import Any

import time_machine
from django.utils import timezone

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.models import Article
from comments.actions import corrections, inbox
from comments.models import Message
from comments.refusals import Refused
from comments.states import MessageState
from newsroom.publications.permissions import SYSTEM, Forbidden
from newsroom.worker.queue import run_next
from tests.comments.messages import MessagesTestCase
from tests.factories import publish


class Everything:
    """Accepts every finding."""

    def __contains__(self, key: object) -> bool:
        return True


class CorrectionTests(MessagesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.message = self.write()

    def reword(self, change: str = "correction", body: str = "La Lune est à 384 400 km.", by: Any = SYSTEM) -> Article:
        article = Article.objects.get(pk=self.article.pk)
        content = replace(Content.of(article.working), body=f"<p>{body}</p>")
        notice = "La distance était fausse." if change == "correction" else ""
        return editing.save_draft(article, content, by=by, change=change, notice=notice)

    def correct(self, change: str = "correction", body: str = "La Lune est à 384 400 km.") -> Article:
        return publish(self.reword(change, body))

    def state(self) -> str:
        self.message.refresh_from_db()
        return self.message.state

    def test_it_closes_what_waits_for_it_and_thanks(self) -> None:
        inbox.begin_correction(self.message, by=self.ines, thanks=True)
        article = self.correct()
        self.assertEqual((self.state(), self.message.correction), (MessageState.DONE, article.live))
        last = self.message.events.first()
        assert last is not None
        self.assertEqual((last.verb, last.actor, last.words), ("corrected", None, "La distance était fausse."))
        self.assertEqual(self.mailed(to="lea@example.org")[-1], "Corrigé, grâce à vous")

    def test_it_does_so_though_another_reviews_and_publishes_it_later(self) -> None:
        inbox.begin_correction(self.message, by=self.camille, thanks=False)
        draft = publishing.submit(self.reword(), by=SYSTEM)
        self.assertEqual(self.state(), MessageState.TAKEN)
        publishing.approve_and_publish(draft, by=self.thomas, revision=draft.draft_id or 0, accept=Everything())  # type: ignore[arg-type]
        self.assertEqual(self.state(), MessageState.DONE)
        self.assertEqual(len(self.mailed(to="lea@example.org")), 1)  # the receipt alone

    def test_another_change_closes_nothing(self) -> None:
        inbox.begin_correction(self.message, by=self.ines, thanks=True)
        self.correct("update")
        self.correct("typo", "La Lune est plus loin que cela !")
        self.assertEqual(self.state(), MessageState.TAKEN)

    def test_it_closes_nothing_that_does_not_wait_for_it(self) -> None:
        self.correct()
        self.assertEqual(self.state(), MessageState.NEW)

    def test_a_scheduled_one_closes_it_at_its_time(self) -> None:
        inbox.begin_correction(self.message, by=self.ines, thanks=True)
        draft = publishing.approve(self.reword(), by=SYSTEM, revision=self.article.working.pk + 1)
        at = timezone.now() + dt.timedelta(hours=2)
        scheduling.schedule_change(draft, by=SYSTEM, revision=draft.draft_id or 0, at=at, accept=Everything())  # type: ignore[arg-type]
        self.work()
        self.assertEqual(self.state(), MessageState.TAKEN)
        with time_machine.travel(at + dt.timedelta(seconds=1)):
            self.work()
            self.assertEqual(self.state(), MessageState.DONE)

    def test_one_that_is_taken_off_the_schedule_closes_nothing(self) -> None:
        inbox.begin_correction(self.message, by=self.ines, thanks=True)
        draft = publishing.approve(self.reword(), by=SYSTEM, revision=self.article.working.pk + 1)
        at = timezone.now() + dt.timedelta(hours=2)
        article = scheduling.schedule_change(draft, by=SYSTEM, revision=draft.draft_id or 0, at=at, accept=Everything())  # type: ignore[arg-type]
        scheduling.unschedule_change(article, by=SYSTEM)
        with time_machine.travel(at + dt.timedelta(seconds=1)):
            self.work()
        self.assertEqual(self.state(), MessageState.TAKEN)

    def work(self) -> None:
        while run_next("w"):
            pass

    def test_one_closes_it_by_a_correction_that_was_made_without_it(self) -> None:
        article = self.correct()
        self.assertEqual([row.revision for row in inbox.corrections_since(self.message)], [article.live])
        message = inbox.close(self.message, by=self.ines, correction=article.live_id, thanks=True)
        self.assertEqual((message.state, message.correction_id), (MessageState.DONE, article.live_id))
        self.assertEqual(self.mailed(to="lea@example.org")[-1], "Corrigé, grâce à vous")

    def test_a_correction_of_before_or_of_another_article_closes_nothing(self) -> None:
        article = self.correct()
        with time_machine.travel(timezone.now() + dt.timedelta(hours=1)):
            later = self.write("Encore une erreur.")
            self.assertEqual(inbox.corrections_since(later), [])
            with self.assertRaises(Refused):
                inbox.close(later, by=self.ines, correction=article.live_id)

    def test_one_begins_it_where_there_is_an_article_and_a_right(self) -> None:
        nothing = self.write("Bravo.", "general", about=None)
        with self.assertRaises(Refused):
            inbox.begin_correction(nothing, by=self.ines, thanks=False)
        with self.assertRaises(Forbidden):
            inbox.begin_correction(self.message, by=self.sarah, thanks=False)

    def test_what_was_closed_meanwhile_stays_as_it_is(self) -> None:
        inbox.begin_correction(self.message, by=self.ines, thanks=True)
        inbox.close(Message.objects.get(), by=self.ines)
        self.correct()
        self.assertIsNone(Message.objects.get().correction)

    def test_an_article_that_nobody_wrote_about_costs_one_query_more(self) -> None:
        Message.objects.update(article=None)
        edition = self.correct().editions.get(change="correction")
        with self.assertNumQueries(1):
            corrections.published(edition)
