"""Writing what was counted: by the hour; hours fold into days, days into months, and no visit is lost."""

import datetime as dt

from django.db import connection
from django.test import TestCase

from newsroom.audience import figures, jobs, writing
from newsroom.audience.models import Span, VisitCount

NOON = dt.datetime(2026, 3, 15, 12, 34, 56, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def rows() -> list[tuple[int, str, dt.datetime, int]]:
    ordered = VisitCount.objects.order_by("object_id", "begins")
    return list(ordered.values_list("object_id", "span", "begins", "visits"))


class AddTests(TestCase):
    def test_it_adds_to_the_hour(self) -> None:
        writing.add({7: 2, 5: 1}, NOON)
        writing.add({7: 3}, NOON + dt.timedelta(minutes=25))
        writing.add({7: 1}, NOON + HOUR)
        at = dt.datetime(2026, 3, 15, 12, tzinfo=dt.UTC)
        self.assertEqual(rows(), [(5, "hour", at, 1), (7, "hour", at, 5), (7, "hour", at + HOUR, 1)])

    def test_it_asks_the_database_once_for_all_of_them(self) -> None:
        with self.assertNumQueries(3):  # with the savepoint's
            writing.add(dict.fromkeys(range(1, 500), 1), NOON)
        self.assertEqual(VisitCount.objects.count(), 499)

    def test_an_hour_begins_with_utc_s(self) -> None:
        paris = dt.timezone(dt.timedelta(hours=1))
        writing.add({1: 1}, dt.datetime(2026, 3, 1, 0, 30, tzinfo=paris), Span.MONTH)
        self.assertEqual(rows(), [(1, "month", dt.datetime(2026, 2, 1, tzinfo=dt.UTC), 1)])


class FoldTests(TestCase):
    def test_it_folds_hours_into_days_48_hours_after_the_day(self) -> None:
        for hours in range(24 * 4):
            writing.add({1: 1, 2: 2}, NOON - hours * HOUR)
        writing.fold(NOON)
        # It is the 15th, 12:34: the 13th has 11 hours yet that are less than 48 hours ago.
        days = VisitCount.objects.filter(object_id=1, span=Span.DAY).order_by("begins")
        self.assertEqual([(row.begins.day, row.visits) for row in days], [(11, 11), (12, 24)])
        self.assertEqual(VisitCount.objects.filter(object_id=1, span=Span.HOUR).count(), 24 * 4 - 35)
        self.assertEqual((figures.total(1), figures.total(2)), (96, 192))
        self.assertEqual(figures.last_hours([1], NOON)[1].sum, 48)

    def test_it_folds_days_into_months_90_days_after_the_month(self) -> None:
        for days in range(200):
            writing.add({1: 1}, NOON - days * DAY, Span.DAY)
        writing.fold(NOON)
        months = VisitCount.objects.filter(span=Span.MONTH).order_by("begins")
        self.assertEqual([(row.begins.month, row.visits) for row in months], [(8, 4), (9, 30), (10, 31), (11, 30)])
        self.assertEqual(VisitCount.objects.earliest("begins").begins.month, 8)
        self.assertEqual(VisitCount.objects.filter(span=Span.DAY).earliest("begins").begins.month, 12)
        self.assertEqual(figures.total(1), 200)

    def test_what_is_folded_late_is_added_to_its_day(self) -> None:
        writing.add({1: 5}, NOON - 10 * DAY)
        writing.fold(NOON)
        writing.add({1: 2}, NOON - 10 * DAY)
        writing.fold(NOON)
        self.assertEqual([(span, visits) for _id, span, _at, visits in rows()], [("day", 7)])

    def test_it_does_nothing_where_nothing_is_old(self) -> None:
        writing.add({1: 5}, NOON)
        with self.assertNumQueries(2):
            writing.fold(NOON)

    def test_an_article_s_rows_are_bounded(self) -> None:
        for hours in range(0, 24 * 200, 6):
            writing.add({1: 1}, NOON - hours * HOUR)
        writing.fold(NOON)
        by_span = {span: VisitCount.objects.filter(span=span).count() for span in Span}
        self.assertLessEqual(by_span[Span.HOUR], 72)
        self.assertLessEqual(by_span[Span.DAY], 121)
        self.assertEqual(figures.total(1), 800)

    def test_the_worker_does_it_each_hour(self) -> None:
        writing.add({1: 5}, NOON - 10 * DAY)
        jobs.fold_visits.call()
        self.assertFalse(VisitCount.objects.filter(span=Span.HOUR).exists())
        self.assertEqual(jobs.JOBS[0].every, HOUR)


class MostVisitedTests(TestCase):
    def test_it_sums_hours_and_days(self) -> None:
        writing.add({1: 5, 2: 1}, NOON)
        writing.add({2: 6}, NOON - 3 * DAY, Span.DAY)
        writing.add({1: 50}, NOON - 30 * DAY, Span.DAY)
        writing.add({1: 50}, NOON - 400 * DAY, Span.MONTH)
        with self.assertNumQueries(1):
            found = VisitCount.objects.since(NOON - 7 * DAY).most_visited(2)
        self.assertEqual(found, [(2, 7), (1, 5)])
        self.assertEqual(VisitCount.objects.since(NOON - 7 * DAY).most_visited(1), [(2, 7)])

    def test_its_rows_are_found_by_an_index(self) -> None:
        if connection.vendor != "sqlite":
            self.skipTest("planners differ; SQLite's is asked")
        plan = VisitCount.objects.since(NOON).explain()
        self.assertIn("visits_by_time", plan)
