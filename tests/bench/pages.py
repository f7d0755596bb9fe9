"""What an article's page costs beside Wagtail, nginx and a bare application: `python -m tests.bench.pages`.

The same site of 2,000 articles is filled into Newsroom and into Wagtail (tests/bench/peers), the latter installed into
an environment of its own. Then, in one run:

1. In one thread of one process each: an article whose own HTML is not there but what pages share is, one where
   nothing is there, one without a page cache, and Wagtail's. Milliseconds of the
   processor; the two processes take turns, batch by batch, on one core.
2. By servers, each one process on one core, the client on another: milliseconds of one request at a time, the servers
   in turn; requests a second of 32 connections, each server in turn, three times: by the clock, and by the time of the
   processor that the server took, which says the same where nothing else runs and the load fills the core.

The bar is nginx as Debian sets it up: it opens the file for each request, so that a page that was replaced or taken
away is seen to be at once, which is what a hit promises too. With `open_file_cache` it is faster, and may give for a
minute what is no longer there; it is measured beside it.

Figures are reported, not asserted; ratios are of one run. Needs nginx and wrk (Debian's packages), and two cores.
"""

import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import track
from rich.table import Table

from tests.bench.peers import content, environment
from tests.bench.peers.servers import (
    CONNECTIONS,
    LOAD_CORE,
    SECONDS,
    SERVER_CORE,
    Line,
    Rate,
    Server,
    all_of_them,
    on_core,
)
from tests.living.processes import ROOT

BATCH, ROUNDS = 20, 10  # pages in process
READS, LOADS = 150, 3  # of each server
SITE_OF_THE_BENCH = ["-m", "wagtail_site.site_of_the_bench"]
WAGTAIL, OFF = "Wagtail", "Newsroom, page cache off"
# What is measured in process: its name, whose case it is, and its bars: queries, and time to Wagtail's.
CASES = {
    "Newsroom, only the article's own HTML is not there": ("ours", "page", 5, 1 / 3),
    "Newsroom, nothing is there but rows that rarely change": ("ours", "parts", 9, 2 / 3),
    "Newsroom, nothing is there at all": ("ours", "everything", None, None),
    OFF: ("ours", "off", None, None),
    "  compressing a page that is stored, of the first two": ("ours", "compression", None, None),
    WAGTAIL: ("wagtail", "wagtail", None, None),
}
console = Console()
T = TypeVar("T")


class Side:
    """A process that measures one of the sites, told to by lines of JSON (peers/measuring.py)."""

    def __init__(self, process: "subprocess.Popen[str]"):
        self.process = process

    def ask(self, **request: object) -> Any:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise RuntimeError(f"the process that measures ended: {request}")
        return json.loads(answer)


