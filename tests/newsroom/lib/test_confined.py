"""Calls in processes of their own: one that hangs or takes too much memory is stopped, and the next one runs."""

import os
import time
from unittest import TestCase

from newsroom.lib.confined import MAX_DATA_BYTES, Confined, Overrun, outcome


def double(number: int) -> int:
    return 2 * number


def hang() -> None:
    while True:
        time.sleep(0.01)


def swell() -> int:
    return len(bytearray(MAX_DATA_BYTES + 1))


def fall_over() -> None:
    os._exit(3)


def complain() -> None:
    raise LookupError("not here")


class ConfinedTests(TestCase):
    def test_it_brings_back_what_a_function_returns_or_raises(self) -> None:
        with Confined(1) as confined:
            self.assertEqual(outcome(confined.submit(double, 21)), 42)
            with self.assertRaisesRegex(LookupError, "not here"):
                outcome(confined.submit(complain))

    def test_it_stops_what_hangs_swells_or_falls_and_goes_on(self) -> None:
        with Confined(1, seconds=1.5) as confined:
            for function, code in ((hang, "too_slow"), (swell, "too_heavy"), (fall_over, "too_heavy")):
                with self.subTest(function.__name__):
                    with self.assertRaises(Overrun) as caught:
                        outcome(confined.submit(function))
                    self.assertEqual(caught.exception.code, code)
            self.assertEqual(outcome(confined.submit(double, 1)), 2)

    def test_it_starts_nothing_before_it_is_asked(self) -> None:
        with Confined() as confined:
            self.assertIsNone(confined._pool)
