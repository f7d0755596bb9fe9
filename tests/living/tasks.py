"""Ten jobs that take a while, and a recurring one."""

import time

from django_tasks import task

from newsroom.worker.models import IdempotencyKey
from newsroom.worker.queue import idempotent_task

LONG = 0.15  # seconds


@idempotent_task
def slow_effect(number: int) -> None:
    """Says once that it began, once that it is done; a kill between the two takes both back."""
    IdempotencyKey.objects.create(key=f"began:{number}")
    time.sleep(LONG)
    IdempotencyKey.objects.create(key=f"ended:{number}")


@task
def slow_task(number: int) -> None:
    """Not idempotent: it may be run more than once, and says how often it ended."""
    time.sleep(LONG)
    IdempotencyKey.objects.create(key=f"run:{number}:{time.monotonic_ns()}")
