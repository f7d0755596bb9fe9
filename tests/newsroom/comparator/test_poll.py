"""Fetching merchants' feeds from a real server, by the worker: well, badly, again."""

import datetime as dt
import itertools
from typing import Any

import time_machine
from django.test import override_settings
from django.utils import timezone

from newsroom.comparator import jobs, poll
from newsroom.comparator.actions import feeds
from newsroom.comparator.actions.merchants import ask_now, save_feed
from newsroom.comparator.models import MerchantFeed, Offer
from newsroom.publications.permissions import SYSTEM, Forbidden
from newsroom.worker.queue import run_next
from tests import strangers
from tests.newsroom.comparator.base import ComparatorTestCase
from tests.strangers import Page

numbers = itertools.count(1)
CSV = "id;title;price;link;brand;mpn\n1;Casque Brume;10,00;https://m.example/1;Aulne;A1\n2;Galet;gratuit;https://m.example/2;;\n"


@override_settings(FETCH_ALLOWED_HOSTS=["127.0.0.1"])
class PollTests(ComparatorTestCase):
    def setUp(self) -> None:
        self.server = self.enterContext(strangers.strangers())

    def feed(self, answer: Any, **fields: Any) -> MerchantFeed:
        path = f"/offers/{next(numbers)}"
        self.server.pages[path] = answer
        feed = MerchantFeed(merchant=self.bastide, url=self.server.origin + path, **fields)
        return save_feed(feed, by=SYSTEM)

    def polled(self, answer: Any, **fields: Any) -> MerchantFeed:
        feed = self.feed(answer, **fields)
        poll.poll(feed)
        feed.refresh_from_db()
        return feed

    def test_it_imports_what_a_merchant_lists_and_says_what_it_did_not_take(self) -> None:
        feed = self.polled(Page(CSV.encode(), "text/csv"), is_paid=True)
        self.assertEqual((feed.trouble, feed.failures, feed.counts["new"]), ("", 0, 1))
        self.assertEqual(feed.skipped, [["price", "Galet: gratuit"]])
        offer = Offer.objects.get()
        self.assertEqual((offer.feed, offer.is_paid, offer.merchant), (feed, True, self.bastide))
        assert feed.good_at is not None
        self.assertEqual(feed.due_at - feed.good_at, dt.timedelta(hours=12))
        (_path, headers) = self.server.asked[0]
        self.assertTrue(headers["user-agent"].startswith("Newsroom (+http"))

    def test_it_takes_the_feeds_own_names_of_columns(self) -> None:
        body = CSV.replace("price", "Tarif public").encode()
        self.assertEqual(self.polled(Page(body), columns="price = Tarif public").counts["new"], 1)

    def test_it_says_why_a_fetch_failed_and_waits_longer_each_time(self) -> None:
        for answer, trouble in (
            (Page(status=404), "status"), (Page(b"<html></html>"), "no_offers"), (Page(b"bonjour"), "columns"),
            (Page(b'<!DOCTYPE a><rss><item/></rss>'), "dtd"), (Page(b"<rss><item>"), "malformed"),
            (strangers.hangs_up, "protocol"),
        ):  # fmt: skip
            self.assertEqual(self.polled(answer).trouble, trouble)
        feed, pauses = self.feed(Page(status=503)), []
        for _ in range(9):
            poll.poll(feed)
            feed.refresh_from_db()
            assert feed.tried_at is not None
            pauses.append((feed.due_at - feed.tried_at) / dt.timedelta(minutes=1))
        self.assertEqual(pauses[:3], [15, 30, 60])
        self.assertEqual(pauses[-1], 24 * 60)

    def test_what_stands_before_a_fault_in_a_file_is_kept(self) -> None:
        body = "<rss><item><id>1</id><title>A</title><price>9 EUR</price><link>https://m.example/</link></item><item"
        self.assertEqual(self.polled(Page(body.encode())).trouble, "malformed")
        self.assertEqual(Offer.objects.get().title, "A")

    def test_a_fault_of_ours_is_written_where_people_look(self) -> None:
        with self.assertLogs("newsroom.comparator.poll", "ERROR"):
            feed = self.polled(Page(CSV.encode()), columns="no line of ours")
        self.assertEqual((feed.trouble, feed.detail), ("broken_off", "ValidationError"))

    def test_the_worker_asks_each_feed_once_when_it_is_due(self) -> None:
        self.feed(Page(CSV.encode()))
        now = timezone.now()
        (claimed,) = feeds.claim_due(now)
        self.assertEqual(feeds.claim_due(now), [], "whoever comes second gets none")
        MerchantFeed.objects.filter(pk=claimed.pk).update(due_at=now)
        jobs.ask_merchants.call()
        self.assertTrue(run_next("test"))
        self.assertEqual(Offer.objects.count(), 1)
        jobs.ask_merchants.call()
        self.assertIsNone(run_next("test"))

    def test_the_job_lets_stale_offers_leave_and_deletes_old_ones(self) -> None:
        self.polled(Page(CSV.encode()))
        with time_machine.travel(timezone.now() + dt.timedelta(days=100)):
            jobs.let_stale_leave.call()
            self.assertFalse(Offer.objects.get().is_counted)
            jobs.delete_old.call()
            self.assertFalse(Offer.objects.exists())

    def test_one_that_is_switched_off_is_left_alone_until_somebody_asks(self) -> None:
        feed = self.feed(Page(CSV.encode()), is_polled=False)
        self.assertEqual(feeds.claim_due(timezone.now()), [])
        ask_now(feed, by=self.thomas)
        self.assertEqual(feeds.claim_due(timezone.now()), [feed])
        with self.assertRaises(Forbidden):
            ask_now(feed, by=self.ines)
