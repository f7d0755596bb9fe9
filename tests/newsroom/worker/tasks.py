"""Tasks for the tests of the worker, in a module because the queue imports them."""

from django.db import transaction
from django_tasks import task

from newsroom.worker.models import IdempotencyKey
from newsroom.worker.queue import enqueue, idempotent_task


@idempotent_task
def leave_a_mark(name: str) -> None:
    """Write a row that a second run would write again, which is an error."""
    IdempotencyKey.objects.create(key=f"mark:{name}")


@task
def always_fails() -> None:
    raise ValueError("it never works")


@task
def leaves_a_row_then_fails() -> None:
    IdempotencyKey.objects.create(key="left by a task that failed")
    raise ValueError("too late")


@idempotent_task
def fails_halfway() -> None:
    IdempotencyKey.objects.create(key="half of an effect")
    raise ValueError("halfway")


@task
def enqueues_another() -> None:
    with transaction.atomic():
        enqueue(leave_a_mark, key="second", name="second")
