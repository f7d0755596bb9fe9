"""Ten jobs that take a while, and a recurring one."""

import time

from django_tasks import task

from newsroom.worker.models import Done
from newsroom.worker.queue import effect

LONG = 0.15  # seconds


@effect
def slow_effect(number: int) -> None:
    """Says once that it began, once that it is done; a kill between the two takes both back."""
    Done.objects.create(key=f"began:{number}")
    time.sleep(LONG)
    Done.objects.create(key=f"ended:{number}")


@task
def slow_task(number: int) -> None:
    """Not idempotent: it may be run more than once, and says how often it ended."""
    time.sleep(LONG)
    Done.objects.create(key=f"run:{number}:{time.monotonic_ns()}")
