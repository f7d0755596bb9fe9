"""Two actions at once: in every order of arrival, and with no order at all."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from multiprocessing.connection import Connection
from typing import Any

from django.utils import timezone

from tests.killing.database import OwnDatabase
from tests.killing.install import Pair
from tests.killing.processes import ActionProcess, Hook

ROUNDS = 10
STRIDE = 3  # the second arrives before every third step of the first
PAUSE_SECONDS = 0.03  # seconds that the first stands still for the second, who waits at the lock or is through by then
Go = Callable[[], object]


@dataclass
class Round:
    """One meeting: how each ended, what was logged, and which of the two orders it equals (None: neither)."""

    how: str
    outcomes: tuple[str, str]
    events: list[str]
    equals: str | None
    differences: list[str] = field(default_factory=list)


class Meeting:
    """Two actions that meet; one after the other first, to know what may come of them."""

    def __init__(self, database: OwnDatabase, pair: Pair):
        self.database, self.pair = database, pair
        database.fresh()
        self.before = self.database.snapshot(timezone.now())
        self.steps = 0
        self.orders = {
            "the first, then the second": self._in_turn(pair.first, pair.second),
            "the second, then the first": self._in_turn(pair.second, pair.first)[::-1],
        }

    def _in_turn(self, one: Go, other: Go) -> Any:
        self.database.fresh()
        since = timezone.now()
        outcomes = []
        for go in (one, other):
            outcome, steps = ActionProcess(go).outcome()
            outcomes.append(outcome)
            self.steps = self.steps or len(steps)
        return [outcomes[0], self.database.snapshot(since), outcomes[1]]

    def rounds(self) -> list[Round]:
        arrivals = [self._arrival(number) for number in range(1, self.steps + 1, STRIDE)]
        return arrivals + [self._at_once(number) for number in range(1, ROUNDS + 1)]

    def _arrival(self, number: int) -> Round:
        """The second comes while the first stands still before one of its steps."""
        self.database.fresh()
        since = timezone.now()
        first = ActionProcess(self.pair.first, _pausing_before(number))
        first.channel.recv()
        second = ActionProcess(self.pair.second)
        second.channel.poll(PAUSE_SECONDS)
        first.channel.send("go on")
        return self._round(f"the second came before step {number} of the first", first, second, since)

    def _at_once(self, number: int) -> Round:
        self.database.fresh()
        since = timezone.now()
        first, second = (
            ActionProcess(self.pair.first, _pausing_before(1)),
            ActionProcess(self.pair.second, _pausing_before(1)),
        )
        for walker in (first, second):
            walker.channel.recv()
        time.sleep(0.0005 * (number // 2))  # nothing but a moment for the scheduler
        for walker in (first, second) if number % 2 else (second, first):
            walker.channel.send("go on")
        return self._round(f"both at once, round {number}", first, second, since)

    def _round(self, how: str, first: ActionProcess, second: ActionProcess, since: Any) -> Round:
        outcomes = (first.outcome()[0], second.outcome()[0])
        self.database.wait_for_the_dead()
        left = self.database.snapshot(since)
        for name, (one, state, other) in self.orders.items():
            if (one, other) == outcomes and state == left:
                return Round(how, outcomes, left.verbs_since(self.before), name)
        nearest = min((left.differences(state) for _, state, _ in self.orders.values()), key=len)
        return Round(how, outcomes, left.verbs_since(self.before), None, nearest)


def _pausing_before(number: int) -> Callable[[Connection], Hook]:
    def hook(channel: Connection) -> Hook:
        def pause(at: int, when: str, step: str) -> None:
            if (at, when) == (number, "before"):
                channel.send("here")
                channel.recv()

        return pause

    return hook


def report(database: OwnDatabase, pair: Pair) -> dict[str, Any]:
    """What became of every meeting of two."""
    meeting = Meeting(database, pair)
    orders = {
        name: {"outcomes": [one, other], "events": state.verbs_since(meeting.before)}
        for name, (one, state, other) in meeting.orders.items()
    }
    return {"orders": orders, "rounds": [asdict(met) for met in meeting.rounds()]}
