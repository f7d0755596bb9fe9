"""Writers in flight: what the processes of one machine tell each other before a transaction can commit."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import TestCase, mock, skipUnless

from django.db import OperationalError, connection, transaction
from django.test import TransactionTestCase, override_settings
from django.utils import timezone

from newsroom.pagecache import in_flight
from newsroom.pagecache.in_flight import DOUBT_SECONDS, NAME, InFlight
from newsroom.pagecache.models import Purge
from newsroom.pagecache.outbox import NOTHING, PolledOutbox, committed_here
from newsroom.pagecache.tags import invalidate
from tests.living.processes import wait_until

WRITER = """
import sys
from pathlib import Path
from newsroom.pagecache.in_flight import InFlight
flight = InFlight(Path(sys.argv[1])).begin()
print("in flight", flush=True)
sys.stdin.readline()
flight.end()
print("over", flush=True)
sys.stdin.readline()
"""
COMMITTING = """
import django
django.setup()
from django.db import transaction
from newsroom.pagecache.tags import invalidate
with transaction.atomic():
    invalidate({"article:1"})
    print("commits now", flush=True)
"""
# A commit that takes a second, of which the server does not tell its client before it is done.
SLOW_COMMIT = """
CREATE FUNCTION take_a_second() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(1); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON pagecache_purge DEFERRABLE INITIALLY DEFERRED
FOR EACH ROW EXECUTE FUNCTION take_a_second();
"""


class WithFile(TestCase):
    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.shared = InFlight(self.folder / NAME)


class InFlightTests(WithFile):
    @contextmanager
    def process(self) -> Iterator["subprocess.Popen[str]"]:
        """Another process with a writer in flight, until it is sent a line."""
        command = [sys.executable, "-c", WRITER, str(self.shared.path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
            self.assertEqual(self.line_of(process), "in flight")
            yield process
            process.kill()

    def line_of(self, process: "subprocess.Popen[str]") -> str:
        assert process.stdout
        return process.stdout.readline().strip()

    def test_a_writer_changes_the_generation_and_is_seen_until_it_ends(self) -> None:
        before = self.shared.generation()
        self.assertFalse(self.shared.is_anyone())
        flight = self.shared.begin()
        assert flight
        self.assertNotEqual(self.shared.generation(), before)
        self.assertTrue(self.shared.is_anyone())
        flight.end()
        self.assertFalse(self.shared.is_anyone())

    def test_a_writer_of_another_process_is_seen_until_it_ends(self) -> None:
        before = self.shared.generation()
        with self.process() as process:
            self.assertNotEqual(self.shared.generation(), before)
            self.assertTrue(self.shared.is_anyone())
            print(file=process.stdin, flush=True)
            self.assertEqual(self.line_of(process), "over")
            self.assertFalse(self.shared.is_anyone())

    def test_of_several_writers_the_last_is_seen_too(self) -> None:
        first = self.shared.begin()
        assert first
        with self.process() as second, self.process() as third:
            first.end()
            for process in (second, third):
                self.assertTrue(self.shared.is_anyone())
                print(file=process.stdin, flush=True)
                self.assertEqual(self.line_of(process), "over")
            self.assertFalse(self.shared.is_anyone())

    def test_threads_of_one_process_are_writers_of_their_own(self) -> None:
        flights = []
        threads = [threading.Thread(target=lambda: flights.append(self.shared.begin())) for _n in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len({flight.slot for flight in flights if flight}), 8)
        for flight in flights:
            self.assertTrue(self.shared.is_anyone())
            assert flight
            flight.end()
        self.assertFalse(self.shared.is_anyone())

    def test_a_process_that_was_killed_may_still_commit_for_some_seconds_and_no_longer(self) -> None:
        with self.process() as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
            self.assertTrue(self.shared.is_anyone(), "the database may have its COMMIT")
            now = in_flight.time.monotonic()
            with mock.patch.object(in_flight.time, "monotonic", return_value=now + DOUBT_SECONDS - 1):
                self.assertTrue(self.shared.is_anyone())
            with mock.patch.object(in_flight.time, "monotonic", return_value=now + DOUBT_SECONDS + 1):
                self.assertFalse(self.shared.is_anyone())

    def test_the_slot_of_a_process_that_was_killed_is_not_taken_while_it_may_still_commit(self) -> None:
        with self.process() as process:
            process.send_signal(signal.SIGKILL)
            process.wait()
        flight = self.shared.begin()
        assert flight
        self.assertNotEqual(flight.slot, in_flight.SLOTS[0])
        flight.end()
        self.assertTrue(self.shared.is_anyone())
        now = in_flight.time.monotonic()
        with mock.patch.object(in_flight.time, "monotonic", return_value=now + DOUBT_SECONDS + 1):
            flight = self.shared.begin()
            assert flight
            self.assertEqual(flight.slot, in_flight.SLOTS[0])
            flight.end()
            self.assertFalse(self.shared.is_anyone())

    def test_a_mark_from_before_the_machine_was_started_says_nothing(self) -> None:
        self.shared.set_mark(in_flight.SLOTS[0], in_flight.time.monotonic() + 100_000)
        self.assertFalse(self.shared.is_anyone())

    def test_a_forked_process_lets_nothing_of_its_parent_go(self) -> None:
        flight = self.shared.begin()
        assert flight
        child = os.fork()
        if child == 0:
            flight.end()
            os._exit(0)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertTrue(self.shared.is_anyone())
        flight.end()
        self.assertFalse(self.shared.is_anyone())

    def test_where_all_slots_are_taken_one_more_is_not_seen_and_the_log_says_so(self) -> None:
        with mock.patch.object(in_flight, "SLOTS", in_flight.SLOTS[:2]):
            flights = [self.shared.begin(), self.shared.begin()]
            with self.assertLogs("newsroom.pagecache.in_flight", "WARNING"):
                self.assertIsNone(self.shared.begin())
            for flight in flights:
                assert flight
                flight.end()


class TransactionsInFlightTests(WithFile, TransactionTestCase):
    """What invalidates is in flight from then until its transaction has ended, however that is."""

    def setUp(self) -> None:
        super().setUp()
        change = override_settings(VAR_DIR=self.folder)
        change.enable()
        self.addCleanup(change.disable)

    def is_anyone(self) -> bool:
        return self.shared.is_anyone()

    def test_until_it_has_committed_once_for_all_that_it_invalidates(self) -> None:
        with transaction.atomic():
            self.assertFalse(self.is_anyone())
            invalidate({"article:1"})
            generation = self.shared.generation()
            self.assertTrue(self.is_anyone())
            with transaction.atomic():
                invalidate({"article:2"})
            self.assertEqual(self.shared.generation(), generation)
            self.assertTrue(self.is_anyone())
        self.assertFalse(self.is_anyone())
        with transaction.atomic():
            invalidate({"article:3"})
            self.assertNotEqual(self.shared.generation(), generation)

    def test_what_follows_its_commit_finds_it_over(self) -> None:
        seen = []
        with transaction.atomic():
            invalidate({"article:1"})
            transaction.on_commit(lambda: seen.append(self.is_anyone()))
        self.assertEqual(seen, [False])

    def test_until_it_is_rolled_back(self) -> None:
        with self.assertRaises(ZeroDivisionError), transaction.atomic():
            invalidate({"article:1"})
            self.assertTrue(self.is_anyone())
            raise ZeroDivisionError
        self.assertFalse(self.is_anyone())

    def test_until_a_part_of_it_is_rolled_back_and_again_from_what_it_invalidates_then(self) -> None:
        with transaction.atomic():
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                invalidate({"article:1"})
                raise ZeroDivisionError
            self.assertFalse(self.is_anyone())
            invalidate({"article:2"})
            self.assertTrue(self.is_anyone())
        self.assertFalse(self.is_anyone())

    def test_a_part_that_is_rolled_back_does_not_end_what_was_invalidated_before_it(self) -> None:
        with transaction.atomic():
            invalidate({"article:1"})
            with self.assertRaises(ZeroDivisionError), transaction.atomic():
                invalidate({"article:2"})
                raise ZeroDivisionError
            self.assertTrue(self.is_anyone())
        self.assertFalse(self.is_anyone())

    @skipUnless(connection.vendor == "postgresql", "Django does not close a database in memory")
    def test_until_its_connection_is_closed(self) -> None:
        with transaction.atomic():
            invalidate({"article:1"})
            connection.close()
            self.assertFalse(self.is_anyone())

    @skipUnless(connection.vendor == "postgresql", "SQLite has no connection that can be lost")
    def test_it_may_still_commit_where_its_connection_was_lost(self) -> None:
        with self.assertRaises(OperationalError), transaction.atomic(), connection.cursor() as cursor:
            invalidate({"article:1"})
            cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        now = in_flight.time.monotonic()
        self.assertTrue(self.is_anyone())
        with mock.patch.object(in_flight.time, "monotonic", return_value=now + DOUBT_SECONDS + 1):
            self.assertFalse(self.is_anyone())

    def test_a_change_is_made_also_where_the_file_cannot_be_opened(self) -> None:
        with (
            override_settings(VAR_DIR=self.folder / "missing"),
            self.assertLogs("newsroom.pagecache.in_flight", "WARNING") as logged,
        ):
            for tag in ("article:1", "article:2"):
                with transaction.atomic():
                    invalidate({tag})
        self.assertEqual((len(logged.records), Purge.objects.count()), (1, 2))


class PolledOutboxWithWritersTests(WithFile, TransactionTestCase):
    """The outbox of PostgreSQL asks the database at once where a writer of this machine is in flight, or was."""

    def setUp(self) -> None:
        super().setUp()
        committed_here.clear()
        self.outbox = PolledOutbox(self.shared)
        self.outbox.start()
        self.assertIs(self.outbox.news(), NOTHING)

    def test_it_tells_what_another_process_committed_at_once(self) -> None:
        with self.assertNumQueries(0):
            self.assertTrue(self.outbox.is_instant)
            self.assertIs(self.outbox.news(), NOTHING)
        flight = self.shared.begin()
        assert flight
        self.assertFalse(self.outbox.is_instant)
        for _n in range(2):
            with self.assertNumQueries(1):
                self.assertIs(self.outbox.news(), NOTHING)
        Purge.objects.create(tag="article:1", due_at=timezone.now())
        with self.assertNumQueries(1):
            self.assertEqual([tag for tag, _moment in self.outbox.news().purged], ["article:1"])
        flight.end()
        with self.assertNumQueries(1):
            self.assertIs(self.outbox.news(), NOTHING)
        with self.assertNumQueries(0):
            self.assertTrue(self.outbox.is_instant)
            self.assertIs(self.outbox.news(), NOTHING)

    @skipUnless(connection.vendor == "postgresql", "on SQLite the process that is killed is the one that commits")
    def test_what_commits_after_its_process_was_killed_is_told_as_soon_as_it_is_there(self) -> None:
        def clean() -> None:
            with connection.cursor() as cursor:
                cursor.execute("DROP TRIGGER slow ON pagecache_purge; DROP FUNCTION take_a_second")

        with connection.cursor() as cursor:
            cursor.execute(SLOW_COMMIT)
        self.addCleanup(clean)
        parts = connection.settings_dict
        address = f"{parts['USER']}:{parts['PASSWORD'] or ''}@{parts['HOST']}:{parts['PORT'] or 5432}/{parts['NAME']}"
        environment = {"DATABASE_URL": f"postgres://{address}", "NEWSROOM_VAR": str(self.folder)}
        settings = {"DJANGO_SETTINGS_MODULE": "newsroom.settings", "NEWSROOM_DEMO": "1"}
        command = [sys.executable, "-c", COMMITTING]
        with subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **environment, **settings}) as writer:
            assert writer.stdout
            self.assertEqual(writer.stdout.readline(), b"commits now\n")
            wait_until(self.is_committing, 10, "the server has the COMMIT")
            writer.send_signal(signal.SIGKILL)
        self.outbox.news()
        with mock.patch.object(self.outbox, "POLL_SECONDS", 1_000):
            self.assertFalse(Purge.objects.exists(), "it was to commit after that")
            wait_until(lambda: Purge.objects.exists(), 20, "it commits all the same")
            self.assertEqual([tag for tag, _moment in self.outbox.news().purged], ["article:1"])

    def is_committing(self) -> bool:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_stat_activity WHERE query = 'COMMIT' AND wait_event = 'PgSleep'")
            return cursor.fetchone() is not None

    def test_ids_that_were_passed_over_are_asked_for_as_long_as_somebody_is_in_flight(self) -> None:
        flight = self.shared.begin()
        assert flight
        Purge.objects.create(pk=Purge.objects.count() + 1_000_000, tag="article:1", due_at=timezone.now())
        self.outbox.news()
        self.outbox.holes = [(first, last, noticed - 10_000) for first, last, noticed in self.outbox.holes]
        self.outbox.news()
        self.assertTrue(self.outbox.holes)
        flight.end()
        self.outbox.news()
        self.assertEqual(self.outbox.holes, [])
