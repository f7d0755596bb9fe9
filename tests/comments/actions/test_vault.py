"""The vault: sealed, opened by few, for a reason that stays, and emptied in time."""

import base64
import datetime as dt

import time_machine
from django.conf import settings
from django.test import override_settings
from django.utils import timezone
from nacl.public import PrivateKey

from comments.actions import posting, reporting, vault
from comments.actions.reporting import Notice
from comments.models import BlockedSender, Comment, Report, SealedSource, VaultOpening
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


PAIR, OTHER = PrivateKey.generate(), PrivateKey.generate()


def printed(key: PrivateKey) -> str:
    return base64.b64encode(bytes(key)).decode()


@override_settings(VAULT_PUBLIC_KEY=bytes(PAIR.public_key))
class SealedByPublicKeyTests(CommentsTestCase):
    def open(self, comment: Comment, key: str) -> list[vault.Identity]:
        return vault.open_sealed(comment, by=self.thomas, reason=REASON, private_key=key)

    def test_only_the_private_key_opens_it(self) -> None:
        comment = self.post()
        self.assertEqual(self.open(comment, f" {printed(PAIR)}\n")[0].address, "203.0.113.7")
        for wrong in ("", printed(OTHER), "é", "A" * 44, base64.b64encode(bytes(PAIR.public_key)).decode()):
            with self.assertRaises(Refused) as refused:
                self.open(comment, wrong)
            self.assertEqual(refused.exception.field, "key")
        self.assertEqual(VaultOpening.objects.count(), 6)  # each try stays written

    def test_what_was_sealed_before_is_sealed_anew_once(self) -> None:
        with override_settings(VAULT_PUBLIC_KEY=b""):
            before = self.post()
        after = self.post("Un autre.", "Léa")
        self.assertEqual(self.open(before, "")[0].pseudonym, "Zoé")
        self.assertEqual(list(vault.seal_anew(dry_run=True)), [1])
        self.assertEqual(self.open(before, "")[0].pseudonym, "Zoé")
        self.assertEqual(list(vault.seal_anew()), [1])
        self.assertEqual(list(vault.seal_anew()), [0])
        for comment, name in ((before, "Zoé"), (after, "Léa")):
            with self.assertRaises(Refused):
                self.open(comment, "")
            self.assertEqual(self.open(comment, printed(PAIR))[0].pseudonym, name)

    def test_another_pair_takes_over_with_the_old_key_and_not_without(self) -> None:
        comment = self.post()
        with override_settings(VAULT_PUBLIC_KEY=bytes(OTHER.public_key)):
            self.assertEqual(list(vault.seal_anew()), [0])
            with self.assertRaises(Refused):
                list(vault.seal_anew(private_key=printed(OTHER)))
            self.assertEqual(list(vault.seal_anew(private_key=printed(PAIR))), [1])
            self.assertEqual(self.open(comment, printed(OTHER))[0].pseudonym, "Zoé")

    def test_the_desk_asks_for_the_key_and_shows_it_nowhere(self) -> None:
        comment = self.post()
        self.at_desk(self.thomas)
        path = f"/admin/comments/comment/{comment.pk}/"
        self.assertContains(self.client.get(f"{path}change/"), 'name="private_key" type="password" autocomplete="off"')
        typed = {"reason": REASON, "private_key": printed(OTHER)}
        refused = self.client.post(f"{path}unseal/", typed)
        self.assertContains(refused, "clé privée de ce coffre")
        self.assertContains(refused, REASON)
        self.assertNotContains(refused, printed(OTHER))
        found = self.client.post(f"{path}unseal/", {**typed, "private_key": printed(PAIR)})
        self.assertContains(found, "203.0.113.7")
        self.assertNotContains(found, printed(PAIR))
        with override_settings(VAULT_PUBLIC_KEY=b""):
            plain = self.post("Un autre.", "Léa")
        self.assertNotContains(self.client.get(f"/admin/comments/comment/{plain.pk}/change/"), "private_key")
