"""A reader's process: asks for pages at random, and looks whether they show less than they must. No Django here.

    python -m tests.stale.reading FOLDER NUMBER

The folder has `board` (board.py), `tokens.json` (names of tokens, in their order) and `pages.json` (ports, and pages as
host and path), which may change; it gets `reader-NUMBER.json`. Ends by SIGTERM.
"""

import http.client
import json
import random
import re
import signal
import sys
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from tests.stale.board import Board

TOKEN = re.compile(r"Zq([a-z]+)x(\d+)")
BETWEEN_LOOKS = 100  # reads until it looks whether the pages have changed
KEPT = 200  # of what was stale, with all that is known of it


class Reader:
    def __init__(self, folder: Path, number: int):
        self.folder, self.number, self.board = folder, number, Board(folder / "board")
        self.tokens = {name: n for n, name in enumerate(json.loads((folder / "tokens.json").read_text()))}
        self.random, self.lines = random.Random(number), dict[int, http.client.HTTPConnection]()
        self.reads, self.is_ending = 0, False
        self.seen = {kind: Counter[str]() for kind in ("status", "how", "edge", "tokens")}
        self.late, self.stale = list[float](), list[dict[str, Any]]()

    def run(self) -> None:
        while not self.is_ending:
            if self.reads % BETWEEN_LOOKS == 0:
                self.load()
            self.read(self.random.choice(self.ports), *self.random.choice(self.pages))
            self.reads += 1
            self.board.count(self.number, self.reads)
        self.save()

    def load(self) -> None:
        found = json.loads((self.folder / "pages.json").read_text())
        self.ports, self.pages = found["ports"], found["pages"]
        self.save()

    def save(self) -> None:
        path = self.folder / f"reader-{self.number}.json"
        beside = path.with_suffix(".new")
        beside.write_text(json.dumps({"reads": self.reads, "late": self.late, "stale": self.stale, **self.seen}))
        beside.rename(path)

    def read(self, port: int, host: str, path: str) -> None:
        required, begun = self.board.required(), time.time()
        try:
            line = self.lines.setdefault(port, http.client.HTTPConnection("127.0.0.1", port, timeout=20))
            line.request("GET", path, headers={"Host": host})
            answer = line.getresponse()
            body = answer.read().decode()
        except (OSError, http.client.HTTPException) as error:
            self.lines.pop(port).close()
            self.seen["status"][type(error).__name__] += 1
            return
        how, edge = answer.headers.get("X-Page", ""), answer.headers.get("X-Edge", "")
        self.seen["status"][str(answer.status)] += 1
        self.seen["how"][how] += 1
        self.seen["edge"][edge] += 1
        oldest: dict[str, int] = {}
        for name, number in TOKEN.findall(body):
            oldest[name] = min(int(number), oldest.get(name, int(number)))
        self.seen["tokens"].update(oldest.keys())
        late = [
            (begun - self.board.first_after(self.tokens[name], number), name, number)
            for name, number in oldest.items()
            if number < required[self.tokens[name]]
        ]
        if late:
            self.note(*max(late), port, host + path, f"{how} {edge}")

    def note(self, late: float, name: str, number: int, port: int, page: str, how: str) -> None:
        """Count a page that was stale, by what it showed that had changed first."""
        self.late.append(round(late, 6))
        if len(self.stale) < KEPT:
            now = self.board.required()[self.tokens[name]]
            found = {"page": page, "port": port, "how": how, "token": name, "shown": number, "later": now}
            self.stale.append({**found, "ms late": round(late * 1000, 1)})


def main() -> None:
    reader = Reader(Path(sys.argv[1]), int(sys.argv[2]))

    def end(number: int, frame: FrameType | None) -> None:
        reader.is_ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the whole group: who started it ends it
    reader.run()


if __name__ == "__main__":
    main()
