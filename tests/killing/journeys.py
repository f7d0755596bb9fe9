"""Work of several commits that reaches outside the database: uploads, polls of partners' feeds, mails.

A process is killed before and in the midst of each step that leaves something behind; then comes what would come later
(the same upload once more, the next poll, another worker). What is reported is what stands after that.
"""

import signal
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from django.utils import timezone

from tests.killing.database import OwnDatabase, Snapshot
from tests.killing.processes import FILE, INSIDE, MAIL, ActionProcess, Hook, die

Go = Callable[[], object]
LEAVES_NOTHING = ("SELECT", "BEGIN", INSIDE)
THE_MAIL = f"{MAIL} b"  # commands to a mail server are text, a mail is bytes


@dataclass(frozen=True)
class Journey:
    """One piece of work. `later` is what may come after it, by name; `facts` asks what else is of interest."""

    name: str
    go: Go
    later: dict[str, Go]
    facts: Callable[[], Any] = lambda: None
    begin: Callable[[], object] = lambda: None  # told that another process sets out


@dataclass
class Death:
    """One process that died: where, what it left, what came later, and what stands then.

    `stands` is "before" (all as if it had never begun), "whole" (all as if nobody had died) or None, with the
    differences from the whole.
    """

    where: str
    was_killed: bool
    was_written: bool  # whether it left all that it was to write
    left: Any  # facts
    later: str
    then: Any  # facts
    stands: str | None
    differences: list[str] = field(default_factory=list)


class Walk:
    """A journey, and the states that it may end in."""

    def __init__(self, database: OwnDatabase, journey: Journey):
        self.database, self.journey = database, journey
        database.fresh()
        self.before = self.database.snapshot(timezone.now())
        self.whole: dict[str, Snapshot] = {}
        for name, later in journey.later.items():
            since = self._begin()
            self.outcome, self.steps = ActionProcess(journey.go).outcome()
            self.written = self.database.snapshot(since)
            ActionProcess(later).outcome()
            self.whole[name] = self.database.snapshot(since)

    def _begin(self) -> Any:
        self.database.fresh()
        return timezone.now()

    def deaths(self) -> Iterator[Death]:
        last = len(self.steps)
        for name in self.journey.later:
            for number, step in enumerate(self.steps, 1):
                if step.startswith(LEAVES_NOTHING):  # to die there is to die before the next that leaves something
                    continue
                where = f"step {number} of {last}: {step}"
                sides = ["before", "midst"] if step.startswith((f"{FILE} written", THE_MAIL)) else ["before"]
                for side in sides + ["after"] * (step.startswith(THE_MAIL) or number == last):
                    yield self._death(f"{side} {where}", _killer(number, side), name)

    def _death(self, where: str, hook: Any, name: str) -> Death:
        since = self._begin()
        self.journey.begin()
        walker = ActionProcess(self.journey.go, hook)
        walker.outcome()
        self.database.wait_for_the_dead()
        was_killed = walker.process.exitcode == -signal.SIGKILL
        left, was_written = self.journey.facts(), self.database.snapshot(since) == self.written
        outcome, _steps = ActionProcess(self.journey.later[name]).outcome()
        state = self.database.snapshot(since)
        stands = "whole" if state == self.whole[name] else "before" if state == self.before else None
        death = Death(where, was_killed, was_written, left, f"{name}: {outcome}", self.journey.facts(), stands)
        if stands is None:
            death.differences = state.differences(self.whole[name])
        return death


def _killer(number: int, side: str) -> Any:
    def hook(channel: Connection) -> Hook:
        return lambda at, when, step: die() if (at, when) == (number, side) else None

    return hook


def report(database: OwnDatabase, journey: Journey) -> dict[str, Any]:
    """What became of every process that was killed on the way."""
    walk = Walk(database, journey)
    return {"outcome": walk.outcome, "steps": walk.steps, "deaths": [asdict(death) for death in walk.deaths()]}
