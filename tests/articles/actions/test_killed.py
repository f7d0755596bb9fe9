"""Actions under failure: processes killed inside each action and on longer ways, and two processes in one at once.

All of it happens once, in a process and a database of its own (tests/killing), on the engine of the settings.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any
from unittest import TestCase

import pytest

from articles.actions.registry import ACTIONS
from articles.workflow import TRANSITIONS, Verb

pytestmark = pytest.mark.killing
ROOT = Path(__file__).parents[3]
TIMEOUT_SECONDS = 1_560  # the process itself gives up before
# What each action logs of one change.
EVENTS = {name: [TRANSITIONS[name].verb] for name in ACTIONS} | {
    "approve_and_publish": [Verb.APPROVED, Verb.PUBLISHED],
    "arrange": [],
    "assign": [Verb.ASSIGNED],
    "publish_imported": [Verb.PUBLISHED],
    "create": [Verb.CREATED],
    "embargo": [Verb.EMBARGOED],
    "expunge_passage": [Verb.EXPUNGED],
    "expunge_image": [Verb.EXPUNGED, Verb.EXPUNGED],  # one in the timeline of each of its two articles
    "apply_due": [Verb.PUBLISHED],
    "hide_difference": [Verb.DIFFERENCE_HIDDEN],
    "note": [],
    "pin": [Verb.PINNED],
    "place": [Verb.PLACED],
    "restore": [Verb.RESTORED],
    "revoke": [Verb.LINK_REVOKED],
    "save_draft": [Verb.SAVED],
    "share": [Verb.SHARED],
    "unpin": [Verb.UNPINNED],
    "unplace": [Verb.UNPLACED],
}
# Comments have no events: what became of them is in batches and reports.
ON_COMMENTS = (
    "comment_post", "comment_edit", "comment_delete", "comment_reply", "comment_reject", "comment_block",
    "comment_undo", "comment_report", "comment_erase", "comment_terms",
)  # fmt: skip
EVENTS |= {name: [] for name in ON_COMMENTS}
EXPUNGING = ("expunge_passage", "expunge_image")
ONE, OTHER, BOTH = ["done", "Refused"], ["Refused", "done"], ["done", "done"]
# How two who meet may end, and what is logged of it then.
ENDS = {
    "publish and publish": [(ONE, [Verb.PUBLISHED]), (OTHER, [Verb.PUBLISHED])],
    "approve_and_publish and approve_and_publish": [
        (ONE, [Verb.APPROVED, Verb.PUBLISHED]), (OTHER, [Verb.APPROVED, Verb.PUBLISHED])
    ],
    "publish and save_draft": [(BOTH, [Verb.PUBLISHED, Verb.SAVED]), (OTHER, [Verb.SAVED])],
    "withdraw and withdraw": [(ONE, [Verb.WITHDRAWN]), (OTHER, [Verb.WITHDRAWN])],
    "schedule and publish": [(ONE, [Verb.SCHEDULED]), (OTHER, [Verb.PUBLISHED])],
    "apply_due and apply_due": [(BOTH, [Verb.PUBLISHED])],
    "apply_due and save_draft": [(BOTH, [Verb.PUBLISHED, Verb.SAVED])],
    "place and place": [(BOTH, [Verb.PLACED])],  # placing twice is placing once
    "publish and publish at one address": [(BOTH, [Verb.PUBLISHED, Verb.PUBLISHED])],
    # a stale form of a merged tag is refused
    "save_tag and merge_tags": [(BOTH, [Verb.TAG_MERGED]), (OTHER, [Verb.TAG_MERGED])],
    "merge_tags and merge_tags": [(ONE, [Verb.TAG_MERGED]), (OTHER, [Verb.TAG_MERGED])],
    "pin and pin at the limit": [(ONE, [Verb.PINNED]), (OTHER, [Verb.PINNED])],
    "post and post at the limit": [(ONE, []), (OTHER, [])],
    "decide and decide": [(ONE, []), (OTHER, [])],
    "undo and decide": [(ONE, []), (BOTH, [])],  # undone after the second decision, the first leaves the comment alone
    "delete and decide": [(ONE, []), (BOTH, [])],
    "erase and post": [(BOTH, [])],
    "add and add of one file": [(BOTH, [])],
    "expunge_passage and decide": [(ONE, [Verb.EXPUNGED]), (BOTH, [Verb.EXPUNGED])],
}  # fmt: skip


@cache
def run() -> "subprocess.CompletedProcess[str]":
    """Run tests/killing, once also where it fails."""
    command = [sys.executable, "-W", "error", "-m", "tests.killing"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=TIMEOUT_SECONDS)


@cache
def report() -> Any:
    """Return what tests/killing reports."""
    assert run().returncode == 0, run().stderr[-5_000:]
    return json.loads(run().stdout)


class KilledTests(TestCase):
    def assert_left(self, committed: bool | None, *states: str) -> None:
        """Assert that each kill before the commit (False), after (True) or during it (None) left one of these."""
        for name, action in report()["actions"].items():
            allowed = (*states, "unfinished") if name in EXPUNGING and "after" in states else states
            with self.subTest(action=name):
                kills = [kill for kill in action["kills"] if kill["committed"] is committed]
                self.assertTrue(kills)
                self.assertEqual([kill for kill in kills if kill["left"] not in allowed], [])

    def test_it_is_killed_at_every_step_of_every_action_that_changes_something(self) -> None:
        self.assertEqual({action["action"] for action in report()["actions"].values()}, set(EVENTS))
        for name, action in report()["actions"].items():
            with self.subTest(action=name):
                self.assertEqual((action["outcome"], action["commits"]), ("done", 1))
                self.assertGreater(len(action["kills"]), action["steps"])

    def test_it_logs_one_event_a_change(self) -> None:
        for name, action in report()["actions"].items():
            with self.subTest(action=name):
                self.assertEqual(action["events"], EVENTS[action["action"]])

    def test_it_leaves_all_as_it_was_when_killed_before_the_commit(self) -> None:
        self.assert_left(False, "before")

    def test_it_leaves_the_whole_change_when_killed_after_the_commit(self) -> None:
        self.assert_left(True, "after")

    def test_it_leaves_one_or_the_other_when_killed_during_the_commit(self) -> None:
        self.assert_left(None, "before", "after")

    def test_it_detects_an_action_without_a_transaction(self) -> None:
        for name, action in report()["broken actions"].items():
            with self.subTest(action=name):
                self.assertIn("half-done", {kill["left"] for kill in action["kills"]})


class JourneysKilledTests(TestCase):
    """Work of several commits that reaches outside the database."""

    def deaths(self, name: str, later: str) -> Any:
        deaths = [death for death in report()["journeys"][name]["deaths"] if death["later"] == f"{later}: done"]
        self.assertGreater(len(deaths), 5)
        return deaths

    def assert_stands(self, name: str, later: str, *states: str) -> None:
        """Assert that what stands in the end is one of these states, wherever the process died."""
        for death in self.deaths(name, later):
            with self.subTest(journey=name, where=death["where"]):
                self.assertIn(death["stands"], states, death["differences"])

    def test_it_is_killed_before_and_in_the_midst_of_each_step_that_leaves_something(self) -> None:
        for name, journey in report()["journeys"].items():
            self.assertEqual(journey["outcome"], "done", name)
            self.assertEqual([death for death in journey["deaths"] if not death["was_killed"]], [], name)
            sides = {death["where"].split()[0] for death in journey["deaths"]}
            self.assertEqual(sides, {"before", "midst", "after"}, name)

    def test_it_adds_an_image_whole_when_its_upload_was_killed_and_is_repeated(self) -> None:
        self.assert_stands("upload", "the same upload again", "whole")

    def test_it_leaves_no_file_of_an_upload_that_was_killed_and_is_not_repeated(self) -> None:
        self.assert_stands("upload", "the worker", "before", "whole")
        for death in self.deaths("upload", "the worker"):
            self.assertEqual(death["stands"], "whole" if death["was_written"] else "before", death["where"])

    def test_it_renders_the_crops_of_a_focal_point_whose_desk_was_killed(self) -> None:
        self.assert_stands("focal point", "the worker", "before", "whole")
        for death in self.deaths("focal point", "the worker"):
            if "file" in death["where"]:  # files come after the commit
                self.assertEqual(death["stands"], "whole", death["where"])

    def test_it_polls_a_feed_again_as_if_nobody_had_died(self) -> None:
        self.assert_stands("poll", "the next poll", "whole")

    def test_it_sends_no_mail_twice_and_loses_none(self) -> None:
        for name in ("mail", "mail, last try"):
            for death in self.deaths(name, "the next worker"):
                then, state = death["then"], death["then"]["state"]
                with self.subTest(journey=name, where=death["where"]):
                    # It was written with the change that wants it, or neither was.
                    self.assertEqual(state is None, death["left"]["state"] is None)
                    if state is None:
                        continue
                    self.assertIn(state, ("sent", "uncertain", "failed"))
                    self.assertEqual(then["is shown"], state != "sent")
                    self.assertIn(then["received"], {"sent": (1,), "failed": (0,), "uncertain": (0, 1)}[state])
                    if death["left"]["state"] != "waiting":  # somebody had begun: nobody else does
                        self.assertEqual(then["received"], death["left"]["received"])

    def test_it_says_that_a_mail_is_perhaps_sent_when_its_worker_died_while_sending(self) -> None:
        for name in ("mail", "mail, last try"):
            deaths = [death for death in self.deaths(name, "the next worker") if death["left"]["state"] == "sending"]
            self.assertEqual({death["then"]["state"] for death in deaths}, {"uncertain"})
            # Some of these mails had been received, and some had not: that is what nobody can know.
            self.assertEqual({death["left"]["received"] for death in deaths}, {0, 1})


class ExpungingKilledTests(TestCase):
    def test_it_is_finished_later_wherever_it_was_killed_after_the_commit(self) -> None:
        for name in EXPUNGING:
            with self.subTest(action=name):
                kills = [kill for kill in report()["actions"][name]["kills"] if kill["committed"]]
                self.assertTrue(kills)
                for kill in kills:
                    self.assertIn(kill["left"], ("unfinished", "after"))
                    self.assertIs(kill["finished"], True, kill)

    def test_it_leaves_files_to_the_worker_when_killed_before_they_are_deleted(self) -> None:
        kills = [kill for kill in report()["actions"]["expunge_image"]["kills"] if kill["committed"]]
        self.assertIn("unfinished", {kill["left"] for kill in kills})

    def test_it_commits_rows_without_the_passage(self) -> None:
        action = report()["actions"]["expunge_passage"]
        self.assertEqual(len(action["spelt before"]), 3)
        self.assertEqual(action["spelt after"], [])

    def test_it_deletes_the_image_and_its_renditions(self) -> None:
        self.assertGreater(report()["actions"]["expunge_image"]["files gone"], 1)


class TwoAtOnceTests(TestCase):
    def assert_met(self, name: str) -> None:
        """Assert that each round ended as one of the two orders ends, with its events and no database error."""
        rounds = report()["pairs"][name]["rounds"]
        self.assertGreaterEqual(len(rounds), 10)
        for met in rounds:
            with self.subTest(pair=name, how=met["how"]):
                self.assertIn((met["outcomes"], met["events"]), ENDS[name])
                self.assertIsNotNone(met["equals"], met["differences"])

    def test_it_publishes_once(self) -> None:
        self.assert_met("publish and publish")
        self.assert_met("approve_and_publish and approve_and_publish")

    def test_it_publishes_what_was_approved_or_nothing_when_somebody_saves(self) -> None:
        self.assert_met("publish and save_draft")

    def test_it_withdraws_once(self) -> None:
        self.assert_met("withdraw and withdraw")

    def test_it_schedules_or_publishes(self) -> None:
        self.assert_met("schedule and publish")

    def test_it_applies_what_is_due_once_whichever_process_comes_first(self) -> None:
        self.assert_met("apply_due and apply_due")
        self.assert_met("apply_due and save_draft")

    def test_it_places_once(self) -> None:
        self.assert_met("place and place")

    def test_it_gives_two_articles_published_at_once_an_address_each(self) -> None:
        self.assert_met("publish and publish at one address")

    def test_it_merges_tags_once_and_refuses_a_stale_form_of_a_merged_tag(self) -> None:
        self.assert_met("save_tag and merge_tags")
        self.assert_met("merge_tags and merge_tags")

    def test_it_pins_no_more_than_a_slot_holds(self) -> None:
        self.assert_met("pin and pin at the limit")

    def test_it_adds_an_image_once_and_leaves_no_file_of_the_other(self) -> None:
        self.assert_met("add and add of one file")

    def test_it_takes_no_more_comments_than_the_rate_allows(self) -> None:
        self.assert_met("post and post at the limit")

    def test_it_decides_once_about_the_version_that_was_seen(self) -> None:
        self.assert_met("decide and decide")
        self.assert_met("undo and decide")
        self.assert_met("delete and decide")

    def test_it_erases_a_reader_before_or_after_they_post(self) -> None:
        self.assert_met("erase and post")

    def test_it_expunges_a_passage_that_a_report_names(self) -> None:
        self.assert_met("expunge_passage and decide")

    def test_it_looks_at_every_pair(self) -> None:
        self.assertEqual(set(report()["pairs"]), set(ENDS))

    def test_it_detects_an_action_that_checks_before_it_locks(self) -> None:
        for name, pair in report()["broken pairs"].items():
            with self.subTest(pair=name):
                self.assertIn(None, {met["equals"] for met in pair["rounds"]})
