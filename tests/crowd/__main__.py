"""Runs it all, and writes the report to standard output; with arguments, one process of the crowd."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.test.utils import override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article
from comments.models import Comment, ModerationAction, ModerationBatch, SealedSource
from comments.states import Status
from tests.base import NewsroomTestCase
from tests.crowd import people
from tests.factories import make_article
from tests.killing.database import OwnDatabase
from tests.living.processes import ROOT, running, start, wait_until

LONGEST = 150  # seconds
HELD = 20_000
LEASE = "2"


def together(database: str, who: str, how_many: int) -> float:
    """That many processes at once; how long until the last was done. Raises if one failed."""
    begun = time.monotonic()
    environment = {**os.environ, "DATABASE_URL": database, "CROWD_AT": str(time.time() + 2.5)}
    crowd = [
        subprocess.Popen([sys.executable, "-m", "tests.crowd", who, str(n)], cwd=ROOT, env=environment)
        for n in range(how_many)
    ]
    codes = [process.wait() for process in crowd]
    if any(codes):
        raise RuntimeError(f"{who}: {codes}")
    return round(time.monotonic() - begun, 1)


def left() -> dict[str, Any]:
    """What stands: comments by status, the article's count, how often each comment was decided about."""
    found = {
        "statuses": dict(Counter(Comment.objects.values_list("status", flat=True))),
        "counted": Article.objects.get().comment_count,
        "actions": dict(Counter(Counter(ModerationAction.objects.values_list("comment", flat=True)).values())),
        "versions": dict(Counter(Comment.objects.values_list("version", flat=True))),
    }
    connection.close()
    return found


def flood(article: Article) -> None:
    """Comments as a flood leaves them: held, thousands of them."""
    now, rows = timezone.now(), []
    for n in range(HELD):
        row = Comment(
            publication=article.publication, article=article, pseudonym="Bob", email=f"b{n}@example.org",
            posted_at=now + n * dt.timedelta.resolution,
            text=f"Achetez mes montres, lot {n}.", digest=str(n), status=Status.HELD, rule="surge",
        )  # fmt: skip
        row.set_position(None, 3)
        rows.append(row)
    Comment.objects.bulk_create(rows, batch_size=500)


def killed(database: str) -> dict[str, Any]:
    """A moderator clears a flood, and the worker that does it is killed four times."""
    flood(Article.objects.select_related("publication").get())
    connection.close()
    together(database, "sweep", 1)
    reached = []
    for wait in (0.0, 0.02, 0.01):
        worker = start(database, "worker", NEWSROOM_WORKER_LEASE=LEASE)
        at = _batch().reached
        wait_until(lambda at=at: _batch().reached > at, 30, "a portion")  # type: ignore[misc]
        time.sleep(wait)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        reached.append(_batch().done)
        if _batch().finished_at:
            break
        time.sleep(float(LEASE) + 0.5)  # until it is held for dead
    with running(database, "worker", NEWSROOM_WORKER_LEASE=LEASE):
        wait_until(lambda: _batch().finished_at is not None, 60, "the whole flood")
    batch = ModerationBatch.objects.latest("pk")
    return {**left(), "reached when killed": reached, "done": batch.done, "skipped": batch.skipped}


def _batch() -> ModerationBatch:
    """How far it has come. The pause before the next try is an operator's patience, not the test's."""
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    found = ModerationBatch.objects.latest("pk")
    connection.close()
    return found


def clear() -> None:
    """An empty thread again."""
    for model in (
        ModerationAction,
        SealedSource,
        ModerationBatch,
        Comment,
    ):  # the log refuses to be emptied, but for here
        QuerySet(model)._raw_delete(using="default")
    Article.objects.update(comment_count=0)
    connection.close()


def too_long(number: int, frame: FrameType | None) -> None:
    raise TimeoutError(f"not done after {LONGEST} s")


def main() -> None:
    signal.signal(signal.SIGALRM, too_long)
    signal.alarm(LONGEST)
    with (
        tempfile.TemporaryDirectory(prefix="newsroom-crowd-") as name,
        override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]),
        OwnDatabase(Path(name)) as database,
    ):
        NewsroomTestCase.setUpTestData.__func__(NewsroomTestCase)  # type: ignore[attr-defined]
        make_article(NewsroomTestCase.kg)
        connection.close()
        report: dict[str, Any] = {"posting took": together(database.url, "post", 4), "posting": left()}
        report["deciding took"] = together(database.url, "decide", 2)
        report["deciding"] = left()
        clear()
        report["killed"] = killed(database.url)
        report["engine"] = connection.vendor
    json.dump(report, sys.stdout)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        people.run(sys.argv[1], int(sys.argv[2]))
    else:
        main()
