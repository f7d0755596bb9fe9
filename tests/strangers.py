"""An HTTP server on loopback that plays the sites of strangers, well- or ill-behaved as a test chooses."""

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Misdeed = Callable[["Handler"], None]


@dataclass
class Page:
    """What the server answers at a path."""

    body: bytes = b""
    content_type: str = "application/rss+xml"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Handler(BaseHTTPRequestHandler):
    server: Any
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
        page = self.server.pages.get(self.path, Page(status=404))
        with suppress(ConnectionError):  # the client may hang up first
            if callable(page):
                self.close_connection = True
                page(self)
            else:
                self.answer(page)

    def answer(self, page: Page) -> None:
        etag = page.headers.get("ETag")
        status = 304 if etag and self.headers.get("If-None-Match") == etag else page.status
        body = page.body if status == 200 else b""
        self.send_response(status)
        for name, value in {"Content-Type": page.content_type, **page.headers}.items():
            self.send_header(name, value)
        if status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.pages: dict[str, Page | Misdeed] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the client hung up


@contextmanager
def strangers() -> Iterator[Server]:
    """Run a server, and yield it; it ends with the context."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


# -- misdeeds ----------------------------------------------------------------------------------------------------------


def drips_its_headers(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    for n in range(10_000):
        handler.wfile.write(f"X-{n}: a\r\n".encode())
        time.sleep(0.05)


def drips_its_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n\r\n<rss>")
    for _n in range(10_000):
        handler.wfile.write(b" ")
        time.sleep(0.05)


def says_nothing(handler: Handler) -> None:
    time.sleep(60)


def speaks_no_http(handler: Handler) -> None:
    handler.wfile.write(b"220 ftp.example.org ready\r\n")


def hangs_up(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n<rss>")
    handler.connection.shutdown(socket.SHUT_RDWR)


def sends_without_end(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        handler.wfile.write(b"<a>" * 20_000)


def bomb(megabytes: int = 200) -> Page:
    """Return a small answer that unpacks to so many megabytes."""
    return Page(gzip.compress(b"\0" * megabytes * 1024 * 1024, 9), headers={"Content-Encoding": "gzip"})
