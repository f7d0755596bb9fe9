"""Times of feeds as people write them."""

import datetime as dt

from django.test import SimpleTestCase

from articles.partners.parse import parse
from articles.partners.times import read_time

EVENING = dt.datetime(2026, 11, 29, 19, 28, 28, tzinfo=dt.UTC)  # 20:28:28 in Paris


class TimesTests(SimpleTestCase):
    def test_it_reads_one_moment_however_it_is_written(self) -> None:
        for text in (
            "Sun, 29 Nov 2026 20:28:28 +0100", "Sun, 29 Nov 2026 20:28:28 +01:00", "2026-11-29T20:28:28+01:00",
            "2026-11-29T19:28:28Z", "2026-11-29T19:28:28.123Z", "Sun, 29 Nov 2026 19:28:28 GMT", "2026-11-29 19:28:28",
            "Sun, 29 Nov 2026 08:28:28 PM +0100", "Sun, 29 Nov 2026 07:28:28 PM", "11/29/2026 07:28:28 PM GMT",
            "Sun, 29 Nov 2026 20:28:28 Europe/Paris", "2026-11-29T20:28:28 Europe/Paris", "2026-11-29 20:28:28 CET",
            "Sun Nov 29 20:28:28 CET 2026", "Sun, 29 Nov 2026 21:28:28 CEST", "29 novembre 2026, 20h28:28 CET",
            "dimanche 29 novembre 2026 à 20:28:28 +0100", "dim., 29 nov. 2026 20:28:28 +0100",
            "November 29th, 2026 2:28:28 p.m. EST", "29/11/2026 20:28:28 CET", "Sun, 29 Nov 2026 20:28:28 GMT+1",
            "Sun, 29 Nov 2026 20:28:28 (Europe/Paris)", "20:28:28 29-11-2026 CET",
        ):  # fmt: skip
            with self.subTest(text=text):
                self.assertEqual(read_time(text), EVENING)

    def test_it_knows_noon_and_midnight(self) -> None:
        for text, hour in [("2026-11-29 12:05 AM", 0), ("2026-11-29 12:05 PM", 12), ("2026-11-29 11:05 p.m.", 23)]:
            moment = read_time(text)
            self.assertEqual((moment and moment.hour, moment and moment.minute), (hour, 5), text)

    def test_it_knows_summer_in_a_named_zone(self) -> None:
        self.assertEqual(read_time("14 juil. 2026 10:30 Europe/Paris"), dt.datetime(2026, 7, 14, 8, 30, tzinfo=dt.UTC))
        self.assertEqual(read_time("1er août 2026 10h30 CEST"), dt.datetime(2026, 8, 1, 8, 30, tzinfo=dt.UTC))

    def test_it_invents_no_moment(self) -> None:
        for text in ("", "hier", "20:28", "29 novembre 2026", "31 février 2026 20:28", "2026-13-01 20:28",
                     "29 Nov 2026 25:61", "29 Nov 2026 20:28 Mars/Olympus", "29 Nov 2026 20:28 XQZ", "1795984108",
                     "29 brumaire 2026 20:28", "29 Nov 2026 20:28 +99:99"):  # fmt: skip
            with self.subTest(text=text):
                self.assertIsNone(read_time(text))

    def test_a_feed_s_hours_are_read_so(self) -> None:
        for text in ("Sun, 29 Nov 2026 08:28:28 PM +0100", "Sun, 29 Nov 2026 20:28:28 Europe/Paris"):
            item = f"<item><title>Un</title><link>https://x.example/1</link><pubDate>{text}</pubDate></item>"
            body = f'<rss version="2.0"><channel><title>X</title>{item}</channel></rss>'
            self.assertEqual(parse(body.encode(), url="https://x.example/feed").headlines[0].published_at, EVENING)
