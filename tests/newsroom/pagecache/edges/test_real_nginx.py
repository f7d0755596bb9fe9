"""A real nginx with deploy/nginx.conf: what it gives after a change, whatever was under way."""

import http.client
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock, skipUnless

from newsroom.pagecache.edges.nginx import NginxEdge, Store, connection_of
from tests.living.nginx import NGINX, nginx_before
from tests.living.processes import wait_until
from tests.newsroom.pagecache.edges.with_edge import LOCAL, WithEdge


class Upstream(ThreadingHTTPServer):
    """A server behind nginx: each answer has a number, and may be stored if `permits`. `gate`: none goes out before."""

    daemon_threads = True

    def __init__(self, store: Store):
        super().__init__(("127.0.0.1", 0), Answering)
        self.store, self.count, self.keys, self.gate = store, 0, list[str](), threading.Event()
        self.gate.set()


class Answering(BaseHTTPRequestHandler):
    server: Upstream
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.count += 1
        body = f"answer {self.server.count}".encode().ljust(30_000)
        self.send_response(200)
        if key := self.headers.get("X-Edge-Key"):
            self.server.keys.append(key)
            ends = {"client": self.client_address, "server": self.server.server_address}
            asked = {"method": "GET", "scheme": "http", "raw_path": self.path.encode(), **ends}
            headers = [(name.lower().encode(), value.encode()) for name, value in self.headers.items()]
            copy = NginxEdge(self.server.store, mock.Mock(), LOCAL).copy_of({**asked, "headers": headers})
            until = int(time.time()) + 20
            if copy and self.server.store.permit(copy, ["article:1"], until + 1, connection_of(asked)):
                self.send_header("X-Accel-Expires", f"@{until}")
            self.server.gate.wait(20)
        for name, value in (
            ("Content-Length", str(len(body))),
            ("Vary", "Accept-Encoding"),
            ("ETag", f'"{self.server.count}"'),
        ):
            self.send_header(name, value)
        self.end_headers()
        with suppress(OSError):  # its client went away
            self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@skipUnless(NGINX, "nginx is not installed (Debian: nginx-light)")
