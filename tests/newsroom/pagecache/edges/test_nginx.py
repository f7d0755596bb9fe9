"""nginx as an edge: what it may store, what a change takes away, and who meets whom."""

import signal
import sqlite3
import subprocess
import sys
import threading
import time
from typing import Any
from unittest import mock

from django.db import transaction
from django.test import TransactionTestCase, override_settings

from newsroom.pagecache.edges import index as index_module
from newsroom.pagecache.edges import nginx as edge_module
from newsroom.pagecache.edges.nginx import NOT_STORED, Store
from newsroom.pagecache.entries import Entry
from newsroom.pagecache.tags import invalidate
from tests.newsroom.pagecache.edges.with_edge import COPY, KEY, WithEdge, page, scope


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
