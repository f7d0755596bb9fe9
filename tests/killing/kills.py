"""An action, and a process killed at every step inside it."""

import os
import signal
import time
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any
from unittest import mock

from django.utils import timezone

from articles.actions import expunging
from tests.killing.database import OwnDatabase, Snapshot
from tests.killing.install import ActionRun
from tests.killing.processes import COMMIT, DONE, INSIDE, ActionProcess, Hook, die

BEFORE, AFTER, UNFINISHED, HALF_DONE = "before", "after", "unfinished", "half-done"
ASKS = ("SELECT", "SAVEPOINT", "RELEASE SAVEPOINT")  # statements that change nothing
# Seconds between the word that a commit begins and the blow that may fall inside it.
BLOWS = (0, 0.0003, 0.0006, 0.001)


@dataclass
class Kill:
    """One process that died: where, whether the commit was behind it (None: nobody knows), and what it left."""

    where: str
    committed: bool | None
    left: str
    differences: list[str] = field(default_factory=list)  # from what was to be, if half-done
    finished: bool | None = None  # of an expunging: whether finish_pending() then did the rest


class Action:
    """An action's walk, and the states that it may leave."""

    def __init__(self, database: OwnDatabase, walk: ActionRun):
        self.database, self.walk = database, walk
        self.clean = False  # whether the database is as it was kept
        self._fresh()
        self.before = self.database.snapshot(timezone.now())
        self.outcome, self.steps, self.after = self._whole()
        # Files are deleted after the commit: what is there before that is a state of its own.
        with mock.patch.object(expunging, "_delete_files", lambda names: True):
            self.committed = self._whole()[2]
        self.is_finished_later = self.walk.action.startswith("expunge_")  # by the worker
        self.finished = self._finished() if self.is_finished_later else self.after

    def _fresh(self) -> None:
        if not self.clean:
            self.database.fresh()
        self.clean = True

    def _whole(self) -> tuple[str, list[str], Snapshot]:
        self._fresh()
        self.clean = False
        since = timezone.now()
        outcome, steps = ActionProcess(self.walk.go).outcome()
        return outcome, steps, self.database.snapshot(since)

    def _finished(self) -> Snapshot:
        """The state once the worker has finished what the action left to it."""
        self._fresh()
        self.clean = False
        since = timezone.now()
        for go in (self.walk.go, _finish):
            ActionProcess(go).outcome()
        return self.database.snapshot(since)

    def kills(self) -> list[Kill]:
        """One before each step that changes something, one after the commit, one after the last step; and some in the
        midst of the commit.

        From the end of a step to the beginning of the next nothing goes to the database: there are no other places. To
        die before a question is to die before the next step that changes something.
        """
        last = len(self.steps)
        commit = self.steps.index(COMMIT) + 1 if COMMIT in self.steps else last
        found = []
        for number, step in enumerate(self.steps, 1):
            if not _changes(step) and number != last:
                continue
            where = f"step {number} of {last}: {step}"
            found.append(self._kill(f"before {where}", number > commit, _killer(number, "before")))
            if step == COMMIT or number == last:
                found.append(self._kill(f"after {where}", number >= commit, _killer(number, "after")))
        return found + [self._kill(f"{blow} s into the commit", None, _herald, blow) for blow in BLOWS]

    def _kill(self, where: str, committed: bool | None, hook: Any, blow: float | None = None) -> Kill:
        if committed is not False:  # ids that a sequence gave come back with a fresh database only
            self.clean = False
        self._fresh()
        since = timezone.now()
        walker = ActionProcess(self.walk.go, hook)
        if blow is not None:
            walker.channel.recv()
            time.sleep(blow)
            os.kill(walker.process.pid, signal.SIGKILL)
        outcome, _steps = walker.outcome()
        self.database.wait_for_the_dead()
        left = self.database.snapshot(since)
        kill = Kill(where, committed, self._state(left))
        self.clean = kill.left == BEFORE
        if walker.process.exitcode != -signal.SIGKILL and blow is None:
            kill.left, kill.differences = HALF_DONE, [f"was not killed: {outcome}"]
        elif kill.left == HALF_DONE:
            kill.differences = left.differences(self.after if committed else self.before)
        elif kill.left in (AFTER, UNFINISHED) and self.is_finished_later:
            self.clean = False
            outcome, _steps = ActionProcess(_finish).outcome()
            kill.finished = outcome == DONE and self.database.snapshot(since) == self.finished
        return kill

    def _state(self, left: Snapshot) -> str:
        if left == self.before:
            return BEFORE
        if left == self.after:
            return AFTER
        if left.rows == self.committed.rows and self.after.files <= left.files <= self.committed.files:
            return UNFINISHED
        return HALF_DONE


def _changes(step: str) -> bool:
    return not step.removeprefix(f"{INSIDE} ").startswith(ASKS)


def _killer(number: int, side: str) -> Any:
    def hook(channel: Connection) -> Hook:
        return lambda at, when, step: die() if (at, when) == (number, side) else None

    return hook


def _herald(channel: Connection) -> Hook:
    return lambda at, when, step: channel.send(COMMIT) if (step, when) == (COMMIT, "before") else None


def _finish() -> None:
    assert expunging.finish_pending() == []


def report(database: OwnDatabase, walk: ActionRun) -> dict[str, Any]:
    """What became of every process that was killed in an action."""
    action = Action(database, walk)
    return {
        "action": walk.action,
        "outcome": action.outcome,
        "steps": sum(map(_changes, action.steps)),
        "commits": action.steps.count(COMMIT),
        "events": action.after.verbs_since(action.before),
        "spelt before": [spelling for spelling in walk.secrets if spelling in str(action.before.rows).lower()],
        "spelt after": [spelling for spelling in walk.secrets if spelling in str(action.committed.rows).lower()],
        "files gone": len(action.before.files - action.after.files),
        "kills": [asdict(kill) for kill in action.kills()],
    }
