"""Calls in processes of their own: one that hangs or takes too much memory is stopped, and the next one runs."""

import os
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

from newsroom.lib.confined import ALONE_SECONDS, MAX_DATA_BYTES, Confined, Overrun, outcome


def double(number: int) -> int:
    return 2 * number


def hang() -> None:
    while True:
        time.sleep(0.01)


def hang_and_tell(path: str) -> None:
    while True:
        Path(path).write_text(str(time.time()))
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

    def test_a_call_ends_by_itself_when_its_owner_was_killed(self) -> None:
        own = Path(__file__)
        code = (
            f"import sys; from {own.stem} import *\n"
            "Confined(1, seconds=1).submit(hang_and_tell, sys.argv[1])\ntime.sleep(60)"
        )
        with TemporaryDirectory() as folder:
            told = Path(folder) / "told"
            paths = os.pathsep.join([str(own.parents[3]), str(own.parent)])
            owner = subprocess.Popen(
                [sys.executable, "-c", code, str(told)],
                env={**os.environ, "PYTHONPATH": paths},
                stderr=subprocess.DEVNULL,
            )
            begun = time.monotonic()
            while not told.exists():
                self.assertLess(time.monotonic() - begun, 20)
                time.sleep(0.02)
            owner.kill()
            owner.wait()
            time.sleep(1 + ALONE_SECONDS + 0.5)
            last = told.read_text()
            time.sleep(0.3)
            self.assertEqual(told.read_text(), last)
