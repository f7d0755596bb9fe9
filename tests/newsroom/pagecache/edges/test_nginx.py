"""nginx as an edge: what it may store, what a change takes away, and who meets whom."""

import http.client
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from unittest import TestCase, mock, skipUnless

from django.db import transaction
from django.test import TransactionTestCase, override_settings

from newsroom.pagecache.edges import index as index_module
from newsroom.pagecache.edges import nginx as edge_module
from newsroom.pagecache.edges.nginx import NOT_STORED, NginxEdge, Store, connection_of
from newsroom.pagecache.entries import Entry
from newsroom.pagecache.in_flight import NAME, InFlight
from newsroom.pagecache.tags import invalidate
from tests.living.nginx import NGINX, nginx_before
from tests.living.processes import wait_until

LOCAL = [ip_network("127.0.0.0/8")]
KEY = b"https://kulturegeek.localhost/jeux/ identity"
COPY = "0123456789abcdef0123456789abcdef"


def scope(key: bytes = KEY, *, client: str = "127.0.0.1", method: str = "GET", **headers: str) -> dict[str, Any]:
    """A request for /jeux/ as nginx forwards it."""
    names = {b"host": b"kulturegeek.localhost", b"x-forwarded-proto": b"https", b"accept-encoding": b"identity"}
    names |= {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return {
        "method": method, "scheme": "http", "raw_path": b"/jeux/", "client": (client, 4000),
        "headers": [*names.items(), *([(b"x-edge-key", key)] if key else [])],
    }  # fmt: skip


def page(body: bytes = b"Bonjour.", *tags: str, seconds: float = 50) -> Entry:
    return Entry.of(200, [(b"content-type", b"text/html")], body, tags or ("article:1",), time.time() + seconds)


class WithEdge(TestCase):
    """An edge in a folder of its own. `writers`: who is in flight."""

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.pages = self.folder / "pages"
        self.pages.mkdir()
        self.store, self.writers = Store(self.folder), InFlight(self.folder / NAME)
        self.edge = NginxEdge(self.store, self.writers, LOCAL)

    def permit(self, given: Entry, copy: str = COPY) -> bool:
        """Whether a page may be stored that is still true."""
        found, headers = self.edge.permit(copy, scope(), given, lambda: given)
        self.assertIs(found, given)
        return headers != NOT_STORED

    def write(self, copy: str = COPY, body: str = "stored") -> Path:
        """Store a file as nginx does: beside its name, then moved to it."""
        beside = self.folder / "0000000001"
        beside.write_text(body)
        return beside.rename(self.pages / copy)

    def forget(self, *tags: str) -> None:
        self.store.forget(tags, is_seen=True)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.pages.iterdir())


class AskedByTheEdgeTests(WithEdge):
    def test_it_knows_the_file_of_what_nginx_asks_for(self) -> None:
        self.assertEqual(self.edge.copy_of(scope()), "5d81cd987a36002cc54ffcba5d9f695b")

    def test_it_believes_nobody_else(self) -> None:
        for other in (
            scope(b""),
            scope(b"https://kulturegeek.localhost/autre/ identity"),
            scope(b"https://iphoneaddict.localhost/jeux/ identity"),
            scope(KEY.replace(b"identity", b"br")),
            scope(client="203.0.113.7"),
            scope(client=""),
            scope(method="HEAD"),
            scope(if_none_match='"x"'),
        ):
            self.assertIsNone(self.edge.copy_of(other))


