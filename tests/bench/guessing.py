"""What readers feel of sixteen guessers, and what ten thousand tries at one account get: `make bench`.

A real server on loopback. The ratio is of one run: readers' median beside the guessers against the same alone.
"""

import statistics
import sys
import threading
import time

from rich.console import Console
from rich.table import Table

from tests.hostile.connections import time_of
from tests.hostile.guessers import PROXY, Guesser, guessers
from tests.hostile.site import SITE, served

READS = 300
GUESSERS = 16
TRIES, ADDRESSES = 10_000, 1_000
TARGET = 1.5


def read(port: int) -> float:
    """Return the median seconds of READS page views."""
    seconds = []
    for _ in range(READS):
        taken, status = time_of(port, SITE, "/")
        if status != 200:
            sys.exit(f"a reader was answered with {status}")
        seconds.append(taken)
    return statistics.median(seconds)


def storm(port: int) -> tuple[float, int]:
    """Make TRIES at one account from ADDRESSES; return the seconds, and how often somebody got in."""
    crowd = [Guesser(port) for _ in range(8)]

    def run(guesser: Guesser, first: int) -> None:
        for number in range(first, TRIES, len(crowd)):
            address = number % ADDRESSES
            guesser.guess("camille", f"faux {number}", f"198.18.{address // 250}.{address % 250 + 1}")

    begun = time.perf_counter()
    threads = [threading.Thread(target=run, args=[guesser, first]) for first, guesser in enumerate(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun, sum(guesser.answers[302] for guesser in crowd)


def main() -> int:
    with served(**PROXY) as site:
        owner = Guesser(site.port)
        owner.guess("camille", "newsroom", "192.0.2.7")
        read(site.port)  # warm
        alone = read(site.port)
        with guessers(site.port, GUESSERS) as found:
            time.sleep(2)
            beside = read(site.port)
        looked_at = sum(guesser.answers[200] for guesser in found)
        seconds, got_in = storm(site.port)
        is_owner_in = owner.guess("camille", "newsroom", "192.0.2.7") == 302
        is_finder_in = Guesser(site.port).guess("camille", "newsroom", "198.51.100.9") == 302
    table = Table("ms", "alone", f"beside {GUESSERS} guessers", "ratio")
    table.add_row("page, median", f"{alone * 1000:.1f}", f"{beside * 1000:.1f}", f"{beside / alone:.2f}")
    console = Console()
    console.print(table, f"Passwords looked at meanwhile: {looked_at}.")
    console.print(f"{TRIES:,} tries at one account from {ADDRESSES:,} addresses: {seconds:.0f} s, {got_in} got in.")
    console.print(f"Its owner then: {'in' if is_owner_in else 'out'}; who found the password: {is_finder_in}.")
    return int(beside > TARGET * alone or got_in or not is_owner_in or is_finder_in)


if __name__ == "__main__":
    sys.exit(main())
