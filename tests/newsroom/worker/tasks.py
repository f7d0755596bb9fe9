"""Tasks of the tests: importable, as tasks must be."""

from django.db import transaction
from django_tasks import task

from newsroom.worker.models import Done
from newsroom.worker.queue import effect, enqueue


@effect
def leave_a_mark(name: str) -> None:
    """An effect that shows how often it was done: a second time is an error."""
    Done.objects.create(key=f"mark:{name}")


@task
def always_fails() -> None:
    raise ValueError("it never works")


@task
def leaves_a_row_then_fails() -> None:
    Done.objects.create(key="left by a task that failed")
    raise ValueError("too late")


@effect
def fails_halfway() -> None:
    Done.objects.create(key="half of an effect")
    raise ValueError("halfway")


@task
def enqueues_another() -> None:
    with transaction.atomic():
        enqueue(leave_a_mark, key="second", name="second")
