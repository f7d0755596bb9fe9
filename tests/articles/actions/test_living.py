"""Times and workers in real time, on the database of the settings: what must be true of what tests/living did."""

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
TIMEOUT_SECONDS = 170  # the process itself gives up before


@cache
def report() -> Any:
    """Return what tests/living reports."""
    command = [sys.executable, "-W", "error", "-m", "tests.living"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)


class TimeTests(TestCase):
    CHANGES = ("article", "front page", "section", "change", "withdrawal", "withdrawn from the list")

    def test_it_is_read_and_gone_at_its_second_with_no_worker(self) -> None:
        seen = report()["times"]["seen"]
        self.assertEqual(set(seen), set(self.CHANGES))
        for change, seconds in seen.items():
            self.assertGreaterEqual(seconds, 0, change)  # not a moment before
            self.assertLess(seconds, 4, change)  # a reader reloads six pages in turn, on a busy machine

    def test_it_leaves_readers_what_was_before_until_then(self) -> None:
        for change, seconds in report()["times"]["before"].items():
            self.assertGreater(seconds, -3.5, change)

    def test_it_is_in_force_before_it_is_applied_and_what_was_not_scheduled_is_not_read(self) -> None:
        self.assertEqual((report()["times"]["applied"], report()["times"]["never"]), (0, False))


class WorkerTests(TestCase):
    def test_it_loses_no_job_and_does_none_twice_when_killed(self) -> None:
        killed = report()["workers"]["killed"]
        self.assertGreaterEqual(len(killed["died in"]), 3, "it was to die while a task ran")
        self.assertEqual(killed["effects"], sorted(f"ended:{n}" for n in range(10)))
        self.assertEqual(killed["begun and not ended"], 0)
        self.assertEqual(killed["tasks run"], 10)

    def test_it_queues_a_recurring_job_once_however_many_workers_there_are(self) -> None:
        jobs = report()["workers"]["recurring"]
        self.assertIn("apply_due_changes", jobs)
        self.assertEqual(set(jobs.values()), {1}, jobs)

    def test_it_finishes_its_jobs_and_takes_no_more_when_it_is_stopped(self) -> None:
        stopped = report()["workers"]["stopped"]
        self.assertEqual((stopped["code"], stopped["RUNNING"], stopped["FAILED"]), (0, 0, 0))
        self.assertGreater(stopped["still waiting"], 10)
        self.assertFalse(stopped["still known"])
