"""Writers in flight: what the processes of one machine tell each other before a transaction can commit.

A file of NEWSROOM_VAR, mapped into the memory of all of them:

    generation   8 bytes that each writer replaces by new random ones before its transaction can commit
    slots        one for each writer in flight: a kernel lock on its bytes, and a mark in them

A writer takes a slot, then changes the generation, and lets the slot go when its transaction has ended. A reader reads
the generation, then looks whether a slot is taken, then asks the database. If none was taken, whatever commits later
changes the generation first: until it changes there is nothing to ask, and to find that out is a read of memory. If one
was, the next request asks again.

The kernel lets the lock of a killed process go. PostgreSQL may still commit then, if the COMMIT was under way: so the
mark is left, and counts as a writer for DOUBT_SECONDS more. The same where a connection was lost.

A lock belongs to its open file description (fcntl(2), F_OFD_SETLK), so that threads of one process exclude each other.
Linux has that; where it is not to be had, there is None instead, and readers ask now and then (outbox.PolledOutbox).
"""

import fcntl
import logging
import math
import mmap
import os
import secrets
import struct
import sys
import threading
import time
import weakref
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections, transaction

logger = logging.getLogger(__name__)

NAME = "in-flight"  # of the file, in NEWSROOM_VAR
DOUBT_SECONDS = 10.0
BYTES, SLOT_BYTES = 4096, 8  # the first slot's place holds the generation
SLOTS = range(SLOT_BYTES, BYTES, SLOT_BYTES)  # by their offset
FREE, TAKEN = 0.0, math.inf  # marks; any other is the end of a doubt, in seconds of the machine's monotonic clock
_NONE_TAKEN = bytes(BYTES - SLOT_BYTES)
_OFD = getattr(fcntl, "F_OFD_SETLK", None), getattr(fcntl, "F_OFD_GETLK", None)
_here = threading.local()  # `flight`: a weak reference to that of this thread's transaction


class InFlight:
    """The shared file. Raises OSError where it cannot be opened for writing, or has no such locks."""

    def __init__(self, path: Path):
        if None in _OFD or sys.maxsize <= 2**32:
            raise OSError("no locks of open file descriptions")
        self.path = path
        self.file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o660)
        os.truncate(self.file, BYTES)
        self.memory = mmap.mmap(self.file, BYTES)

    def generation(self) -> bytes:
        """Return what every writer changes before it can commit."""
        return self.memory[:SLOT_BYTES]

    def is_anyone(self) -> bool:
        """Return whether a writer is in flight, or may be. To be asked after `generation` and before the database."""
        if _lock(self.file, _OFD[1], fcntl.F_WRLCK, SLOTS[0], BYTES - SLOT_BYTES) != fcntl.F_UNLCK:
            return True
        marks = self.memory[SLOT_BYTES:]
        if marks == _NONE_TAKEN:
            return False
        return any(self._is_in_doubt(slot) for slot in SLOTS if self.mark(slot) != FREE)

    def begin(self) -> "Flight | None":
        """Take a slot, then change the generation. Return None where no slot is free."""
        file = os.open(self.path, os.O_RDWR | os.O_CLOEXEC)  # a description of its own
        try:
            for slot in SLOTS:
                if self._is_free(slot) and _take(file, slot):
                    if self._is_free(slot):
                        self.set_mark(slot, TAKEN)
                        self.memory[:SLOT_BYTES] = secrets.token_bytes(SLOT_BYTES)
                        return Flight(self, file, slot)
                    _let_go(file, slot)
        except BaseException:
            os.close(file)
            raise
        os.close(file)
        logger.warning("More than %s writers are in flight: one more is not seen by others at once.", len(SLOTS))
        return None

    def mark(self, slot: int) -> float:
        value: float = struct.unpack_from("=d", self.memory, slot)[0]
        return value

    def set_mark(self, slot: int, value: float) -> None:
        struct.pack_into("=d", self.memory, slot, value)

    def _is_free(self, slot: int) -> bool:
        """Whether there is no mark, or that of a doubt which is over (or from before the machine was started)."""
        left = self.mark(slot) - time.monotonic()
        return left <= 0 or DOUBT_SECONDS < left < TAKEN

    def _is_in_doubt(self, slot: int) -> bool:
        """Whether the writer that left this mark may still commit. Its doubt begins when somebody first sees it."""
        if self.mark(slot) != TAKEN:
            return not self._is_free(slot)
        if _take(self.file, slot):  # else somebody took it this moment
            if self.mark(slot) == TAKEN:
                self.set_mark(slot, time.monotonic() + DOUBT_SECONDS)
            _let_go(self.file, slot)
        return True


