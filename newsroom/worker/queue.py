"""Django's task queue as the house uses it: enqueued with a door's transaction, at least once, tried again, reaped.

A task that must happen once is an `effect`: its key is written in the transaction that does it, so a second run, after
a kill or by hand, does nothing. What reaches outside the database (a mail) keeps a state of its own: mail.py.
"""

import datetime as dt
import logging
import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial, wraps
from typing import Any, TypeAlias

from django.db import connection, transaction
from django.utils import timezone
from django_tasks import TaskContext, TaskResultStatus, task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from newsroom.worker.models import IdempotencyKey, Worker

logger = logging.getLogger(__name__)
AnyTask: TypeAlias = "Task[Any, Any]"

# Seconds between a failure and the next try; when they are used up, a person decides.
RETRY_DELAYS_SECONDS = (10, 60, 5 * 60, 30 * 60, 2 * 3600)
MAX_TRIES = len(RETRY_DELAYS_SECONDS) + 1
OVERDUE_AFTER = dt.timedelta(minutes=2)  # after its hour a task is overdue: no worker runs, or none comes round
RECURRING = "recurring"  # the queue of what recurs: there, the next time is the next try
READY, RUNNING, FAILED = TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED


class OutsideTransaction(RuntimeError):
    """A door enqueued with no transaction open: the task could run without the change, or not at all."""


class WorkerDied(Exception):
    """What is written of a task whose worker was killed again and again."""


def enqueue(what: AnyTask, *, at: dt.datetime | None = None, **arguments: Any) -> None:
    """Queues a task to run at an hour (now, if None); it commits and rolls back with the change that wants it.

    Raises OutsideTransaction outside one.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("enqueue() belongs inside the transaction of the change")
    what.using(run_after=at or timezone.now()).enqueue(**arguments)


def idempotent_task(function: Callable[..., None]) -> AnyTask:
    """Makes a task of a function that writes to the database: done once for each `key`, however often it is run.

    The task takes `key` beside the function's own arguments.
    """

    @task
    @wraps(function)
    def once(key: str, **arguments: Any) -> None:
        with transaction.atomic():
            _, is_first = IdempotencyKey.objects.get_or_create(key=key)
            if is_first:
                function(**arguments)

    return once


# -- one task at a time ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskRun:
    """A task that was tried."""

    id: uuid.UUID
    went_well: bool


def run_next(worker: str, exclude: Collection[uuid.UUID] = ()) -> TaskRun | None:
    """Claims the first task that is due, but for those in `exclude`, and runs it. None where none is due."""
    due = DBTaskResult.objects.ready().exclude(pk__in=exclude)
    if not due.exists():  # asked without the write lock that SQLite gives a transaction
        return None
    with transaction.atomic():
        row = due.get_locked()
        if row is None:
            return None
        row.claim(worker)
    return TaskRun(row.pk, went_well=_run(row))


def _run(row: Any) -> bool:
    """Runs a claimed task, and writes how it ended, unless it was reaped meanwhile."""
    try:
        what, result = row.task, row.task_result
        said = (TaskContext(task_result=result),) if what.takes_context else ()
        value = what.call(*said, *result.args, **result.kwargs)
    except Exception as error:
        logger.warning("%s failed (try %d): %r", row.task_path, len(row.worker_ids), error)
        _end(row, partial(_fail, error=error))
        return False
    return _end(row, lambda held: held.set_successful(value))


@transaction.atomic
def _end(row: Any, write: Callable[[Any], None]) -> bool:
    """Writes how a running task ended, unless somebody did meanwhile. Whether it was written."""
    as_claimed = {"pk": row.pk, "status": RUNNING, "started_at": row.started_at}
    held = DBTaskResult.objects.select_for_update().filter(**as_claimed).first()
    if held is None:
        logger.warning("%s was taken from its worker meanwhile", row.task_path)
        return False
    write(held)
    return True


def _fail(row: Any, error: BaseException) -> None:
    """Writes that a try failed and when the next is; after the last, that it is a person's to decide."""
    tries = len(row.worker_ids)
    row.set_failed(error)
    if tries < MAX_TRIES and row.queue_name != RECURRING:
        row.status, row.finished_at = READY, None
        row.run_after = timezone.now() + dt.timedelta(seconds=RETRY_DELAYS_SECONDS[tries - 1])
        row.save(update_fields=["status", "finished_at", "run_after"])


def reap(now: dt.datetime, idle: str = "") -> int:
    """Takes tasks from workers that are dead, to be tried again; also from the one that asks, which is `idle` and could
    not say how its task ended (the database was away). Returns how many."""
    living = Worker.objects.filter(seen_at__gt=Worker.alive_since(now)).values_list("pk", flat=True)
    alive, reaped = set(living) - {idle}, 0
    for row in DBTaskResult.objects.running():
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        logger.warning("%s: its worker is gone (try %d)", row.task_path, len(row.worker_ids))
        died = WorkerDied("nobody knows how it ended: its worker was killed, or cut off from the database")
        reaped += _end(row, partial(_fail, error=died))
    return reaped


def may_run_again(row: Any) -> bool:
    """Whether a task was tried and did not go well. One that waits for its own hour is left to it."""
    return row.status == FAILED or (row.status == READY and bool(row.worker_ids))


@transaction.atomic
def run_again(row: Any) -> None:
    """Gives a task that failed, or waits for its next try, a fresh start now: what a person decides at the desk."""
    held = DBTaskResult.objects.select_for_update().get(pk=row.pk)
    if may_run_again(held):
        held.status, held.run_after, held.finished_at, held.worker_ids = READY, timezone.now(), None, []
        held.save(update_fields=["status", "run_after", "finished_at", "worker_ids"])


def due(now: dt.datetime) -> Any:
    """Tasks whose hour has come, the longest waiting first."""
    return DBTaskResult.objects.filter(status=READY, run_after__lte=now).order_by("run_after")


def overdue(now: dt.datetime) -> Any:
    """Tasks whose hour passed a while ago, and those that failed for good: side effects that somebody misses."""
    late = DBTaskResult.objects.filter(status=READY, run_after__lt=now - OVERDUE_AFTER)
    return late | DBTaskResult.objects.failed()
