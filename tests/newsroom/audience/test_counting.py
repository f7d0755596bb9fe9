"""Counting in memory, and from there into the database: at its time, at the end, and when the database is back."""

import threading
import time
from collections.abc import Callable
from unittest import mock

from django.db import OperationalError, connection
from django.test import TestCase, TransactionTestCase

from newsroom.audience import writing
from newsroom.audience.counting import Counter
from newsroom.audience.models import VisitCount

READER = {b"user-agent": b"Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"}
ROBOT = {b"user-agent": b"Googlebot/2.1"}


def written() -> dict[int, int]:
    return dict(VisitCount.objects.values_list("object_id", "visits"))


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


class EmptyTests(TestCase):
    def setUp(self) -> None:
        self.counter = Counter()

    def test_it_writes_what_was_counted_once(self) -> None:
        self.counter.visited.extend((1, 2, 1))
        self.counter.empty()
        self.assertEqual(written(), {1: 2, 2: 1})
        with self.assertNumQueries(0):
            self.counter.empty()

    def test_it_keeps_what_cannot_be_written_and_says_so_once(self) -> None:
        locked = mock.patch.object(writing, "add", side_effect=OperationalError("database is locked"))
        with locked, self.assertLogs("newsroom.audience.counting", "WARNING") as logged:
            for _time in range(3):
                self.counter.visited.append(1)
                self.counter.empty()
        self.assertEqual(len(logged.output), 1)
        self.counter.empty()
        self.assertEqual(written(), {1: 3})

    def test_it_holds_a_bounded_number_of_objects_and_visits(self) -> None:
        counter = Counter(max_visits=4, max_objects=2)
        locked = mock.patch.object(writing, "add", side_effect=OperationalError)
        with locked, self.assertLogs("newsroom.audience.counting", "WARNING"):
            for visits in ((9, 1, 2, 3, 1), (2, 4)):
                counter.visited.extend(visits)
                counter.empty()
        counter.empty()
        self.assertEqual(written(), {1: 2, 2: 2})

    def test_no_visit_is_lost_between_threads(self) -> None:
        threads = [threading.Thread(target=self.count_many) for _n in range(4)]
        for thread in threads:
            thread.start()
        for _n in range(20):
            self.counter.empty()
        for thread in threads:
            thread.join()
        self.counter.empty()
        self.assertEqual(written(), {1: 20_000, 2: 20_000})

    def count_many(self) -> None:
        for _n in range(5_000):
            self.counter.visited.append(1)
            self.counter.visited.append(2)


class ThreadTests(TransactionTestCase):
    """With a thread of its own, which writes what the test sees once it is committed."""

    def setUp(self) -> None:
        if connection.vendor == "sqlite" and connection.is_in_memory_db():
            connection.inc_thread_sharing()
            self.addCleanup(connection.dec_thread_sharing)

    def begun(self, seconds: float) -> Counter:
        counter = Counter(seconds)
        counter.begin()
        self.addCleanup(counter.end)
        return counter

    def test_it_counts_nothing_before_it_begins_nor_after_it_ended(self) -> None:
        counter = Counter()
        counter.count(1, READER)
        counter.begin()
        counter.end()
        counter.count(1, READER)
        self.assertEqual(list(counter.visited), [])

    def test_it_counts_readers(self) -> None:
        counter = self.begun(600)
        counter.count(1, READER)
        counter.count(1, ROBOT)
        self.assertEqual(list(counter.visited), [1])

    def test_it_writes_by_itself_and_nothing_where_there_is_nothing(self) -> None:
        with mock.patch.object(writing, "add") as add:
            counter = self.begun(0.01)
            time.sleep(0.1)
            add.assert_not_called()
            counter.count(1, READER)
            wait_until(lambda: add.call_count == 1)
            time.sleep(0.1)
            self.assertEqual(add.call_count, 1)

    def test_it_writes_at_the_end_without_waiting_for_its_time(self) -> None:
        counter = self.begun(600)
        counter.count(1, READER)
        with mock.patch.object(writing, "add") as add:
            counter.end()
        add.assert_called_once()
        self.assertEqual(counter.unwritten, {})
        self.assertEqual([thread.name for thread in threading.enumerate() if thread.name == "visits"], [])

    def test_it_tries_again_when_the_database_is_back(self) -> None:
        tries: list[dict[int, int]] = []

        def add(counted: dict[int, int], at: object) -> None:
            tries.append(dict(counted))
            if len(tries) == 1:
                raise OperationalError

        with mock.patch.object(writing, "add", add), self.assertLogs("newsroom.audience.counting", "WARNING"):
            counter = self.begun(0.01)
            counter.count(1, READER)
            wait_until(lambda: len(tries) == 2)
        self.assertEqual(tries, [{1: 1}, {1: 1}])
