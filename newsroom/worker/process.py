"""A worker process: one task after another, a heartbeat beside them, and whatever recurs."""

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

from newsroom.worker import queue, recurring
from newsroom.worker.models import Worker

logger = logging.getLogger(__name__)
BEATS = 3  # heartbeats in a lease: two may be missed
IDLE = 0.5  # seconds between two looks at an empty queue
CHORES = 2.0  # seconds between two looks for the dead and for what recurs


class WorkerProcess:
    """Runs until it is asked to stop, and finishes the task at hand then. Asked twice, it dies; its task is reaped."""

    def __init__(self) -> None:
        self.name = uuid.uuid4().hex
        self.stopping = threading.Event()  # once the task at hand is done
        self._chores_at = 0.0

    def run_until_stopped(self, *, with_parent: bool = False) -> None:
        """`with_parent`: until the process that started it is gone, too."""
        parent = os.getppid()
        signal.signal(signal.SIGTERM, self._stop)
        signal.signal(signal.SIGINT, self._stop)
        with self._alive():
            while not self.stopping.is_set() and not (with_parent and os.getppid() != parent):
                close_old_connections()
                try:
                    idle = not self._work()
                except Error:
                    logger.exception("the database does not answer; the worker waits")
                    idle = True
                if idle:
                    self.stopping.wait(IDLE)

    def run_what_is_due(self) -> tuple[int, int]:
        """Tries all that is due now, and what that brings forth, each once. Returns how many tasks went well, and how
        many did not."""
        tried: dict[uuid.UUID, bool] = {}
        with self._alive():
            self._chores()
            while ran := queue.run_next(self.name, exclude=[pk for pk, went_well in tried.items() if not went_well]):
                tried[ran.id] = ran.went_well
        return sum(tried.values()), len(tried) - sum(tried.values())

    def _work(self) -> bool:
        """Does one task, and the chores when it is their turn. Whether there was a task."""
        if time.monotonic() >= self._chores_at:
            self._chores()
            self._chores_at = time.monotonic() + CHORES
        return queue.run_next(self.name) is not None

    def _chores(self) -> None:
        now = timezone.now()
        queue.reap(now, idle=self.name)
        recurring.enqueue_due(now)

    # -- being alive ---------------------------------------------------------------------------------------------------

    @contextmanager
    def _alive(self) -> Iterator[None]:
        """Seen by the others until the end, while the last task is finished too."""
        ended = threading.Event()
        self._be_seen()
        threading.Thread(target=self._beat_until, args=(ended,), name="heartbeat", daemon=True).start()
        logger.info("worker %s begins", self.name)
        try:
            yield
        finally:
            ended.set()
            with suppress(Error):  # it is held for dead soon enough
                Worker.objects.filter(pk=self.name).delete()
            logger.info("worker %s ends", self.name)

    def _be_seen(self) -> None:
        now = timezone.now()
        seen = {"host": socket.gethostname()[:120], "pid": os.getpid(), "seen_at": now}
        Worker.objects.update_or_create(pk=self.name, defaults=seen, create_defaults={**seen, "started_at": now})

    def _beat_until(self, ended: threading.Event) -> None:
        while not ended.wait(settings.WORKER_LEASE / BEATS):
            try:
                self._be_seen()
            except Error:
                logger.exception("a heartbeat was missed")
            finally:
                connections.close_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        if self.stopping.is_set():
            signal.signal(number, signal.SIG_DFL)
            signal.raise_signal(number)
        self.stopping.set()
