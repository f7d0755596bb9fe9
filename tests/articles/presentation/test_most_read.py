"""Strips of what is read most: ranked by a job, over an hour, a day or a week, of what readers may see."""

import datetime as dt
from dataclasses import replace
from typing import Any

import time_machine
from django.http import HttpResponse
from django.utils import timezone

from articles import jobs
from articles.actions import editing, fronts, most_read, publishing, scheduling
from articles.content import Content
from articles.models import Article, CardStrip, RankedArticle
from articles.models.card_strip import Period, StripSource
from articles.presentation.strips import fill_strips
from articles.workflow import Refused
from newsroom.audience import writing
from newsroom.audience.models import Span
from newsroom.pagecache.models import Purge
from tests.base import NewsroomTestCase
from tests.factories import make_article
from tests.kept import KeptPages
from tests.pages import strips_in

TITLE = "Les plus lus"


class MostReadTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.first, self.second, self.third = (self.article(name) for name in ("Un casque", "Une fusée", "Un robot"))

    def article(self, headline: str, publication: Any = None, **fields: Any) -> Article:
        at = timezone.now() - dt.timedelta(days=9)
        return make_article(publication or self.kg, headline, at=at, **fields)

    def read_by(self, *visits: tuple[Article, int], hours_ago: float = 0) -> None:
        writing.add({article.pk: n for article, n in visits}, timezone.now() - dt.timedelta(hours=hours_ago))

    def strip(self, period: Period = Period.DAY, **fields: Any) -> CardStrip:
        values = {"publication": self.kg, "title": TITLE, "source": StripSource.MOST_READ, "is_live": True, **fields}
        return fronts.save_strip(CardStrip(**values, period=period), by=self.thomas)

    def shown(self, path: str = "/") -> list[str]:
        return strips_in(self.read(path)).get(TITLE, [])

    def kept_by(self, kept: KeptPages) -> list[str]:
        """Return what the strip shows on the front page of a page cache."""
        return strips_in(HttpResponse(kept.ask("/").body))[TITLE]

    def purged(self) -> set[str]:
        tags = set(Purge.objects.values_list("tag", flat=True))
        Purge.objects.all().delete()
        return tags


class RankingTests(MostReadTestCase):
    def test_it_shows_what_is_read_most_first(self) -> None:
        self.read_by((self.first, 3), (self.second, 9))
        self.strip()
        self.assertEqual(self.shown(), ["Une fusée", "Un casque"])

    def test_it_ranks_over_an_hour_a_day_or_a_week(self) -> None:
        self.read_by((self.first, 1))
        self.read_by((self.second, 5), hours_ago=5)
        writing.add({self.third.pk: 50}, timezone.now() - dt.timedelta(days=4), Span.DAY)
        writing.add({self.third.pk: 500}, timezone.now() - dt.timedelta(days=9), Span.DAY)
        for period, expected in (
            (Period.HOUR, ["Un casque"]), (Period.DAY, ["Une fusée", "Un casque"]),
            (Period.WEEK, ["Un robot", "Une fusée", "Un casque"]),
        ):  # fmt: skip
            strip = self.strip(period)
            self.assertEqual(self.shown(), expected, period)
            fronts.delete_strip(strip, by=self.thomas)

    def test_the_last_hour_is_the_one_before_and_what_there_is_of_this_one(self) -> None:
        now = dt.datetime(2026, 3, 15, 12, 5, tzinfo=dt.UTC)
        begins = {period: most_read.begin_of(period, now) for period in Period}
        self.assertEqual(begins[Period.HOUR], dt.datetime(2026, 3, 15, 11, tzinfo=dt.UTC))
        self.assertEqual(begins[Period.DAY], dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC))
        self.assertEqual(begins[Period.WEEK], dt.datetime(2026, 3, 8, tzinfo=dt.UTC))

    def test_it_ranks_what_the_publication_lists(self) -> None:
        ours, theirs = self.article("Le leur, placé ici", self.ia), self.article("Le leur", self.ia)
        publishing.place(ours, on=self.kg, by=self.alix)
        page = self.article("Mentions légales", kind="page", section=None)
        self.read_by((ours, 2), (theirs, 9), (page, 99), (self.first, 1))
        self.strip()
        self.assertEqual(self.shown(), ["Le leur, placé ici", "Un casque"])
        publishing.unplace(ours, on=self.kg, by=self.alix)
        self.assertEqual(self.shown(), ["Un casque"])

    def test_it_shows_as_many_as_its_count_and_leaves_out_the_article_of_the_page(self) -> None:
        self.read_by((self.first, 3), (self.second, 2), (self.third, 1))
        self.strip(area="beside", count=2)
        self.assertEqual(self.shown(self.third.path), ["Un casque", "Une fusée"])
        self.assertEqual(self.shown(self.first.path), ["Une fusée", "Un robot"])

    def test_it_repeats_what_stands_above(self) -> None:
        self.read_by((self.first, 3))
        self.strip()
        filled = fill_strips(list(CardStrip.objects.all()), now=timezone.now(), shown=[self.first.pk])
        self.assertEqual(filled[0].articles, [self.first.pk])

    def test_all_rankings_of_a_page_take_one_query(self) -> None:
        self.read_by((self.first, 3), (self.second, 1))
        for period in (*Period, *Period):
            self.strip(period)
        strips = list(CardStrip.objects.all())
        with self.assertNumQueries(1):
            filled = fill_strips(strips, now=timezone.now())
        self.assertEqual([row.articles for row in filled], [[self.first.pk, self.second.pk]] * 6)


