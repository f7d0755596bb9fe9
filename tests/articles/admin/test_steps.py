"""The buttons of an article's page: what is next, the others, and the times that a dialog proposes."""

import datetime as dt
from unittest import mock
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from articles.admin.steps import Button
from articles.workflow import TRANSITIONS
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

PARIS = ZoneInfo("Europe/Paris")


class StepsTests(NewsroomTestCase):
    def test_the_next_step_stands_alone_and_the_others_in_a_menu_what_takes_away_last(self) -> None:
        self.at_desk(self.thomas)
        for article, main in (
            (make_draft(self.kg), "approve_and_publish"),
            (make_article(self.kg), "approve_and_publish"),
        ):
            context = self.client.get(reverse("admin:articles_article_change", args=[article.pk])).context
            self.assertEqual(context["main_button"].step.name, main)
            others = context["other_buttons"]
            self.assertNotIn(main, [button.step.name for button in others])
            self.assertEqual(
                {button.step.name for button in context["buttons"]}, {main} | {b.step.name for b in others}
            )
            dangerous = [button.is_dangerous for button in others]
            self.assertEqual(dangerous, sorted(dangerous))

    def test_it_proposes_hours_that_are_still_to_come(self) -> None:
        button = Button(TRANSITIONS["schedule"])
        for hour, expected in (
            (10, ["2026-11-30T11:05", "2026-11-30T18:00", "2026-12-01T07:30"]),
            (17, ["2026-11-30T18:05", "2026-11-30T18:00", "2026-12-01T07:30"]),
            (19, ["2026-11-30T20:05", "2026-12-01T07:30"]),
        ):
            now = dt.datetime(2026, 11, 30, hour, 5, tzinfo=PARIS)
            with mock.patch.object(timezone, "localtime", lambda now=now: now):
                self.assertEqual([value for _label, value in button.hours], expected)
        self.assertEqual(Button(TRANSITIONS["approve"]).hours, [])
