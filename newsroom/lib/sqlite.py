"""Files of SQLite beside Django's connections."""

import sqlite3
from pathlib import Path


class _Connection(sqlite3.Connection):
    """Closes its file when nothing refers to it: the one of a thread ends with its thread, and nobody is there to close
    it. (Python 3.13 warns of a connection that is left so.)"""

    def __del__(self) -> None:
        self.close()


def connect(path: str | Path, timeout: float) -> sqlite3.Connection:
    """Return a connection that commits each statement by itself. `timeout`: seconds to wait for a lock. It is for one
    thread at a time, and closed by whichever drops it. Raises sqlite3.Error."""
    return sqlite3.connect(path, timeout=timeout, isolation_level=None, check_same_thread=False, factory=_Connection)
