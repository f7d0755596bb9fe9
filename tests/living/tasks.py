"""Tasks that take a while: one idempotent, one not."""

import time

from django_tasks import task

from newsroom.worker.models import IdempotencyKey
from newsroom.worker.queue import idempotent_task

TASK_SECONDS = 0.15


@idempotent_task
def slow_effect(number: int) -> None:
    """Write a row when it begins and one when it ends; a kill between the two rolls both back."""
    IdempotencyKey.objects.create(key=f"began:{number}")
    time.sleep(TASK_SECONDS)
    IdempotencyKey.objects.create(key=f"ended:{number}")


@task
def slow_task(number: int) -> None:
    """Write a row each time it ends: it may be run more than once."""
    time.sleep(TASK_SECONDS)
    IdempotencyKey.objects.create(key=f"run:{number}:{time.monotonic_ns()}")
