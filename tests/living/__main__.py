"""Runs both reports, and writes them as JSON to standard output."""

import json
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from django.test.utils import override_settings

from tests.killing.database import OwnDatabase
from tests.killing.install import Install
from tests.living import times, workers

MAX_SECONDS = 150


def too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {MAX_SECONDS} s")


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(MAX_SECONDS)
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-living-") as name,
        override_settings(
            MEDIA_ROOT=Path(name) / "media", PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]
        ),
        OwnDatabase(Path(name)) as database,
    ):
        install = Install()
        report = {"times": times.report(install, database.url), "workers": workers.report(database.url)}
    json.dump(report, sys.stdout)
