"""What the worker does beside its tasks: again and again, whatever went wrong the last time."""

import threading
from collections.abc import Callable
from unittest import mock

from django.db import OperationalError
from django.test import TransactionTestCase

from newsroom.worker import loops
from newsroom.worker.loops import Loop
from tests.living.processes import wait_until


class LoopTests(TransactionTestCase):
    def run_beside(self, look: Callable[[], None], until: Callable[[], bool]) -> None:
        with mock.patch.object(loops, "extensions", lambda name: (lambda: [Loop("a loop", look, 0.01)],)):
            with loops.running():
                wait_until(until, 10, "looks")
            self.assertNotIn("a loop", {thread.name for thread in threading.enumerate()})

    def test_it_looks_again_and_again_until_the_worker_ends(self) -> None:
        looks: list[str] = []
        self.run_beside(lambda: looks.append(threading.current_thread().name), lambda: len(looks) > 2)
        self.assertEqual(set(looks), {"a loop"})

    def test_it_goes_on_after_a_failure_of_the_database_or_of_its_own(self) -> None:
        for error in (OperationalError("the database is away"), ZeroDivisionError()):
            looks: list[int] = []

            def look(looks: list[int] = looks, error: Exception = error) -> None:
                looks.append(1)
                raise error

            with self.assertLogs("newsroom.worker.loops", "ERROR"):
                self.run_beside(look, lambda looks=looks: len(looks) > 2)

    def test_one_that_waits_keeps_no_other_waiting(self) -> None:
        looks, released = list[int](), threading.Event()
        pair = [
            Loop("slow", lambda: bool(released.wait(10)) and None, 0.01),
            Loop("quick", lambda: looks.append(1), 0.01),
        ]
        with mock.patch.object(loops, "extensions", lambda name: (lambda: pair,)), loops.running():
            wait_until(lambda: len(looks) > 2, 10, "looks of the other")
            released.set()
