"""Readers, as the desk sees them: the panel of the front page, the curve on an article's page."""

import datetime as dt
from typing import Any
from unittest import mock

import lxml.html
import time_machine
from django.test import RequestFactory, SimpleTestCase
from django.utils import timezone, translation

from articles.admin import audience
from articles.models import Article
from newsroom.audience import writing
from newsroom.audience.curve import curve_of
from newsroom.audience.figures import Hours
from newsroom.audience.models import Span
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft

NOW = dt.datetime(2026, 3, 15, 12, 20, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


class CurveTests(SimpleTestCase):
    def test_it_is_as_high_as_its_busiest_hour_and_says_it_in_words(self) -> None:
        curve = curve_of(Hours(NOW, (0, 5, 10)))
        self.assertEqual(curve.line, "M2 34L6 18L10 2")
        self.assertEqual(curve.area, "M2 34L6 18L10 2L10 34L2 34Z")
        self.assertEqual((curve.width, curve.height), (12, 36))
        with translation.override("en"):
            words = curve_of(Hours(NOW.replace(minute=0), (0, 10, 5))).words
        self.assertEqual(words, "15 visits in 3 hours, most of them from 10:00 (10).")

    def test_it_is_flat_without_a_visit(self) -> None:
        with translation.override("en"):
            curve = curve_of(Hours(NOW, (0, 0)))
        self.assertEqual((curve.line, curve.words), ("M2 34L6 34", "No visit in 2 hours."))

    def test_the_busiest_hour_is_the_latest_of_several(self) -> None:
        self.assertEqual(Hours(NOW, (7, 7, 0)).busiest, NOW - 2 * HOUR)


class AudienceTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.enterContext(time_machine.travel(NOW, tick=False))
        self.article = make_article(self.kg, "Un casque qui voit loin", at=NOW - dt.timedelta(days=9))

    def page(self, path: str) -> Any:
        response = self.client.get(path)
        self.assertEqual(response.status_code, 200)
        return lxml.html.fromstring(response.content.decode())


class PanelTests(AudienceTestCase):
    def lines(self, user: Any) -> list[tuple[str, str]]:
        """Return the headlines of the panel, and what their curves say."""
        self.at_desk(user)
        lines = self.page("/admin/").xpath("//ol[@class='read-most']/li")
        return [(line.findtext(".//a"), line.find(".//svg").get("aria-label")) for line in lines]

    def test_it_shows_what_is_read_most_on_the_publication(self) -> None:
        other = make_article(self.kg, "Une fusée", at=NOW - HOUR)
        theirs = make_article(self.ia, "Un Mac", at=NOW - HOUR)
        writing.add({self.article.pk: 3, other.pk: 8, theirs.pk: 99}, NOW)
        writing.add({self.article.pk: 2}, NOW - 23 * HOUR)
        writing.add({self.article.pk: 70}, NOW - 24 * HOUR)
        expected = [
            ("Une fusée", "8 visites en 24 heures, le plus à 13:00 (8)."),
            ("Un casque qui voit loin", "5 visites en 24 heures, le plus à 13:00 (3)."),
        ]
        self.assertEqual(self.lines(self.camille), expected)
        self.assertEqual([headline for headline, _words in self.lines(self.julien)], ["Un Mac"])

    def test_nobody_without_a_role_sees_it(self) -> None:
        writing.add({self.article.pk: 3}, NOW)
        self.assertEqual(self.lines(self.zoe), [])

    def test_it_says_where_nothing_was_counted(self) -> None:
        self.at_desk(self.camille)
        self.assertContains(self.client.get("/admin/"), "Aucune visite n’a été comptée.")

    def test_it_takes_three_queries_however_much_was_read(self) -> None:
        request: Any = RequestFactory().get("/admin/")
        request.user = self.alix
        with mock.patch.object(audience, "current_publication", return_value=self.kg):
            for n in range(4):
                writing.add({make_article(self.kg, f"Article {n}", at=NOW - HOUR).pk: n + 1}, NOW - HOUR)
                with self.assertNumQueries(3):
                    panel = audience.most_read(request)
                assert panel is not None
                self.assertEqual(len(panel["read"]), n + 1)


class ArticlePageTests(AudienceTestCase):
    def figures(self, article: Article) -> list[str]:
        page = self.page(f"/admin/articles/article/{article.pk}/change/")
        return [cell.text for cell in page.xpath("//*[@aria-labelledby='audience-title']//dd")]

    def test_it_shows_the_last_two_days_and_the_total(self) -> None:
        for hours, visits in ((0, 1), (23, 2), (24, 4), (47, 8), (48, 16)):
            writing.add({self.article.pk: visits}, NOW - hours * HOUR)
        writing.add({self.article.pk: 1_000}, NOW - dt.timedelta(days=9), Span.DAY)
        self.at_desk(self.sarah)
        self.assertEqual(self.figures(self.article), ["3", "15", "1\xa0031"])
        page = self.page(f"/admin/articles/article/{self.article.pk}/change/")
        (curve,) = page.xpath("//*[@aria-labelledby='audience-title']//svg")
        self.assertEqual(curve.get("role"), "img")
        self.assertIn("15 visites en 48 heures", curve.get("aria-label"))
        self.assertEqual(len(curve.find("path[@class='curve-line']").get("d").split("L")), 48)

    def test_an_article_that_readers_never_had_has_none(self) -> None:
        draft = make_draft(self.kg, "Un brouillon", by=self.camille)
        self.at_desk(self.camille)
        self.assertEqual(self.figures(draft), [])

    def test_who_may_not_see_the_article_sees_no_figure(self) -> None:
        writing.add({self.article.pk: 77}, timezone.now())
        for person in (self.julien, self.zoe):
            self.at_desk(person)
            response = self.client.get(f"/admin/articles/article/{self.article.pk}/change/")
            self.assertNotContains(response, "77 visites", status_code=response.status_code)
            self.assertIn(response.status_code, (302, 403, 404))
