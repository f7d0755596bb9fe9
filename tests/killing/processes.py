"""Running an action in a process of its own, step by step."""

import multiprocessing
import os
import signal
import smtplib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any
from unittest import mock

from django.core.files import File
from django.core.files.storage import FileSystemStorage
from django.db import connection, connections

from articles.workflow import Refused

COMMIT = "COMMIT"
INSIDE = "in a transaction:"  # how statements begin that leave nothing behind without their commit
LONGEST = 30  # seconds that a process may take; then it ends itself
DONE = "done"
_context = multiprocessing.get_context("fork")
FILE, MAIL = "file", "mail"  # how steps that write to the storage, or speak to a mail server, begin
Hook = Callable[[int, str, str], None]  # told the step's number, "before", "midst" or "after", and what it is


class Steps:
    """Tells a hook of every step, before it is taken and after: statements and commits that go to the database, files
    that are written or deleted, and words to a mail server. A file and a mail have a midst too.
    """

    def __init__(self, hook: Hook | None = None):
        self.hook = hook
        self.seen: list[str] = []

    @contextmanager
    def watched(self) -> Iterator[None]:
        connection.ensure_connection()
        commit = connection._commit
        connection._commit = lambda: self._step(COMMIT, commit)
        with connection.execute_wrapper(self._statement), self._files(), self._mail():
            yield

    @contextmanager
    def _files(self) -> Iterator[None]:
        save, delete = FileSystemStorage.save, FileSystemStorage.delete

        def saving(storage: Any, name: str, content: Any, **options: Any) -> Any:
            halves = _Halves(content, self._midst)
            return self._step(f"{FILE} written: {name}", lambda: save(storage, name, halves, **options))

        def deleting(storage: Any, name: str) -> Any:
            return self._step(f"{FILE} deleted: {name}", lambda: delete(storage, name))

        with (
            mock.patch.object(FileSystemStorage, "save", saving),
            mock.patch.object(FileSystemStorage, "delete", deleting),
        ):
            yield

    @contextmanager
    def _mail(self) -> Iterator[None]:
        send = smtplib.SMTP.send

        def saying(server: Any, words: Any) -> Any:
            def in_halves() -> None:
                half = len(words) // 2
                send(server, words[:half])
                self._midst()
                send(server, words[half:])

            return self._step(f"{MAIL} {words[:40]!r}", in_halves)

        with mock.patch.object(smtplib.SMTP, "send", saying):
            yield

    def _statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        step = f"{INSIDE} {sql}" if connection.in_atomic_block else sql
        return self._step(step, lambda: execute(sql, params, many, context))

    def _step(self, step: str, act: Callable[[], Any]) -> Any:
        self.seen.append(step[:100])
        number = len(self.seen)
        if self.hook:
            self.hook(number, "before", step)
        answer = act()
        if self.hook:
            self.hook(number, "after", step)
        return answer

    def _midst(self) -> None:
        if self.hook:
            self.hook(len(self.seen), "midst", self.seen[-1])


class _Halves(File):
    """A file that is given in two halves, with a moment between them."""

    def __init__(self, file: Any, between: Callable[[], None]):
        super().__init__(file)
        self.between = between

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        data = self.file.read()
        half = len(data) // 2
        yield data[:half]
        self.between()
        yield data[half:]


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
