"""What pages, the desk and changes cost at 2,000 and at 100,000 articles: `make bench`.

Each size has a database and a process of its own; they take turns, so that whatever else the machine does slows both.
What is compared is the ratio of the medians and of the 95th percentiles, which should stay near 1; times depend on the
machine. Pages are rendered by Django for each request, as if none was kept; searches, which never are, find parts.

    python -m tests.bench --sizes 2000 1000000 --rounds 100
    python -m tests.bench --processor               counts time of processors: for a machine that is busy otherwise
    DATABASE_URL=postgres://postgres@127.0.0.1:5432/bench python -m tests.bench     makes bench_2000 and bench_100000
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

import psycopg
from psycopg import sql
from rich.console import Console
from rich.progress import track
from rich.table import Table

SIZES = (2_000, 100_000)
ROUNDS = 60
WARMING = 3  # rounds that are not counted
TARGET = 1.3  # times as much at the larger size as at the smaller
ROOT = Path(__file__).parents[2]


class Site:
    """A process with a database of one size, which measures what it is asked to."""

    def __init__(self, size: int, database: str, folder: Path, *options: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.sizes", str(size), *options],
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": database, "NEWSROOM_VAR": str(folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def names(self) -> list[str]:
        """Return what it can measure, once it is filled."""
        return list(json.loads(self._line()))

    def ask(self, name: str) -> float:
        """Return the milliseconds that one request or change took."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{name}\n")
        self.process.stdin.flush()
        return float(self._line())

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise SystemExit(f"The site stopped: {self.process.wait()}")
        return line


def on_postgresql(url: str, size: int, stack: ExitStack, keep: bool) -> str:
    """Make a database of that size's own beside the one that is named, and return its address."""
    name = f"{url.rpartition('/')[2]}_{size}"
    server = psycopg.connect(url.rpartition("/")[0] + "/postgres", autocommit=True)
    if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    if not keep:
        stack.callback(server.execute, sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
    return f"{url.rpartition('/')[0]}/{name}"


def percentile(times: Sequence[float], part: int) -> float:
    return statistics.quantiles(times, n=100)[part - 1]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--sizes", type=int, nargs=2, default=SIZES, metavar="N", help="of articles")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"of which each page is one of ({ROUNDS})")
    parser.add_argument("--only", default="", help="what has this in its name")
    parser.add_argument("--processor", action="store_true", help="count what processors worked, not what a clock says")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="leave the databases, and fill them no second time")
    options = parser.parse_args()
    url = os.environ.get("DATABASE_URL", "")
    engine = "PostgreSQL" if url.startswith("postgres") else "SQLite"
    with ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="newsroom-bench-")))
        sites = []
        for size in options.sizes:
            own = folder / engine / str(size)
            database = f"sqlite:///{own.resolve()}/newsroom.sqlite3"
            if engine == "PostgreSQL":
                database = on_postgresql(url, size, stack, bool(options.keep))
            sites.append(Site(size, database, own, *(["--processor"] if options.processor else [])))
            stack.callback(sites[-1].process.kill)
        first, *_others = [site.names() for site in sites]  # both are waited for
        names = [name for name in first if options.only in name]
        times: dict[str, list[list[float]]] = {name: [[] for _site in sites] for name in names}
        for number in track(
            range(options.rounds + WARMING), description=f"measuring on {engine}", console=Console(stderr=True)
        ):
            for name in names:
                for which in (0, 1) if number % 2 else (1, 0):
                    taken = sites[which].ask(name)
                    if number >= WARMING:
                        times[name][which].append(taken)
    return report(f"{engine}, processor" if options.processor else engine, options.sizes, times)


def report(engine: str, sizes: Sequence[int], times: dict[str, list[list[float]]]) -> int:
    """Print the table; return 1 if something costs more than TARGET times as much at the larger size."""
    small, large = (f"{size:,}" for size in sizes)
    heads = (f"{small}: median", "p95", f"{large}: median", "p95", "ratio of medians", "of p95")
    table = Table(f"{engine}, milliseconds", *heads)
    beyond = []
    for name, pair in times.items():
        figures = [(statistics.median(taken), percentile(taken, 95)) for taken in pair]
        ratios = [figures[1][n] / figures[0][n] for n in (0, 1)]
        if max(ratios) > TARGET:
            beyond.append(name)
        cells = [f"{figure:.1f}" for both in figures for figure in both] + [f"{ratio:.2f}" for ratio in ratios]
        table.add_row(name, *cells)
    console = Console(width=None if sys.stdout.isatty() else 140)
    console.print(table)
    if beyond:
        console.print(f"More than {TARGET} times as much at {large}: {', '.join(beyond)}.")
    return int(bool(beyond))


if __name__ == "__main__":
    sys.exit(main())
