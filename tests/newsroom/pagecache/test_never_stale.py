"""Readers get no page that is older than the last commit: real servers, while a site is edited (tests/stale)."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest import TestCase, skipUnless

import pytest

from tests.living.nginx import NGINX

pytestmark = pytest.mark.killing
ROOT = Path(__file__).parents[3]
EDITS, READS, TIMEOUT_SECONDS = 24, 1_500, 280


@cache
def report(*options: str) -> Any:
    """Return what tests/stale reports."""
    command = [
        sys.executable,
        "-W",
        "error",
        "-m",
        "tests.stale",
        str(EDITS),
        "--seed",
        "7",
        "--servers",
        "2",
        *options,
    ]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)
    assert run.stdout, run.stderr[-4000:]
    return json.loads(run.stdout)


class NeverStaleTests(TestCase):
    def test_no_page_is_older_than_the_last_commit_after_edits_of_every_kind(self) -> None:
        found = report("--in-silence", "4")
        self.assertEqual(found["stale"], [])
        self.assertEqual(found["edits"], EDITS)
        self.assertGreater(found["hits"], found["reads"] / 10, "it was to answer from the cache")

    def test_it_finds_what_is_stale_where_an_action_forgets_its_purges(self) -> None:
        self.assertTrue(report("--in-silence", "4")["stale in silence"])


class NeverStaleWhileItIsEditedTests(TestCase):
    def check(self, *options: str) -> Any:
        found = report("--reads", str(READS), "--readers", "2", *options)
        self.assertEqual(found["stale"], [])
        self.assertEqual(found["failed"], [])
        self.assertGreaterEqual(found["reads"], READS)
        self.assertTrue(all(found["tokens"].values()), "readers were to see what is edited")
        return found

    def test_readers_of_several_servers_see_what_was_committed_before_they_ask(self) -> None:
        self.assertGreater(self.check()["how"]["hit"], READS / 20, "they were to be answered from the cache")

    @skipUnless(NGINX, "nginx is not installed (Debian: nginx-light)")
    def test_readers_behind_nginx_do_too(self) -> None:
        self.assertGreater(self.check("--edge", "nginx")["edge"]["HIT"], READS / 20, "nginx was to answer")
