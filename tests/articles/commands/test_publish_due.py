"""The command publish_due: applies due changes, runs due tasks, and gives an honest exit code."""

import datetime as dt
import io
from typing import Any

import time_machine
from django.core import mail as outbox
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone

from articles.actions import publishing, scheduling
from articles.models import Article
from articles.workflow import Verb
from newsroom.worker import queue
from tests.articles.actions.test_due import make_bad
from tests.base import NewsroomTestCase
from tests.factories import make_draft
from tests.newsroom.worker import tasks

HOUR = dt.timedelta(hours=1)


class PublishDueTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.moment = timezone.now() + HOUR
        self.articles = [self.scheduled(f"Histoire {n}") for n in range(10)]

    def scheduled(self, headline: str) -> Article:
        draft = make_draft(self.kg, headline, by=self.camille)
        draft = publishing.approve(draft, by=self.ines, revision=draft.draft_id)
        accept = {"standfirst", "lead_image", "byline"}
        return scheduling.schedule(draft, by=self.ines, revision=draft.draft_id, at=self.moment, accept=accept)

    def run_at(self, at: dt.datetime, **options: Any) -> str:
        out = io.StringIO()
        self.errors = io.StringIO()
        with time_machine.travel(at, tick=False):
            call_command("publish_due", stdout=out, stderr=self.errors, **options)
        return out.getvalue()

    def test_it_does_nothing_before_the_hour(self) -> None:
        self.assertIn("applied to 0 articles", self.run_at(self.moment - HOUR / 2))
        self.assertEqual(Article.objects.filter(due_at__isnull=True).count(), 0)

    def test_it_folds_what_is_due_and_sends_what_is_owed_once(self) -> None:
        self.assertIn("applied to 10 articles", self.run_at(self.moment))
        self.assertEqual(Article.objects.filter(due_at__isnull=True).count(), 10)
        self.assertEqual(len(outbox.outbox), 10)
        for article in self.articles:
            self.assertEqual(article.events.get(verb=Verb.PUBLISHED).at, self.moment)
        self.assertIn("applied to 0 articles", self.run_at(self.moment + HOUR))
        self.assertEqual(len(outbox.outbox), 10)

    def test_one_bad_article_in_ten_stops_no_other_and_the_exit_code_says_so(self) -> None:
        with connection.cursor() as cursor:
            make_bad(cursor, self.articles[3].pk)
        with self.assertRaisesMessage(CommandError, "1 articles"):
            self.run_at(self.moment)
        self.assertIn("Histoire 3", self.errors.getvalue())
        self.assertIn("a bad article", self.errors.getvalue())
        self.assertEqual(list(Article.objects.filter(due_at__isnull=False)), [self.articles[3]])
        self.assertEqual(len(outbox.outbox), 10)  # readers have it, bad row or not

    def test_a_side_effect_that_fails_stops_no_other_and_the_exit_code_says_so(self) -> None:
        with transaction.atomic():
            queue.enqueue(tasks.always_fails)
        with self.assertRaisesMessage(CommandError, "1 tasks failed"):
            self.run_at(self.moment)
        self.assertEqual(len(outbox.outbox), 10)

    def test_a_dry_run_lists_and_does_nothing(self) -> None:
        output = self.run_at(self.moment, dry_run=True)
        self.assertEqual(output.count("Histoire"), 10)
        self.assertIn("notify_published", output)
        self.assertEqual(Article.objects.filter(due_at__isnull=True).count(), 0)
        self.assertEqual(outbox.outbox, [])
