"""Hundreds of slow connections at once: readers go on reading, and the connections end."""

import http.client
import socket
from unittest import TestCase

import pytest

from tests.hostile.connections import KINDS, SlowConnections, time_of
from tests.hostile.site import SITE, Served, served
from tests.living.processes import wait_until

pytestmark = pytest.mark.server
COUNT = 200
# The longest of them: a slow reader's 20 s, looked at every 5; and what a busy machine adds.
ALL_ENDED_SECONDS = 60


class SlowConnectionsTests(TestCase):
    site: Served

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.site = cls.enterClassContext(served())

    def test_it_answers_readers_and_probes_beside_them_and_ends_them_all(self) -> None:
        with SlowConnections(self.site.port, SITE, COUNT, "/") as slow:
            answers = [time_of(self.site.port, SITE, path)[1] for path in ("/", "/healthz") * 20]
            self.assertEqual(set(answers), {200})
            # That was read beside them, not after: they are all still there.
            self.assertEqual(
                {kind: slow.still_open()[kind] for kind in ("head", "body")}, {"head": COUNT, "body": COUNT}
            )
            wait_until(lambda: not any(slow.still_open().values()), ALL_ENDED_SECONDS, "the end of all")
            self.assertEqual(set(slow.still_open()), set(KINDS))
            self.assertEqual(time_of(self.site.port, SITE, "/")[1], 200)

    def say(self, request: bytes) -> tuple[int, bytes]:
        """Send raw bytes; return the status and the text of the answer, read to the connection's end or 15 s."""
        with socket.create_connection(("127.0.0.1", self.site.port), timeout=15) as connection:
            connection.sendall(request)
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            return answer.status, answer.read()

    def test_it_refuses_large_bodies_of_anybody_unread(self) -> None:
        for path in ("/c/article/1/", "/contact/", "/", "/admin/login/", "/admin/articles/image/add/"):
            host = "localhost" if path.startswith("/admin") else SITE
            head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: multipart/form-data; boundary=x\r\n"
            status, text = self.say(f"{head}Content-Length: 300000000\r\n\r\n".encode())
            self.assertEqual((status, b"65,536 bytes" in text), (413, True), path)
            chunk = b"10000\r\n" + b"a" * 65536 + b"\r\n"
            status, _text = self.say(f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 2)
            self.assertEqual(status, 413, path)

    def test_it_bounds_the_head_of_a_request(self) -> None:
        start = f"GET / HTTP/1.1\r\nHost: {SITE}\r\n".encode()
        self.assertEqual(self.say(start + b"X-Long: " + b"a" * 65536 + b"\r\n\r\n")[0], 431)
        many = b"".join(b"X-%d: 1\r\n" % n for n in range(200))
        self.assertEqual(self.say(start + many + b"\r\n")[0], 431)
        self.assertEqual(self.say(b"GET /" + b"a" * 65536 + b" HTTP/1.1\r\nHost: a\r\n\r\n")[0], 431)

    def test_it_ends_a_connection_that_asks_for_nothing_more(self) -> None:
        with socket.create_connection(("127.0.0.1", self.site.port), timeout=30) as idle:
            idle.sendall(f"GET /healthz HTTP/1.1\r\nHost: {SITE}\r\n\r\n".encode())
            received = b""
            while chunk := idle.recv(4096):  # until the server ends it: a timeout fails the test
                received += chunk
        self.assertIn(b"ok", received)
