"""The environment of the Wagtail site: a virtual environment in the user's cache, made by pip when first asked for.

Wagtail is never one of Newsroom's dependencies: wagtail_site/requirements.txt says what is installed.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

PEERS = Path(__file__).parent
REQUIREMENTS = PEERS / "wagtail_site" / "requirements.txt"


class Unavailable(Exception):
    """Wagtail could not be installed. Its text says why."""


def python() -> Path:
    """Return the interpreter that has Wagtail; install it first where it is not. Raises Unavailable."""
    text = REQUIREMENTS.read_bytes() + sys.version.encode()
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = caches / "newsroom-bench" / f"wagtail-{hashlib.sha256(text).hexdigest()[:12]}"
    interpreter, done = folder / "bin" / "python", folder / "installed"
    if done.is_file():
        return interpreter
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True)
    pip = [str(interpreter), "-m", "pip", "install", "--quiet", "-r", str(REQUIREMENTS)]
    run = subprocess.run(pip, capture_output=True, text=True, check=False)
    if run.returncode:
        raise Unavailable((run.stderr.strip().splitlines() or ["pip failed"])[-1])
    done.touch()
    return interpreter


def variables(var: Path, **more: str) -> dict[str, str]:
    """Return the environment variables of a process of the Wagtail site, whose data is in the folder `var`."""
    own = {"DJANGO_SETTINGS_MODULE": "wagtail_site.settings", "PYTHONPATH": str(PEERS), "PEER_VAR": str(var)}
    return {**os.environ, **own, **more}
