"""Recurring jobs: a table in the code, and a row for each that says when it is due next."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django_tasks_db.models import DBTaskResult

from newsroom.extensions import extensions
from newsroom.worker.models import Recurring
from newsroom.worker.queue import RECURRING, AnyTask, enqueue


@dataclass(frozen=True)
class Job:
    """A task without arguments, and how often it runs."""

    name: str
    task: AnyTask
    every: dt.timedelta


def jobs() -> tuple[Job, ...]:
    """Return every recurring job of every app."""
    return tuple(job for table in extensions("recurring_jobs") for job in table)


def enqueue_due(now: dt.datetime) -> list[str]:
    """Enqueue each job that is due, once however many workers ask at the same moment. Return their names.

    What was missed while no worker ran is done once, not as often as it was missed.
    """
    known = {row.name: row for row in Recurring.objects.all()}
    begun = []
    for job in jobs():
        row = known.get(job.name)
        if row is None:
            row, _ = Recurring.objects.get_or_create(name=job.name, defaults={"due_at": now})
        if row.due_at <= now and begin(job, row.due_at, now):
            begun.append(job.name)
    return begun


@transaction.atomic
def begin(job: Job, due_at: dt.datetime, now: dt.datetime) -> bool:
    """Enqueue a job that was seen to be due at `due_at`. Return whether it was.

    It was not if another worker that saw the same came first, or if its last run is not over. The queue has one row a
    job: how the last run ended can be read there until the next.
    """
    as_seen = Recurring.objects.filter(name=job.name, due_at=due_at)
    if not as_seen.update(due_at=now + job.every, enqueued_at=now):
        return False
    rows = DBTaskResult.objects.filter(queue_name=RECURRING, task_path=job.task.module_path)
    rows.finished().delete()
    if rows.exists():
        return False
    enqueue(job.task.using(queue_name=RECURRING), at=now)
    return True