class PermissionTests(WithEdge):
    def test_a_page_may_be_stored_until_the_second_before_the_clock_changes_it(self) -> None:
        true = page(seconds=20)
        _page, headers = self.edge.permit(COPY, scope(), true, lambda: true)
        self.assertEqual(headers, [(b"x-accel-expires", b"@%d" % (int(true.due_at - 0.05) - 1))])

    def test_no_longer_than_a_minute(self) -> None:
        true = page(seconds=10_000)
        _page, [(_name, value)] = self.edge.permit(COPY, scope(), true, lambda: true)
        self.assertLessEqual(int(value[1:]), time.time() + 60)

    def test_not_while_a_writer_is_in_flight(self) -> None:
        flight = self.writers.begin()
        assert flight
        self.assertFalse(self.permit(page()))
        flight.end()
        self.assertTrue(self.permit(page()))

    def test_not_what_is_not_true_any_more_or_is_true_for_others_too(self) -> None:
        old, new = page(), page(b"Bonsoir.")
        self.assertEqual(self.edge.permit(COPY, scope(), old, lambda: None), (old, NOT_STORED))
        self.assertEqual(self.edge.permit(COPY, scope(), old, lambda: new)[0], new)
        moment = page(seconds=0.5)
        self.assertEqual(self.edge.permit("1" * 32, scope(), moment, lambda: moment), (moment, NOT_STORED))

    def test_a_page_that_changes_while_it_is_permitted_is_not_and_what_was_stored_goes(self) -> None:
        true = page()
        self.assertTrue(self.permit(true))
        self.write()
        answers = iter([true, None])
        self.assertEqual(self.edge.permit(COPY, scope(), true, lambda: next(answers)), (true, NOT_STORED))
        self.assertEqual(self.names(), [])

    def test_a_writer_that_begins_while_it_is_permitted_keeps_it_from_being_stored(self) -> None:
        true, flights = page(), []

        def latest() -> Entry:
            return true

        def permit(*args: Any) -> bool:
            flights.append(self.writers.begin())
            return Store.permit(self.store, *args)

        with mock.patch.object(self.store, "permit", permit):
            self.assertEqual(self.edge.permit(COPY, scope(), true, latest), (true, NOT_STORED))
        flights[0].end()
        self.assertEqual(self.store.index.permissions_with(["article:1"], time.time()), [])

    def test_one_answer_at_a_time_may_be_under_way_for_a_file(self) -> None:
        self.assertTrue(self.permit(page()))
        self.assertFalse(self.permit(page()))
        self.write()
        self.assertTrue(self.permit(page()))
        self.assertFalse(self.permit(page()), "the file there is the earlier one")
        self.write()
        self.assertTrue(self.permit(page()))

    def test_where_nginx_has_made_no_folder_nothing_may_be_stored(self) -> None:
        self.pages.rmdir()
        self.assertFalse(self.permit(page()))

    def test_an_index_that_cannot_be_written_permits_nothing(self) -> None:
        with (
            mock.patch.object(self.store.index, "writing", side_effect=sqlite3.OperationalError),
            self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"),
        ):
            self.assertFalse(self.permit(page()))

    def test_permissions_that_have_ended_leave_the_index(self) -> None:
        with self.store.index.writing() as index:
            index.permit(index_module.Permission("old", "", time.time() - 100), ["article:9"])
        self.permit(page())
        self.assertIsNone(self.store.index.permission("old"))


class ForgettingTests(WithEdge):
    def test_what_shows_a_thing_goes_and_the_rest_stays(self) -> None:
        for copy, tags in (("a" * 32, ("article:1", "section:1")), ("b" * 32, ("article:2", "section:1"))):
            self.assertTrue(self.permit(page(b"", *tags), copy))
            self.write(copy)
        self.forget("article:1", "tag:9")
        self.assertEqual(self.names(), ["b" * 32])
        self.forget(*(f"tag:{n}" for n in range(1_200)), "section:1")
        self.assertEqual(self.names(), [])

    def test_a_page_stored_anew_is_known_by_what_it_shows_now_and_by_what_is_still_stored(self) -> None:
        self.assertTrue(self.permit(page(b"", "article:1")))
        self.write()
        self.assertTrue(self.permit(page(b"", "article:2")))
        self.write()
        self.forget("article:1")
        self.assertEqual(self.names(), [])

    def test_it_waits_for_an_answer_that_is_under_way(self) -> None:
        self.assertTrue(self.permit(page()))
        timer = threading.Timer(0.05, self.write)
        timer.start()
        self.forget("article:1")
        timer.join()
        self.assertEqual(self.names(), [])
        self.assertTrue(self.permit(page()), "nothing is in doubt")

    def test_where_an_answer_does_not_come_nginx_finds_and_stores_nothing_until_it_has_expired(self) -> None:
        self.assertTrue(self.permit(page(b"", "article:2"), "b" * 32))
        self.write("b" * 32)
        self.assertTrue(self.permit(page()))
        with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
            self.forget("article:1")
        self.assertFalse(self.pages.is_dir())
        self.assertFalse(self.permit(page(b"", "article:3"), "c" * 32))
        with mock.patch.object(edge_module.time, "time", return_value=time.time() + 61):
            self.assertTrue(self.store.permit("c" * 32, ["article:3"], time.time() + 100, ""))
        self.assertEqual(self.names(), ["b" * 32])

    def test_what_changes_while_nginx_finds_nothing_is_gone_afterwards(self) -> None:
        for copy, tag in (("b" * 32, "article:2"), ("c" * 32, "article:3"), (COPY, "article:1")):
            self.assertTrue(self.permit(page(b"", tag), copy))
            if copy != COPY:
                self.write(copy)
        self.assertTrue(self.permit(page(b"", "article:4"), "d" * 32))
        with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
            self.forget("article:1")
        self.forget("article:2")
        with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
            self.forget("article:4")
        self.assertFalse(self.pages.is_dir())
        with mock.patch.object(edge_module.time, "time", return_value=time.time() + 61):
            self.store.permit("f" * 32, ["article:3"], time.time() + 100, "")
        self.assertEqual(self.names(), ["c" * 32])

    def test_a_writer_whom_nobody_sees_leaves_nothing_to_be_found(self) -> None:
        self.assertTrue(self.permit(page()))
        self.write()
        with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
            self.store.forget(["article:7"], is_seen=False)
        self.assertFalse(self.pages.is_dir())
        self.assertFalse(self.permit(page(), "b" * 32))

    def test_a_new_index_and_one_from_before_the_machine_was_started_begin_with_nothing_stored(self) -> None:
        self.assertTrue(self.permit(page()))
        self.write()
        with mock.patch.object(index_module, "BOOT", self.folder / "missing"):
            store = Store(self.folder)
        self.assertEqual((self.names(), store.index.permission(COPY)), ([], None))
        self.write()
        for path in self.folder.glob("index.sqlite3*"):
            path.unlink()
        Store(self.folder)
        self.assertEqual(self.names(), [])


