"""After each edit every page is asked for as a reader does, and of a server that keeps neither pages nor parts: the two
must be equal."""

import http.client
import random
import re
import time
from typing import Any

from django.db import connection

from newsroom.publications.models import Publication
from tests.stale.edits import Editor
from tests.stale.sites import pages


class Comparison:
    """What readers got: `reads`, `hits`, and `stale`, the pages that were not what was true.

    Each page is asked for at one of `ports`, and the truth at `true_port`.
    """

    def __init__(self, ports: list[int], true_port: int, seed: int):
        self.ports, self.true_port, self.random = ports, true_port, random.Random(seed)
        self.lines = {port: http.client.HTTPConnection("127.0.0.1", port, timeout=20) for port in (*ports, true_port)}
        self.reads, self.hits, self.assembled, self.stale = 0, 0, 0, list[dict[str, str]]()

    def read(self, host: str, path: str) -> tuple[int, str, str]:
        return self._read(self.random.choice(self.ports), host, path)

    def truth(self, host: str, path: str) -> tuple[int, str]:
        return self._read(self.true_port, host, path)[:2]

    def _read(self, port: int, host: str, path: str) -> tuple[int, str, str]:
        line = self.lines[port]
        line.request("GET", path, headers={"Host": host})
        answer = line.getresponse()
        how = "hit" if answer.headers.get("X-Edge") == "HIT" else answer.headers.get("X-Page", "")
        return answer.status, answer.read().decode(), how

    def compare(self, after: str, host: str, path: str) -> None:
        status, body, how = self.read(host, path)
        true_status, true_body = self.truth(host, path)
        self.reads += 1
        self.hits += how == "hit"
        self.assembled += how.startswith("assembled")
        if (status, body) != (true_status, true_body):
            # A change that became due between the two: the reader's next look must be right.
            again = self.read(host, path)
            if (again[0], again[1]) == self.truth(host, path):
                return
            self.stale.append({"after": after, "page": host + path, "how": how, **_difference(body, true_body)})


def _difference(body: str, true_body: str) -> dict[str, str]:
    for mine, true in zip(re.split("(?=<)", body), re.split("(?=<)", true_body), strict=False):
        if mine != true:
            return {"given": mine[:200], "true": true[:200]}
    return {"given": body[-80:], "true": true_body[-80:]}


def compare(
    sites: tuple[Publication, Publication], ports: list[int], true_port: int, *, edits: int, in_silence: int,
    seed: int, settled: float,
) -> dict[str, Any]:  # fmt: skip
    """Make edits of every kind, then some without purges. Return what was read, and what of it was stale.

    `settled`: seconds after an edit for which readers may be late.
    """
    comparison, editor, begun = Comparison(ports, true_port, seed), Editor(*sites, seed), time.monotonic()
    done = dict[str, int]()
    for host, path in pages(*sites):
        comparison.compare("nothing", host, path)
    heard = 0  # how many pages were stale while purges were written
    for n in range(edits + in_silence):
        name = editor.run(in_silence=n >= edits)
        done[name] = done.get(name, 0) + 1
        time.sleep(settled)
        for host, path in pages(*sites):
            comparison.compare(name, host, path)
        if n < edits:
            heard = len(comparison.stale)
        connection.close()
    for line in comparison.lines.values():
        line.close()
    return {
        "edits": edits, "kinds": done, "reads": comparison.reads, "hits": comparison.hits,
        "assembled": comparison.assembled,
        "stale": comparison.stale[:heard], "stale in silence": comparison.stale[heard:],
        "seconds": round(time.monotonic() - begun, 1),
    }  # fmt: skip