class HiddenTests(MostReadTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.read_by((self.first, 3), (self.second, 2))
        self.strip()

    def test_it_shows_nothing_that_is_withdrawn(self) -> None:
        publishing.withdraw(self.first, by=self.thomas, notice="Retiré.")
        self.assertEqual(self.shown(), ["Une fusée"])

    def test_it_shows_nothing_that_is_hidden_from_engines(self) -> None:
        content = replace(Content.of(self.first.working), noindex=True)
        draft = editing.save_draft(self.first, content, by=self.thomas, change="typo")
        publishing.approve_and_publish(draft, by=self.thomas, revision=draft.draft_id or 0)
        self.assertEqual(self.shown(), ["Une fusée"])
        most_read.renew_all()
        self.assertEqual(list(RankedArticle.objects.values_list("article", flat=True)), [self.second.pk])

    def test_a_kept_page_follows_a_withdrawal_and_what_comes_back(self) -> None:
        kept = KeptPages()
        self.assertEqual(self.kept_by(kept), ["Un casque", "Une fusée"])
        kept.tell()
        at = timezone.now() + dt.timedelta(minutes=5)
        scheduling.schedule_withdrawal(self.second, by=self.thomas, at=at, notice="Retiré.")
        kept.tell()
        self.assertEqual(self.kept_by(kept), ["Un casque", "Une fusée"])
        with time_machine.travel(at + dt.timedelta(seconds=1)):
            self.assertEqual(self.kept_by(kept), ["Un casque"])
            publishing.reinstate(self.second, by=self.thomas)
            kept.tell()
            self.assertEqual(self.kept_by(kept), ["Un casque", "Une fusée"])


class RenewalTests(MostReadTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.read_by((self.first, 3), (self.second, 2))
        self.strip()
        self.purged()

    def test_the_worker_renews_it_every_five_minutes(self) -> None:
        self.read_by((self.second, 5))
        jobs.rank_most_read.call()
        self.assertEqual(self.shown(), ["Une fusée", "Un casque"])
        every = {job.task: job.every for job in jobs.JOBS}
        self.assertEqual(every[jobs.rank_most_read], dt.timedelta(minutes=5))

    def test_it_invalidates_only_another_order(self) -> None:
        self.read_by((self.first, 5), (self.second, 5))
        self.assertFalse(most_read.renew(self.kg, Period.DAY))
        self.assertEqual(self.purged(), set())
        self.read_by((self.second, 50))
        self.assertTrue(most_read.renew(self.kg, Period.DAY))
        self.assertEqual(self.purged(), {f"most_read:{self.kg.pk}:day"})

    def test_a_kept_page_follows_the_order(self) -> None:
        kept = KeptPages()
        self.assertEqual(self.kept_by(kept), ["Un casque", "Une fusée"])
        kept.tell()
        self.read_by((self.second, 50))
        most_read.renew_all()
        kept.tell()
        self.assertEqual(self.kept_by(kept), ["Une fusée", "Un casque"])

    def test_it_ranks_only_what_a_strip_shows_and_forgets_the_rest(self) -> None:
        CardStrip.objects.update(period=Period.WEEK)
        most_read.renew_all()
        self.assertEqual(set(RankedArticle.objects.values_list("period", flat=True)), {"week"})
        CardStrip.objects.all().delete()
        most_read.renew_all()
        self.assertFalse(RankedArticle.objects.exists())

    def test_it_refuses_a_time_that_is_none_and_keeps_none_for_other_sources(self) -> None:
        with self.assertRaises(Refused):
            fronts.save_strip(
                CardStrip(publication=self.kg, title=TITLE, source=StripSource.MOST_READ, period="year"), by=self.thomas
            )
        other = CardStrip(publication=self.kg, title=TITLE, source_publication=self.ia, period=Period.WEEK)
        self.assertEqual(fronts.save_strip(other, by=self.thomas).period, Period.DAY)

    def test_it_takes_as_many_queries_however_much_was_read(self) -> None:
        for n in range(12):
            self.read_by((self.article(f"Article {n}"), 1))
        most_read.renew(self.kg, Period.DAY)
        with self.assertNumQueries(5):  # two of them the savepoint's, one the lock's
            most_read.renew(self.kg, Period.DAY)
