"""Running an action in a process of its own, step by step."""

import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any

from django.db import connection, connections

from articles.workflow import Refused

COMMIT = "COMMIT"
LONGEST = 30  # seconds that a process may take; then it ends itself
DONE = "done"
_context = multiprocessing.get_context("fork")
Hook = Callable[[int, str, str], None]  # told the step's number, "before" or "after", and what it is


class Steps:
    """Tells a hook of every statement and every commit that goes to the database, before it goes and after."""

    def __init__(self, hook: Hook | None = None):
        self.hook = hook
        self.seen: list[str] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        connection.ensure_connection()
        commit = connection._commit
        connection._commit = lambda: self._step(COMMIT, commit)
        with connection.execute_wrapper(self._statement):
            yield

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        return self._step(sql, lambda: execute(sql, params, many, context))

    def _step(self, step: str, act: Callable[[], Any]) -> Any:
        self.seen.append(step[:100])
        number = len(self.seen)
        if self.hook:
            self.hook(number, "before", step)
        answer = act()
        if self.hook:
            self.hook(number, "after", step)
        return answer


class ActionProcess:
    """A process that runs an action. `channel` is its parent's end of the line between them."""

    def __init__(self, go: Callable[[], object], hook: Callable[[Connection], Hook] | None = None):
        """`hook` makes the steps' hook of the walker's own end of the line. With none, nothing stops it."""
        connections.close_all()  # what is open must not be shared
        self.channel, theirs = _context.Pipe()
        self.process = _context.Process(target=_walk, args=(go, Steps(hook(theirs) if hook else None), theirs))
        self.process.start()
        theirs.close()

    def outcome(self) -> tuple[str, list[str]]:
        """How it ended, once it has: DONE, the name of a refusal, or an error; and the steps it took."""
        try:
            outcome, steps = self.channel.recv()
        except EOFError:
            outcome, steps = "killed", []
        self.process.join()
        self.channel.close()
        return outcome, steps


def _walk(go: Callable[[], object], steps: Steps, channel: Connection) -> None:
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(LONGEST)
    try:
        with steps.watched():
            go()
        outcome = DONE
    except Refused as refusal:
        outcome = type(refusal).__name__
    except Exception as error:
        outcome = f"{type(error).__name__}: {error}"
    connection.close()
    channel.send((outcome, steps.seen))


def die() -> None:
    """As by a power cut: nothing is closed, nothing rolled back."""
    os.kill(os.getpid(), signal.SIGKILL)
