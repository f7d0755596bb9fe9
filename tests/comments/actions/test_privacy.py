"""All that is held of a reader, and its erasure: nothing else is left, but what is sealed."""

import datetime as dt
import json

import time_machine
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.actions import moderation, posting, privacy, reporting, vault
from comments.actions.reporting import Notice
from comments.models import BlockedSender, Comment, ModerationBatch, SealedSource, Subscription, VaultOpening
from comments.queue import Question
from comments.states import Decision, Status
from newsroom.lib.client import Client
from newsroom.worker.models import Mail
from newsroom.worker.process import WorkerProcess
from tests.comments.base import CAFE, OFFICE, CommentsTestCase
from tests.factories import make_draft

SECRET = "Mon secret inoubliable"
MARKS = ("zoe@lectrice.example", "zoe-la-rouge", SECRET.lower())


class PrivacyTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        zoe = {"name": "Zoe-la-rouge", "email": "zoe@lectrice.example"}
        self.confirm("zoe@lectrice.example")
        self.first = self.post(f"{SECRET}, le premier.", notify=True, **zoe)
        self.reply = self.post("Je réponds.", "Léa", under=self.first, client=CAFE, notify=True)
        Subscription.objects.create(
            publication=self.kg, email="lea@example.org", about="replies", confirmed_at=timezone.now()
        )
        self.post(f"{SECRET}, en réponse à Léa.", under=self.reply, **zoe)
        second = self.post(f"{SECRET} https://a.fr https://b.fr https://c.fr", **zoe)
        notice = Notice("hate", f"{SECRET} encore", "Zoe-la-rouge", "zoe@lectrice.example", in_good_faith=True)
        reporting.report(self.reply, notice, client=CAFE)
        self.decide(second, "block", reason="zoe@lectrice.example insiste")
        self.decide(self.first, "reject", reason="hors sujet, Zoe-la-rouge")
        self.decide(self.first, "approve")
        question = Question(tab="approved", words="zoe@lectrice.example")
        moderation.decide_all(self.kg, question, Decision.APPROVE, by=self.sarah)
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=20), tick=False):
            WorkerProcess().run_what_is_due()

    def held(self) -> str:
        """Every value of every table, in lower case, but what is sealed."""
        values = []
        for model in apps.get_models(include_auto_created=True):
            if model is SealedSource:
                continue
            for row in model._base_manager.values():
                values += [
                    f"{model.__name__}.{name} " + json.dumps(value, default=str, ensure_ascii=False).lower()
                    for name, value in row.items()
                ]
        return "\n".join(values)

    def test_it_is_all_there_before(self) -> None:
        held = self.held()
        for mark in MARKS:
            self.assertIn(mark, held)
        self.assertTrue(Mail.objects.filter(to="lea@example.org", body__contains=SECRET).exists())

    def test_an_export_gives_all_that_is_held(self) -> None:
        export = privacy.export(" Zoe@Lectrice.EXAMPLE ")
        self.assertEqual([row["text"][: len(SECRET)] for row in export["comments"]], [SECRET] * 3)
        self.assertEqual([row["text"] for row in export["reports"]], [f"{SECRET} encore"])
        self.assertTrue(export["mails"])
        self.assertEqual(export["subscriptions"], [{"site": "KultureGeek", "about": "replies", "active": False}])
        self.assertEqual(len(export["blocked"]), 1)
        self.assertEqual(export["sealed for justice"]["number"], 3)
        json.dumps(export)

    def test_an_erasure_leaves_nothing_else(self) -> None:
        erased = privacy.erase("ZOE@lectrice.example")
        held = self.held()
        for mark in MARKS:
            self.assertFalse([line for line in held.splitlines() if mark in line], mark)
        self.assertEqual((erased["comments"], erased["reports"], erased["blocks"]), (3, 1, 1))
        self.assertEqual(set(Comment.objects.filter(status=Status.ERASED).values_list("source", flat=True)), {""})

    def test_what_is_sealed_stays_for_its_period(self) -> None:
        before = SealedSource.objects.count()
        privacy.erase("zoe@lectrice.example")
        self.assertEqual(SealedSource.objects.count(), before)

    def test_what_others_answered_stays_under_a_tombstone(self) -> None:
        privacy.erase("zoe@lectrice.example")
        page = self.read(self.article.path)
        self.assertContains(page, "Je réponds.")
        self.assertContains(page, "comment-gone")
        self.assertEqual(self.count(), 1)

    def test_others_are_left_as_they_are(self) -> None:
        before = privacy.export("lea@example.org")["comments"]
        privacy.erase("zoe@lectrice.example")
        self.assertEqual(privacy.export("lea@example.org")["comments"], before)
        self.assertTrue(ModerationBatch.objects.filter(reason="hors sujet, […]").exists())

    def test_an_erasure_names_nobody_else_and_nobody_half(self) -> None:
        self.decide(self.reply, "hold", reason="anazoe@lectrice.example et Zoe-la-rougeaude")
        privacy.erase("zoe@lectrice.example")
        self.assertTrue(ModerationBatch.objects.filter(reason="anazoe@lectrice.example et Zoe-la-rougeaude").exists())

    def test_an_erasure_leaves_an_ordinary_word_that_was_a_pseudonym_in_other_peoples_records(self) -> None:
        self.post("Achetez.", "Publicité", email="pub@example.org", client=OFFICE)
        by_her = self.post("Achetez encore.", "Publicité", email="pub@example.org", client=OFFICE)
        self.decide(by_her, "reject", reason="Publicité, encore")
        other = self.post("Mes montres.", "Bob", client=CAFE)
        notice = Notice("hate", "Publicité pour des montres", "Max", "max@example.org", in_good_faith=True)
        reporting.report(other, notice, client=CAFE)
        moderation.decide_all(
            self.kg, Question(tab="new", words="publicité"), Decision.APPROVE, by=self.sarah, reason="Pas de publicité"
        )
        self.decide(other, "block", reason="Publicité pour des montres")
        searched = ModerationBatch.objects.get(reason="Pas de publicité")
        theirs = self.post("Ni publicité ni montres.", "Ana", client=Client("192.0.2.50", 1))
        moderation.decide_all(
            self.kg, Question(tab="new", article=self.article.pk), Decision.APPROVE, by=self.sarah, reason="publicité"
        )
        privacy.erase("pub@example.org")
        self.assertTrue(ModerationBatch.objects.filter(reason="Publicité pour des montres").exists())
        self.assertTrue(BlockedSender.objects.filter(reason="Publicité pour des montres").exists())
        self.assertEqual(other.reports.get().text, "Publicité pour des montres")
        self.assertEqual(theirs.actions.get().batch.reason, "publicité")
        self.assertFalse(ModerationBatch.objects.filter(reason="Publicité, encore").exists())
        self.assertTrue(ModerationBatch.objects.filter(reason="[…], encore").exists())
        searched.refresh_from_db()
        self.assertEqual((searched.done, searched.reason, searched.question["words"]), (1, "Pas de […]", "[…]"))

    def test_an_erasure_takes_the_e_mail_out_of_a_search_and_no_longer_one(self) -> None:
        for words in ("zoe@lectrice.example", "zoe@lectrice.example.org", "anazoe@lectrice.example"):
            ModerationBatch.objects.create(
                publication=self.kg, decision="reject", at=timezone.now(), question=Question(words=words).as_json
            )
        privacy.erase("zoe@lectrice.example")
        words = [batch.question["words"] for batch in ModerationBatch.objects.filter(decision="reject", by=None)]
        self.assertEqual(set(words), {"[…]", "zoe@lectrice.example.org", "anazoe@lectrice.example"})

    def test_an_export_names_no_headline_of_an_article_that_readers_never_had(self) -> None:
        comment = self.post("Sous un brouillon.", "Max")
        Comment.objects.filter(pk=comment.pk).update(article=make_draft(self.kg, "Un titre encore secret"))
        exported = privacy.export("max@example.org")
        self.assertEqual(exported["comments"][0]["article"], "")
        self.assertNotIn("secret", str(exported))

    def test_what_she_deleted_herself_is_hers_too(self) -> None:
        taken_back = self.post(
            f"{SECRET}, vite effacé.", "Zoe-la-rouge", under=self.reply, email="zoe@lectrice.example"
        )
        with time_machine.travel(timezone.now() + dt.timedelta(minutes=5), tick=False):
            WorkerProcess().run_what_is_due()
            posting.delete(taken_back)
        self.assertFalse(Mail.objects.filter(body__contains="vite effacé").exists())
        self.assertEqual(privacy.export("zoe@lectrice.example")["sealed for justice"]["number"], 4)
        privacy.erase("zoe@lectrice.example")
        taken_back.refresh_from_db()
        self.assertEqual((taken_back.status, taken_back.source, taken_back.author_key), (Status.ERASED, "", ""))

    def test_the_log_of_the_vault_stays_as_it_was_written(self) -> None:
        reason = "TJ de Paris, réquisition 12, contre zoe@lectrice.example"
        vault.open_sealed(self.first, by=self.alix, reason=reason)
        privacy.erase("zoe@lectrice.example")
        self.assertEqual(VaultOpening.objects.get().reason, reason)

    def test_an_export_asks_the_same_queries_however_much_was_written(self) -> None:
        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                privacy.export("zoe@lectrice.example")
            return len(queries)

        before = asked()
        for n in range(5):
            self.post(f"Et encore {n}.", "Zoe-la-rouge", email="zoe@lectrice.example", client=Client(f"192.0.2.{n}", 1))
        self.assertEqual(asked(), before)

    def test_its_decisions_are_in_the_export(self) -> None:
        decisions = privacy.export("zoe@lectrice.example")["comments"][0]["decisions"]
        self.assertIn("hors sujet, Zoe-la-rouge", [act["reason"] for act in decisions])

    def test_nobody_is_erased_by_an_empty_e_mail(self) -> None:
        self.set(email_required=False)
        self.post("Sans adresse.", "Ana", email="")
        privacy.erase("")
        self.assertTrue(Comment.objects.filter(text="Sans adresse.").exists())
