"""Many at once, on the engine of the settings: tests/crowd did it, this says what must be true of it."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

from comments.screening import BY_NAME
from tests.crowd.people import POSTS

pytestmark = pytest.mark.killing
ROOT = Path(__file__).parents[3]
LONGEST = 170  # seconds; the process itself gives up before
READERS = 4


@cache
def report() -> Any:
    """What was left."""
    command = [sys.executable, "-W", "error", "-m", "tests.crowd"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST)
    assert run.returncode == 0, run.stderr[-4000:]
    return json.loads(run.stdout)


class PostingTests(TestCase):
    def test_a_limit_holds_however_many_post_at_once(self) -> None:
        posted, limit = report()["posting"], BY_NAME["surge"].limit
        assert limit is not None
        self.assertEqual(posted["statuses"], {"approved": limit, "held": READERS * POSTS - limit})
        self.assertEqual(posted["counted"], limit)


class DecidingTests(TestCase):
    def test_of_two_moderators_one_decides_about_each_comment(self) -> None:
        decided = report()["deciding"]
        self.assertEqual(decided["actions"], {"1": READERS * POSTS})
        self.assertEqual(decided["versions"], {"2": READERS * POSTS})
        self.assertEqual(decided["counted"], decided["statuses"].get("approved", 0))
        self.assertEqual(len(decided["statuses"]), 2, "both of them were there")


class KilledTests(TestCase):
    def test_a_worker_killed_amid_a_flood_loses_nothing_and_does_nothing_twice(self) -> None:
        killed = report()["killed"]
        number = killed["done"]
        self.assertEqual((number, killed["skipped"]), (sum(killed["statuses"].values()), 0))
        self.assertEqual(killed["statuses"], {"rejected": number})
        self.assertEqual((killed["actions"], killed["versions"]), ({"1": number}, {"2": number}))
        self.assertEqual(killed["counted"], 0)
        self.assertGreaterEqual(len(killed["reached when killed"]), 2, "it was to die while it worked")