class RealNginxTests(WithEdge):
    def setUp(self) -> None:
        super().setUp()
        self.upstream = Upstream(self.store)
        self.addCleanup(self.upstream.server_close)
        threading.Thread(target=self.upstream.serve_forever, daemon=True).start()
        self.addCleanup(self.upstream.shutdown)

    @contextmanager
    def nginx(self) -> Iterator[None]:
        own = self.folder / "nginx"
        servers = [self.upstream.server_address[1]]
        with nginx_before(servers, own, var=self.folder, edge=self.folder) as (self.port, self.process):
            self.upstream.count, self.upstream.keys = 0, []
            yield

    def read(self, path: str = "/jeux/", method: str = "GET", **headers: str) -> tuple[int, str, str]:
        """Return status, first words and what nginx says of its cache."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, headers={"Host": "kulturegeek.localhost", **names})
        answer = line.getresponse()
        found = answer.status, answer.read().decode().strip(), answer.headers["X-Edge"]
        line.close()
        return found

    def wait_until_kept(self, path: str = "/jeux/") -> None:
        """nginx stores an answer when its client has it already."""
        wait_until(lambda: self.read(path)[2] == "HIT", 10, "nginx keeps it")

    def latest(self) -> str:
        """The answer that was given last."""
        return f"answer {self.upstream.count}"

    def test_what_is_stored_is_given_without_asking_until_a_change_takes_it_away(self) -> None:
        with self.nginx():
            for _time in range(3):
                before = self.upstream.count
                self.assertEqual(self.read(), (200, self.latest(), "MISS"))
                self.wait_until_kept()
                asked, (_status, text, how) = self.upstream.count, self.read()
                self.assertEqual((how, self.upstream.count), ("HIT", asked))
                self.assertGreater(int(text.removeprefix("answer ")), before)
                self.forget("article:1")
            self.assertNotIn("crit", (self.folder / "nginx" / "error.log").read_text())

    def test_a_file_is_named_as_the_server_thinks(self) -> None:
        with self.nginx():
            self.read("/jeux/%C3%A9t%C3%A9/?utm_source=x&fbclid=y", accept_encoding="br;q=1.0, gzip")
            self.assertEqual(self.upstream.keys, ["http://kulturegeek.localhost/jeux/%C3%A9t%C3%A9/ br"])
            stored = wait_until(lambda: len(self.names()) == 1, 10, "it is stored")
            self.assertGreaterEqual(stored, 0)
            self.assertTrue(self.store.index.permission(self.names()[0]))

    def test_one_address_has_one_copy_an_encoding_whatever_is_appended_and_accepted(self) -> None:
        with self.nginx():
            for accepted, encoding in (
                ("gzip, deflate, br, zstd", "br"), ("br", "br"), ("gzip;q=0.5, br;q=0", "gzip"), ("gzip", "gzip"),
                ("zstd", "identity"), ("br;q=0.000", "identity"), ("gzip;q=0.001", "gzip"), ("x-brotli", "identity"),
            ):  # fmt: skip
                self.read(f"/{len(self.upstream.keys)}/", accept_encoding=accepted)
                self.assertTrue(self.upstream.keys[-1].endswith(f"/ {encoding}"), (accepted, self.upstream.keys[-1]))
            self.wait_until_kept()
            asked = len(self.upstream.keys)
            for query in ("", "?utm_source=a", "?utm_medium=b&gclid=c"):
                self.read(f"/jeux/{query}")
            self.assertEqual(len(self.upstream.keys), asked)
            self.read("/jeux/?page=2")
            self.read("/jeux/?utm_source=a&page=2")
            self.assertEqual(len(self.upstream.keys), asked + 2)

    def test_a_client_cannot_name_what_is_stored(self) -> None:
        with self.nginx():
            self.read("/jeux/", x_edge_key="http://kulturegeek.localhost/autre/ identity")
            self.assertEqual(self.upstream.keys, ["http://kulturegeek.localhost/jeux/ identity"])
            self.assertEqual(self.read("/autre/")[2], "MISS")
            self.read("/admin/", x_edge_key="http://kulturegeek.localhost/admin/ identity")
            self.assertEqual(len(self.upstream.keys), 2)

    def test_it_answers_what_a_browser_has_and_heads_from_what_is_stored(self) -> None:
        with self.nginx():
            self.wait_until_kept()
            kept = self.read()[1].removeprefix("answer ")
            self.assertEqual(self.read(if_none_match=f'"{kept}"')[0], 304)
            self.assertEqual(self.read(method="HEAD"), (200, "", "HIT"))
            wait_until(lambda: self.read("/autre/", method="HEAD")[2] == "HIT", 10, "nginx keeps it")
            self.assertEqual(self.read("/autre/")[2], "HIT")

    def test_an_answer_that_was_under_way_during_a_change_is_not_given_after_it(self) -> None:
        with self.nginx():
            self.upstream.gate.clear()
            given = list[Any]()
            reader = threading.Thread(target=lambda: given.append(self.read()))
            reader.start()
            wait_until(lambda: bool(self.upstream.keys), 10, "it was asked for")
            with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
                self.forget("article:1")
            self.upstream.gate.set()
            reader.join()
            for _time in range(2):
                self.assertEqual(self.read(), (200, self.latest(), "MISS"))
            self.assertEqual([*self.folder.glob("pages*/*")], [])
            self.assertEqual(given, [(200, "answer 1", "MISS")])

    def test_a_stopped_nginx_that_goes_on_after_a_change_gives_nothing_older(self) -> None:
        with self.nginx():
            self.wait_until_kept()
            asked = len(self.upstream.keys)
            workers = [int(pid) for pid in self._workers()]
            self.upstream.gate.clear()
            self.forget("article:1")
            reader = threading.Thread(target=self.read)
            reader.start()
            wait_until(lambda: len(self.upstream.keys) == asked + 1, 10, "it was asked for again")
            for worker in workers:
                os.kill(worker, signal.SIGSTOP)
            self.upstream.gate.set()  # the answer is in nginx's hands, who does nothing with it
            with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
                self.forget("article:1")
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
            reader.join()
            self.assertEqual(self.read(), (200, self.latest(), "MISS"))
            self.assertEqual(len(self.upstream.keys), asked + 2)

    def test_an_answer_whose_client_went_away_is_not_waited_for(self) -> None:
        with self.nginx():
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            self.upstream.gate.clear()
            line.request("GET", "/jeux/", headers={"Host": "kulturegeek.localhost"})
            wait_until(lambda: bool(self.upstream.keys), 10, "it was asked for")
            line.close()
            self.upstream.gate.set()
            wait_until(lambda: self.read()[2] == "HIT", 10, "another may be stored")
            line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
            line.request("GET", "/autre/", headers={"Host": "kulturegeek.localhost"})
            line.close()
            with self.assertNoLogs("newsroom.pagecache.edges.nginx", "WARNING"):
                wait_until(self.is_settled, 10, "nginx has closed the connection")
                self.forget("article:1")
            self.assertEqual(self.names(), [])

    def is_settled(self) -> bool:
        permissions = self.store.index.permissions_with(["article:1"], time.time())
        return all(self.store._is_settled(permission) for permission in permissions)

    def _workers(self) -> list[str]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [pid for pid in children if b"worker process" in Path(f"/proc/{pid}/cmdline").read_bytes()]
