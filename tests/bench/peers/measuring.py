"""How a site is measured in its own process: told what to do by a line of JSON, it answers with one. Pure Python, since
two interpreters run it.

Times are of the processor (`time.process_time`), so that what else runs on the machine is not counted; one thread does
all the work, and nothing waits for a network. The processes of both sites take turns, batch by batch, so that what is
left of the noise (caches, clock rates) meets both alike.
"""

import json
import sys
import time
from collections.abc import Callable
from typing import Protocol

Timed = Callable[[], bytes]


class Measured(Protocol):
    """A site: the paths of its articles, and by its name each case, which readies a path and returns what is timed."""

    paths: list[str]
    cases: dict[str, Callable[[str], Timed]]

    def queries(self, case: str, path: str) -> int:
        """Return how many queries a case costs, untimed."""


def answer_requests(site: Measured) -> None:
    """Answer requests from standard input until it ends.

    `{"case", "batch"}`: the processor's milliseconds for each of as many pages; `{"case", "describe": true}`: queries
    and bytes of one page.
    """
    out, sys.stdout = sys.stdout, sys.stderr
    turn = 0
    for line in sys.stdin:
        request = json.loads(line)
        case = site.cases[request["case"]]
        if request.get("describe"):
            path = site.paths[0]
            for _warm in range(3):
                case(path)()
            answer: object = {"queries": site.queries(request["case"], path), "bytes": len(case(path)())}
        else:
            times = []
            for _ in range(request["batch"]):
                ask = case(site.paths[turn % len(site.paths)])
                begun = time.process_time()
                ask()
                times.append((time.process_time() - begun) * 1000)
                turn += 1
            answer = times
        out.write(json.dumps(answer) + "\n")
        out.flush()
