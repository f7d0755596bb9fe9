"""What readers feel of 800 slow connections: `make bench`, after the network.

A real server on loopback, on a site without articles (what is measured is the way in, not the page). The ratio is of
one run: readers' slowest hundredth with the slow connections held, against the same without.
"""

import statistics
import sys

from rich.console import Console
from rich.table import Table

from tests.hostile.connections import KINDS, SlowConnections, time_of
from tests.hostile.site import SITE, served

COUNT = 200  # of each kind
READS = 200
TARGET = 2.0


def read(port: int) -> tuple[list[float], float]:
    """Return the sorted seconds of READS page views, and of the slowest health check among them."""
    pages, health = [], 0.0
    for number in range(READS):
        seconds, status = time_of(port, SITE, "/")
        if status != 200:
            sys.exit(f"a reader was answered with {status}")
        pages.append(seconds)
        if not number % 10:
            health = max(health, time_of(port, SITE, "/healthz")[0])
    return sorted(pages), health


def main() -> int:
    with served() as site:
        read(site.port)  # warm
        before, health_before = read(site.port)
        with SlowConnections(site.port, SITE, COUNT, "/") as slow:
            during, health = read(site.port)
            held = sum(slow.still_open().values())
    table = Table("ms", "alone", f"beside {COUNT} slow ones of {len(KINDS)} kinds", "ratio")
    p99 = {when: pages[round(0.99 * len(pages)) - 1] for when, pages in (("alone", before), ("beside", during))}
    rows = (
        ("page, median", statistics.median(before), statistics.median(during)),
        ("page, 99th of 100", p99["alone"], p99["beside"]),
        ("health check, slowest", health_before, health),
    )
    for name, alone, beside in rows:
        table.add_row(name, f"{alone * 1000:.1f}", f"{beside * 1000:.1f}", f"{beside / alone:.2f}")
    console = Console()
    console.print(table, f"{held} of them were still held at the end.")
    return int(p99["beside"] > TARGET * p99["alone"])


if __name__ == "__main__":
    sys.exit(main())
