"""A server, a worker and Varnish, as an operator starts them, while a site is edited and things fail (tests/edges)."""

import json
import signal
import subprocess
import sys
from functools import cache
from typing import Any
from unittest import TestCase, skipIf

import pytest

from tests.living.processes import ROOT
from tests.newsroom.pagecache.edges.varnishd import MISSING

pytestmark = pytest.mark.killing
EDITS, TIMEOUT_SECONDS = 4, 420


@cache
def report() -> Any:
    """Return what tests/edges reports."""
    command = [sys.executable, "-W", "error", "-m", "tests.edges", str(EDITS), "--seed", "7"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True) as run:
        try:
            said, errors = run.communicate(timeout=TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            run.send_signal(signal.SIGINT)  # so that it ends what it started
            said, errors = run.communicate()
    assert said, errors[-4000:]
    return json.loads(said)


@skipIf(MISSING, MISSING)
class VarnishTests(TestCase):
    """Each waits for the new page for some seconds, and fails where it does not come."""

    def test_a_page_that_is_kept_is_the_new_one_after_the_commit_and_no_other_page_is_dropped(self) -> None:
        found = report()["a change"]
        self.assertEqual((found["status"], found["other page is kept"], found["kept again"]), (200, True, True))
        self.assertEqual(found["told to readers"], [])

    def test_an_edge_that_could_not_be_told_is_told_later_and_monitoring_knows(self) -> None:
        found = report()["out of reach"]
        self.assertEqual((found["old meanwhile"], found["code"], found["code after"]), (True, 1, 0))
        self.assertIn("the oldest for", found["said"])

    def test_a_worker_that_is_killed_while_it_delivers_loses_nothing(self) -> None:
        found = report()["killed"]
        self.assertGreater(found["left"], 0)
        self.assertTrue(found["old meanwhile"])

    def test_a_page_that_is_kept_ends_when_a_scheduled_change_is_due(self) -> None:
        found = report()["due later"]
        self.assertTrue(found["kept before"])
        self.assertGreaterEqual(found["seconds after its time"], 0)

    def test_no_page_is_stale_after_edits_of_every_kind(self) -> None:
        found = report()["at random"]
        self.assertEqual((found["stale"], found["edits"]), ([], EDITS))
        self.assertGreater(found["hits"], 0)

    def test_pages_are_given_while_the_site_is_gone(self) -> None:
        self.assertEqual(report()["the site is gone"], {"status": 200})
