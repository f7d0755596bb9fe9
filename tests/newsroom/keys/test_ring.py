"""Data keys: the ring opens with the secret key and those it replaced, and `rekey` lets a replaced one go."""

import hmac
import io
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import TestCase, override_settings

from newsroom.keys import checks, ring
from newsroom.keys.models import DataKey
from newsroom.keys.ring import DataKeyLost, Purpose, data_keys

OLD, OLDER, NEW = "o" * 60, "e" * 60, "n" * 60


def rekey(*options: str) -> str:
    out = io.StringIO()
    call_command("rekey", *options, stdout=out)
    return out.getvalue().strip()


def boxes() -> list[tuple[int, bytes]]:
    return [(pk, bytes(box)) for pk, box in DataKey.objects.order_by("pk").values_list("pk", "box")]


def keyed(secret_key: str, *fallbacks: str) -> Any:
    return override_settings(SECRET_KEY=secret_key, SECRET_KEY_FALLBACKS=list(fallbacks))


class RingTestCase(TestCase):
    def setUp(self) -> None:
        ring.forget()
        self.addCleanup(ring.forget)


class RingTests(RingTestCase):
    def test_it_begins_with_the_keys_that_rows_were_hashed_under_before_there_was_a_ring(self) -> None:
        with keyed(OLD, OLDER):
            self.assertEqual(data_keys(Purpose.EXPUNGED), (OLD.encode(), OLDER.encode()))
            for purpose in (Purpose.SOURCE, Purpose.VAULT):
                derived = tuple(hmac.digest(key.encode(), purpose.value.encode(), "sha256") for key in (OLD, OLDER))
                self.assertEqual(data_keys(purpose), derived)

    def test_it_stores_no_key_that_can_be_read(self) -> None:
        with keyed(OLD):
            raw = data_keys(Purpose.EXPUNGED)[0]
        self.assertFalse(any(raw in box for _pk, box in boxes()))

    def test_it_asks_the_database_once_a_process(self) -> None:
        data_keys(Purpose.SOURCE)
        with self.assertNumQueries(0):
            data_keys(Purpose.SOURCE)

    def test_it_opens_with_a_key_that_was_replaced_while_it_is_named(self) -> None:
        with keyed(OLD):
            before = data_keys(Purpose.SOURCE)
        with keyed(NEW, OLD):
            self.assertEqual(data_keys(Purpose.SOURCE), before)
        with keyed(NEW), self.assertRaisesRegex(DataKeyLost, "NEWSROOM_SECRET_KEY_FALLBACKS"):
            data_keys(Purpose.SOURCE)

    def test_it_lets_one_of_two_processes_make_the_first_keys(self) -> None:
        with keyed(OLD):
            first = data_keys(Purpose.SOURCE)
            ring.forget()
            rows = DataKey.objects.filter(purpose=Purpose.SOURCE)
            # This process looked before the other one committed.
            with mock.patch.object(DataKey.objects, "filter", side_effect=[DataKey.objects.none(), rows]):
                self.assertEqual(data_keys(Purpose.SOURCE), first)
            self.assertEqual(rows.count(), 1)


class RekeyTests(RingTestCase):
    def test_it_lets_the_replaced_key_go(self) -> None:
        with keyed(OLD, OLDER):
            before = {purpose: data_keys(purpose) for purpose in Purpose}
        with keyed(NEW, OLD):
            self.assertEqual(rekey(), "Data keys: 8 sealed anew, 0 under the present key already.")
        with keyed(NEW):
            self.assertEqual({purpose: data_keys(purpose) for purpose in Purpose}, before)
            self.assertEqual(rekey(), "Data keys: 0 sealed anew, 8 under the present key already.")
            self.assertEqual(checks.check_data_keys(None, databases=["default"]), [])

    def test_it_keeps_what_was_hashed_by_an_install_that_never_used_its_ring(self) -> None:
        with keyed(NEW, OLD):
            rekey()
        with keyed(NEW):
            self.assertEqual(data_keys(Purpose.EXPUNGED), (NEW.encode(), OLD.encode()))

    def test_a_dry_run_counts_and_writes_nothing(self) -> None:
        with keyed(OLD):
            ring.make_first_keys()
        before = boxes()
        with keyed(NEW, OLD):
            self.assertEqual(
                rekey("--dry-run", "--fresh"),
                "Would be: 4 sealed anew, 0 under the present key already, 4 new.",
            )
        self.assertEqual(boxes(), before)

    def test_it_writes_nothing_and_fails_where_a_key_opens_with_none(self) -> None:
        with keyed(OLD):
            data_keys(Purpose.VAULT)
        with keyed(OLDER):
            data_keys(Purpose.SOURCE)
        before = boxes()
        with keyed(NEW, OLD):
            for options in ([], ["--dry-run"], ["--fresh"]):
                with self.assertRaises(CommandError) as failure:
                    rekey(*options)
                self.assertIn("newsroom.comments.source", str(failure.exception))
                self.assertNotIn("newsroom.comments.vault", str(failure.exception))
            self.assertEqual(boxes(), before)
            errors = checks.check_data_keys(None, databases=["default"])
            self.assertEqual([error.id for error in errors], ["newsroom.E011"])

    def test_it_gives_up_what_nothing_opens_only_when_asked_to(self) -> None:
        with keyed(OLD):
            ring.make_first_keys()
        with keyed(NEW):
            self.assertEqual(
                rekey("--discard-lost"),
                "Data keys: 0 sealed anew, 0 under the present key already, 4 given up.",
            )
            self.assertEqual(data_keys(Purpose.EXPUNGED), (NEW.encode(),))

    def test_a_fresh_key_is_random_and_for_new_rows_and_older_rows_keep_theirs(self) -> None:
        before = data_keys(Purpose.SOURCE)
        self.assertEqual(rekey("--fresh"), "Data keys: 0 sealed anew, 4 under the present key already, 4 new.")
        after = data_keys(Purpose.SOURCE)
        self.assertEqual((len(after[0]), after[1:]), (32, before))
        self.assertNotIn(after[0], {data_keys(purpose)[0] for purpose in (Purpose.VAULT, Purpose.EXPUNGED)})
        self.assertNotEqual(after[0], hmac.digest(settings.SECRET_KEY.encode(), Purpose.SOURCE.encode(), "sha256"))

    def test_the_check_asks_no_database_that_it_may_not_ask(self) -> None:
        with keyed(OLD):
            ring.make_first_keys()
        with keyed(NEW), self.assertNumQueries(0):
            self.assertEqual(checks.check_data_keys(None, databases=None), [])
