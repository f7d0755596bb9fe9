"""Fetching from strangers, asked of a real server and of names that lead astray."""

import gzip
import io
import socket
import tracemalloc
import zlib
from typing import Any
from unittest import TestCase
from unittest.mock import patch

import httpcore

from newsroom.lib.http import Answer, Limits, Unfetched, checked, fetch
from tests import strangers
from tests.strangers import Page

HERE = ("127.0.0.1",)


def names_are(known: dict[str, list[str]]) -> Any:
    """A resolver that knows these names, and numbers for what they are."""

    def resolve(host: str, port: int, *more: Any, **others: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in known.get(host, [host])]

    return patch("socket.getaddrinfo", resolve)


class FetchTestCase(TestCase):
    server: strangers.Server

    def setUp(self) -> None:
        self.server = self.enterContext(strangers.strangers())

    def fetch(self, path: str = "/", allowed: Any = HERE, **options: Any) -> tuple[Answer, bytes]:
        url = path if "://" in path else self.server.origin + path
        limits = Limits(**{"seconds": 5, "bytes": 100_000, **options.pop("limits", {})})
        file = io.BytesIO()
        return fetch(url, file, limits=limits, allowed_hosts=allowed, **options), file.getvalue()

    def refused(self, path: str, **options: Any) -> str:
        with self.assertRaises(Unfetched) as caught:
            self.fetch(path, **options)
        return caught.exception.code


class AnswerTests(FetchTestCase):
    def test_it_brings_the_body_and_the_headers(self) -> None:
        self.server.pages["/"] = Page(b"<rss/>", headers={"ETag": '"1"'})
        answer, body = self.fetch()
        self.assertEqual((answer.status, answer.headers["etag"], body), (200, '"1"', b"<rss/>"))

    def test_it_sends_what_is_known(self) -> None:
        self.server.pages["/"] = Page(b"<rss/>", headers={"ETag": '"é"'})
        answer, body = self.fetch(headers={"If-None-Match": '"é"', "User-Agent": "Newsroom"})
        self.assertEqual((answer.status, body), (304, b""))
        self.assertEqual(self.server.asked[0][1]["user-agent"], "Newsroom")

    def test_it_unpacks(self) -> None:
        packed = gzip.compress(b"<rss/>" * 1_000)
        self.server.pages["/"] = Page(packed, headers={"Content-Encoding": "gzip"})
        self.assertEqual(self.fetch()[1], b"<rss/>" * 1_000)

    def test_it_unpacks_whatever_way_it_is_packed(self) -> None:
        body = b"<rss>" + bytes(range(256)) * 2_000
        bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        packed = {
            "deflate": zlib.compress(body), "deflate, no head": bare.compress(body) + bare.flush(),
            "gzip, members": gzip.compress(body[:70_000]) + gzip.compress(body[70_000:]),
            "gzip, padded": gzip.compress(body) + b"\0" * 512, "x-gzip": gzip.compress(body),
        }  # fmt: skip
        for name, sent in packed.items():
            self.server.pages["/"] = Page(sent, headers={"Content-Encoding": name.partition(",")[0]})
            with self.subTest(name):
                self.assertEqual(self.fetch(limits={"bytes": 10**6})[1], body)

    def test_it_follows_redirects_and_says_where_they_led(self) -> None:
        self.server.pages["/"] = Page(status=301, headers={"Location": "/a?x=é"})
        self.server.pages["/a?x=%C3%A9"] = Page(b"x")
        self.assertEqual(self.fetch()[0].url, f"{self.server.origin}/a?x=%C3%A9")

    def test_it_follows_an_address_in_raw_letters(self) -> None:
        raw = "/actualité/".encode()
        self.server.pages |= {
            "/": Page(status=301, headers={"Location": raw.decode("latin-1")}),
            "/old": Page(status=301),
        }
        self.server.pages["/actualit%C3%A9/"] = Page(b"x")
        self.assertEqual(self.fetch()[1], b"x")
        self.server.pages["/"] = Page(status=301, headers={"Location": "/actualité/"})  # Latin-1, as this server writes
        self.assertEqual(self.fetch()[1], b"x")

    def test_it_takes_an_error_for_an_answer_without_its_body(self) -> None:
        self.server.pages["/"] = Page(b"x" * 1_000, status=503, headers={"Retry-After": "60"})
        answer, body = self.fetch()
        self.assertEqual((answer.status, answer.headers["retry-after"], body), (503, "60", b""))


