"""An edge's side of a purge: a server on loopback that remembers what it was told, and answers as a test wants."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from unittest import TestCase


class Listening(ThreadingHTTPServer):
    """`told` has what came in, in order: the tags of each request. `status` is what it answers."""

    @classmethod
    def of(cls, test: type[TestCase]) -> Self:
        """Return one that listens until the tests of a class are over."""
        server = cls(("127.0.0.1", 0), _Handler)
        server.told, server.status = list[set[str]](), 200
        server.requests = list[tuple[str, str, dict[str, str]]]()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        test.addClassCleanup(server.server_close)
        test.addClassCleanup(server.shutdown)
        return server


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def do_PURGE(self) -> None:
        """As deploy/varnish.vcl: the tags stand in a header."""
        self._answer(set(self.headers["xkey"].split()))

    def do_POST(self) -> None:
        """As Fastly's API: the tags are JSON."""
        self._answer(set(json.loads(self.rfile.read(int(self.headers["Content-Length"])))["surrogate_keys"]))

    def _answer(self, tags: set[str]) -> None:
        self.server.requests.append((self.command, self.path, dict(self.headers)))
        if self.server.status == 200:
            self.server.told.append(tags)
        self.send_response(self.server.status)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: Any) -> None:
        pass