class Flight:
    """One transaction in flight. `end` says that it has ended; the kernel does when the process is killed."""

    def __init__(self, shared: InFlight, file: int, slot: int):
        self.shared, self.file, self.slot = shared, file, slot
        self.process, self.is_over = os.getpid(), False
        self.connection = weakref.ref(connections[DEFAULT_DB_ALIAS])

    def end(self, *, may_still_commit: bool = False) -> None:
        """Let the slot go. What was forked with a copy of this lets go nothing of its parent's."""
        if self.is_over:
            return
        self.is_over = True
        if os.getpid() == self.process:
            doubt = time.monotonic() + DOUBT_SECONDS
            self.shared.set_mark(self.slot, doubt if may_still_commit else FREE)
            _let_go(self.file, self.slot)
        os.close(self.file)

    def __del__(self) -> None:
        """End with a rollback, or a connection that is closed: Django drops what waits for the commit then.

        Where an error left the connection unusable, nobody knows whether a COMMIT that was sent will be done; after a
        rollback that worked, Django has forgotten the error by now.
        """
        if not self.is_over:
            connection = self.connection()
            self.end(may_still_commit=connection is None or connection.errors_occurred)


def begin() -> bool:
    """Say that this thread's transaction is in flight until it has ended, however it ends. Once for each transaction.

    To be called inside the transaction, before what it changes can commit. Return whether others can see it.
    """
    earlier = getattr(_here, "flight", None)
    flight = earlier and earlier()
    if flight and not flight.is_over and flight.process == os.getpid():
        return True
    flight = _begun()
    if flight:
        # The list of what waits for the commit alone holds the flight: it is gone when Django empties that list.
        transaction.on_commit(flight.end, robust=True)
        _here.flight = weakref.ref(flight)
    return flight is not None


def _begun() -> Flight | None:
    """A change is made also where this fails: readers find it a moment late then, and the log says so."""
    shared = in_flight()
    try:
        return shared.begin() if shared else None
    except OSError:
        logger.warning("A writer could not say that it is in flight.", exc_info=True)
        return None


def in_flight() -> InFlight | None:
    """Return the file that the processes of this NEWSROOM_VAR share; None where it cannot be (the log says so once)."""
    return _opened(Path(settings.VAR_DIR) / NAME)


@cache
def _opened(path: Path) -> InFlight | None:
    try:
        return InFlight(path)
    except OSError as error:
        logger.warning("%s cannot be shared (%s): what other processes commit is seen a moment late.", path, error)
        return None


def _take(file: int, slot: int) -> bool:
    try:
        _lock(file, _OFD[0], fcntl.F_WRLCK, slot, SLOT_BYTES)
    except (BlockingIOError, PermissionError):
        return False
    return True


def _let_go(file: int, slot: int) -> None:
    _lock(file, _OFD[0], fcntl.F_UNLCK, slot, SLOT_BYTES)


def _lock(file: int, command: int | None, kind: int, start: int, length: int) -> int:
    """Call fcntl with a struct flock of 64-bit Linux; return the kind of lock that it answers."""
    assert command is not None
    asked = struct.pack("hhqqi4x", kind, os.SEEK_SET, start, length, 0)
    answered: int = struct.unpack_from("h", fcntl.fcntl(file, command, asked))[0]
    return answered
