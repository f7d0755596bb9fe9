"""The form of a report."""

import datetime as dt
from dataclasses import replace
from typing import Any

import time_machine
from django.utils import timezone

from comments import forms
from comments.actions import settings as comment_settings
from comments.models import Report
from comments.screening import BY_NAME
from comments.states import Status
from tests.comments.base import CommentsTestCase

HERE = {"Origin": "http://kulturegeek.localhost", "host": "kulturegeek.localhost"}


class ReportPageTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.comment = self.post("Une insulte.")
        self.path = f"/c/{self.comment.pk}/report/"

    def send(self, headers: dict[str, str] = HERE, **changes: Any) -> Any:
        with time_machine.travel(timezone.now() - dt.timedelta(seconds=9), tick=False):
            token = forms.token()
        typed = {
            "ground": "insult",
            "text": "Elle insulte.",
            "name": "Ana",
            "email": "ana@example.org",
            "good_faith": "1",
        }
        return self.client.post(self.path, {**typed, "token": token, **changes}, headers=headers)

    def test_it_shows_the_comment_and_its_address(self) -> None:
        page = self.read(self.path)
        self.assertContains(page, "Une insulte.")
        self.assertContains(page, self.comment.get_absolute_url())
        self.assertContains(page, "bonne foi")

    def test_it_notes_the_report_and_thanks(self) -> None:
        self.assertContains(self.client.get(self.send().headers["Location"], headers=HERE), "Merci")
        self.assertEqual(Report.objects.get().text, "Elle insulte.")

    def test_an_error_keeps_what_was_typed(self) -> None:
        page = self.send(email="", text="À ne pas perdre")
        self.assertContains(page, "À ne pas perdre", status_code=422)
        self.assertFalse(Report.objects.exists())

    def test_a_form_sent_twice_makes_one_report_though_the_comment_is_held_since(self) -> None:
        comment_settings.save_rule(self.kg, replace(BY_NAME["reports"], limit=1), by=self.sarah)
        with time_machine.travel(timezone.now() - dt.timedelta(seconds=9), tick=False):
            token = forms.token()
        answers = [self.send(token=token) for _time in range(2)]
        self.assertEqual([(answer.status_code, answer.headers.get("Location")) for answer in answers],
                         [(302, f"/c/reported/{self.article.pk}/")] * 2)  # fmt: skip
        self.comment.refresh_from_db()
        self.assertEqual((self.comment.status, Report.objects.count()), (Status.HELD, 1))
        self.assertEqual(self.send().status_code, 404)

    def test_it_says_why_it_asks_once_more(self) -> None:
        self.assertContains(self.send(token="stale"), "appuyez encore une fois")

    def test_another_site_reports_nothing(self) -> None:
        self.send({**HERE, "Origin": "https://evil.example"})
        self.send(token="forged")
        self.send(website="bot")
        self.assertFalse(Report.objects.exists())
