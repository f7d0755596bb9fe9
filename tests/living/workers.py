"""Workers killed in the midst of ten tasks: none may be lost, and no idempotent one done twice."""

import datetime as dt
import os
import signal
import time
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.worker import queue
from newsroom.worker.models import IdempotencyKey, Recurring, Worker
from tests.living import tasks
from tests.living.processes import running, start, wait_until

JOBS = 10
LEASE_SECONDS = "2"


def report(database: str) -> dict[str, Any]:
    return {"killed": _killed(database), "recurring": _recurring(database), "stopped": _stopped(database)}


def _queue_ten() -> None:
    DBTaskResult.objects.all().delete()
    IdempotencyKey.objects.all().delete()
    with transaction.atomic():
        for number in range(JOBS):
            queue.enqueue(tasks.slow_effect, key=f"effect:{number}", number=number)
            queue.enqueue(tasks.slow_task, number=number)


def _unfinished() -> int:
    mine = DBTaskResult.objects.filter(task_path__contains="tests.living")
    # The pause before the next try is an operator's patience, not the test's.
    mine.filter(status="READY").update(run_after=timezone.now() - dt.timedelta(seconds=1))
    left = mine.exclude(status="SUCCESSFUL").count()
    connection.close()
    return left


def _killed(database: str) -> dict[str, Any]:
    """One worker after another, each killed with no warning while a task runs; then two that may finish."""
    _queue_ten()
    died_in = []
    for wait in (0.05, 0.1, 0.14, 0.02):
        worker = start(database, "worker", NEWSROOM_WORKER_LEASE=LEASE_SECONDS)
        wait_until(
            lambda: DBTaskResult.objects.running().filter(task_path__contains="tests.living").exists(), 30, "a task"
        )
        time.sleep(wait)
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        died_in += DBTaskResult.objects.running().values_list("task_path", flat=True)
        connection.close()
        time.sleep(float(LEASE_SECONDS) + 0.5)  # until it counts as dead
        queue.reap(timezone.now())
        connection.close()
    with (
        running(database, "worker", NEWSROOM_WORKER_LEASE=LEASE_SECONDS),
        running(database, "worker", NEWSROOM_WORKER_LEASE=LEASE_SECONDS),
    ):
        took = wait_until(lambda: _unfinished() == 0, 40, "all jobs done")
    keys = list(IdempotencyKey.objects.values_list("key", flat=True))
    return {
        "engine": connection.vendor,
        "died in": died_in,
        "took": round(took, 1),
        "effects": sorted(key for key in keys if key.startswith("ended:")),
        "begun and not ended": sum(key.startswith("began:") for key in keys)
        - sum(key.startswith("ended:") for key in keys),
        "tasks run": len({key.split(":")[1] for key in keys if key.startswith("run:")}),
    }


def _recurring(database: str) -> dict[str, Any]:
    """Three workers at once, and a job that is due: how often is it queued?"""
    DBTaskResult.objects.all().delete()
    Recurring.objects.all().delete()
    connection.close()
    with running(database, "worker"), running(database, "worker"), running(database, "worker"):
        wait_until(
            lambda: Worker.objects.filter(seen_at__gt=Worker.alive_since(timezone.now())).count() >= 3, 30, "three"
        )
        time.sleep(5)
        paths = list(DBTaskResult.objects.values_list("task_path", flat=True))
        connection.close()
    return {path.rpartition(".")[2]: paths.count(path) for path in paths}


def _stopped(database: str) -> dict[str, Any]:
    """A worker that is asked to stop finishes the task at hand, and takes no other."""
    _queue_ten()
    worker = start(database, "worker")
    wait_until(lambda: DBTaskResult.objects.running().filter(task_path__contains="tests.living").exists(), 30, "a task")
    worker.send_signal(signal.SIGTERM)
    code = worker.wait(20)
    left = {status: DBTaskResult.objects.filter(status=status).count() for status in ("RUNNING", "FAILED")}
    waiting = DBTaskResult.objects.filter(status="READY", task_path__contains="tests.living").count()
    known = Worker.objects.filter(pid=worker.pid).exists()
    connection.close()
    return {"code": code, **left, "still waiting": waiting, "still known": known}
