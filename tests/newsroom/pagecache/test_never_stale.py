"""Readers get no page that is older than the last commit: a real server, while a site is edited (tests/stale)."""

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
EDITS, TIMEOUT_SECONDS = 24, 280


@cache
def report() -> Any:
    """Return what tests/stale reports."""
    command = [sys.executable, "-W", "error", "-m", "tests.stale", str(EDITS), "--seed", "7", "--in-silence", "4"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert run.stdout, run.stderr[-4000:]
    return json.loads(run.stdout)


class NeverStaleTests(TestCase):
    def test_no_page_is_older_than_the_last_commit_after_edits_of_every_kind(self) -> None:
        self.assertEqual(report()["stale"], [])
        self.assertEqual(report()["edits"], EDITS)
        self.assertGreater(report()["hits"], report()["reads"] / 5, "it was to answer from the cache")

    def test_it_finds_what_is_stale_where_an_action_forgets_its_purges(self) -> None:
        self.assertTrue(report()["stale in silence"])