class BoundTests(FetchTestCase):
    def test_it_ends_what_drips_or_is_silent(self) -> None:
        for misdeed in (strangers.drips_its_headers, strangers.drips_its_body, strangers.says_nothing):
            self.server.pages["/"] = misdeed
            with self.subTest(misdeed.__name__):
                self.assertEqual(self.refused("/", limits={"seconds": 0.5}), "too_slow")

    def test_it_gives_redirects_no_time_of_their_own(self) -> None:
        def slow(handler: strangers.Handler) -> None:
            strangers.time.sleep(0.2)
            handler.answer(Page(status=302, headers={"Location": "/"}))

        self.server.pages["/"] = slow
        self.assertEqual(self.refused("/", limits={"seconds": 0.5, "redirects": 100}), "too_slow")

    def test_it_ends_what_is_too_large_packed_or_not(self) -> None:
        self.server.pages |= {"/endless": strangers.sends_without_end, "/bomb": strangers.bomb()}
        for path in ("/endless", "/bomb"):
            with self.subTest(path):
                self.assertEqual(self.refused(path), "too_large")

    def test_a_bomb_is_never_held(self) -> None:
        self.server.pages["/"] = strangers.bomb(50)
        tracemalloc.start()
        self.refused("/", limits={"bytes": 4 * 1024 * 1024})
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.assertLess(peak, 12 * 1024 * 1024)

    def test_it_ends_redirects_without_end(self) -> None:
        self.server.pages["/"] = Page(status=302, headers={"Location": "/"})
        self.assertEqual(self.refused("/"), "redirects")
        self.assertEqual(len(self.server.asked), 6)

    def test_it_names_what_else_goes_wrong(self) -> None:
        self.server.pages |= {
            "/ftp": strangers.speaks_no_http,
            "/half": strangers.hangs_up,
            "/zstd": Page(b"x", headers={"Content-Encoding": "zstd"}),
            "/not-gzip": Page(b"plain", headers={"Content-Encoding": "gzip"}),
            "/half-gzip": Page(gzip.compress(b"x" * 999)[:-12], headers={"Content-Encoding": "gzip"}),
            "/led-astray": Page(status=302, headers={"Location": "http://[::1"}),
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            closed = f"http://127.0.0.1:{free.getsockname()[1]}/"
        codes = {
            "/ftp": "protocol", "/half": "protocol", "/zstd": "protocol", "/not-gzip": "protocol",
            "/half-gzip": "protocol", "/led-astray": "address",
            closed: "unreachable", self.server.origin.replace("http", "https"): "tls",
        }  # fmt: skip
        for path, code in codes.items():
            with self.subTest(path):
                self.assertEqual(self.refused(path), code)


class AddressTests(FetchTestCase):
    def test_it_asks_no_private_network(self) -> None:
        for host in (
            "127.0.0.1", "localhost", "10.1.2.3", "172.16.0.1", "192.168.0.1", "100.64.0.1", "169.254.169.254",
            "0.0.0.0", "2130706433", "0x7f.1", "017700000001", "224.0.0.1", "255.255.255.255", "[::]", "[::1]",
            "[fe80::1]", "[fd00:ec2::254]", "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[64:ff9b::7f00:1]",
            "[2002:7f00:1::]", "[ff02::1]", "168.63.129.16",
        ):  # fmt: skip
            with self.subTest(host):
                self.assertEqual(
                    self.refused(f"http://{host}:{self.server.server_port}/", allowed=()), "forbidden_address"
                )
        self.assertEqual(self.server.asked, [])

    def test_a_redirect_leads_there_no_more_than_a_link(self) -> None:
        for to in ("http://169.254.169.254/latest/", f"http://localhost:{self.server.server_port}/", "//[::1]/"):
            self.server.pages["/"] = Page(status=307, headers={"Location": to})
            with self.subTest(to):
                self.assertEqual(self.refused("/"), "forbidden_address")

    def test_a_stranger_leads_to_no_host_that_is_allowed(self) -> None:
        self.server.pages |= {"/": Page(status=302, headers={"Location": "/a"}), "/a": Page(b"x")}
        self.assertEqual(self.fetch()[1], b"x")  # one that is allowed leads on to itself
        to = f"http://127.0.0.1:{self.server.server_port}/a"
        self.server.pages["/"] = Page(status=302, headers={"Location": to})
        real = httpcore.SyncBackend.connect_tcp

        def connect(backend: Any, host: str, port: int, timeout: float, *more: Any) -> Any:
            return real(backend, "127.0.0.1", self.server.server_port, timeout)

        names = names_are({"stranger.example": ["93.184.215.14"]})
        with names, patch.object(httpcore.SyncBackend, "connect_tcp", connect):
            self.assertEqual(self.refused("http://stranger.example/"), "forbidden_address")

    def test_an_address_that_answers_nobody_leaves_time_for_the_next(self) -> None:
        self.server.pages["/"] = Page(b"x")
        real = httpcore.SyncBackend.connect_tcp

        def connect(backend: Any, host: str, port: int, timeout: float, *more: Any) -> Any:
            if host != "127.0.0.1":
                strangers.time.sleep(timeout)
                raise httpcore.ConnectTimeout("nobody")
            return real(backend, host, self.server.server_port, timeout)

        names = names_are({"two.example": ["93.184.215.14", "127.0.0.1"]})
        with names, patch.object(httpcore.SyncBackend, "connect_tcp", connect):
            answer = self.fetch("http://two.example/", allowed=("two.example",), limits={"seconds": 1})
        self.assertEqual(answer[1], b"x")

    def test_a_name_that_answers_twice_differently_gains_nothing(self) -> None:
        answers = iter(["93.184.215.14", "127.0.0.1", "127.0.0.1"])

        def rebinding(host: str, port: int, **more: Any) -> list[Any]:
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), port))]

        def connect(self: Any, host: str, port: int, *more: Any, **others: Any) -> Any:
            connected.append(host)
            raise httpcore.ConnectError("not in a test")

        connected: list[str] = []
        with patch("socket.getaddrinfo", rebinding), patch.object(httpcore.SyncBackend, "connect_tcp", connect):
            self.assertEqual(self.refused("http://rebind.example/"), "unreachable")
            self.assertEqual(connected, ["93.184.215.14"])
            self.assertEqual(self.refused("http://rebind.example/"), "forbidden_address")

    def test_one_private_address_among_public_ones_is_enough(self) -> None:
        rows = [(0, 0, 0, "", (address, 80)) for address in ("93.184.215.14", "10.0.0.1")]
        with patch("socket.getaddrinfo", return_value=rows):
            self.assertEqual(self.refused("http://both.example/"), "forbidden_address")

    def test_a_name_without_address_is_an_error_of_its_own(self) -> None:
        with patch("socket.getaddrinfo", side_effect=socket.gaierror("no")):
            self.assertEqual(self.refused("http://nowhere.example/"), "unknown_host")

    def test_a_resolver_that_hangs_is_left_behind(self) -> None:
        with patch("socket.getaddrinfo", side_effect=lambda *a, **k: strangers.time.sleep(2)):
            self.assertEqual(self.refused("http://slow.example/", limits={"seconds": 0.2}), "too_slow")

    def test_it_takes_http_and_https_only(self) -> None:
        for url in (
            "ftp://example.org/", "file:///etc/passwd", "gopher://x/", "http:///x", "http://", "http://[", "x", "",
            "http://user:secret@example.org/", "http://:www.lemonde.fr@example.org/",
            "http://a..b/", f"http://example.org/{'x' * 2_000}", "http://a:99999/",
        ):  # fmt: skip
            with self.subTest(url), self.assertRaises(Unfetched) as caught:
                checked(url)
            self.assertEqual(caught.exception.code, "address")

    def test_it_writes_addresses_as_servers_know_them(self) -> None:
        self.assertEqual(checked("http://Bücher.example:80/é à#x"), "http://xn--bcher-kva.example:80/%C3%A9%20%C3%A0")
