"""Readers ask for pages as fast as they are answered while writers change the site: nobody who begins to read after a
commit may be shown what was before it.

Writers change what tokens show (tokens.py), each by its own action, and one makes edits of every other kind too. When a
commit has returned, its number is written on a board that readers' processes look at before they ask (board.py).
"""

import heapq
import itertools
import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from django.db import IntegrityError, OperationalError, connection
from django.db.models import ObjectDoesNotExist

from newsroom.publications.models import Publication
from tests.living.processes import ROOT
from tests.stale.board import Board
from tests.stale.edits import Editor
from tests.stale.sites import pages
from tests.stale.tokens import KINDS, Change, TokenWriter

PROGRESS_SECONDS, NEW_PAGES_EVERY = 10, 25
MEANWHILE = (OperationalError, IntegrityError, ObjectDoesNotExist)  # two writers met


class Hammer:
    """`folder` is where readers' processes find what they read, and leave what they saw."""

    def __init__(
        self, sites: tuple[Publication, Publication], folder: Path, ports: list[int], *, edits: int, reads: int,
        readers: int, writers: int, seed: int,
    ):  # fmt: skip
        self.sites, self.folder, self.ports, self.edits, self.reads = sites, folder, ports, edits, reads
        numbers = itertools.count(1)
        self.writers = [
            TokenWriter(name, *(sites if n % 2 == 0 else sites[::-1]), numbers, seed + n)
            for n, name in enumerate("abcdefgh"[:writers])
        ]
        self.editor = Editor(*sites, seed)
        self.editor.kept = set[int]().union(*(writer.kept for writer in self.writers))
        self.tokens = [kind + writer.name for writer in self.writers for kind in KINDS]
        self.board, self.due = Board(folder / "board"), list[tuple[float, int, Change]]()
        self.done, self.lock, self.readers = Counter[str](), threading.Lock(), readers
        self.is_ending = threading.Event()
        (folder / "tokens.json").write_text(json.dumps(self.tokens))
        self.write_pages()

    @property
    def count(self) -> int:
        return sum(self.done.values())

    def run(self) -> dict[str, Any]:
        """Run until enough was edited and read, or it is interrupted. Return what readers saw until then."""
        begun, said = time.monotonic(), time.monotonic()
        command = [sys.executable, "-m", "tests.stale.reading", str(self.folder)]
        processes = [subprocess.Popen([*command, str(n)], cwd=ROOT) for n in range(self.readers)]
        threads = [threading.Thread(target=self.clock)]
        threads += [threading.Thread(target=self.write, args=(n,)) for n in range(len(self.writers))]
        for thread in threads:
            thread.start()
        was_interrupted = False
        try:
            while self.count < self.edits or self.board.reads() < self.reads:
                time.sleep(0.1)
                if any(process.poll() is not None for process in processes):
                    raise RuntimeError("a reader ended")
                if time.monotonic() - said > PROGRESS_SECONDS:
                    said = time.monotonic()
                    self.say(said - begun)
        except KeyboardInterrupt:
            was_interrupted = True
        finally:
            self.is_ending.set()
            for thread in threads:
                thread.join()
            for process in processes:
                process.send_signal(signal.SIGTERM)
            for process in processes:
                process.wait(30)
        return {**self.seen(), "seconds": round(time.monotonic() - begun, 1), "was interrupted": was_interrupted}

    def write(self, number: int) -> None:
        """Edit as fast as the readers read: so many reads for each edit."""
        writer, mixed = self.writers[number], number == 0
        try:
            while not self.is_ending.is_set() and self.count < self.edits:
                if self.board.reads() < self.count * self.reads / self.edits:
                    time.sleep(0.002)
                    continue
                try:
                    if mixed and writer.random.random() < 0.5:
                        self.note(self.editor.run())
                    elif change := writer.run():
                        self.commit(change)
                    else:
                        time.sleep(0.002)
                    if mixed and self.count % NEW_PAGES_EVERY == 0:
                        self.write_pages()
                except MEANWHILE as error:
                    self.note(type(error).__name__)
        except BaseException:
            self.is_ending.set()
            raise
        finally:
            connection.close()

    def commit(self, change: Change) -> None:
        if change.due_at is None:
            self.board.committed(self.tokens.index(change.token), change.number, time.time())
        else:
            with self.lock:
                heapq.heappush(self.due, (change.due_at, change.number, change))
        self.note("token " + change.token[:-1])

    def clock(self) -> None:
        """Write on the board what has become due."""
        while not self.is_ending.wait(0.001):
            with self.lock:
                while self.due and self.due[0][0] <= time.time():
                    due_at, number, change = heapq.heappop(self.due)
                    self.board.committed(self.tokens.index(change.token), number, due_at)

    def note(self, name: str) -> None:
        with self.lock:
            self.done[name] += 1

    def write_pages(self) -> None:
        found = [page for writer in self.writers for page in writer.pages()] + pages(*self.sites)
        beside = self.folder / "pages.new"
        beside.write_text(json.dumps({"ports": self.ports, "pages": found}))
        beside.rename(self.folder / "pages.json")

    def say(self, seconds: float) -> None:
        stale = sum(len(reader["late"]) for reader in self.reports())
        sys.stderr.write(
            f"{seconds:.0f} s: {self.count:,} edits, {self.board.reads():,} reads, {stale:,} of them stale\n"
        )
        sys.stderr.flush()

    def reports(self) -> list[dict[str, Any]]:
        paths = sorted(self.folder.glob("reader-*.json"))
        return [json.loads(path.read_text()) for path in paths]

    def seen(self) -> dict[str, Any]:
        reports = self.reports()
        found: dict[str, Any] = {
            kind: dict(sum((Counter(report[kind]) for report in reports), Counter[str]()))
            for kind in ("status", "how", "edge", "tokens")
        }
        late = sorted(number for report in reports for number in report["late"])
        return {
            "edits": self.count, "kinds": dict(self.done), "reads": sum(report["reads"] for report in reports), **found,
            "stale reads": len(late),
            "seconds late": {name: late[int(len(late) * part)] for name, part in (("median", 0.5), ("p99", 0.99))}
            | {"most": late[-1]} if late else {},
            "stale": [found for report in reports for found in report["stale"]][:100],
        }  # fmt: skip
