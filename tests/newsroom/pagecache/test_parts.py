"""Parts: made once for many pages, made anew when what they were made from changes, and waited for."""

import datetime as dt
import threading
from collections.abc import Callable, Sequence
from typing import Any
from unittest import TestCase, mock

import time_machine

from newsroom.pagecache import parts as parts_module
from newsroom.pagecache.cache import PageCache
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.outbox import News
from newsroom.pagecache.parts import Making, Part, Reading, part, parts
from newsroom.pagecache.store import Store
from tests.kept import Told

NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)


class PartsTestCase(TestCase):
    """A site of cards by name, each with a count that changes more often, and a list of names."""

    def setUp(self) -> None:
        self.outbox = Told()
        self.cache = PageCache(self.outbox, Store(1_000_000))
        self.made: list[Any] = []  # what was made, in its order
        self.batches: list[int] = []  # how many cards at once
        self.counts: dict[str, int] = {}
        self.on_making: Callable[[], None] = lambda: None

        @part
        def count(making: Making, name: str) -> Fragment:
            self.made.append(("count", name))
            making.tag(f"count:{name}")
            return making.fragment(str(self.counts.get(name, 0) if making.seed is None else making.seed))

        @parts
        def card(makings: Sequence[Making]) -> None:
            self.batches.append(len(makings))
            for making in makings:
                (name,) = making.arguments
                self.made.append(("card", name))
                making.tag(f"card:{name}")
                making.value = making.fragment(f"<b>{name}: {making.place(count, name)}</b>")

        @part
        def names(making: Making) -> list[str]:
            self.made.append("names")
            making.tag("names")
            self.on_making()
            return ["Ada", "Grace"]

        @part
        def listed(making: Making) -> Fragment:
            self.made.append("listed")
            return making.fragment(" ".join(making.place(card, name) for name in making.get(names)))

        self.card, self.count, self.names, self.listed = card, count, names, listed

    def reading(self) -> Reading:
        """What one request reads."""
        return Reading(self.cache, self.cache.begin())

    def html(self, kind: Part[Any], *arguments: Any, reading: Reading | None = None) -> str:
        """Return a page that shows a part alone."""
        reading = reading or self.reading()
        page = Making(reading)
        return reading.html(page.fragment(page.place(kind, *arguments)))[0]

    def purge(self, *tags: str) -> None:
        self.outbox.next = News([(tag, 0.0) for tag in tags])


class PartTests(PartsTestCase):
    def test_it_is_made_once_for_many_pages(self) -> None:
        for _page in range(3):
            self.assertEqual(self.html(self.card, "Ada"), "<b>Ada: 0</b>")
        self.assertEqual(self.made, [("card", "Ada"), ("count", "Ada")])

    def test_a_purge_of_its_tag_makes_it_anew_and_no_other(self) -> None:
        self.html(self.listed)
        self.counts["Ada"], self.made[:] = 1, []
        self.purge("count:Ada")
        self.assertEqual(self.html(self.listed), "<b>Ada: 1</b> <b>Grace: 0</b>")
        self.assertEqual(self.made, [("count", "Ada")])

    def test_what_it_reads_makes_it_anew_and_what_stands_in_it_does_not(self) -> None:
        self.html(self.listed)
        for tag, expected in (("card:Ada", [("card", "Ada")]), ("names", ["listed", "names"]), ("nobody's", [])):
            self.made.clear()
            self.purge(tag)
            self.html(self.listed)
            self.assertEqual(self.made, expected, tag)

    def test_parts_of_one_level_are_made_at_once(self) -> None:
        self.html(self.listed)
        self.assertEqual(self.batches, [2])
        self.purge("card:Ada", "card:Grace")
        self.html(self.listed)
        self.assertEqual(self.batches, [2, 2])

    def test_a_page_knows_what_is_shown_in_it_and_of_which_tags(self) -> None:
        reading = self.reading()
        page = Making(reading)
        page.tag("page:1")
        _html, shown = reading.html(page.fragment(page.place(self.listed)))
        tags = {tag for made in shown.values() for tag in made.tags}
        self.assertEqual(tags, {"names", "card:Ada", "card:Grace", "count:Ada", "count:Grace"})
        self.assertEqual(page.tags, {"page:1"}, "of its own HTML alone")
        self.assertEqual(reading.fresh, {"listed": 1, "names": 1, "card": 2, "count": 2})

    def test_a_seed_is_what_it_is_made_from_in_the_place_of_a_query(self) -> None:
        reading = self.reading()
        page = Making(reading)
        self.assertEqual(reading.html(page.fragment(page.place(self.count, "Ada", seed=7)))[0], "7")
        self.assertEqual(self.html(self.count, "Ada"), "7", "it is of the same moment: stored like any other")

    def test_it_ends_at_the_moment_that_it_named_and_so_does_what_reads_it(self) -> None:
        @part
        def until_one(making: Making) -> str:
            self.made.append("until one")
            making.ends(NOON + dt.timedelta(hours=1))
            making.ends(NOON + dt.timedelta(hours=2))
            making.ends(None)
            return "open"

        @part
        def around(making: Making) -> Fragment:
            return making.fragment(making.get(until_one))

        with time_machine.travel(NOON, tick=False) as clock:
            self.html(around)
            clock.shift(3_599)
            self.html(around)
            self.assertEqual(self.made, ["until one"])
            clock.shift(1)
            self.html(around)
            self.assertEqual(self.made, ["until one"] * 2)

    def test_what_changed_while_it_was_made_keeps_it_from_being_stored(self) -> None:
        def another_process_commits() -> None:
            self.purge("names")
            self.cache.begin()

        self.on_making = another_process_commits
        self.html(self.listed)
        self.on_making = lambda: None
        self.made.clear()
        self.html(self.listed)
        self.assertEqual(self.made, ["listed", "names"])
        self.made.clear()
        self.html(self.listed)
        self.assertEqual(self.made, [])


