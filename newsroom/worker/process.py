"""The worker process: runs one task after another, shows by a heartbeat that it is alive, enqueues recurring jobs, and
runs loops beside them (loops.py)."""

import logging
import os
import signal
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType

from django.conf import settings
from django.db import Error, close_old_connections, connections
from django.utils import timezone

from newsroom.worker import loops, queue, recurring
from newsroom.worker.models import Worker

logger = logging.getLogger(__name__)
HEARTBEATS_PER_LEASE = 3  # two may be missed
IDLE_SECONDS = 0.5  # between two looks at an empty queue
MAINTENANCE_SECONDS = 2.0  # between two looks for tasks of dead workers and for recurring jobs


class WorkerProcess:
    """Runs until it gets SIGTERM or SIGINT, and finishes the task at hand then.

    At a second signal it dies at once; its task is tried again by another worker.
    """

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self.stopping = threading.Event()  # set by the first signal
        self._next_maintenance = 0.0  # by time.monotonic()

    def run_until_stopped(self, *, with_parent: bool = False) -> None:
        """Run tasks until a signal asks to stop. `with_parent`: or until the process that started it is gone."""
        parent = os.getppid()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        with self._heartbeat(), loops.running():
            while not self.stopping.is_set() and not (with_parent and os.getppid() != parent):
                close_old_connections()
                try:
                    is_idle = not self._work()
                except Error:
                    logger.exception("the database does not answer; the worker waits")
                    is_idle = True
                if is_idle:
                    self.stopping.wait(IDLE_SECONDS)

    def run_what_is_due(self) -> tuple[int, int]:
        """Run every task that is due now, and those that they enqueue, each once.

        Return how many tasks went well, and how many did not.
        """
        tried: dict[uuid.UUID, bool] = {}
        with self._heartbeat():
            self._maintain()
            while run := queue.run_next(self.name, exclude=[pk for pk, went_well in tried.items() if not went_well]):
                tried[run.id] = run.went_well
            loops.look_once()
        return sum(tried.values()), len(tried) - sum(tried.values())

    def _work(self) -> bool:
        """Run one task, and maintenance when it is due. Return whether there was a task."""
        if time.monotonic() >= self._next_maintenance:
            self._maintain()
            self._next_maintenance = time.monotonic() + MAINTENANCE_SECONDS
        return queue.run_next(self.name) is not None

    def _maintain(self) -> None:
        now = timezone.now()
        queue.reap(now, idle=self.name)
        recurring.enqueue_due(now)

    # -- heartbeat -----------------------------------------------------------------------------------------------------

    @contextmanager
    def _heartbeat(self) -> Iterator[None]:
        """Keep the worker's row up to date, from a thread, until the last task is finished."""
        ended = threading.Event()
        self._beat()
        threading.Thread(target=self._beat_until, args=(ended,), name="heartbeat", daemon=True).start()
        logger.info("worker %s begins", self.name)
        try:
            yield
        finally:
            ended.set()
            with suppress(Error):  # without a heartbeat it counts as dead once its lease is over
                Worker.objects.filter(pk=self.name).delete()
            logger.info("worker %s ends", self.name)

    def _beat(self) -> None:
        now = timezone.now()
        columns = {"host": socket.gethostname()[:120], "pid": os.getpid(), "seen_at": now}
        Worker.objects.update_or_create(pk=self.name, defaults=columns, create_defaults={**columns, "started_at": now})

    def _beat_until(self, ended: threading.Event) -> None:
        while not ended.wait(settings.WORKER_LEASE / HEARTBEATS_PER_LEASE):
            try:
                self._beat()
            except Error:
                logger.exception("a heartbeat was missed")
            finally:
                connections.close_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.stopping.set()
