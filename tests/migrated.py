"""A database whose migrations have run, made once for all processes of the suite and all tests: they take 20 s."""

import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

ROOT = Path(__file__).parents[1]
TEMPLATES = "newsroom_migrated_"  # databases of PostgreSQL whose names begin so; the last one stays


@contextmanager
def begin_migrated() -> Iterator[None]:
    """Have the databases that the suite makes meanwhile begin as `manage.py migrate` leaves a new one."""
    if connection.vendor == "postgresql":
        begin_from_template()
        yield
        return
    with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as memory:  # there while open
        with closing(sqlite3.connect(_file())) as made:
            made.backup(memory)
        yield


def begin_from_template() -> None:
    """PostgreSQL: do so until the process ends."""
    connection.settings_dict["TEST"]["TEMPLATE"] = _template()


def copy_migrated(path: Path) -> None:
    """SQLite: write such a database as the file at `path`."""
    shutil.copy(_file(), path)


@cache
def _digest() -> str:
    """What tells these very migrations, and libraries, from others."""
    sources = [*sorted(ROOT.glob("*/**/migrations/*.py")), ROOT / "requirements" / "base.txt"]
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


@contextmanager
def _alone(engine: str) -> Iterator[Path]:
    """Let one process at a time in, with the path of what it makes."""
    made = Path(tempfile.gettempdir()) / f"newsroom-migrated-{os.getuid()}-{_digest()}.{engine}"
    with made.with_suffix(f".{engine}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield made


def _migrate(url: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = {"NEWSROOM_DEMO": "1", "NEWSROOM_VAR": folder, "DATABASE_URL": url}
        command = [sys.executable, "manage.py", "migrate", "-v0"]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=True, timeout=300)


@cache
def _file() -> Path:
    with _alone("sqlite3") as made:
        if not made.exists():
            with tempfile.TemporaryDirectory() as folder:
                _migrate(f"sqlite:///{folder}/new.sqlite3")
                shutil.copy(Path(folder) / "new.sqlite3", made.with_suffix(".new"))
            made.with_suffix(".new").rename(made)
    return made


@cache
def _template() -> str:
    """Return the name of the database; those of other migrations go."""
    name = TEMPLATES + _digest()
    with _alone("postgresql"), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [TEMPLATES])
        there = {row[0] for row in cursor.fetchall()}
        if name not in there:
            for other in there | {f"{name}_new"}:
                cursor.execute(f'DROP DATABASE IF EXISTS "{other}" WITH (FORCE)')
            cursor.execute(f'CREATE DATABASE "{name}_new"')
            _migrate(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}_new").geturl())
            cursor.execute(f'ALTER DATABASE "{name}_new" RENAME TO "{name}"')
    return name