class ChangesForgetTests(WithEdge, TransactionTestCase):
    """What invalidates has nginx forget before it commits."""

    def setUp(self) -> None:
        super().setUp()
        change = override_settings(VAR_DIR=self.folder, EDGE_NGINX=str(self.folder))
        change.enable()
        self.addCleanup(change.disable)

    def test_before_it_commits_and_in_flight_until_it_has(self) -> None:
        self.assertTrue(self.permit(page()))
        self.write()
        with transaction.atomic():
            invalidate({"article:1"})
            self.assertEqual(self.names(), [])
            self.assertFalse(self.permit(page()))
        self.assertTrue(self.permit(page()))

    def test_a_change_that_nobody_can_tell_nginx_of_moves_all_away(self) -> None:
        self.write()
        with (
            mock.patch.object(Store, "forget", side_effect=sqlite3.DatabaseError("malformed")),
            self.assertLogs("newsroom.pagecache.edges.nginx", "ERROR"),
            transaction.atomic(),
        ):
            invalidate({"article:1"})
        self.assertFalse(self.pages.is_dir())


BEGINNING = """
import sys
from pathlib import Path
from newsroom.pagecache.edges.nginx import Store
sys.stdin.readline()
Store(Path(sys.argv[1])).permit(sys.argv[2] * 32, ["article:1"], 9e9, "")
"""
PERMITTING = """
import sys, time
from pathlib import Path
from newsroom.pagecache.edges.nginx import Store
store = Store(Path(sys.argv[1]))
for n in range(1_000_000):
    store.permit(f"{n % 50:032}", ["article:1", f"article:{n % 50}"], time.time() + 30, "")
    (store.open / f"{n % 50:032}").write_text("stored")
    print(n, flush=True)
"""


class ProcessesTests(WithEdge):
    def test_processes_that_are_the_first_at_the_same_moment_find_one_index(self) -> None:
        for path in self.folder.glob("index.sqlite3*"):
            path.unlink()
        processes = [
            subprocess.Popen([sys.executable, "-c", BEGINNING, str(self.folder), name], stdin=subprocess.PIPE)
            for name in "abcdef"
        ]
        for process in processes:
            process.communicate(b"\n")
        self.assertEqual([process.returncode for process in processes], [0] * 6)
        self.assertEqual(len(Store(self.folder).index.permissions_with(["article:1"], time.time())), 6)

    def test_a_server_killed_between_the_steps_leaves_an_index_that_others_can_use(self) -> None:
        for _time in range(5):
            command = [sys.executable, "-c", PERMITTING, str(self.folder)]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout
                for _n in range(20):
                    process.stdout.readline()
                process.send_signal(signal.SIGKILL)
            before = {path.name for path in self.pages.iterdir()}
            self.assertTrue(before)
            self.forget("article:1")
            stored = self.pages if self.pages.is_dir() else self.folder / "pages.shut"
            self.assertEqual(list(stored.iterdir()), [])
            if stored != self.pages:  # what it had permitted last may still come
                with self.store.index.writing():
                    self.store._open_again(self.store.index)


