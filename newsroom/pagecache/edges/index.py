"""Which file of an edge bears which tags, and which may still come: a small SQLite file that all processes share."""

import fcntl
import os
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from newsroom.lib.sqlite import connect

BOOT = Path("/proc/sys/kernel/random/boot_id")
TIMEOUT_SECONDS = 5.0
TAGS_AT_ONCE = 500
TABLES = """
CREATE TABLE IF NOT EXISTS boot (id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS file (
    name TEXT PRIMARY KEY, before TEXT NOT NULL, until REAL NOT NULL, connection TEXT NOT NULL,
    is_in_doubt INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS file_until ON file (until);
CREATE TABLE IF NOT EXISTS tagged (tag TEXT, name TEXT, PRIMARY KEY (tag, name)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tagged_name ON tagged (name);
"""
WITH_TAGS = """
SELECT DISTINCT file.name, before, until, connection FROM tagged CROSS JOIN file ON file.name = tagged.name
WHERE tag IN (?s) AND until > ? AND NOT is_in_doubt
"""


@dataclass(frozen=True)
class Permission:
    """That a file may be stored until a time, in seconds since 1970. `before`: what was there when it was given;
    `connection`: by which the answer went that may be stored ("address port address port"), "" where nobody knows."""

    name: str
    before: str
    until: float
    connection: str = ""


class Index:
    """The index at `path`. Where it was not there, or the machine was started since, `forget_all` is called: files that
    it does not know of may be there. Raises sqlite3.Error, OSError."""

    def __init__(self, path: Path, forget_all: Callable[[], None]):
        self.path, self.here = path, threading.local()
        with path.with_suffix(".lock").open("w") as alone:  # who makes it first would find it locked by another
            fcntl.flock(alone, fcntl.LOCK_EX)
            self._prepare(forget_all)

    def _prepare(self, forget_all: Callable[[], None]) -> None:
        boot = BOOT.read_text().strip() if BOOT.exists() else "?"
        connection = self._connection()
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)
        with self.writing():
            if connection.execute("SELECT id FROM boot").fetchall() != [(boot,)]:
                forget_all()
                for table in ("boot", "file", "tagged"):
                    connection.execute(f"DELETE FROM {table}")  # noqa: S608 (our own names)
                connection.execute("INSERT INTO boot VALUES (?)", [boot])

    @contextmanager
    def writing(self) -> Iterator["Index"]:
        """Take the write lock, which one process has at a time, until the end of the context; then commit."""
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield self
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def permission(self, name: str) -> Permission | None:
        """Return the last permission for a file."""
        found = self._rows("SELECT name, before, until, connection FROM file WHERE name = ?", [name])
        return Permission(*found[0]) if found else None

    def permissions_with(self, tags: Collection[str], now: float) -> list[Permission]:
        """Return the permissions, used or open, that have not ended, for files with any of these tags."""
        names, listed = dict[str, Permission](), sorted(tags)
        for start in range(0, len(listed), TAGS_AT_ONCE):
            some = listed[start : start + TAGS_AT_ONCE]
            marks = ",".join("?" * len(some))
            query = WITH_TAGS.replace("?s", marks)
            names |= {row[0]: Permission(*row) for row in self._rows(query, [*some, now])}
        return list(names.values())

    def permit(self, permission: Permission, tags: Collection[str]) -> None:
        """Write a permission, and its tags beside those that the file has. Inside `writing`, as all that follow."""
        row = [permission.name, permission.before, permission.until, permission.connection]
        connection = self._connection()
        connection.execute("INSERT OR REPLACE INTO file (name, before, until, connection) VALUES (?, ?, ?, ?)", row)
        connection.executemany(
            "INSERT OR IGNORE INTO tagged VALUES (?, ?)", [(tag, permission.name) for tag in sorted(tags)]
        )

    def forget(self, names: Collection[str]) -> None:
        """Delete files and their tags."""
        for table in ("file", "tagged"):
            self._connection().executemany(f"DELETE FROM {table} WHERE name = ?", [(name,) for name in names])  # noqa: S608

    def forget_ended(self, before: float) -> None:
        """Delete files whose permissions ended before a time, in seconds since 1970."""
        self.forget([name for (name,) in self._rows("SELECT name FROM file WHERE until < ? LIMIT 1000", [before])])

    def doubt(self, names: Collection[str]) -> None:
        """Note that nobody knows whether these files will be stored."""
        self._connection().executemany("UPDATE file SET is_in_doubt = 1 WHERE name = ?", [(name,) for name in names])

    def doubt_until(self, until: float) -> None:
        """Note that until a time nobody knows anything."""
        self._connection().execute("INSERT OR REPLACE INTO file VALUES ('', '', ?, '', 1)", [until])

    def is_in_doubt(self, now: float) -> bool:
        return bool(self._rows("SELECT 1 FROM file WHERE is_in_doubt AND until > ? LIMIT 1", [now]))

    def end_doubt(self) -> list[str]:
        """Delete what was in doubt; return the names of its files."""
        names = [name for (name,) in self._rows("SELECT name FROM file WHERE is_in_doubt AND name <> ''", [])]
        self.forget([*names, ""])
        return names

    def _rows(self, query: str, values: Collection[object]) -> list[Any]:
        return self._connection().execute(query, tuple(values)).fetchall()

    def _connection(self) -> sqlite3.Connection:
        """The connection of this thread; a forked process opens its own."""
        if getattr(self.here, "process", None) != os.getpid():
            connection = connect(self.path, TIMEOUT_SECONDS)
            connection.execute("PRAGMA synchronous = OFF")  # after a fall of the machine everything is forgotten
            self.here.connection, self.here.process = connection, os.getpid()
        found: sqlite3.Connection = self.here.connection
        return found
