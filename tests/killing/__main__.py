"""Runs it all, and writes the report to standard output."""

import gc
import json
import signal
import sys
import tempfile
import time
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection
from django.test.utils import override_settings

from articles.presentation import renditions
from tests.killing import kills, pairs
from tests.killing.comment_runs import comment_runs
from tests.killing.database import OwnDatabase
from tests.killing.install import Install, action_runs, broken_pairs, broken_runs, pairs_of
from tests.killing.more_pairs import article_pairs, comment_pairs

LONGEST = 560  # seconds; an action that waits for ever must not leave a database behind


def too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {LONGEST} s")


def run(folder: Path) -> dict[str, Any]:
    begun = time.monotonic()
    with OwnDatabase(folder) as database:
        install = Install()
        walks = [*action_runs(install), *comment_runs(install)]
        broken_actions = list(broken_runs(install))
        meetings = [*pairs_of(install), *article_pairs(install), *comment_pairs(install)]
        broken_meetings = list(broken_pairs(install))
        database.keep()
        renditions.end_process()  # what is forked from here on has no other threads to wait for
        gc.freeze()  # what is here by now is shared with every process forked, and never looked through again
        report: dict[str, Any] = {
            "engine": connection.vendor,
            "actions": {walk.name: kills.report(database, walk) for walk in walks},
            "broken actions": {walk.name: kills.report(database, walk) for walk in broken_actions},
            "killed in": round(time.monotonic() - begun, 1),
            "pairs": {pair.name: pairs.report(database, pair) for pair in meetings},
            "broken pairs": {pair.name: pairs.report(database, pair) for pair in broken_meetings},
        }
    report["seconds"] = round(time.monotonic() - begun, 1)
    return report


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-killing-") as name,
        override_settings(
            MEDIA_ROOT=Path(name) / "media",
            STORAGES={
                "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
                "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
            },
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ),
    ):
        json.dump(run(Path(name)), sys.stdout)
