"""deploy/varnish.vcl in a real Varnish, in front of a server that answers as Newsroom does."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from unittest import TestCase, skipIf

from tests.living.processes import wait_until
from tests.newsroom.pagecache.edges.varnishd import MISSING, RunningVarnish, varnish

LONG_FOR_EVER = "public, max-age=31536000, immutable"


class Origin(ThreadingHTTPServer):
    """What stands behind Varnish: each page says how often it was rendered. Tests change what it answers."""

    def __init__(self) -> None:
        self.requests: list[Any] = []
        self.reset()
        super().__init__(("127.0.0.1", 0), OriginHandler)

    def reset(self) -> None:
        self.requests.clear()
        self.status, self.seconds = 200, 30
        self.tags: tuple[str, ...] = ("all", "article:1")
        self.headers: dict[str, str] = {}
        self.while_rendering: Callable[[], object] = lambda: None


class OriginHandler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Origin

    def do_GET(self) -> None:
        if self.path == "/static/desk/icon.svg" and self.headers["Host"] == "localhost":  # the probe
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.server.requests.append((self.path, dict(self.headers)))
        length = int(self.headers.get("Content-Length", 0))
        self.rfile.read(length)
        body = f"made {len(self.server.requests)}".encode()
        self.server.while_rendering()
        self.send_response(self.server.status)
        kept = {"Surrogate-Control": f"max-age={self.server.seconds}", "Cache-Control": "no-cache", "ETag": '"e"'}
        for name, value in {**(kept if self.server.tags else {}), **self.server.headers}.items():
            self.send_header(name, value)
        for tag in self.server.tags:
            self.send_header("xkey", tag)
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


@skipIf(MISSING, MISSING)
class VarnishTestCase(TestCase):
    origin: Origin
    edge: RunningVarnish

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        stack = ExitStack()
        cls.addClassCleanup(stack.close)
        cls.origin = Origin()
        stack.callback(cls.origin.server_close)
        threading.Thread(target=cls.origin.serve_forever, daemon=True).start()
        stack.callback(cls.origin.shutdown)
        cls.edge = stack.enter_context(varnish(cls.origin.server_port))

    def setUp(self) -> None:
        self.origin.reset()
        self.edge.purge("all")
        time.sleep(0.03)  # what is fetched within 10 ms of a purge is not kept

    def made(self, path: str = "/", **how: str) -> str:
        return self.edge.ask(path, **how).body.decode()


class KeptTests(VarnishTestCase):
    def test_it_gives_a_page_that_it_kept(self) -> None:
        first, second = self.edge.ask("/"), self.edge.ask("/")
        self.assertEqual((first.is_hit, second.is_hit), (False, True))
        self.assertEqual((second.status, second.body), (200, b"made 1"))

    def test_it_shows_readers_what_the_site_says_to_browsers_and_nothing_of_the_edge(self) -> None:
        self.origin.headers = {"Surrogate-Key": "all", "Cache-Tag": "all"}
        for _time in range(2):
            headers = self.edge.ask("/").headers
            self.assertEqual(headers["cache-control"], "no-cache")
            for name in ("xkey", "surrogate-control", "surrogate-key", "cache-tag"):
                self.assertNotIn(name, headers)

    def test_it_keeps_a_page_no_longer_than_the_site_says(self) -> None:
        self.origin.seconds = 1
        self.assertEqual(self.made(), "made 1")
        self.assertEqual(self.made(), "made 1")
        time.sleep(1.1)
        self.assertEqual(self.made(), "made 2")
        self.assertNotIn("If-None-Match", self.origin.requests[-1][1])

    def test_it_keeps_nothing_that_the_site_does_not_say_to_be_for_all(self) -> None:
        for change in ({"tags": ()}, {"headers": {"Set-Cookie": "a=b"}}, {"status": 404}, {"seconds": 0}):
            self.origin.reset()
            for name, value in change.items():
                setattr(self.origin, name, value)
            path = f"/{next(iter(change))}/"
            self.assertEqual([self.made(path), self.made(path)], ["made 1", "made 2"], change)

    def test_it_keeps_what_the_site_could_not_give_to_all_a_moment_ago(self) -> None:
        self.origin.status = 404
        self.made("/soon/")
        self.origin.status = 200
        self.assertEqual([self.made("/soon/"), self.made("/soon/")], ["made 2", "made 2"])

    def test_it_keeps_files_and_those_of_images_for_a_minute(self) -> None:
        self.origin.tags, self.origin.headers = (), {"Cache-Control": LONG_FOR_EVER}
        for path in ("/static/site.css", "/media/a.jpg"):
            first = self.edge.ask(path)
            self.assertEqual(self.edge.ask(path).body, first.body)
            self.assertEqual(first.headers["cache-control"], LONG_FOR_EVER)
        wait_until(lambda: self.edge.seconds_kept("/media/a.jpg") == 60, 10, "a line in the log")

    def test_it_answers_who_has_the_page_without_asking_the_site(self) -> None:
        self.made()
        again = self.edge.ask("/", If_None_Match='"e"')
        self.assertEqual((again.status, len(self.origin.requests)), (304, 1))

    def test_one_render_serves_all_who_ask_for_a_cold_page(self) -> None:
        self.origin.while_rendering = lambda: time.sleep(0.3)
        with ThreadPoolExecutor(8) as readers:
            bodies = set(readers.map(lambda _n: self.made("/cold/"), range(8)))
        self.assertEqual((bodies, len(self.origin.requests)), ({"made 1"}, 1))


class RequestTests(VarnishTestCase):
    def test_it_is_the_same_page_however_a_host_is_written(self) -> None:
        for host in ("kg.example", "KG.example", "kg.example:80", "kg.example.", "kg.example.:8080"):
            self.assertEqual(self.made(host=host), "made 1", host)
        self.assertEqual(self.made(host="ia.example"), "made 2")

    def test_it_refuses_what_is_no_host(self) -> None:
        for host in ("kg.example/evil", "", "kg.example evil", "user@kg.example", "[::1]"):
            self.assertEqual(self.edge.ask("/", host=host).status, 400, host)
        self.assertEqual(self.origin.requests, [])

    def test_a_host_in_the_request_line_is_the_host(self) -> None:
        said = self.edge.raw(b"GET http://ia.example/ HTTP/1.1\r\nHost: kg.example\r\nConnection: close\r\n\r\n")
        self.assertIn(b"made 1", said)
        self.assertEqual(self.origin.requests[0][1]["Host"], "ia.example")
        self.assertEqual(self.made(), "made 2", "nothing was kept for the other")

    def test_two_hosts_are_none(self) -> None:
        said = self.edge.raw(b"GET / HTTP/1.1\r\nHost: kg.example\r\nHost: evil\r\nConnection: close\r\n\r\n")
        self.assertIn(b" 400 ", said)

    def test_it_gives_the_page_to_who_comes_from_a_campaign(self) -> None:
        self.made()
        for query in ("?utm_source=x&utm_medium=y", "?fbclid=1", "?gclid", "?", "?at_campaign=a&mc_cid=b"):
            self.assertEqual(self.made(f"/{query}"), "made 1", query)

    def test_it_leaves_every_other_query_to_the_site(self) -> None:
        for n, query in enumerate(
            ("?q=mars", "?utm_source=x&q=mars", "?q=1&fbclid=2", "?utm%5Fsource=1", "?a?utm_x=1"), 1
        ):
            self.assertEqual(self.made(f"/{query}"), f"made {n}")
            self.assertEqual(self.origin.requests[-1][0], f"/{query}")

    def test_the_site_sees_the_campaign_of_who_is_redirected(self) -> None:
        self.origin.status, self.origin.tags = 301, ()
        self.made("/old/?utm_source=x")
        self.assertEqual(self.origin.requests[-1][0], "/old/?utm_source=x")

    def test_cookies_and_encodings_make_no_other_page(self) -> None:
        for headers in ({"Cookie": "sessionid=1"}, {}, {"Accept_Encoding": "gzip"}, {"Accept_Encoding": "br, x"},
                        {"User_Agent": "x", "Accept_Language": "de"}, {"X_Forwarded_Host": "evil"}):  # fmt: skip
            self.assertEqual(self.made(**headers), "made 1", headers)
        self.assertNotIn("Cookie", self.origin.requests[0][1])

    def test_the_desk_and_pages_of_one_reader_go_their_way_with_their_cookies(self) -> None:
        self.origin.headers = {"Set-Cookie": "sessionid=2"}
        for n, path in enumerate(("/admin/", "/c/article/1/", "/preview/abc/", "/admin/articles/?q=1"), 1):
            answer = self.edge.ask(path, Cookie="sessionid=1", host="Desk.example:81")
            self.assertEqual((answer.body, answer.headers["set-cookie"]), (f"made {n}".encode(), "sessionid=2"))
            self.assertEqual(self.origin.requests[-1][1]["Cookie"], "sessionid=1")
            self.assertEqual(self.origin.requests[-1][1]["Host"], "Desk.example:81")

    def test_who_is_somebody_and_who_sends_something_is_answered_by_the_site(self) -> None:
        self.made()
        self.assertEqual(self.made(Authorization="Basic x"), "made 2")
        self.assertEqual(self.edge.ask("/", method="POST").body, b"made 3")
        self.assertEqual(self.made(), "made 1")

    def test_it_knows_three_methods(self) -> None:
        for method in ("PURGE", "BAN", "TRACE", "CONNECT", "OPTIONS", "PUT", "GEt"):
            answer = self.edge.ask("/", method=method, xkey="all")
            self.assertEqual((answer.status, answer.headers.get("allow")), (405, "GET, HEAD, POST"), method)
        self.assertEqual(self.origin.requests, [])

    def test_only_who_ends_tls_says_that_a_request_was_secure(self) -> None:
        self.assertEqual([self.made(X_Forwarded_Proto=scheme) for scheme in ("https", "http", "ftp")],
                         ["made 1", "made 2", "made 2"])  # fmt: skip
        self.assertEqual(self.origin.requests[0][1]["X-Forwarded-Proto"], "https")
        self.assertNotIn("X-Forwarded-Proto", self.origin.requests[1][1])

    def test_the_site_is_told_whom_it_answers(self) -> None:
        self.edge.ask("/c/article/1/", X_Forwarded_For="9.9.9.9")
        self.assertEqual(self.origin.requests[0][1]["X-Forwarded-For"], "9.9.9.9, 127.0.0.1")


class PurgeTests(VarnishTestCase):
    def test_it_drops_what_bears_one_of_the_tags_and_nothing_else(self) -> None:
        self.made("/one/")
        self.origin.tags = ("all", "article:2", "section:3")
        self.made("/two/")
        self.edge.purge("article:9", "section:3")
        time.sleep(0.03)
        self.assertEqual([self.made("/one/"), self.made("/two/"), self.made("/two/")], ["made 1", "made 3", "made 3"])

    def test_it_finds_tags_in_several_long_lines(self) -> None:
        lines = (" ".join(f"article:{n}" for n in range(k, k + 300)) for k in (0, 300, 600, 900))
        self.origin.tags = ("all", *lines)
        self.assertEqual([self.made(), self.made()], ["made 1", "made 1"])
        self.edge.purge("article:1199")
        self.assertEqual(self.made(), "made 2")

    def test_it_takes_purges_at_an_address_of_their_own_only(self) -> None:
        self.made()
        self.assertEqual(self.edge.ask("/", method="PURGE", xkey="all").status, 405)
        self.assertEqual(self.made(), "made 1")

    def test_it_answers_nothing_else_there(self) -> None:
        for method, headers in (("GET", {}), ("PURGE", {}), ("GET", {"xkey": "all"}), ("POST", {"xkey": "all"})):
            answer = RunningVarnish(self.edge.purges, 0, "").ask("/", method=method, **headers)
            self.assertEqual(answer.status, 400, method)
        self.assertEqual(self.origin.requests, [])

    def test_a_page_that_was_rendered_while_it_was_purged_is_not_kept(self) -> None:
        self.origin.while_rendering = lambda: self.edge.purge("article:1")
        self.assertEqual(self.made(), "made 1")
        self.origin.while_rendering = lambda: None
        time.sleep(0.03)
        self.assertEqual([self.made(), self.made()], ["made 2", "made 2"])


class DownTests(VarnishTestCase):
    """What readers get while the site does not answer, or answers with an error."""

    def test_a_page_past_its_time_is_given_while_the_site_fails_and_says_so(self) -> None:
        self.origin.seconds = 1
        self.made()
        time.sleep(1.1)
        for status in (500, 503):
            self.origin.status = status
            for _time in range(2):
                answer = self.edge.ask("/")
                self.assertEqual((answer.status, answer.body), (200, b"made 1"))
                self.assertEqual(answer.headers["x-page"], "stale")
        self.origin.status = 200
        wait_until(lambda: "x-page" not in self.edge.ask("/").headers, 5, "a page that is true again")

    def test_what_was_purged_is_not_given_then_either(self) -> None:
        self.made()
        self.edge.purge("article:1")
        self.origin.status = 503
        self.assertEqual(self.edge.ask("/").status, 503)

    def test_an_error_is_the_sites_own_and_is_not_kept(self) -> None:
        self.origin.status = 500
        self.assertEqual(self.edge.ask("/").status, 500)
        self.origin.status = 200
        self.assertEqual(self.edge.ask("/").status, 200)


@skipIf(MISSING, MISSING)
class GoneTests(TestCase):
    def test_a_page_past_its_time_is_given_while_nobody_listens(self) -> None:
        origin = Origin()
        origin.seconds, origin.headers = 1, {"Connection": "close"}  # no line outlives it
        threading.Thread(target=origin.serve_forever, daemon=True).start()
        with varnish(origin.server_port) as edge:
            wait_until(lambda: edge.ask("/").status == 200, 20, "a site that is known to be up")
            body = edge.ask("/").body
            origin.shutdown()
            origin.server_close()
            time.sleep(1.1)
            answer = edge.ask("/")
            self.assertEqual((answer.status, answer.body, answer.headers["x-page"]), (200, body, "stale"))
            nothing = edge.ask("/other/")
            self.assertEqual((nothing.status, nothing.headers["retry-after"]), (503, "10"))
