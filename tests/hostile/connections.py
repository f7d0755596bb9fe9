"""Clients that are slow on purpose: they send a head or a body in drops, or never take their answer."""

import http.client
import socket
import threading
import time
from contextlib import suppress
from types import TracebackType
from typing import Self

KINDS = ("head", "body", "chunked body", "answer")


class SlowConnections:
    """`count` connections of each kind to a site, held open and fed a byte a second within the context."""

    def __init__(self, port: int, host: str, count: int, path: str):
        self.port, self.host, self.count, self.path = port, host, count, path
        self.open: dict[str, list[socket.socket]] = {}
        self.ended = threading.Event()

    def __enter__(self) -> Self:
        for kind in KINDS:
            self.open[kind] = [self._begin(kind) for _ in range(self.count)]
        threading.Thread(target=self._drip, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ended.set()
        for connections in self.open.values():
            for connection in connections:
                connection.close()

    def still_open(self) -> dict[str, int]:
        """Return how many connections of each kind the server still holds."""
        return {kind: sum(map(_is_open, connections)) for kind, connections in self.open.items()}

    def _begin(self, kind: str) -> socket.socket:
        get, post = f"GET / HTTP/1.1\r\nHost: {self.host}", f"POST /c/article/1/ HTTP/1.1\r\nHost: {self.host}"
        post += "\r\nContent-Type: application/x-www-form-urlencoded"
        text = {
            "head": f"{get}\r\nX-Slow: ",
            "body": f"{post}\r\nContent-Length: 5000\r\n\r\ntext=",
            "chunked body": f"{post}\r\nTransfer-Encoding: chunked\r\n\r\n",
            "answer": f"{get.replace(' / ', f' {self.path} ')}\r\n\r\n",
        }[kind]
        connection = socket.socket()
        if kind == "answer":
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", self.port))
        connection.sendall(text.encode())
        return connection

    def _drip(self) -> None:
        while not self.ended.wait(1):
            for kind in ("head", "body"):
                for connection in self.open[kind]:
                    with suppress(OSError):
                        connection.sendall(b"a")


def _is_open(connection: socket.socket) -> bool:
    connection.setblocking(False)
    try:
        # What had arrived before the server gave up may be read first. Taking more here would be reading.
        for _ in range(64):
            if not connection.recv(4096):
                return False
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def time_of(port: int, host: str, path: str) -> tuple[float, int]:
    """Return the seconds that a reader waits for a page, and its status. Raises OSError after 30 s."""
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request("GET", path, headers={"Host": host})
        answer = connection.getresponse()
        answer.read()
        return time.perf_counter() - begun, answer.status
    finally:
        connection.close()