class WithoutCacheTests(PartsTestCase):
    def test_each_part_is_made_once_for_the_request_alone(self) -> None:
        for _request in range(2):
            self.made.clear()
            reading = Reading()
            page = Making(reading)
            html = f"{page.place(self.card, 'Ada')}{page.place(self.card, 'Ada')}"
            self.assertEqual(reading.html(page.fragment(html))[0], "<b>Ada: 0</b>" * 2)
            self.assertEqual(self.made, [("card", "Ada"), ("count", "Ada")])

    def test_where_nothing_can_be_told_nothing_is_stored_or_taken_from_the_store(self) -> None:
        self.html(self.count, "Ada")
        self.counts["Ada"], self.outbox.next = 5, None
        with self.assertLogs("newsroom.pagecache.cache"):
            self.assertEqual(self.html(self.count, "Ada"), "5")
        self.assertEqual(self.made, [("count", "Ada")] * 2)


class WaitingTests(PartsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.is_making, self.may_go_on = threading.Event(), threading.Event()
        self.first = True

        def wait() -> None:
            if self.first:
                self.first = False
                self.is_making.set()
                self.may_go_on.wait(10)

        self.on_making = wait
        self.pages: list[str] = []

    def begin(self, readings: int) -> list[threading.Thread]:
        """Begin requests for the same page, each in a thread, all after the first has begun to make its names."""
        threads = []
        for n in range(readings):
            threads.append(threading.Thread(target=lambda: self.pages.append(self.html(self.listed)), daemon=True))
            threads[-1].start()
            if n == 0:
                self.assertTrue(self.is_making.wait(10))
        return threads

    def end(self, threads: list[threading.Thread]) -> None:
        self.may_go_on.set()
        for thread in threads:
            thread.join(10)
            self.assertFalse(thread.is_alive())

    def test_what_a_thread_makes_is_waited_for_and_made_once(self) -> None:
        threads = self.begin(8)
        threads[-1].join(0.1)
        self.assertEqual(self.pages, [])
        self.end(threads)
        self.assertEqual(self.pages, ["<b>Ada: 0</b> <b>Grace: 0</b>"] * 8)
        self.assertEqual(len(self.made), len(set(self.made)))

    def test_another_part_does_not_wait_for_it(self) -> None:
        threads = self.begin(1)
        self.assertEqual(self.html(self.card, "Zoé"), "<b>Zoé: 0</b>")
        self.end(threads)

    def test_what_changed_after_the_other_began_is_made_once_more(self) -> None:
        threads = self.begin(1)
        self.purge("names")  # committed before the next request begins
        threads += self.begin_another()
        self.end(threads)
        self.assertEqual(self.made.count("names"), 2)
        self.assertEqual(len(self.pages), 2)

    def begin_another(self) -> list[threading.Thread]:
        began = threading.Event()

        def ask() -> None:
            reading = self.reading()
            began.set()
            self.pages.append(self.html(self.listed, reading=reading))

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        self.assertTrue(began.wait(10))
        return [thread]

    def test_who_waits_makes_it_where_the_other_failed(self) -> None:
        def fail_once() -> None:
            if self.first:
                self.first = False
                self.is_making.set()
                self.may_go_on.wait(10)
                raise ValueError("a template that fails")

        self.on_making = fail_once
        failures: list[str] = []

        def ask() -> None:
            try:
                self.pages.append(self.html(self.listed))
            except ValueError as error:
                failures.append(str(error))

        threads = [threading.Thread(target=ask, daemon=True)]
        threads[0].start()
        self.assertTrue(self.is_making.wait(10))
        threads += self.begin_another()
        self.end(threads)
        self.assertEqual((failures, self.pages), (["a template that fails"], ["<b>Ada: 0</b> <b>Grace: 0</b>"]))
        self.assertEqual(self.cache.making, {})

    def test_nobody_waits_for_ever(self) -> None:
        threads = self.begin(1)
        with mock.patch.object(parts_module, "LONGEST_WAIT_SECONDS", 0.02):
            self.assertEqual(self.html(self.listed), "<b>Ada: 0</b> <b>Grace: 0</b>")
        self.assertEqual((self.made.count("names"), self.pages), (2, []))
        self.end(threads)