@contextmanager
def side(command: list[str], variables: dict[str, str]) -> Iterator[Side]:
    """Start a process that measures, on the core of servers."""
    with on_core(SERVER_CORE):
        process = subprocess.Popen(
            command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
    try:
        yield Side(process)
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(30)


def p95(times: Sequence[float]) -> float:
    return sorted(times)[round(0.95 * len(times)) - 1]


def turned(items: list[T], number: int) -> list[T]:
    """Return a list begun at another item each time: who comes after whom changes what the caches hold."""
    return items[number % len(items) :] + items[: number % len(items)]


def fill(commands: list[tuple[list[str], dict[str, str]]]) -> None:
    """Fill the sites, side by side."""
    running = [subprocess.Popen([*command, "fill"], cwd=ROOT, env=variables) for command, variables in commands]
    codes = [process.wait() for process in running]
    if any(codes):
        raise SystemExit("A site could not be filled.")


def in_process(sides: dict[str, Side]) -> None:
    """Measure the cases in turn, and print them."""
    cases = {name: case for name, case in CASES.items() if case[0] in sides}
    described = {name: sides[whose].ask(case=case, describe=True) for name, (whose, case, *_bars) in cases.items()}
    times: dict[str, list[float]] = {name: [] for name in cases}
    for number in track(range(ROUNDS), description="in process", console=Console(stderr=True)):
        for name, (whose, case, *_bars) in turned(list(cases.items()), number):
            times[name] += sides[whose].ask(case=case, batch=BATCH)
    table = Table(
        "an article's page, in process", "ms of CPU, median", "p95", "queries", "bytes", "to Wagtail's", "bars"
    )
    wagtail = statistics.median(times[WAGTAIL]) if WAGTAIL in times else None
    for name, (_whose, _case, queries, ratio) in cases.items():
        median = statistics.median(times[name])
        table.add_row(
            name, f"{median:.2f}", f"{p95(times[name]):.2f}", str(described[name]["queries"]),
            f"{described[name]['bytes']:,}", f"{median / wagtail:.2f}" if wagtail else "",
            f"{queries} queries, {ratio:.2f}" if ratio else "",
        )  # fmt: skip
    console.print(table)


def latencies(servers: list[Server]) -> dict[str, list[float]]:
    """Return the milliseconds of single requests by the name of the server, asked in turn on connections that stay."""
    lines = [Line(server) for server in servers]
    times: dict[str, list[float]] = {server.name: [] for server in servers}
    with on_core(LOAD_CORE):
        for number in track(range(READS), description="one at a time", console=Console(stderr=True)):
            for line in turned(lines, number):
                times[line.server.name].append(line.ask()[0])
    for line in lines:
        line.socket.close()
    return times


def by_servers(servers: list[Server], folder: Path) -> None:
    """Measure the servers in turn, and print them."""
    times = latencies(servers)
    rates: dict[str, list[Rate]] = {server.name: [] for server in servers}
    for _round in track(range(LOADS), description=f"{CONNECTIONS} at once", console=Console(stderr=True)):
        for server in servers:
            rates[server.name].append(server.load(folder))
    nginx = _median(rates[servers[-1].name])
    table = Table(
        "server, on one core",
        "ms, median",
        "p95",
        "requests a second",
        "to nginx's",
        "a second of its CPU",
        "to nginx's",
    )
    for name, figures in rates.items():
        rate = _median(figures)
        table.add_row(
            name, f"{statistics.median(times[name]):.2f}", f"{p95(times[name]):.2f}", f"{rate.clock:,.0f}",
            f"{rate.clock / nginx.clock:.3f}", f"{rate.cpu:,.0f}", f"{rate.cpu / nginx.cpu:.3f}",
        )  # fmt: skip
    console.print(table)
    console.print(
        f"{content.ARTICLES:,} articles, {content.COMMENTS} comments each. {READS} requests one at a time; {LOADS} "
        f"times {SECONDS} s of {CONNECTIONS} connections. What is rendered is asked for at {len(content.measured())} "
        "addresses in turn. Bar of a hit: 0.40 of nginx; goal 0.80."
    )


def _median(rates: list[Rate]) -> Rate:
    return Rate(statistics.median(rate.clock for rate in rates), statistics.median(rate.cpu for rate in rates))


def main() -> int:
    missing = [name for name in ("nginx", "wrk", "taskset") if shutil.which(name) is None]
    if missing or len(os.sched_getaffinity(0)) < 2:
        sys.stderr.write(f"Not measured: {', '.join(missing) or 'a second core'} is not there.\n")
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Ended from outside."))  # the servers with it
    try:
        interpreter = environment.python()
    except environment.Unavailable as error:
        sys.stderr.write(f"Wagtail is not measured, since it could not be installed: {error}\n")
        interpreter = None
    with ExitStack() as stack:
        ours, wagtail, scripts = (
            Path(stack.enter_context(tempfile.TemporaryDirectory(prefix=f"newsroom-bench-{name}-")))
            for name in ("ours", "wagtail", "scripts")
        )
        (ours / "static").mkdir()  # WhiteNoise warns where there is none
        commands = {
            "ours": (
                [sys.executable, "-m", "tests.bench.peers.ours"],
                {**os.environ, "NEWSROOM_DEMO": "1", "NEWSROOM_VAR": str(ours), "DATABASE_URL": ""},
            )
        }
        if interpreter:
            commands["wagtail"] = ([str(interpreter), *SITE_OF_THE_BENCH], environment.variables(wagtail))
        fill(list(commands.values()))
        with ExitStack() as measuring:
            in_process({name: measuring.enter_context(side(*command)) for name, command in commands.items()})
        by_servers(stack.enter_context(all_of_them(ours, wagtail, interpreter)), scripts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
