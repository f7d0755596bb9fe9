"""Dates as each publication writes them for readers."""

import datetime as dt

import time_machine
from django.contrib import admin
from django.test import RequestFactory, SimpleTestCase
from django.utils import timezone, translation

from comments.models import Term
from newsroom.timestamps import DateStyle, desk_date, house_date, month_name
from tests.base import NewsroomTestCase

BULLETS = {
    "fr": "Janv. Fév. Mars Avr. Mai Juin Juil. Août Sept. Oct. Nov. Déc.",
    "en": "Jan. Feb. March April May June July Aug. Sept. Oct. Nov. Dec.",
}
LONGS = {
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "en": "January February March April May June July August September October November December",
}


def written(
    moment: dt.datetime, style: str = DateStyle.BULLET, language: str = "fr", zone: str = "Europe/Paris"
) -> str:
    return house_date(moment, style=style, language=language, time_zone=zone)


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)


class HouseDateTests(SimpleTestCase):
    def test_it_writes_the_bullet_style_to_the_letter(self) -> None:
        self.assertEqual(written(utc(2025, 2, 10, 10, 30)), "10 Fév. 2025 • 11:30")

    def test_it_writes_the_long_style_with_narrow_spaces(self) -> None:
        self.assertEqual(written(utc(2025, 2, 10, 10, 30), DateStyle.LONG), "10 février 2025 à 11\u202fh\u202f30")
        self.assertEqual(written(utc(2025, 2, 10, 10, 30), DateStyle.LONG, "en"), "10 February 2025 at 11:30")

    def test_it_writes_the_first_of_a_month_as_the_french_do(self) -> None:
        self.assertEqual(written(utc(2025, 5, 1, 7, 5), DateStyle.LONG), "1er mai 2025 à 9\u202fh\u202f05")
        self.assertEqual(written(utc(2025, 5, 1, 7, 5), DateStyle.LONG, "en"), "1 May 2025 at 09:05")
        self.assertEqual(written(utc(2025, 5, 1, 7, 5)), "1 Mai 2025 • 09:05")

    def test_it_knows_the_twelve_months_in_both_languages_and_styles(self) -> None:
        for language in ("fr", "en"):
            names = zip(BULLETS[language].split(), LONGS[language].split(), strict=True)
            for month, (short, long) in enumerate(names, start=1):
                with self.subTest(language=language, month=month):
                    moment = utc(2025, month, 15, 12, 0)
                    self.assertIn(f"15 {short} 2025 • ", written(moment, DateStyle.BULLET, language))
                    self.assertIn(f"15 {long} 2025 ", written(moment, DateStyle.LONG, language))
                    self.assertEqual(month_name(2025, month, language), f"{long} 2025")

    def test_it_writes_the_time_of_the_publication_s_zone(self) -> None:
        new_year = utc(2024, 12, 31, 23, 30)
        self.assertEqual(written(new_year), "1 Janv. 2025 • 00:30")
        self.assertEqual(written(new_year, zone="America/Montreal"), "31 Déc. 2024 • 18:30")
        self.assertEqual(written(new_year, zone="Pacific/Noumea"), "1 Janv. 2025 • 10:30")
        self.assertEqual(written(new_year, zone="Asia/Kolkata"), "1 Janv. 2025 • 05:00")

    def test_it_follows_summer_time_to_the_minute(self) -> None:
        for moment, clock in [
            (utc(2025, 3, 30, 0, 59), "30 Mars 2025 • 01:59"),
            (utc(2025, 3, 30, 1, 0), "30 Mars 2025 • 03:00"),
            (utc(2025, 10, 26, 0, 59), "26 Oct. 2025 • 02:59"),
            (utc(2025, 10, 26, 1, 0), "26 Oct. 2025 • 02:00"),
        ]:
            with self.subTest(moment=moment):
                self.assertEqual(written(moment), clock)

    def test_it_writes_a_moment_alike_whatever_zone_it_is_given_in(self) -> None:
        tokyo = dt.datetime(2025, 2, 10, 19, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
        self.assertEqual(written(tokyo), "10 Fév. 2025 • 11:30")


class PublicationDateTests(NewsroomTestCase):
    def test_each_publication_writes_it_in_its_own_style(self) -> None:
        moment = utc(2025, 2, 10, 10, 30)
        self.assertEqual(self.kg.date(moment), "10 Fév. 2025 • 11:30")
        self.assertEqual(self.ia.date(moment), "10 février 2025 à 11\u202fh\u202f30")


class DeskDateTests(SimpleTestCase):
    def test_the_desk_has_one_style_with_the_year_where_it_is_another(self) -> None:
        with time_machine.travel(dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)), timezone.override("Europe/Paris"):
            for moment, french, english in (
                (dt.datetime(2026, 11, 30, 6, 30, tzinfo=dt.UTC), "30 nov. 07:30", "30 Nov. 07:30"),
                (dt.datetime(2025, 12, 31, 23, 5, tzinfo=dt.UTC), "1 jan. 00:05", "1 Jan. 00:05"),
                (dt.datetime(2025, 2, 10, 10, 30, tzinfo=dt.UTC), "10 fév. 2025 11:30", "10 Feb. 2025 11:30"),
            ):
                for language, words in (("fr", french), ("en", english)):
                    with translation.override(language):
                        self.assertEqual(desk_date(moment), words)

    def test_lists_show_it_too(self) -> None:
        column = admin.site._registry[Term].get_list_display(RequestFactory().get("/"))[-1]
        moment = timezone.now()
        self.assertEqual(column(Term(changed_at=moment)), desk_date(moment))
