"""Cutting off who reads an answer too slowly: a connection is held by bytes that its client does not take.

The server (granian) bounds how long a client may take to send a request's head and nothing on the way back. The system
knows (Linux only; elsewhere nothing is cut off, and a proxy in front has to): for each socket, how many bytes wait to
be sent, and how many have arrived.
"""

import fcntl
import os
import socket
import struct
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

WATCH_SECONDS = 20.0  # that a client may be slow for
CHECK_SECONDS = 5.0
MIN_BYTES_PER_SECOND = 2_000
# `tcpi_bytes_acked` in struct tcp_info (linux/tcp.h, since Linux 4.2).
BYTES_ACKED_OFFSET, TCP_INFO_BYTES = 120, 192


class SlowReaders:
    """The connections to one port of this process whose answers wait to be taken."""

    def __init__(self, port: int):
        self.port = port
        self.waiting: dict[tuple[str, int], tuple[float, int]] = {}  # by client: since when, bytes taken by then

    def watch(self) -> None:
        """Look at all connections every few seconds, in a thread that ends with the process."""
        if sys.platform == "linux":
            threading.Thread(target=self._run, name="slow-readers", daemon=True).start()

    def check(self, now: float) -> int:
        """Cut off the connections that are too slow by `now` (monotonic seconds). Return how many were."""
        seen, cut = {}, 0
        for connection in _connections(self.port):
            with suppress(OSError), connection:
                client = connection.getpeername()[:2]
                if not _bytes_to_send(connection):
                    continue
                taken = _bytes_taken(connection)
                since, before = self.waiting.get(client, (now, taken))
                if now - since < WATCH_SECONDS:
                    seen[client] = since, before
                elif taken - before >= MIN_BYTES_PER_SECOND * (now - since):
                    seen[client] = now, taken
                else:
                    # With a reset: what waits is dropped, instead of being offered for minutes more.
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    connection.shutdown(socket.SHUT_RDWR)
                    cut += 1
        self.waiting = seen
        return cut

    def _run(self) -> None:
        while True:
            time.sleep(CHECK_SECONDS)
            self.check(time.monotonic())


def _connections(port: int) -> Iterator[socket.socket]:
    """Yield this process's connections to its own `port`, each as a copy of the socket, to be closed by the caller."""
    for entry in list(Path("/proc/self/fd").iterdir()):
        with suppress(OSError):
            if not str(entry.readlink()).startswith("socket:"):
                continue
            # A copy keeps the connection ours to look at, if the server closes it meanwhile and its number is reused.
            connection = socket.socket(fileno=os.dup(int(entry.name)))
            if _is_to(port, connection):
                yield connection
            else:
                connection.close()


def _is_to(port: int, connection: socket.socket) -> bool:
    if connection.family not in (socket.AF_INET, socket.AF_INET6) or connection.type != socket.SOCK_STREAM:
        return False
    try:
        connection.getpeername()  # the listening socket has none
        return bool(connection.getsockname()[1] == port)
    except OSError:
        return False


def _bytes_to_send(connection: socket.socket) -> int:
    answer: bytes = fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, b"\0" * 4)
    return int(struct.unpack("i", answer)[0])


def _bytes_taken(connection: socket.socket) -> int:
    info = connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, TCP_INFO_BYTES)
    return int(struct.unpack_from("Q", info, BYTES_ACKED_OFFSET)[0]) if len(info) >= BYTES_ACKED_OFFSET + 8 else 0
