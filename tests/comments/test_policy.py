"""What a thread allows follows the revision that readers have, never the draft."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.utils import timezone

from articles.actions import editing
from articles.content import Content
from comments.actions import posting
from comments.actions import settings as comment_settings
from comments.models import ThreadPolicy
from comments.policy import settings_of, thread_of
from comments.refusals import Refused
from comments.states import Mode
from tests.comments.base import CommentsTestCase
from tests.factories import make_draft


class DraftTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        policy = ThreadPolicy(publication=self.kg, section=self.games, mode=Mode.CLOSED)
        comment_settings.save_policy(policy, by=self.sarah)

    def save_draft(self, **changes: object) -> None:
        content = replace(Content.of(self.article.working), **changes)
        self.article = editing.save_draft(self.article, content, by=self.ines)
        self.article.refresh_from_db()

    def test_it_leaves_a_thread_open_when_a_draft_moves_to_a_closed_section(self) -> None:
        comment = self.post()
        self.save_draft(section=self.games)
        self.post("Encore un mot.")
        posting.edit(comment, "Autrement dit.")
        page = self.read(self.article.path)
        self.assertContains(page, "comment-form")
        self.assertNotContains(page, "Les commentaires sont fermés.")
        self.assertContains(self.read(f"/c/article/{self.article.pk}/write/"), "comment-form")

    def test_it_leaves_a_thread_open_when_a_draft_becomes_a_static_page(self) -> None:
        self.save_draft(kind="page", section=None)
        self.post()
        self.assertContains(self.read(self.article.path), "comment-form")

    def test_it_closes_a_thread_at_the_time_of_a_change_of_section(self) -> None:
        moment = timezone.now() + dt.timedelta(hours=1)
        self.save_draft(section=self.games)
        self.article.next, self.article.next_at, self.article.draft = self.article.draft, moment, None
        self.article.save()
        self.post()
        with time_machine.travel(moment + dt.timedelta(seconds=1), tick=False), self.assertRaises(Refused):
            self.post("Trop tard.")

    def test_it_is_closed_under_an_article_that_was_never_published(self) -> None:
        draft = make_draft(self.kg, "Pas encore")
        thread = thread_of(draft, settings_of(self.kg), timezone.now())
        self.assertEqual(thread.why_closed(timezone.now()), "Les commentaires sont fermés.")
        with self.assertRaises(Refused):
            self.post(article=draft)
