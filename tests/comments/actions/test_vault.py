"""The vault: sealed, opened by few, for a reason that stays, and emptied in time."""

import datetime as dt

import time_machine
from django.conf import settings
from django.test import override_settings
from django.utils import timezone

from comments.actions import posting, reporting, vault
from comments.actions.reporting import Notice
from comments.models import BlockedSender, Report, SealedSource, VaultOpening
from comments.policy import settings_of
from comments.refusals import Refused
from newsroom.publications.permissions import Forbidden
from tests.comments.base import CAFE, CommentsTestCase

REASON = "TJ de Paris, réquisition 2026/1234"


class VaultTests(CommentsTestCase):
    def test_it_gives_address_port_time_and_names(self) -> None:
        comment = self.post()
        found = vault.open_sealed(comment, by=self.thomas, reason=REASON)
        self.assertEqual([(one.address, one.port) for one in found], [("203.0.113.7", 50112)])
        self.assertEqual((found[0].pseudonym, found[0].email), ("Zoé", "zoe@example.org"))
        self.assertEqual(dt.datetime.fromisoformat(found[0].at), comment.posted_at)

    def test_an_edit_is_sealed_too(self) -> None:
        comment = self.post()
        posting.edit(comment, "Autrement.", client=CAFE)
        found = vault.open_sealed(comment, by=self.thomas, reason=REASON)
        self.assertEqual([one.address for one in found], ["203.0.113.7", "192.0.2.99"])

    def test_each_opening_is_logged_with_its_reason(self) -> None:
        vault.open_sealed(self.post(), by=self.thomas, reason=REASON)
        opening = VaultOpening.objects.get()
        self.assertEqual((opening.by, opening.reason), (self.thomas, REASON))

    def test_nobody_opens_it_without_a_reason_or_a_right(self) -> None:
        comment = self.post()
        with self.assertRaises(Refused):
            vault.open_sealed(comment, by=self.thomas, reason="  voir ")
        for person in (self.sarah, self.ines, self.camille, self.zoe):
            with self.assertRaises(Forbidden):
                vault.open_sealed(comment, by=person, reason=REASON)
        self.assertFalse(VaultOpening.objects.exists())

    def test_it_is_emptied_after_its_period_and_the_hash_goes_with_it(self) -> None:
        comment = self.post()
        year = dt.timedelta(days=365)
        with time_machine.travel(timezone.now() + year - dt.timedelta(minutes=1), tick=False):
            self.assertEqual(vault.destroy_old(timezone.now()), 0)
        with time_machine.travel(timezone.now() + year, tick=False):
            self.assertEqual(vault.destroy_old(timezone.now()), 1)
        comment.refresh_from_db()
        self.assertEqual((comment.source, SealedSource.objects.count()), ("", 0))

    def test_hashes_of_who_reported_or_was_blocked_go_with_it(self) -> None:
        comment = self.post()
        notice = Notice("hate", "", "Ana", "ana@example.org", in_good_faith=True)
        reporting.report(comment, notice, client=CAFE)
        self.decide(self.post("Autre."), "block")
        days = settings_of(self.kg).vault_days
        vault.destroy_old(timezone.now() + dt.timedelta(days=days - 1))
        self.assertTrue(Report.objects.exclude(source="").exists() and BlockedSender.objects.exists())
        vault.destroy_old(timezone.now() + dt.timedelta(days=days + 1))
        self.assertFalse(Report.objects.exclude(source="").exists() or BlockedSender.objects.exists())

    def test_an_opening_that_finds_the_key_gone_is_logged_too(self) -> None:
        comment = self.post()
        with override_settings(SECRET_KEY="x" * 60, SECRET_KEY_FALLBACKS=[]), self.assertRaises(Refused):
            vault.open_sealed(comment, by=self.alix, reason="Tribunal judiciaire, réquisition 12")
        self.assertEqual(VaultOpening.objects.count(), 1)

    def test_a_publication_sets_the_period(self) -> None:
        self.set(vault_days=30)
        self.post()
        sealed = SealedSource.objects.get()
        self.assertEqual((sealed.destroyed_from - sealed.sealed_at).days, 30)

    def test_a_new_secret_key_opens_what_the_old_one_sealed_while_it_is_named(self) -> None:
        comment = self.post()
        with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            self.assertEqual(len(vault.open_sealed(comment, by=self.thomas, reason=REASON)), 1)
        with override_settings(SECRET_KEY="another"), self.assertRaises(Refused):
            vault.open_sealed(comment, by=self.thomas, reason=REASON)
