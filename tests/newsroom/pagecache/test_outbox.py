"""The purge outbox as processes read it: on SQLite by the file's version, elsewhere by a query now and then."""

import datetime as dt
import sqlite3
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from unittest import TestCase, mock

from django.db import transaction
from django.test import TransactionTestCase
from django.utils import timezone

from newsroom.pagecache import jobs
from newsroom.pagecache import outbox as outbox_module
from newsroom.pagecache.cache import PageCache
from newsroom.pagecache.in_flight import InFlight
from newsroom.pagecache.models import Purge
from newsroom.pagecache.outbox import NOTHING, PolledOutbox, SQLiteOutbox, committed_here
from newsroom.pagecache.store import Store
from newsroom.pagecache.tags import invalidate

TABLE = "CREATE TABLE pagecache_purge (id INTEGER PRIMARY KEY AUTOINCREMENT, tag TEXT, due_at TEXT)"
PAST, FUTURE = "2026-01-01 06:30:00", "2999-01-01 00:00:00.250000"


class SQLiteOutboxTests(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = str(Path(folder.name) / "newsroom.sqlite3")
        self.writer = sqlite3.connect(self.path, isolation_level=None)
        self.addCleanup(self.writer.close)
        self.writer.execute("PRAGMA journal_mode = WAL")
        self.writer.execute(TABLE)
        self.outbox = SQLiteOutbox(self.path)
        self.addCleanup(self.outbox.connection.close)

    def purge(self, tag: str, due: str = PAST) -> None:
        self.writer.execute("INSERT INTO pagecache_purge (tag, due_at) VALUES (?, ?)", [tag, due])

    def tags(self) -> list[str]:
        return [tag for tag, _moment in self.outbox.news().purged]

    def test_it_tells_what_was_committed_once_and_begins_with_what_is_due_later(self) -> None:
        self.purge("article:1")
        self.purge("article:2", FUTURE)
        self.assertEqual([tag for tag, _moment in self.outbox.start()], ["article:2"])
        self.assertIs(self.outbox.news(), NOTHING)
        self.purge("article:3")
        self.purge("article:4", FUTURE)
        self.assertEqual(self.tags(), ["article:3", "article:4"])
        self.assertEqual(self.tags(), [])

    def test_it_tells_nothing_of_what_is_not_committed_or_rolled_back(self) -> None:
        self.outbox.start()
        self.writer.execute("BEGIN")
        self.purge("article:1")
        self.assertEqual(self.tags(), [])
        self.writer.execute("ROLLBACK")
        self.assertEqual(self.tags(), [])
        self.purge("article:2")
        self.assertEqual(self.tags(), ["article:2"])

    def test_it_asks_no_query_while_nothing_is_committed(self) -> None:
        self.outbox.start()
        asked: list[str] = []
        self.outbox.connection.set_trace_callback(asked.append)
        for _n in range(3):
            self.outbox.news()
        self.assertEqual(asked, ["PRAGMA data_version"] * 3)

    def shared(self) -> InFlight:
        """The file by which writers say that they are in flight; the outbox reads it."""
        self.outbox.shared = InFlight(Path(self.path).with_name("in-flight"))
        self.outbox.POLL_SECONDS = 1_000
        return self.outbox.shared

    def test_it_asks_nothing_while_no_writer_says_that_it_is_in_flight_and_at_once_when_one_was(self) -> None:
        shared, asked = self.shared(), list[str]()
        self.outbox.start()
        self.outbox.news()
        self.outbox.connection.set_trace_callback(asked.append)
        for _n in range(3):
            self.assertIs(self.outbox.news(), NOTHING)
        self.assertEqual(asked, [])
        flight = shared.begin()
        assert flight
        for _n in range(2):
            self.assertIs(self.outbox.news(), NOTHING)
        self.assertEqual(asked, ["PRAGMA data_version"] * 2, "it may commit at any moment")
        self.purge("article:1")
        self.assertEqual(self.tags(), ["article:1"])
        flight.end()
        for _n in range(3):
            self.assertIs(self.outbox.news(), NOTHING)
        self.assertEqual(asked[-2:], [asked[-2], "PRAGMA data_version"], "once more")

    def test_what_is_committed_by_who_is_there_and_gone_between_two_requests_is_told(self) -> None:
        shared = self.shared()
        self.outbox.start()
        for n in range(3):
            self.assertEqual(self.tags(), [])
            flight = shared.begin()
            assert flight
            self.purge(f"article:{n}")
            flight.end()
            self.assertEqual(self.tags(), [f"article:{n}"])

    def test_what_could_not_be_read_is_read_with_the_next_request(self) -> None:
        self.shared()
        self.outbox.start()
        self.outbox.news()
        self.outbox.generation = None
        self.purge("article:1")
        with mock.patch.object(self.outbox, "_rows", side_effect=sqlite3.OperationalError), suppress(sqlite3.Error):
            self.outbox.news()
        self.assertEqual(self.tags(), ["article:1"])

    def test_a_writer_that_could_not_say_so_is_seen_within_a_moment(self) -> None:
        self.shared()
        self.outbox.start()
        self.outbox.news()
        self.purge("article:1")
        self.assertEqual(self.tags(), [])
        self.outbox.POLL_SECONDS = 0.01
        time.sleep(0.02)
        self.assertEqual(self.tags(), ["article:1"])

    def test_after_a_long_silence_everything_may_have_changed(self) -> None:
        self.outbox.start()
        self.outbox.asked_at -= outbox_module.LONGEST_SILENCE.total_seconds() + 1
        self.purge("article:1", FUTURE)
        news = self.outbox.news()
        self.assertEqual(([tag for tag, _moment in news.purged], news.is_gap), (["article:1"], True))
        self.assertIs(self.outbox.news(), NOTHING)

    def test_more_than_can_be_read_at_once_may_be_everything(self) -> None:
        self.outbox.start()
        with mock.patch.object(outbox_module, "MAX_ROWS", 3):
            for n in range(4):
                self.purge(f"article:{n}")
            self.assertTrue(self.outbox.news().is_gap)
            self.assertIs(self.outbox.news(), NOTHING)
            self.purge("article:9")
            self.assertEqual(self.tags(), ["article:9"])


class PolledOutboxTests(TransactionTestCase):
    def setUp(self) -> None:
        committed_here.clear()
        self.outbox = PolledOutbox()

    def later(self) -> list[str]:
        """What it tells when it is asked after its pause."""
        self.outbox.asked_at -= PolledOutbox.POLL_SECONDS
        return sorted(tag for tag, _moment in self.outbox.news().purged)

    def test_it_tells_what_was_committed_once_whatever_the_order_of_ids(self) -> None:
        due = timezone.now()
        Purge.objects.create(pk=50, tag="article:50", due_at=due)
        self.outbox.start()
        Purge.objects.create(pk=60, tag="article:60", due_at=due)
        self.assertEqual(self.later(), ["article:60"])
        Purge.objects.create(pk=55, tag="article:55", due_at=due)  # its transaction began earlier and ended later
        self.assertEqual(self.later(), ["article:55"])
        self.assertEqual(self.later(), [])

    def test_what_began_before_it_started_and_ended_later_is_told(self) -> None:
        due = timezone.now()
        Purge.objects.create(pk=50, tag="article:50", due_at=due)
        Purge.objects.create(pk=52, tag="article:52", due_at=due)
        self.outbox.start()
        for pk in (51, 49):
            Purge.objects.create(pk=pk, tag=f"article:{pk}", due_at=due)
            self.assertEqual(self.later(), [f"article:{pk}"])

    def test_ids_that_were_passed_over_are_asked_for_as_long_as_they_may_come(self) -> None:
        self.outbox.start()
        Purge.objects.create(pk=60, tag="article:60", due_at=timezone.now())
        self.later()
        self.assertEqual([hole[:2] for hole in self.outbox.holes], [(1, 59)])
        Purge.objects.create(pk=30, tag="article:30", due_at=timezone.now())
        self.later()
        self.assertEqual([hole[:2] for hole in self.outbox.holes], [(1, 29), (31, 59)])
        self.outbox.holes = [(first, last, noticed - 121) for first, last, noticed in self.outbox.holes]
        self.later()
        self.assertEqual(self.outbox.holes, [])

    def test_more_holes_than_a_query_can_ask_for_may_be_everything(self) -> None:
        self.outbox.start()
        for pk in range(1, 2 * PolledOutbox.MAX_HOLES + 4, 2):
            Purge.objects.create(pk=pk, tag=f"article:{pk}", due_at=timezone.now())
        self.later()
        self.outbox.asked_at -= PolledOutbox.POLL_SECONDS
        self.assertTrue(self.outbox.news().is_gap)

    def test_it_asks_no_query_within_its_pause_and_knows_what_this_process_committed(self) -> None:
        self.outbox.start()
        with transaction.atomic():
            invalidate({"article:1"})
        with self.assertNumQueries(0):
            self.assertEqual([tag for tag, _moment in self.outbox.news().purged], ["article:1"])
            self.assertIs(self.outbox.news(), NOTHING)

    def test_who_cannot_wait_is_not_made_to_once_the_pause_has_ended(self) -> None:
        cache = PageCache(self.outbox, Store(1_000_000))
        cache.get((b"a page",))
        Purge.objects.create(tag="article:1", due_at=timezone.now())
        cache.get((b"a page",), waits=False)
        self.outbox.asked_at -= PolledOutbox.POLL_SECONDS
        with self.assertNumQueries(0), self.assertRaises(BlockingIOError):
            cache.get((b"a page",), waits=False)
        self.assertFalse(cache.lock.locked())
        self.assertEqual([tag for tag, _moment in self.outbox.news().purged], ["article:1"])

    def test_what_was_rolled_back_is_not_told(self) -> None:
        self.outbox.start()
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            invalidate({"article:1"})
            raise ZeroDivisionError
        self.assertEqual((self.later(), list(committed_here)), ([], []))

    def test_after_a_long_silence_everything_may_have_changed(self) -> None:
        self.outbox.start()
        self.outbox.asked_at -= outbox_module.LONGEST_SILENCE.total_seconds() + 1
        self.assertTrue(self.outbox.news().is_gap)

    def test_more_than_can_be_read_at_once_may_be_everything(self) -> None:
        self.outbox.start()
        with mock.patch.object(outbox_module, "MAX_ROWS", 3):
            Purge.objects.bulk_create([Purge(tag=f"article:{n}", due_at=timezone.now()) for n in range(4)])
            self.outbox.asked_at -= PolledOutbox.POLL_SECONDS
            self.assertTrue(self.outbox.news().is_gap)

    def test_it_begins_with_what_is_due_later(self) -> None:
        Purge.objects.create(tag="article:1", due_at=timezone.now() + dt.timedelta(hours=1))
        Purge.objects.create(tag="article:2", due_at=timezone.now())
        self.assertEqual([tag for tag, _moment in self.outbox.start()], ["article:1"])

    def test_old_purges_are_deleted_those_that_are_still_due_stay(self) -> None:
        now = timezone.now()
        long_ago = now - outbox_module.KEPT_FOR - dt.timedelta(minutes=1)
        for tag, written, due in (
            ("old", long_ago, long_ago), ("due", long_ago, now + dt.timedelta(days=9)), ("new", now, long_ago),
        ):  # fmt: skip
            row = Purge.objects.create(tag=tag, due_at=due)
            Purge.objects.filter(pk=row.pk).update(written_at=written)
        jobs.delete_old_purges.func()
        self.assertEqual(set(Purge.objects.values_list("tag", flat=True)), {"due", "new"})
