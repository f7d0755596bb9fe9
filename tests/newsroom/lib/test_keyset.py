"""Paging by a cursor, against the rows that lists are read from."""

import contextlib
import datetime as dt
from typing import Any

from django.db import connection
from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from articles.actions import publishing
from articles.models import Placement
from newsroom.lib.keyset import BadCursor, Cursor
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article, make_draft

MOMENTS = st.datetimes(dt.datetime(1000, 1, 1), dt.datetime(9999, 12, 30), timezones=st.just(dt.UTC))


class CursorTests(SimpleTestCase):
    @given(MOMENTS, st.integers(0, 10**18 - 1))
    def test_it_is_read_as_it_was_written(self, moment: dt.datetime, pk: int) -> None:
        self.assertEqual(Cursor.parse(str(Cursor(moment, pk))), Cursor(moment, pk))

    def test_it_is_written_in_utc_whatever_the_zone(self) -> None:
        noon = dt.datetime(2025, 2, 10, 12, tzinfo=dt.timezone(dt.timedelta(hours=1)))
        self.assertEqual(str(Cursor(noon, 7)), "20250210T110000.000000-7")

    def test_it_refuses_what_it_did_not_write(self) -> None:
        for text in (
            "",
            "-",
            "7",
            "20250210T110000.000000",
            "20250210T110000.000000-",
            "20250210T110000.000000--7",
            "20250210T110000.000000-7-7",
            "20251310T110000.000000-7",
            "20250210T110000.000000-٧",
            "20250210T110000.000000-7' OR 1",
            "20250210T110000.000000-" + "9" * 400,
            "9" * 100_000,
            "\x00",
        ):
            with self.subTest(text=text[:40]), self.assertRaises(BadCursor):
                Cursor.parse(text)

    @given(st.text(max_size=40))
    def test_it_raises_nothing_else(self, text: str) -> None:
        with contextlib.suppress(BadCursor):
            cursor = Cursor.parse(text)
            self.assertEqual(Cursor.parse(str(cursor)), cursor)


class PageTests(NewsroomTestCase):
    def through(self, size: int, **where: Any) -> list[int]:
        """The articles met from the first page to the last."""
        met, after = [], None
        for _ in range(100):
            page = Placement.objects.filter(**where).page(size, after)
            self.assertLessEqual(len(page.rows), size)
            met += [row.article_id for row in page.rows]
            after = Cursor.parse(str(page.next)) if page.next else None
            if after is None:
                return met
        raise AssertionError("paging never ended")

    def test_it_goes_from_the_newest_to_the_oldest(self) -> None:
        hours = [3, 1, 5, 2, 4]
        articles = {n: make_article(self.kg, at=LONG_AGO + dt.timedelta(hours=n)) for n in hours}
        self.assertEqual(self.through(2, publication=self.kg), [articles[n].pk for n in (5, 4, 3, 2, 1)])

    def test_articles_of_one_instant_are_met_once_each(self) -> None:
        made = [make_article(self.kg, at=LONG_AGO).pk for _ in range(7)]
        for size in (1, 2, 3, 7, 50):
            with self.subTest(size=size):
                self.assertEqual(self.through(size, publication=self.kg), made[::-1])

    def test_microseconds_count(self) -> None:
        made = [make_article(self.kg, at=LONG_AGO + dt.timedelta(microseconds=n)).pk for n in range(4)]
        self.assertEqual(self.through(1, publication=self.kg), made[::-1])

    def test_an_article_published_meanwhile_moves_nothing(self) -> None:
        made = [make_article(self.kg, at=LONG_AGO + dt.timedelta(hours=n)).pk for n in range(4)]
        first = Placement.objects.filter(publication=self.kg).page(2)
        make_article(self.kg)
        second = Placement.objects.filter(publication=self.kg).page(2, first.next)
        self.assertEqual([row.article_id for row in [*first.rows, *second.rows]], made[::-1])

    def test_the_last_page_leads_nowhere(self) -> None:
        make_article(self.kg)
        self.assertIsNone(Placement.objects.filter(publication=self.kg).page(1).next)
        self.assertIsNone(Placement.objects.filter(publication=self.ia).page(1).next)

    def test_a_cursor_beyond_the_list_finds_an_empty_page(self) -> None:
        make_article(self.kg)
        page = Placement.objects.filter(publication=self.kg).page(5, Cursor(dt.datetime(1, 1, 1, tzinfo=dt.UTC), 0))
        self.assertEqual((list(page.rows), page.next), ([], None))

    def test_it_takes_one_query_with_all_that_cards_show(self) -> None:
        for n in range(3):
            publishing.publish_imported(make_draft(self.kg), at=LONG_AGO + dt.timedelta(hours=n))
        with self.assertNumQueries(1):
            page = Placement.objects.filter(publication=self.kg).with_cards().page(2)
            for row in page.rows:
                self.assertTrue(row.article.live.section.name and row.article.publication.name)

    def test_a_mangled_cursor_shows_the_list(self) -> None:
        article = make_article(self.kg)
        for after in ("x", "9" * 1000, "20250210T110000.000000-7'", "%00"):
            self.assertContains(self.read(f"/?after={after}"), article.path)


class PlanTests(NewsroomTestCase):
    def setUp(self) -> None:
        if connection.vendor != "sqlite":
            self.skipTest("EXPLAIN QUERY PLAN is SQLite's")

    def plan(self, **where: Any) -> str:
        rows = Placement.objects.filter(**where).live(LONG_AGO)
        with self.assertNumQueries(1), connection.execute_wrapper(self.remember):
            rows.page(24, Cursor(LONG_AGO, 500))
        with connection.cursor() as cursor:
            cursor.execute("EXPLAIN QUERY PLAN " + self.sql, self.params)
            return "\n".join(row[3] for row in cursor.fetchall())

    def remember(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.sql, self.params = sql, params
        return execute(sql, params, many, context)

    def test_the_next_page_of_a_home_is_a_seek_in_its_index(self) -> None:
        plan = self.plan(publication=self.kg)
        self.assertIn("home_list (publication_id=? AND (published_at,article_id)<(?,?))", plan)
        self.assertNotIn("TEMP B-TREE", plan)

    def test_the_next_page_of_a_section_is_a_seek_in_its_index(self) -> None:
        plan = self.plan(section=self.science)
        self.assertIn("section_list (section_id=? AND (published_at,article_id)<(?,?))", plan)
        self.assertNotIn("TEMP B-TREE", plan)