class Upstream(ThreadingHTTPServer):
    """A server behind nginx: each answer has a number, and may be stored if `permits`. `gate`: none goes out before."""

    daemon_threads = True

    def __init__(self, store: Store):
        super().__init__(("127.0.0.1", 0), Answering)
        self.store, self.count, self.keys, self.gate = store, 0, list[str](), threading.Event()
        self.gate.set()
        self.answered = 0

    @property
    def is_quiet(self) -> bool:
        return self.answered == self.count


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
        self.wfile.write(body)
        self.server.answered += 1

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
            self.upstream.count, self.upstream.answered, self.upstream.keys = 0, 0, []
            yield

    def read(self, path: str = "/jeux/", method: str = "GET", **headers: str) -> tuple[int, str, str]:
        """Return status, first words and what nginx says of its cache."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, headers={"Host": "kulturegeek.localhost", **names})
        answer = line.getresponse()
        found = answer.status, answer.read(12).decode().strip(), answer.headers["X-Edge"]
        line.close()
        return found

    def test_what_is_stored_is_given_without_asking_until_a_change_takes_it_away(self) -> None:
        with self.nginx():
            self.assertEqual(self.read(), (200, "answer 1", "MISS"))
            self.assertEqual(self.read(), (200, "answer 1", "HIT"))
            self.forget("article:1")
            self.assertEqual(self.read(), (200, "answer 2", "MISS"))
            self.assertEqual(self.read(), (200, "answer 2", "HIT"))
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
            asked = len(self.upstream.keys)
            for query in ("", "?utm_source=a", "?utm_medium=b&gclid=c"):
                self.read(f"/jeux/{query}")
            self.assertEqual(len(self.upstream.keys), asked + 1)
            self.read("/jeux/?page=2")
            self.read("/jeux/?utm_source=a&page=2")
            self.assertEqual(len(self.upstream.keys), asked + 3)

    def test_a_client_cannot_name_what_is_stored(self) -> None:
        with self.nginx():
            self.read("/jeux/", x_edge_key="http://kulturegeek.localhost/autre/ identity")
            self.assertEqual(self.upstream.keys, ["http://kulturegeek.localhost/jeux/ identity"])
            self.assertEqual(self.read("/autre/")[2], "MISS")
            self.read("/admin/", x_edge_key="http://kulturegeek.localhost/admin/ identity")
            self.assertEqual(len(self.upstream.keys), 2)

    def test_it_answers_what_a_browser_has_and_heads_from_what_is_stored(self) -> None:
        with self.nginx():
            self.read()
            self.assertEqual(self.read(if_none_match='"1"')[0], 304)
            self.assertEqual(self.read(method="HEAD"), (200, "", "HIT"))
            self.assertEqual(self.read("/autre/", method="HEAD"), (200, "", "MISS"))
            wait_until(lambda: self.read("/autre/", method="HEAD")[2] == "HIT", 10, "it is stored")
            self.assertEqual(self.read("/autre/"), (200, "answer 2", "HIT"))

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
            for number in (2, 3):
                self.assertEqual(self.read(), (200, f"answer {number}", "MISS"))
            self.assertEqual([*self.folder.glob("pages*/*")], [])
            self.assertEqual(given, [(200, "answer 1", "MISS")])

    def test_a_stopped_nginx_that_goes_on_after_a_change_gives_nothing_older(self) -> None:
        with self.nginx():
            self.read()
            workers = [int(pid) for pid in self._workers()]
            self.upstream.gate.clear()
            self.forget("article:1")
            reader = threading.Thread(target=self.read)
            reader.start()
            wait_until(lambda: len(self.upstream.keys) == 2, 10, "it was asked for again")
            for worker in workers:
                os.kill(worker, signal.SIGSTOP)
            self.upstream.gate.set()  # the answer is in nginx's hands, who does nothing with it
            with self.assertLogs("newsroom.pagecache.edges.nginx", "WARNING"):
                self.forget("article:1")
            for worker in workers:
                os.kill(worker, signal.SIGCONT)
            reader.join()
            self.assertEqual(self.read(), (200, "answer 3", "MISS"))

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
                wait_until(lambda: self.upstream.is_quiet, 10, "all were answered")
                self.forget("article:1")
            self.assertEqual(self.names(), [])

    def _workers(self) -> list[str]:
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [pid for pid in children if b"worker process" in Path(f"/proc/{pid}/cmdline").read_bytes()]
