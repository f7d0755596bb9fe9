"""Running actions for what they would say, keeping nothing of what they write."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from django.db import connection, transaction


class _RollBack(Exception):
    """Raised to roll back what was tried."""


@contextmanager
def trial() -> Iterator[None]:
    """Context manager: keep nothing that is written within.

    SQLite has one writer at a time: there it is written into a copy of the file, and readers and the desk go on. The
    copy is this thread's alone: a command's. On PostgreSQL it is one transaction, rolled back at the end.
    """
    original = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite" and not connection.in_atomic_block and Path(original).is_file():
        with TemporaryDirectory(dir=settings.VAR_DIR, prefix="trial-") as folder:
            copy = Path(folder) / "copy.sqlite3"
            with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
            connection.close()
            connection.settings_dict["NAME"] = str(copy)
            try:
                yield
            finally:
                connection.close()
                connection.settings_dict["NAME"] = original
        return
    try:
        with transaction.atomic():
            yield
            raise _RollBack
    except _RollBack:
        pass
