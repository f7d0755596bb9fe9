"""Time for real, on the engine of the settings: tests/living did it, this says what must be true of it."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

pytestmark = pytest.mark.killing
ROOT = Path(__file__).parents[3]
LONGEST = 170  # seconds; the process itself gives up before


@cache
def report() -> Any:
    """What was seen."""
    command = [sys.executable, "-W", "error", "-m", "tests.living"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)


class HourTests(TestCase):
    THINGS = ("article", "front page", "section", "change", "withdrawal", "withdrawn from the list")

    def test_it_is_read_and_gone_at_its_second_with_no_worker(self) -> None:
        seen = report()["hours"]["seen"]
        self.assertEqual(set(seen), set(self.THINGS))
        for thing, seconds in seen.items():
            self.assertGreaterEqual(seconds, 0, thing)  # not a moment before
            self.assertLess(seconds, 4, thing)  # a reader reloads six pages in turn, on a busy machine

    def test_until_then_readers_have_what_was_before(self) -> None:
        for thing, seconds in report()["hours"]["before"].items():
            self.assertGreater(seconds, -3.5, thing)

    def test_nobody_folded_anything_and_what_was_not_scheduled_is_not_read(self) -> None:
        self.assertEqual((report()["hours"]["folded"], report()["hours"]["never"]), (0, False))


class WorkerTests(TestCase):
    def test_killed_in_the_midst_of_ten_jobs_it_loses_none_and_does_none_twice(self) -> None:
        killed = report()["workers"]["killed"]
        self.assertGreaterEqual(len(killed["died in"]), 3, "it was to die while a task ran")
        self.assertEqual(killed["effects"], sorted(f"ended:{n}" for n in range(10)))
        self.assertEqual(killed["begun and not ended"], 0)
        self.assertEqual(killed["tasks run"], 10)

    def test_a_recurring_job_is_queued_once_however_many_workers_there_are(self) -> None:
        jobs = report()["workers"]["recurring"]
        self.assertIn("apply_due_changes", jobs)
        self.assertEqual(set(jobs.values()), {1}, jobs)

    def test_asked_to_stop_it_finishes_what_it_holds_and_takes_no_more(self) -> None:
        stopped = report()["workers"]["stopped"]
        self.assertEqual((stopped["code"], stopped["RUNNING"], stopped["FAILED"]), (0, 0, 0))
        self.assertGreater(stopped["still waiting"], 10)
        self.assertFalse(stopped["still known"])
