"""How often something may be asked for, by one client and by all: counted in this process, for a minute at a time."""

import threading
from collections import Counter

SECONDS = 60
MOST_CLIENTS = 20_000  # that are counted apart; the others share one count


class Limit:
    """At most `of_one` a minute by a client, and `of_all` by all together. Each process counts for itself."""

    def __init__(self, of_one: int, of_all: int):
        self.of_one, self.of_all, self.minute, self.lock = of_one, of_all, 0, threading.Lock()
        self.counts = Counter[str]()
        self.count = 0

    def allows(self, client: str, now: float) -> bool:
        """Count a request at `now`, in seconds since 1970, and return whether it is within both limits."""
        with self.lock:
            minute = int(now) // SECONDS
            if minute != self.minute:
                self.minute, self.count = minute, 0
                self.counts.clear()
            name = client if client in self.counts or len(self.counts) < MOST_CLIENTS else ""
            if self.counts[name] >= self.of_one or self.count >= self.of_all:
                return False
            self.counts[name] += 1
            self.count += 1
            return True

    def forget(self) -> None:
        """Count from the beginning: for tests, whose clients are all one."""
        with self.lock:
            self.minute = 0
