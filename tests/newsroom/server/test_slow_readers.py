"""Who takes an answer too slowly is cut off; who takes it at a telephone's pace is not."""

import socket
import sys
from unittest import TestCase, skipUnless

from newsroom.server.slow_readers import MIN_BYTES_PER_SECOND, WATCH_SECONDS, SlowReaders

ANSWER = b"a" * 8_000_000


@skipUnless(sys.platform == "linux", "only Linux says how many bytes of a connection wait")
class SlowReadersTests(TestCase):
    def setUp(self) -> None:
        self.server = self.enterContext(socket.create_server(("127.0.0.1", 0)))
        self.watcher = SlowReaders(self.server.getsockname()[1])

    def connect(self) -> tuple[socket.socket, socket.socket]:
        """Return a client that takes little at once, and its connection at the server with a long answer in it."""
        client = self.enterContext(socket.socket())
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.connect(self.server.getsockname())
        connection = self.enterContext(self.server.accept()[0])
        connection.setblocking(False)
        connection.send(ANSWER)
        return client, connection

    def test_it_cuts_off_a_client_that_takes_nothing(self) -> None:
        client, connection = self.connect()
        self.assertEqual(self.watcher.check(0), 0)
        self.assertEqual(self.watcher.check(WATCH_SECONDS - 1), 0)
        self.assertEqual(self.watcher.check(WATCH_SECONDS), 1)
        with self.assertRaises(OSError):
            connection.send(b"more")
        connection.close()  # as the server does then
        client.settimeout(5)
        with self.assertRaises(OSError):  # a reset: nothing more is offered
            while client.recv(65536):
                pass

    def test_it_leaves_a_client_that_takes_enough(self) -> None:
        client, _connection = self.connect()
        self.watcher.check(0)
        taken = 0
        while taken < 2 * MIN_BYTES_PER_SECOND * WATCH_SECONDS:
            taken += len(client.recv(65536))
        self.assertEqual(self.watcher.check(WATCH_SECONDS), 0)
        self.assertEqual(self.watcher.check(2 * WATCH_SECONDS), 1, "it was given a second time, and took nothing")

    def test_it_leaves_who_has_taken_all_and_other_ports(self) -> None:
        client = self.enterContext(socket.create_connection(self.server.getsockname()))
        quiet = self.enterContext(self.server.accept()[0])
        self.connect()
        other = SlowReaders(1)
        for watcher, cut in ((other, 0), (self.watcher, 1)):
            watcher.check(0)
            self.assertEqual(watcher.check(WATCH_SECONDS), cut)
        client.sendall(b"still here")
        self.assertEqual(quiet.recv(100), b"still here")
