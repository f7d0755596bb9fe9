"""Whether the other end of a connection of this machine still holds it."""

import socket
from contextlib import closing
from unittest import TestCase

from newsroom.pagecache.edges.sockets import is_held


class IsHeldTests(TestCase):
    def ends(self, family: socket.AddressFamily, address: str) -> tuple[socket.socket, socket.socket]:
        """A connection: the client's end and the server's."""
        with closing(socket.create_server((address, 0), family=family)) as listening:
            client = socket.create_connection(listening.getsockname()[:2])
            server, _address = listening.accept()
        self.addCleanup(server.close)
        self.addCleanup(client.close)
        return client, server

    def test_until_the_client_closes_it_whatever_the_server_does(self) -> None:
        for family, address in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            client, server = self.ends(family, address)
            names = client.getsockname()[:2], client.getpeername()[:2]
            self.assertIs(is_held(*names), True)
            server.sendall(b"an answer that is not read")
            server.close()
            self.assertIs(is_held(*names), True)
            client.close()
            self.assertIs(is_held(*names), False)

    def test_it_does_not_know_of_what_is_no_address(self) -> None:
        self.assertIsNone(is_held(("", 0), ("", 0)))
        self.assertIsNone(is_held(("a socket", 1), ("127.0.0.1", 80)))
        self.assertIsNone(is_held(("127.0.0.1", 70_000), ("127.0.0.1", 80)))
