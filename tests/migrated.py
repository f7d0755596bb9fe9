"""A SQLite file whose migrations have run, made once for all tests that need one of their own: they take 20 s."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]


def copy_migrated(path: Path) -> None:
    """Write the file at `path`, as `manage.py migrate` leaves a new one."""
    shutil.copy(_made(), path)


@cache
def _made() -> Path:
    """Return the file for these very migrations, and libraries; the first process that asks for it makes it."""
    sources = [*sorted(ROOT.glob("*/**/migrations/*.py")), ROOT / "requirements" / "base.txt"]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]
    made = Path(tempfile.gettempdir()) / f"newsroom-migrated-{os.getuid()}-{digest}.sqlite3"
    with made.with_suffix(".lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        if not made.exists():
            with tempfile.TemporaryDirectory() as folder:
                own = {"NEWSROOM_DEMO": "1", "NEWSROOM_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/new.sqlite3"}
                command = [sys.executable, "manage.py", "migrate", "-v0"]
                subprocess.run(command, cwd=ROOT, env={**os.environ, **own}, check=True, timeout=300)
                shutil.copy(Path(folder) / "new.sqlite3", made.with_suffix(".new"))
            made.with_suffix(".new").rename(made)
    return made
