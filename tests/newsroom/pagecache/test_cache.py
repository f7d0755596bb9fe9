"""The page cache: what is purged, due, missed or unknown while pages are kept and rendered."""

from unittest import TestCase, mock

import time_machine

from newsroom.pagecache import store as store_module
from newsroom.pagecache.cache import PageCache, Position
from newsroom.pagecache.entries import Entry
from newsroom.pagecache.outbox import News
from newsroom.pagecache.store import Store
from tests.kept import Told

KEY = (b"http", b"", b"kulturegeek.localhost", b"/")
NOON = 1_796_040_000.0


class PageCacheTests(TestCase):
    def setUp(self) -> None:
        traveller = time_machine.travel(NOON, tick=False)
        self.clock = traveller.start()
        self.addCleanup(traveller.stop)
        self.outbox = Told()
        self.cache = PageCache(self.outbox, Store(1_000_000))

    def store(self, *tags: str) -> None:
        began = self.began()
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", tags), began)

    def began(self) -> Position:
        position = self.cache.begin()
        assert position is not None
        return position

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
        began = self.began()
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
        began = self.began()
        self.clock.move_to(NOON + 6)
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:1"]), began)
        self.assertFalse(self.has_it())

    def test_it_ends_at_the_moment_that_its_maker_named_whatever_is_told(self) -> None:
        self.outbox.due = [("article:1", NOON + 9)]
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:1"]), self.began(), NOON + 5)
        self.clock.move_to(NOON + 4.9)
        self.assertTrue(self.has_it())
        self.clock.move_to(NOON + 5)
        self.assertFalse(self.has_it())
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:1"]), self.began(), NOON + 99)
        self.clock.move_to(NOON + 9)
        self.assertFalse(self.has_it(), "a change is due before")

    def test_what_may_have_been_missed_empties_it(self) -> None:
        self.store("article:1")
        began = self.began()
        self.outbox.next = News([("article:3", NOON + 5)], is_gap=True)
        self.assertFalse(self.has_it())
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:2"]), began)
        self.assertFalse(self.has_it(), "it began to be rendered before")
        self.store("article:3")
        self.clock.move_to(NOON + 5)
        self.assertFalse(self.has_it(), "what is due later is known from then on")

    def test_a_flood_of_purges_is_not_remembered_for_ever(self) -> None:
        began = self.began()
        with mock.patch.object(store_module, "MAX_TAGS", 20):
            self.outbox.next = News([(f"article:{n}", NOON) for n in range(21)])
            self.cache.get(KEY)
        self.assertEqual(self.cache.store.purged, {})
        self.cache.put(KEY, Entry.of(200, [], b"Bonjour.", ["article:0"]), began)
        self.assertFalse(self.has_it())

    def test_what_cannot_be_asked_is_rendered_and_not_stored(self) -> None:
        self.store("article:1")
        began = self.began()
        with self.assertLogs("newsroom.pagecache.cache", "WARNING") as logged:
            for _time in range(3):
                self.outbox.next = None
                self.assertEqual((self.cache.get(KEY), self.cache.begin()), ((None, None), None))
            self.cache.put(KEY, Entry.of(200, [], b"Bonsoir.", ["article:1"]), began)
            self.outbox.next = News([])
            self.assertEqual(self.cache.get(KEY)[0].body, b"Bonjour.")
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

    def test_a_hit_waits_for_nobody_and_is_as_true_as_any(self) -> None:
        self.assertIsNone(self.cache.hit(KEY), "nothing is known yet")
        self.store("article:1")
        self.assertEqual(self.cache.hit(KEY).body, b"Bonjour.")
        with self.cache.lock:
            self.assertIsNone(self.cache.hit(KEY))
        self.outbox.is_instant = False
        self.assertIsNone(self.cache.hit(KEY))
        self.outbox.is_instant = True
        self.assertFalse(self.cache.lock.locked())
        self.outbox.next = News([("article:1", NOON)])
        self.assertIsNone(self.cache.hit(KEY))

    def test_one_of_two_who_need_the_same_makes_it_and_the_other_waits_for_that(self) -> None:
        self.assertEqual(self.cache.claim([("a",), ("b",)]), ([("a",), ("b",)], {}))
        mine, others = self.cache.claim([("b",), ("c",)])
        self.assertEqual((mine, list(others)), ([("c",)], [("b",)]))
        self.assertFalse(others["b",].is_set())
        self.cache.release([("a",), ("b",)])
        self.assertTrue(others["b",].is_set())
        self.assertEqual(self.cache.claim([("b",)]), ([("b",)], {}), "it is free again")
