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

    def test_a_full_day_shows_some_and_leads_to_the_rest_at_the_same_cost(self) -> None:
        at = dt.datetime(2031, 3, 10, 8, tzinfo=dt.UTC)
        with time_machine.travel(at, tick=False):
            for n in range(9):
                make_article(self.kg, f"Histoire {n}", at=at + n * dt.timedelta(minutes=1))
            self.at_desk(self.camille)
            self.client.get(URL)
            with self.assertNumQueries(12):
                page = self.client.get(URL)
            self.assertEqual(
                self.entries()[10], [("scheduled" if n else "published", f"Histoire {n}") for n in range(6)]
            )
            today = next(day for week in page.context["weeks"] for day in week if day.is_today)
            self.assertEqual(today.more, 3)
            self.assertContains(page, '<a class="calendar-more" href="?day=2031-03-10">3 de plus</a>', html=True)
            with self.assertNumQueries(12):
                day = self.client.get(URL + today.url)
        self.assertEqual([entry.headline for entry in day.context["entries"]], [f"Histoire {n}" for n in range(9)])
        self.assertContains(day, "Lundi 10 mars 2031")
        self.assertContains(day, "?month=2031-03")

    def test_the_entries_of_a_month_that_it_does_not_show_cost_no_row_of_the_page(self) -> None:
        with time_machine.travel("2031-03-20T08:00:00+00:00", tick=False):
            for n in range(8):
                make_article(self.kg, f"Histoire {n}", at=dt.datetime(2031, 3, 10, 8, n, tzinfo=dt.UTC))
            self.at_desk(self.camille)
            self.assertNotContains(self.client.get(URL), "Histoire 7")

    def test_a_day_shows_nothing_of_its_neighbours_nor_of_another_publication(self) -> None:
        with time_machine.travel("2031-03-10T09:00:00+00:00", tick=False):
            for site, headline, moment in (
                (self.kg, "La veille", dt.datetime(2031, 3, 4, 22, 59, tzinfo=dt.UTC)),
                (self.kg, "Minuit à Paris", dt.datetime(2031, 3, 4, 23, 0, tzinfo=dt.UTC)),
                (self.kg, "Le lendemain", dt.datetime(2031, 3, 5, 23, 0, tzinfo=dt.UTC)),
                (self.ia, "De la sœur", dt.datetime(2031, 3, 5, 8, 0, tzinfo=dt.UTC)),
            ):
                make_article(site, headline, at=moment)
            self.at_desk(self.camille)
            day = self.client.get(URL, {"day": "2031-03-05"})
        self.assertEqual([entry.headline for entry in day.context["entries"]], ["Minuit à Paris"])

    def test_odd_days_show_the_current_month(self) -> None:
        self.at_desk(self.camille)
        for day in ("2031-02-30", "2031-2-3", "1989-12-31", "9999-99-99", "²031-01-01", "x" * 5000, "\x00"):
            page = self.client.get(URL, {"day": day})
            self.assertTrue(page.context["is_current"], day)
        for edge in ("1990-01-01", "2200-12-31", "2031-03-30"):
            self.assertEqual(self.client.get(URL, {"day": edge}).context["entries"], [])

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
