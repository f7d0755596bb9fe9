"""A site on a database of its own, served by a real process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.living.processes import ROOT, Reader, free_port, running, wait_until
from tests.migrated import copy_migrated

SITE = "kulturegeek.localhost"
STAGE = "from articles.demo import stage; stage.publications(stage.people())"


@dataclass(frozen=True)
class Served:
    """A running site: its port, its process number, its folder of data."""

    port: int
    pid: int
    var: Path


@contextmanager
def served(**environment: str) -> Iterator[Served]:
    """Serve the demo's publications and people, without articles, from a new SQLite file."""
    with tempfile.TemporaryDirectory() as folder:
        database, port = f"sqlite:///{folder}/newsroom.sqlite3", free_port()
        own = {"NEWSROOM_DEMO": "1", "NEWSROOM_VAR": folder, "NEWSROOM_PORT": str(port), "DATABASE_URL": database}
        copy_migrated(Path(folder) / "newsroom.sqlite3")
        command = [sys.executable, "manage.py", "shell", "-v0", "-c", STAGE]
        subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=True, timeout=120)
        with running(database, "serve", "--port", str(port), **{**own, **environment}) as process:
            reader = Reader(port, SITE)
            wait_until(lambda: reader.read("/healthz")[0] == 200, 90, "a server that answers")
            yield Served(port, process.pid, Path(folder))
