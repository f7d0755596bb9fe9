"""The page cache: what is purged, due, missed or unknown while pages are kept and rendered."""

import sqlite3
from unittest import TestCase

import time_machine

from newsroom.pagecache import cache as cache_module
from newsroom.pagecache.cache import PageCache
from newsroom.pagecache.entries import Entry, Store
from newsroom.pagecache.outbox import News

KEY = (b"http", b"", b"kulturegeek.localhost", b"/")
NOON = 1_796_040_000.0


class Told:
    """An outbox that says what a test has it say."""

    is_instant = True

    def __init__(self) -> None:
        self.next, self.due = News([]), list[tuple[str, float]]()

    def start(self) -> list[tuple[str, float]]:
        return self.due

    def news(self) -> News:
        if self.next is None:
            raise sqlite3.OperationalError("database is locked")
        told, self.next = self.next, News([])
        return told


class PageCacheTests(TestCase):
    def setUp(self) -> None:
        traveller = time_machine.travel(NOON, tick=False)
        self.clock = traveller.start()
        self.addCleanup(traveller.stop)
        self.outbox = Told()
        self.cache = PageCache(self.outbox, Store(1_000_000))

    def store(self, *tags: str) -> None:
        _entry, began = self.cache.get(KEY)
        assert began is not None
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", tags), began)

    def purge(self, tag: str, at: float = NOON) -> None:
        self.outbox.next = News([(tag, at)])

    def has_it(self) -> bool:
        return self.cache.get(KEY)[0] is not None

    def test_a_page_is_kept_until_something_that_it_was_made_from_changes(self) -> None:
        self.store("article:1")
        self.purge("article:2")
        self.assertTrue(self.has_it())
        self.purge("article:1")
        self.assertFalse(self.has_it())

    def test_what_changed_while_it_was_rendered_keeps_it_from_being_stored(self) -> None:
        _entry, began = self.cache.get(KEY)
        assert began is not None
        self.purge("article:1")
        self.cache.get((b"another",))
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:1"]), began)
        self.assertFalse(self.has_it())
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:2"]), began)
        self.assertTrue(self.has_it())

    def test_it_ends_at_the_hour_at_which_a_change_is_due(self) -> None:
        self.outbox.due = [("article:1", NOON + 5)]
        self.store("article:1")
        self.clock.move_to(NOON + 4.9)
        self.assertTrue(self.has_it())
        self.clock.move_to(NOON + 5)
        self.assertFalse(self.has_it())

    def test_a_change_that_is_scheduled_while_it_is_kept_ends_it_too(self) -> None:
        self.store("article:1")
        self.purge("article:1", NOON + 5)
        self.assertFalse(self.has_it())
        self.store("article:1")
        self.clock.move_to(NOON + 5)
        self.assertFalse(self.has_it())

    def test_an_hour_that_passed_while_it_was_rendered_ends_it_at_once(self) -> None:
        self.outbox.due = [("article:1", NOON + 5)]
        _entry, began = self.cache.get(KEY)
        assert began is not None
        self.clock.move_to(NOON + 6)
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:1"]), began)
        self.assertFalse(self.has_it())

    def test_it_ends_after_a_minute_whatever_is_told(self) -> None:
        self.store("article:1")
        self.clock.move_to(NOON + cache_module.MAX_SECONDS - 0.1)
        self.assertTrue(self.has_it())
        self.clock.move_to(NOON + cache_module.MAX_SECONDS)
        self.assertFalse(self.has_it())

    def test_what_may_have_been_missed_empties_it(self) -> None:
        self.store("article:1")
        _entry, began = self.cache.get(KEY)
        assert began is not None
        self.outbox.next = News([("article:3", NOON + 5)], is_gap=True)
        self.assertFalse(self.has_it())
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:2"]), began)
        self.assertFalse(self.has_it(), "it began to be rendered before")
        self.store("article:3")
        self.clock.move_to(NOON + 5)
        self.assertFalse(self.has_it(), "what is due later is known from then on")

    def test_a_flood_of_purges_is_not_remembered_for_ever(self) -> None:
        _entry, began = self.cache.get(KEY)
        assert began is not None
        self.outbox.next = News([(f"article:{n}", NOON) for n in range(cache_module.MAX_REMEMBERED + 1)])
        self.cache.get(KEY)
        self.assertEqual(self.cache.purged, [])
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:0"]), began)
        self.assertFalse(self.has_it())

    def test_what_cannot_be_asked_is_rendered_and_not_stored(self) -> None:
        self.store("article:1")
        self.outbox.next = None  # type: ignore[assignment]
        with self.assertLogs("newsroom.pagecache.cache", "WARNING") as logged:
            for _time in range(3):
                self.outbox.next = None  # type: ignore[assignment]
                self.assertEqual(self.cache.get(KEY), (None, None))
        self.assertEqual(len(logged.records), 1, "once, and not for each request")

    def test_the_event_loop_waits_for_neither_the_database_nor_another_thread(self) -> None:
        with self.assertRaises(BlockingIOError):
            self.cache.get(KEY, waits=False)  # nothing is known yet
        self.store("article:1")
        self.assertIsNotNone(self.cache.get(KEY, waits=False)[0])
        with self.cache.lock, self.assertRaises(BlockingIOError):
            self.cache.get(KEY, waits=False)
        self.outbox.is_instant = False
        with self.assertRaises(BlockingIOError):
            self.cache.get(KEY, waits=False)
        self.assertFalse(self.cache.lock.locked())
