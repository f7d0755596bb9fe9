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
from unittest import mock

from django.db import connection
from django.test.utils import override_settings
from django_tasks_db.models import DBTaskResult

from articles.partners import images as partner_images
from articles.partners import poll
from articles.presentation import renditions
from tests.killing import journeys, kills, pairs
from tests.killing.comment_runs import comment_runs
from tests.killing.database import OwnDatabase
from tests.killing.install import Install, action_runs, broken_pairs, broken_runs, pairs_of
from tests.killing.journey_runs import journeys as journey_runs
from tests.killing.journey_runs import uploading_pair
from tests.killing.more_pairs import article_pairs, comment_pairs
from tests.killing.outside import Here, Outside, mail_settings

LONGEST = 1_500  # seconds; an action that waits for ever must not leave a database behind


def too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {LONGEST} s")


def run(folder: Path) -> dict[str, Any]:
    begun = time.monotonic()
    with Outside() as outside, override_settings(**mail_settings(outside)), OwnDatabase(folder) as database:
        install = Install()
        walks = [*action_runs(install), *comment_runs(install)]
        broken_actions = list(broken_runs(install))
        meetings = [*pairs_of(install), *article_pairs(install), *comment_pairs(install), uploading_pair(install)]
        broken_meetings = list(broken_pairs(install))
        ways = list(journey_runs(install, outside))
        DBTaskResult.objects.all().delete()  # what the install set going is over
        database.keep()
        renditions.end_process()  # what is forked from here on has no other threads to wait for
        _call_parsers_here()
        gc.freeze()  # what is here by now is shared with every process forked, and never looked through again
        report: dict[str, Any] = {
            "engine": connection.vendor,
            "actions": {walk.name: kills.report(database, walk) for walk in walks},
            "broken actions": {walk.name: kills.report(database, walk) for walk in broken_actions},
            "journeys": {way.name: journeys.report(database, way) for way in ways},
            "killed in": round(time.monotonic() - begun, 1),
            "pairs": {pair.name: pairs.report(database, pair) for pair in meetings},
            "broken pairs": {pair.name: pairs.report(database, pair) for pair in broken_meetings},
        }
    report["seconds"] = round(time.monotonic() - begun, 1)
    return report


def _call_parsers_here() -> None:
    mock.patch.object(renditions, "_confined", Here()).start()
    for module in (poll, partner_images):
        mock.patch.object(module, "Confined", Here).start()


if __name__ == "__main__":
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-killing-") as name,
        override_settings(
            MEDIA_ROOT=Path(name) / "media",
            STORAGES={
                "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
                "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
            },
            PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"],
        ),
    ):
        json.dump(run(Path(name)), sys.stdout)
