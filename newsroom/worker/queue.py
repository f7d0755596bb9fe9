"""Django's task queue as this install uses it: enqueue, run at least once, try again, reap.

A task commits with the transaction of the action that enqueues it. One that must happen once is an `idempotent_task`:
its key is written in the transaction that does it, so a second run, after a kill or by hand, does nothing. What reaches
outside the database (a mail) keeps a state of its own: mail.py.
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

# Between a failure and the next try; when they are used up, a person decides.
RETRY_DELAYS_SECONDS = (10, 60, 5 * 60, 30 * 60, 2 * 3600)
MAX_TRIES = len(RETRY_DELAYS_SECONDS) + 1
OVERDUE_AFTER = dt.timedelta(minutes=2)  # past its time a task is overdue: no worker runs, or all are busy
RECURRING = "recurring"  # the queue of recurring jobs: there, the next time is the next try
READY, RUNNING, FAILED = TaskResultStatus.READY, TaskResultStatus.RUNNING, TaskResultStatus.FAILED


class OutsideTransaction(RuntimeError):
    """An action enqueued with no transaction open: the task could run without the change, or not at all."""


class WorkerDied(Exception):
    """The error that is stored for a task whose worker died while it ran it."""


def enqueue(what: AnyTask, *, at: dt.datetime | None = None, **arguments: Any) -> None:
    """Enqueue a task to run at a set time (now, if None); it commits and rolls back with the change that wants it.

    Raises OutsideTransaction.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("enqueue() belongs inside the transaction of the change")
    what.using(run_after=at or timezone.now()).enqueue(**arguments)


def idempotent_task(function: Callable[..., None]) -> AnyTask:
    """Return a task made of a function that writes to the database: done once for each `key`, however often it is run.

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
    """One run of a task: its id in the queue, and whether it went well."""

    id: uuid.UUID
    went_well: bool


def run_next(worker: str, exclude: Collection[uuid.UUID] = ()) -> TaskRun | None:
    """Claim the first task that is due, those in `exclude` left out, and run it. Return None if none is due."""
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
    """Run a claimed task, and write how it ended, unless it was reaped meanwhile. Return whether it went well."""
    try:
        what, result = row.task, row.task_result
        context = (TaskContext(task_result=result),) if what.takes_context else ()
        value = what.call(*context, *result.args, **result.kwargs)
    except Exception as error:
        logger.warning("%s failed (try %d): %r", row.task_path, len(row.worker_ids), error)
        _end(row, partial(_fail, error=error))
        return False
    return _end(row, lambda locked: locked.set_successful(value))


@transaction.atomic
def _end(row: Any, write: Callable[[Any], None]) -> bool:
    """Write how a running task ended, unless somebody did meanwhile. Return whether it was written."""
    as_claimed = {"pk": row.pk, "status": RUNNING, "started_at": row.started_at}
    locked = DBTaskResult.objects.select_for_update().filter(**as_claimed).first()
    if locked is None:
        logger.warning("%s was taken from its worker meanwhile", row.task_path)
        return False
    write(locked)
    return True


def _fail(row: Any, error: BaseException) -> None:
    """Write that a try failed and when the next is; after the last, that a person must decide."""
    tries = len(row.worker_ids)
    row.set_failed(error)
    if tries < MAX_TRIES and row.queue_name != RECURRING:
        row.status, row.finished_at = READY, None
        row.run_after = timezone.now() + dt.timedelta(seconds=RETRY_DELAYS_SECONDS[tries - 1])
        row.save(update_fields=["status", "finished_at", "run_after"])


def reap(now: dt.datetime, idle: str = "") -> int:
    """Take tasks from workers that are dead, to be tried again. Return how many.

    Also from the worker that asks, which is `idle` and could not write how its task ended (the database was away).
    """
    living = Worker.objects.filter(seen_at__gt=Worker.alive_since(now)).values_list("pk", flat=True)
    alive, reaped = set(living) - {idle}, 0
    for row in DBTaskResult.objects.running():
        if row.worker_ids and row.worker_ids[-1] in alive:
            continue
        logger.warning("%s: its worker is gone (try %d)", row.task_path, len(row.worker_ids))
        error = WorkerDied("nobody knows how it ended: its worker was killed, or cut off from the database")
        reaped += _end(row, partial(_fail, error=error))
    return reaped


def may_run_again(row: Any) -> bool:
    """Return whether a task was tried and did not go well. One that waits for its own time is left to it."""
    return row.status == FAILED or (row.status == READY and bool(row.worker_ids))


@transaction.atomic
def run_again(row: Any) -> None:
    """Start a task anew that failed, or waits for its next try: a superuser decides so at the desk.

    Its tries are counted from the beginning. Does nothing to any other task.
    """
    locked = DBTaskResult.objects.select_for_update().get(pk=row.pk)
    if may_run_again(locked):
        locked.status, locked.run_after, locked.finished_at, locked.worker_ids = READY, timezone.now(), None, []
        locked.save(update_fields=["status", "run_after", "finished_at", "worker_ids"])


def due(now: dt.datetime) -> Any:
    """Return the tasks whose time has come, the longest waiting first."""
    return DBTaskResult.objects.filter(status=READY, run_after__lte=now).order_by("run_after")


def overdue(now: dt.datetime) -> Any:
    """Return the tasks that should have run OVERDUE_AFTER ago, and those that failed for good."""
    late = DBTaskResult.objects.filter(status=READY, run_after__lt=now - OVERDUE_AFTER)
    return late | DBTaskResult.objects.failed()
