"""Mails: one for each key, sent once; what nobody knows of is shown, not sent again. A real server on loopback."""

from typing import Any
from unittest import mock

from django.contrib.auth import get_user_model
from django.core import mail as outbox
from django.test import TestCase, override_settings
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM, Forbidden
from newsroom.worker import mail, queue
from newsroom.worker.models import Mail
from newsroom.worker.process import WorkerProcess
from tests.newsroom.worker.smtp import mail_server


class MailTests(TestCase):
    def post(self, key: str = "k", **fields: Any) -> Mail:
        fields = {
            "to": "camille@example.org",
            "subject": "Un\nobjet",
            "body": "Un texte.",
            "publication": None,
            **fields,
        }
        mail.post(key, **fields)
        return Mail.objects.get(key=key)

    def work(self) -> Mail:
        WorkerProcess().run_what_is_due()
        return Mail.objects.get()

    def test_it_is_sent_with_its_subject_text_and_reply_address(self) -> None:
        site = Publication.objects.create(name="KG", domain="kg.example", contact_email="contact@kg.example")
        with mail_server() as received:
            self.post(publication=site)
            self.assertEqual(self.work().state, Mail.State.SENT)
        (text,) = received
        for words in ("Subject: Un objet", "To: camille@example.org", "Un texte.", "Reply-To: contact@kg.example"):
            self.assertIn(words, text)
        self.assertIn("Auto-Submitted: auto-generated", text)

    def test_one_key_is_one_mail(self) -> None:
        self.post()
        self.post(body="Un autre texte.")
        self.work()
        self.assertEqual([message.body for message in outbox.outbox], ["Un texte."])

    def test_a_server_that_is_away_is_asked_again_later(self) -> None:
        self.post()
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
        ):
            row = self.work()
        self.assertEqual(row.state, Mail.State.WAITING)
        self.assertIn("refused", row.error)
        self.assertEqual(DBTaskResult.objects.get(task_path__contains="deliver").status, "READY")
        DBTaskResult.objects.update(run_after=row.created_at)
        with mail_server() as received:
            self.assertEqual(self.work().state, Mail.State.SENT)
        self.assertEqual(len(received), 1)

    def test_a_temporary_refusal_is_tried_again_and_a_permanent_one_is_not(self) -> None:
        for answers, state in (
            ({"RCPT": "450 greylisted"}, Mail.State.WAITING), ({"end": "451 try later"}, Mail.State.WAITING),
            ({"RCPT": "550 no such person"}, Mail.State.FAILED), ({"end": "554 spam"}, Mail.State.FAILED),
        ):  # fmt: skip
            Mail.objects.all().delete()
            DBTaskResult.objects.all().delete()
            with self.subTest(**answers), mail_server(**answers):
                self.post()
                self.assertEqual(self.work().state, state)

    def test_a_connection_lost_at_the_end_leaves_it_uncertain_and_it_is_not_sent_again(self) -> None:
        with mail_server(end="hang up") as received:
            self.post()
            row = self.work()
            self.assertEqual((row.state, len(received)), (Mail.State.UNCERTAIN, 1))
            DBTaskResult.objects.update(status="READY", run_after=row.created_at)
            self.assertEqual((self.work().state, len(received)), (Mail.State.UNCERTAIN, 1))

    def test_what_a_crash_interrupted_is_shown_and_not_sent_again(self) -> None:
        self.post()
        Mail.objects.update(state=Mail.State.SENDING)  # as a worker leaves it that dies in the midst
        self.assertEqual((self.work().state, outbox.outbox), (Mail.State.UNCERTAIN, []))
        self.assertTrue(Mail.objects.needing_attention().exists())

    def test_a_person_decides(self) -> None:
        row = self.post()
        Mail.objects.update(state=Mail.State.UNCERTAIN)
        self.assertTrue(mail.send_again(row, by=SYSTEM))
        self.assertFalse(mail.send_again(row, by=SYSTEM))
        self.assertEqual((self.work().state, len(outbox.outbox)), (Mail.State.SENT, 1))
        Mail.objects.update(state=Mail.State.FAILED)
        self.assertTrue(mail.settle(row, by=SYSTEM))
        self.assertEqual((self.work().state, len(outbox.outbox)), (Mail.State.SENT, 1))

    def test_the_last_try_says_that_it_failed(self) -> None:
        self.post()
        DBTaskResult.objects.update(worker_ids=["a"] * (queue.MAX_TRIES - 1))
        with override_settings(
            EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend", EMAIL_HOST="127.0.0.1", EMAIL_PORT=1
        ):
            self.assertEqual(self.work().state, Mail.State.FAILED)

    def test_a_mail_whose_last_try_died_is_shown(self) -> None:
        for left, shown in ((Mail.State.SENDING, Mail.State.UNCERTAIN), (Mail.State.WAITING, Mail.State.FAILED)):
            Mail.objects.all().delete()
            DBTaskResult.objects.all().delete()
            self.post()
            Mail.objects.update(state=left)
            mail.settle_given_up.call()
            self.assertEqual(Mail.objects.get().state, left)  # it has a worker still, or will have
            DBTaskResult.objects.update(
                status="RUNNING", worker_ids=["dead"] * queue.MAX_TRIES, started_at=timezone.now()
            )
            queue.reap(timezone.now())
            with self.subTest(left):
                mail.settle_given_up.call()
                self.assertEqual(Mail.objects.get().state, shown)
                self.assertTrue(mail.send_again(Mail.objects.get(), by=SYSTEM))
                mail.settle_given_up.call()
                self.assertEqual(Mail.objects.get().state, Mail.State.WAITING)
                self.assertEqual(self.work().state, Mail.State.SENT)

    def test_only_who_may_settle_a_mail_decides_about_it(self) -> None:
        row = self.post()
        Mail.objects.update(state=Mail.State.FAILED)
        nobody = get_user_model().objects.create_user("nobody")
        for decide in (mail.send_again, mail.settle):
            with self.assertRaises(Forbidden):
                decide(row, by=nobody)
        self.assertEqual(Mail.objects.get().state, Mail.State.FAILED)

    def test_a_slow_try_does_not_overwrite_what_was_decided_meanwhile(self) -> None:
        # 1. A worker hangs while it sends. 2. Another finds the mail uncertain. 3. A person marks it as sent, or has it
        # sent again. 4. The first worker fails at last.
        for decide, state in ((mail.settle, Mail.State.SENT), (mail.send_again, Mail.State.WAITING)):
            Mail.objects.all().delete()
            row = self.post()

            def hang(sending: Mail, decide: Any = decide) -> None:
                Mail.objects.update(state=Mail.State.UNCERTAIN)
                decide(sending, by=SYSTEM)
                raise mail._NotSent(OSError("no answer"), for_good=True)

            with self.subTest(state), mock.patch.object(mail, "_send", hang):
                mail.deliver.call(mock.Mock(attempt=1), mail=row.pk)
                self.assertEqual(Mail.objects.get().state, state)
