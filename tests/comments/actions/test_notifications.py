"""Who is told what: receipts, reasons, decisions, replies, what waits. By the worker, once, while it is true."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.contrib.auth import get_user_model
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from articles.actions import editing
from articles.content import Content
from comments.actions import moderation, notifications, posting, privacy, reporting, subscriptions
from comments.actions.reporting import Notice
from comments.actions.settings import add_terms
from comments.models import Comment, Subscription, Term
from newsroom.lib.client import Client
from newsroom.publications.models import Membership, Publication, Role
from newsroom.worker.models import Mail
from newsroom.worker.process import WorkerProcess
from tests.comments.base import CAFE, CommentsTestCase

LATER = dt.timedelta(minutes=15)


class MailTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.set(mails_moderators=False)

    def mails(self, after: dt.timedelta = LATER) -> list[tuple[str, str]]:
        """What the worker sends, a while later."""
        outbox.outbox.clear()
        with time_machine.travel(timezone.now() + after, tick=False):
            WorkerProcess().run_what_is_due()
        return sorted((message.to[0], message.subject) for message in outbox.outbox)

    def body(self) -> str:
        return "\n".join(message.body for message in outbox.outbox)


class ReasonsTests(MailTests):
    def test_the_author_of_what_is_rejected_is_told_why(self) -> None:
        self.confirm("zoe@example.org")
        self.decide(self.post("Un mot de trop."), "reject", reason="On n’attaque pas les personnes.")
        self.assertEqual(self.mails(), [("zoe@example.org", "Votre commentaire n’est pas publié")])
        for words in ("Un mot de trop.", "On n’attaque pas les personnes.", "Une personne", "article 21"):
            self.assertIn(words, self.body())

    def test_nobody_outside_reads_a_headline_that_is_in_work(self) -> None:
        content = replace(Content.of(self.article.working), headline="Un titre encore secret")
        editing.save_draft(self.article, content, by=self.ines)
        self.decide(self.post(), "reject")
        self.mails()
        self.assertIn("Un casque qui voit loin", self.body())
        self.assertNotIn("secret", self.body())
        self.assertNotIn("secret", str(privacy.export("zoe@example.org")))

    def test_spam_is_told_nothing(self) -> None:
        self.decide(self.post(), "spam")
        self.decide(self.post("Et encore."), "block")
        self.assertEqual(self.mails(), [])

    def test_what_was_undone_in_time_is_told_to_nobody(self) -> None:
        batch = self.decide(self.post(), "reject").batch
        moderation.undo(batch, by=self.sarah)
        self.assertEqual(self.mails(), [])

    def test_an_address_that_nobody_confirmed_gets_nothing_that_somebody_typed(self) -> None:
        for n in range(notifications.MAX_MAILS_A_DAY["reasons"] + 2):
            self.decide(self.post(f"Votre banque, numéro {n} : https://hameçon.example/"), "reject")
        self.assertEqual(len(self.mails()), notifications.MAX_MAILS_A_DAY["reasons"])
        self.assertNotIn("banque", self.body())
        self.assertNotIn("https://hameçon", self.body())

    def test_a_rules_verdict_is_mailed_to_no_stranger(self) -> None:
        add_terms(self.kg, ["débile"], Term.Kind.BANNED, by=self.sarah)
        self.post("Quel débile.")
        self.assertEqual(self.mails(), [])

    def test_what_is_taken_back_from_readers_is_told_too(self) -> None:
        self.decide(self.post(), "hold", reason="On vérifie.")
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("On vérifie.", self.body())
        self.decide(self.post("https://a.fr https://b.fr https://c.fr"), "hold")  # no reader had it
        self.assertEqual(self.mails(2 * LATER), [])

    def test_what_was_decided_since_is_told_once_and_as_it_is(self) -> None:
        comment = self.post()
        for n in range(3):
            notice = Notice("hate", "", "Ana", f"ana{n}@example.org", in_good_faith=True)
            reporting.report(comment, notice, client=Client(f"198.51.100.{n}", 1))
        self.decide(comment, "reject", reason="On n’attaque pas les personnes.")
        subjects = [subject for to, subject in self.mails() if to == "zoe@example.org"]
        self.assertEqual(subjects, ["Votre commentaire n’est pas publié"])
        self.assertIn("On n’attaque pas les personnes.", self.body())
        self.assertNotIn("Une règle automatique a décidé", self.body())

    def test_who_confirmed_an_address_is_told_of_all(self) -> None:
        self.confirm("zoe@example.org")
        for n in range(notifications.MAX_MAILS_A_DAY["reasons"] + 2):
            self.decide(self.post(f"Numéro {n}."), "reject")
        self.assertEqual(len(self.mails()), notifications.MAX_MAILS_A_DAY["reasons"] + 2)

    def test_who_wrote_before_an_import_is_told_nothing(self) -> None:
        comment = self.post()
        Comment.objects.update(imported_from="wordpress#1")
        self.decide(comment, "reject")
        self.assertEqual(self.mails(), [])

    def test_an_automatic_rejection_says_that_it_was_one(self) -> None:
        self.confirm("zoe@example.org")
        add_terms(self.kg, ["débile"], Term.Kind.BANNED, by=self.sarah)
        self.post("Quel débile.")
        self.assertEqual(len(self.mails()), 1)
        self.assertIn("règle automatique", self.body())

    def test_an_edit_of_what_is_rejected_is_not_told_again(self) -> None:
        add_terms(self.kg, ["débile"], Term.Kind.BANNED, by=self.sarah)
        self.confirm("zoe@example.org")
        comment = self.post("Quel débile.")
        posting.edit(comment, "Quel grand débile.")
        self.assertEqual(len(self.mails()), 1)

    def test_a_publication_can_be_silent(self) -> None:
        self.set(gives_reasons=False)
        self.decide(self.post(), "reject")
        self.assertEqual(self.mails(), [])

    def test_a_whole_flood_is_told_only_where_the_moderator_says_so(self) -> None:
        self.post("https://a.fr https://b.fr https://c.fr")
        question = moderation.Question(tab="held")
        moderation.decide_all(self.kg, question, moderation.Decision.REJECT, by=self.sarah)
        self.assertEqual(self.mails(), [])


class ReportMailTests(MailTests):
    def setUp(self) -> None:
        super().setUp()
        self.comment = self.post()
        notice = Notice("hate", "", "Ana", "ana@example.org", in_good_faith=True)
        reporting.report(self.comment, notice, client=CAFE)

    def test_who_reports_gets_a_receipt_and_then_the_decision(self) -> None:
        self.assertEqual(self.mails(), [("ana@example.org", "Nous avons reçu votre signalement")])
        self.assertIn(self.comment.get_absolute_url(), self.body())
        self.decide(self.comment, "approve")
        self.assertEqual(self.mails(2 * LATER), [("ana@example.org", "La suite donnée à votre signalement")])
        self.assertIn("il reste", self.body())

    def test_a_report_of_what_its_author_took_away_is_answered_and_closed(self) -> None:
        self.mails()
        posting.delete(self.comment)
        self.assertFalse(self.comment.reports.open().exists())
        self.assertEqual(self.mails(2 * LATER), [("ana@example.org", "La suite donnée à votre signalement")])
        self.assertIn("son auteur", self.body())

    def test_one_address_gets_few_receipts_a_day(self) -> None:
        notice = Notice("hate", "", "Ana", "ana@example.org", in_good_faith=True)
        for n in range(notifications.MAX_MAILS_A_DAY["receipt"] + 3):
            row = self.post(f"Numéro {n}.", f"L{n}", client=Client(f"192.0.2.{n}", 1))
            reporting.report(row, notice, client=Client(f"198.51.100.{n}", 1))
        self.assertEqual(len(self.mails()), notifications.MAX_MAILS_A_DAY["receipt"])

    def test_an_undone_decision_is_not_told(self) -> None:
        self.mails()
        moderation.undo(self.decide(self.comment, "spam").batch, by=self.sarah)
        self.assertEqual(self.mails(2 * LATER), [])


class ReplyTests(MailTests):
    def wish(self) -> Subscription:
        return Subscription.objects.get(email="zoe@example.org")

    def test_an_address_is_asked_once_before_it_is_told_anything(self) -> None:
        comment = self.post(notify=True)
        self.assertEqual(self.mails(), [("zoe@example.org", "Voulez-vous être averti des réponses\xa0?")])
        self.post("Encore un mot.", notify=True)
        self.post("Bien d’accord.", "Léa", under=comment)
        self.assertEqual(self.mails(2 * LATER), [])

    def test_who_lost_that_mail_is_asked_again_another_month(self) -> None:
        self.post(notify=True)
        self.mails()
        with time_machine.travel(timezone.now() + dt.timedelta(days=35), tick=False):
            self.post("Encore un mot.", notify=True)
            self.assertEqual(self.mails(), [("zoe@example.org", "Voulez-vous être averti des réponses\xa0?")])

    def test_it_is_told_of_replies_once_it_confirmed(self) -> None:
        comment = self.post(notify=True)
        self.mails()
        subscriptions.confirm(self.wish())
        self.post("Bien d’accord.", "Léa", under=comment)
        self.assertEqual(self.mails(2 * LATER), [("zoe@example.org", "Léa vous a répondu")])
        message = outbox.outbox[0]
        self.assertIn("Bien d’accord.", message.body)
        self.assertEqual(message.extra_headers["List-Unsubscribe"], f"<{subscriptions.manage_url(self.wish())}>")
        self.assertEqual(message.extra_headers["List-Unsubscribe-Post"], "List-Unsubscribe=One-Click")

    def test_one_click_stops_them(self) -> None:
        comment = self.post(notify=True)
        self.mails()
        subscriptions.confirm(self.wish())
        path = subscriptions.manage_url(self.wish()).removeprefix(self.kg.origin)
        answer = self.client.post(path, {"List-Unsubscribe": "One-Click"}, headers={"host": self.kg.domain})
        self.assertEqual(answer.status_code, 200)  # RFC 8058: a mail program follows nowhere
        self.post("Bien d’accord.", "Léa", under=comment)
        self.assertEqual(self.mails(2 * LATER), [])
        self.assertContains(self.read(path), "aucun")

    def test_looking_at_the_page_stops_nothing(self) -> None:
        self.post(notify=True)
        self.mails()
        subscriptions.confirm(self.wish())
        self.read(subscriptions.manage_url(self.wish()).removeprefix(self.kg.origin))
        self.assertTrue(self.wish().is_active)

    def test_nobody_is_told_of_what_is_held_or_gone_or_their_own(self) -> None:
        comment = self.post(notify=True)
        self.mails()
        subscriptions.confirm(self.wish())
        self.post("https://a.fr https://b.fr https://c.fr", "Léa", under=comment)
        self.post("Je précise.", under=comment)
        posting.delete(self.post("Oups.", "Ana", under=comment))
        self.assertEqual(self.mails(2 * LATER), [])

    def test_what_a_flood_forges_reaches_nobody(self) -> None:
        for n in range(3):
            self.post(f"Montre {n}", "Bob", email=f"victim{n}@example.org", notify=True, honeypot="x")
        self.assertEqual(self.mails(), [])

    def test_an_approval_tells_what_a_posting_would_have(self) -> None:
        comment = self.post("https://a.fr https://b.fr https://c.fr", notify=True)
        self.assertEqual(self.mails(), [])
        self.decide(comment, "approve")
        self.assertEqual(len(self.mails(2 * LATER)), 1)

    def test_a_forged_link_is_nobodys(self) -> None:
        self.assertEqual(self.read("/c/mails/1:forged/").status_code, 404)
        self.assertIsNone(subscriptions.from_token("1", Publication.objects.first()))  # type: ignore[arg-type]


class QueueTests(CommentsTestCase):
    def notify(self, after: dt.timedelta = LATER) -> int:
        with time_machine.travel(timezone.now() + after, tick=False):
            return notifications.notify_moderators(self.kg, timezone.now())

    def test_moderators_are_told_what_waits_and_not_again_for_the_same(self) -> None:
        self.assertEqual(self.notify(), 0)
        self.post("https://a.fr https://b.fr https://c.fr")
        self.assertEqual(self.notify(), 1)
        self.assertEqual(self.notify(2 * LATER), 0)
        self.assertEqual(self.notify(10 * LATER), 0)
        mail = Mail.objects.get()
        self.assertEqual((mail.to, mail.subject), ("sarah@example.org", "Des commentaires attendent sur KultureGeek"))
        self.assertIn("1 commentaire retenu", mail.body)

    def test_it_counts_once_however_many_moderators_there_are(self) -> None:
        self.post("https://a.fr https://b.fr https://c.fr")
        with CaptureQueriesContext(connection) as queries:
            self.notify()
        counts = [query["sql"] for query in queries if "COUNT(" in query["sql"] and "comments_report" in query["sql"]]
        self.assertEqual(len(counts), 1)

    def test_they_can_stop(self) -> None:
        subscriptions.end(subscriptions.get_or_create(self.kg, "sarah@example.org", Subscription.About.QUEUE))
        self.post("https://a.fr https://b.fr https://c.fr")
        self.assertEqual(self.notify(), 0)

    def test_publishers_are_told_where_nobody_moderates(self) -> None:
        self.sarah.memberships.all().delete()
        self.assertEqual(notifications.moderators_of(self.kg), [self.thomas])

    def test_a_flood_is_one_mail_an_hour(self) -> None:
        for n in range(5):
            self.post(f"Montre {n} https://a.fr https://b.fr https://c.fr", "Bob", client=Client(f"192.0.2.{n}", 1))
            self.notify(n * dt.timedelta(minutes=5))
        self.assertEqual(Mail.objects.count(), 1)

    def test_each_person_gets_one_mail_whatever_their_roles(self) -> None:
        Membership.objects.create(user=self.sarah, publication=self.kg, role=Role.PUBLISHER)
        Membership.objects.create(user=self.sarah, publication=self.ia, role=Role.MODERATOR)
        self.person("sarah2", (self.kg, Role.MODERATOR))
        get_user_model().objects.filter(username="sarah2").update(email="Sarah@Example.org")  # the same mailbox
        self.post("https://a.fr https://b.fr https://c.fr")
        self.assertEqual(self.notify(), 1)
        self.assertEqual([mail.to.lower() for mail in Mail.objects.all()], ["sarah@example.org"])
