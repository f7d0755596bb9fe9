"""A new secret key, from end to end: what was ordered removed stays out, the vault opens, blocks and links hold."""

import datetime as dt
import io
from collections.abc import Iterator
from typing import Any
from unittest import mock

from django.conf import settings
from django.core.management import call_command
from django.core.signing import Signer
from django.test import override_settings
from django.utils import timezone

from articles.actions import editing, expunging, preview_links
from articles.content import Content
from articles.models import preview_link
from articles.models.preview_link import PreviewLink
from articles.workflow import Refused
from comments import refusals
from comments.actions import reporting, subscriptions, vault
from comments.actions.reporting import Notice
from comments.models import BlockedSender, Comment, RuleSetting
from comments.states import Mode, Status
from newsroom.keys import ring
from tests.comments.base import CAFE, CommentsTestCase
from tests.factories import make_article

NEW = "n" * 60
PASSAGE = "Jean Dupont a volé"
REASON = "TJ de Paris, réquisition 2026/1234"


def keyed(secret_key: str, *fallbacks: str) -> Any:
    return override_settings(SECRET_KEY=secret_key, SECRET_KEY_FALLBACKS=list(fallbacks))


class RotationTests(CommentsTestCase):
    def setUp(self) -> None:
        ring.forget()
        self.addCleanup(ring.forget)
        super().setUp()

    def each_state(self) -> Iterator[str]:
        """Yield in each state of a rotation: before, with the old key as a fallback, rekeyed and without it."""
        old = settings.SECRET_KEY
        yield "before"
        with keyed(NEW, old):
            yield "rotated"
            call_command("rekey", stdout=io.StringIO())
        with keyed(NEW):
            yield "rekeyed"

    def test_what_was_ordered_removed_stays_out(self) -> None:
        body = f"<p>On sait que {PASSAGE} un vélo.</p>"
        article = make_article(self.kg, body=body)
        again = Content.of(article.working)
        expunging.expunge_passage(article, PASSAGE, by=self.thomas, order=REASON)
        for state in self.each_state():
            article.refresh_from_db()
            with self.subTest(state), self.assertRaises(Refused) as refused:
                editing.save_draft(article, again, by=self.thomas)
            self.assertEqual([finding.check for finding in refused.exception.findings], ["expunged"])

    def test_what_was_removed_after_the_rotation_stays_out_as_well(self) -> None:
        article = make_article(self.kg, body=f"<p>On sait que {PASSAGE} un vélo.</p>")
        again = Content.of(article.working)
        for state in self.each_state():
            if state == "rotated":
                expunging.expunge_passage(article, PASSAGE, by=self.thomas, order=REASON)
        with keyed(NEW), self.assertRaises(Refused):
            editing.save_draft(article, again, by=self.thomas)

    def test_the_vault_opens(self) -> None:
        comment = self.post()
        for state in self.each_state():
            with self.subTest(state):
                opened = vault.open_sealed(comment, by=self.thomas, reason=REASON)
                self.assertEqual([one.address for one in opened], ["203.0.113.7"])

    def test_a_blocked_source_and_e_mail_stay_blocked(self) -> None:
        self.confirm("bob@example.org")
        self.decide(self.post("Achetez mes montres !", "Bob"), "block")
        self.assertEqual(BlockedSender.objects.count(), 2)
        for number, state in enumerate(self.each_state()):
            with self.subTest(state):
                from_source = self.post(f"Un nouveau texte {number}.", "Léa")
                from_email = self.post(f"Encore un autre {number}.", "Bob", client=CAFE)
                self.assertEqual({one.status for one in (from_source, from_email)}, {Status.SPAM})
                self.assertEqual({one.rule for one in (from_source, from_email)}, {"blocked"})

    def test_a_fresh_key_frees_nobody(self) -> None:
        self.decide(self.post("Achetez mes montres !", "Bob"), "block")
        call_command("rekey", "--fresh", stdout=io.StringIO())
        self.assertEqual(self.post("Un nouveau texte.", "Léa").rule, "blocked")

    def test_without_the_old_key_and_without_rekeying_nothing_is_let_through(self) -> None:
        article = make_article(self.kg, body=f"<p>On sait que {PASSAGE} un vélo.</p>")
        again = Content.of(article.working)
        expunging.expunge_passage(article, PASSAGE, by=self.thomas, order=REASON)
        with keyed(NEW), self.assertRaises(ring.DataKeyLost):
            editing.save_draft(article, again, by=self.thomas)

    def test_links_that_were_signed_are_read_while_the_key_is_named(self) -> None:
        """The signers of modules read the settings when a process starts: so does each of these anew."""
        until = timezone.now() + dt.timedelta(days=1)
        article = make_article(self.kg)
        link = preview_links.share(article, 1, by=self.thomas, for_whom="Ana", until=until)
        wish = subscriptions.get_or_create(self.kg, "ana@example.org", "replies")
        preview, mails = link.token, subscriptions.manage_url(wish).split("/")[-2]
        old = settings.SECRET_KEY
        for fallbacks, is_read in (([old], True), ([], False)):
            with (
                keyed(NEW, *fallbacks),
                mock.patch.object(preview_link, "_SIGNER", Signer(salt=preview_link._SIGNER.salt, sep=".")),
                mock.patch.object(subscriptions, "_signer", Signer(salt=subscriptions._signer.salt)),
            ):
                self.assertEqual(PreviewLink.id_in(preview) == link.pk, is_read)
                self.assertEqual(subscriptions.from_token(mails, self.kg) == wish, is_read)


class FreshKeyTests(CommentsTestCase):
    """After `rekey --fresh` new rows are hashed under another key; older ones are still recognised."""

    def setUp(self) -> None:
        ring.forget()
        self.addCleanup(ring.forget)
        super().setUp()

    def fresh_key(self) -> None:
        call_command("rekey", "--fresh", stdout=io.StringIO())
        ring.forget()

    def test_a_trusted_reader_stays_trusted(self) -> None:
        RuleSetting.objects.create(publication=self.kg, name="trusted", is_on=True, verdict="approved", limit=1)
        comment = self.post()
        self.decide(comment, "approve")
        self.set(mode=Mode.PREMODERATED)
        self.fresh_key()
        again = self.post("Un autre mot.")
        self.assertNotEqual(again.source, comment.source)
        self.assertEqual((again.status, again.rule), (Status.APPROVED, "trusted"))

    def test_what_is_sent_again_is_one_comment(self) -> None:
        comment = self.post(form_key="a")
        self.fresh_key()
        self.assertEqual(self.post(form_key="a"), comment)
        with self.assertRaises(refusals.Refused):
            self.post()
        self.assertEqual(Comment.objects.count(), 1)

    def test_a_report_of_the_same_source_is_one(self) -> None:
        comment, notice = self.post(), Notice("minors", "Elle est mineure.", in_good_faith=True)
        first = reporting.report(comment, notice, client=CAFE)
        self.fresh_key()
        self.assertEqual(reporting.report(comment, notice, client=CAFE), first)
