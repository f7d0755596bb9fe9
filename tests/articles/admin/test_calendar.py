"""A month of a publication at the desk."""

import datetime as dt
from typing import Any

import time_machine
from django.urls import reverse
from django.utils import timezone

from articles.actions import planning, publishing, scheduling
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

URL = reverse("admin:articles_article_calendar")


class CalendarTests(NewsroomTestCase):
    def entries(self, person: Any = None, **query: str) -> dict[int, list[tuple[str, str]]]:
        self.at_desk(person or self.camille)
        page = self.client.get(URL, query)
        days = [day for week in page.context["weeks"] for day in week if day.inside]
        return {day.date.day: [(e.what, e.headline) for e in day.entries] for day in days if day.entries}

    def test_it_shows_what_was_published_and_what_waits_in_the_site_s_own_days(self) -> None:
        with time_machine.travel("2031-03-10T09:00:00+00:00", tick=False):
            make_article(self.kg, "Minuit passé à Paris", at=dt.datetime(2031, 3, 4, 23, 30, tzinfo=dt.UTC))
            waiting = publishing.publish_imported(
                make_draft(self.kg, "Attend"), at=dt.datetime(2031, 3, 20, 8, tzinfo=dt.UTC)
            )
            scheduling.schedule_withdrawal(
                waiting, by=SYSTEM, at=dt.datetime(2031, 3, 31, 21, 59, tzinfo=dt.UTC), notice="Fini."
            )
            draft = make_draft(self.kg, "À rendre")
            planning.assign(draft, to=self.camille, by=SYSTEM, deadline=dt.datetime(2031, 3, 15, 8, tzinfo=dt.UTC))
            make_article(self.kg, "Avril", at=dt.datetime(2031, 3, 31, 22, 30, tzinfo=dt.UTC))
            make_article(self.ia, "De la sœur")
            shown = self.entries()
        self.assertEqual(shown, {
            5: [("published", "Minuit passé à Paris")], 15: [("deadline", "À rendre")],
            20: [("scheduled", "Attend")], 31: [("withdrawal", "Attend")],
        })  # fmt: skip
        with time_machine.travel("2031-03-10T09:00:00+00:00", tick=False):
            self.assertEqual(self.entries(month="2031-04"), {1: [("scheduled", "Avril")]})

    def test_it_folds_a_full_day_and_costs_the_same(self) -> None:
        now = timezone.now()
        for n in range(9):
            make_article(self.kg, f"Histoire {n}", at=now)
        self.at_desk(self.camille)
        self.client.get(URL)
        with self.assertNumQueries(10):
            page = self.client.get(URL)
        today = next(day for week in page.context["weeks"] for day in week if day.is_today)
        self.assertEqual((len(today.shown), len(today.folded)), (6, 3))
        self.assertContains(page, "3 de plus")

    def test_odd_months_show_the_current_one(self) -> None:
        self.at_desk(self.camille)
        for month in ("", "2031-13", "0000-01", "9999-99", "²031-01", "2031-1", "x" * 5000, "\x00"):
            page = self.client.get(URL, {"month": month})
            self.assertEqual(page.status_code, 200)
            self.assertTrue(page.context["is_current"], month)
        for edge in ("1990-01", "2200-12"):
            self.assertEqual(self.client.get(URL, {"month": edge}).status_code, 200)

    def test_who_works_for_no_publication_has_no_calendar(self) -> None:
        make_article(self.kg, "Une histoire", at=timezone.now())
        self.at_desk(self.zoe)
        self.assertNotContains(self.client.get(URL), "Une histoire", status_code=403)
