"""The client of a request: forged headers gain nothing."""

from ipaddress import ip_network
from unittest import TestCase

from newsroom.lib.client import Client, client_of

PROXIES = [ip_network("10.0.0.0/8"), ip_network("::1")]


class ClientTests(TestCase):
    def test_it_believes_the_connection_where_no_proxy_is_trusted(self) -> None:
        meta = {"REMOTE_ADDR": "203.0.113.7", "REMOTE_PORT": "50112", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}
        self.assertEqual(client_of(meta, []), Client("203.0.113.7", 50112))

    def test_it_believes_no_header_from_a_stranger(self) -> None:
        meta = {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_FORWARDED_FOR": "1.2.3.4", "HTTP_X_REAL_PORT": "9"}
        self.assertEqual(client_of(meta, PROXIES), Client("203.0.113.7", 0))

    def test_it_takes_what_a_trusted_proxy_wrote_and_not_what_the_reader_put_before(self) -> None:
        meta = {"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 203.0.113.7", "HTTP_X_REAL_PORT": "50112"}
        self.assertEqual(client_of(meta, PROXIES), Client("203.0.113.7", 50112))

    def test_it_takes_the_port_from_one_header_and_an_address_with_its_port(self) -> None:
        meta = {"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7:4711", "HTTP_X_REAL_PORT": "50112"}
        self.assertEqual(
            client_of({**meta, "HTTP_X_FORWARDED_CLIENT_PORT": "1"}, PROXIES), Client("203.0.113.7", 50112)
        )
        meta["HTTP_X_FORWARDED_FOR"] = "[2001:db8::7]:4711"
        self.assertEqual(client_of(meta, PROXIES).address, "2001:db8::7")

    def test_it_goes_through_a_chain_of_proxies(self) -> None:
        meta = {"REMOTE_ADDR": "::1", "HTTP_X_FORWARDED_FOR": "6.6.6.6, 203.0.113.7, 10.2.2.2"}
        self.assertEqual(client_of(meta, PROXIES).address, "203.0.113.7")

    def test_it_stops_at_what_is_no_address(self) -> None:
        meta = {"REMOTE_ADDR": "10.1.1.1", "HTTP_X_FORWARDED_FOR": "203.0.113.7, <script>"}
        self.assertEqual(client_of(meta, PROXIES).address, "10.1.1.1")

    def test_it_takes_a_mapped_address_for_what_it_maps(self) -> None:
        self.assertEqual(client_of({"REMOTE_ADDR": "::ffff:203.0.113.7"}, []).address, "203.0.113.7")

    def test_it_survives_a_socket_and_nonsense(self) -> None:
        for address in ("", "unix:", "a" * 100_000):
            self.assertEqual(client_of({"REMOTE_ADDR": address, "REMOTE_PORT": "x" * 99}, []), Client("", 0))
        self.assertEqual(client_of({"REMOTE_ADDR": "1.1.1.1", "REMOTE_PORT": "99999"}, []).port, 0)

    def test_it_takes_a_home_for_one_network(self) -> None:
        self.assertEqual(Client("2001:db8:1:2:aaaa::1", 0).network, Client("2001:db8:1:2:bbbb::9", 0).network)
        self.assertNotEqual(Client("2001:db8:1:2::1", 0).network, Client("2001:db8:1:3::1", 0).network)
        self.assertEqual(Client("203.0.113.7", 0).network, "203.0.113.7")
        self.assertEqual(Client("", 0).network, "")
