"""A forgotten password: a link by mail, and nothing that tells a stranger whose e-mail is whose."""

import datetime as dt
import re

import time_machine
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.worker.models import Mail
from newsroom.worker.process import WorkerProcess
from tests.base import NewsroomTestCase

FORGOTTEN = "/admin/account/password/forgotten/"
NEW = "une phrase assez longue"


class ResettingTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.client.defaults["HTTP_HOST"] = "localhost"

    def ask(self, email: str = "camille@example.org", **headers: str) -> None:
        answer = self.client.post(FORGOTTEN, {"email": email}, headers=headers)
        self.assertRedirects(answer, f"{FORGOTTEN}done/")

    def link(self) -> str:
        WorkerProcess().run_what_is_due()
        (path,) = re.findall(r"http://localhost:\d+(/admin/account/password/new/\S+)", mail.outbox[-1].body)
        return str(path)

    def set_password(self, path: str, client: Client | None = None) -> bool:
        client = client or self.client
        page = client.get(path, follow=True)
        client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})
        self.camille.refresh_from_db()
        return bool(self.camille.check_password(NEW))

    def test_whoever_forgot_it_gets_a_link_in_the_language_of_the_page(self) -> None:
        self.ask(**{"accept-language": "fr"})
        self.assertTrue(self.set_password(self.link()))
        row = Mail.objects.order_by("pk").first()
        assert row is not None
        self.assertEqual((row.to, row.publication, row.body), ("camille@example.org", None, ""))
        self.assertIn("Bonjour", mail.outbox[0].body)

    def test_a_link_works_once_and_for_two_hours(self) -> None:
        self.ask()
        path = self.link()
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2, minutes=1)):
            self.assertFalse(self.set_password(path, Client(headers={"host": "localhost"})))
        self.assertTrue(self.set_password(path))
        again = Client(headers={"host": "localhost"}).get(path, follow=True)
        self.assertNotContains(again, 'name="password1"')

    def test_the_page_does_the_same_whether_the_e_mail_is_anybodys(self) -> None:
        statements = []
        for email in ("camille@example.org", "personne@example.org"):
            cache.clear()
            with CaptureQueriesContext(connection) as queries:
                self.ask(email)
            statements.append([re.sub(r"'[^']*'|[0-9]+", "?", query["sql"]) for query in queries])
        self.assertEqual(*statements)
        self.assertFalse(Mail.objects.exists())
        self.assertEqual(DBTaskResult.objects.count(), 2)
        WorkerProcess().run_what_is_due()
        self.assertEqual(Mail.objects.count(), 1)

    def test_a_stranger_fills_no_inbox(self) -> None:
        now = timezone.now()
        for n in range(6):
            cache.clear()
            with time_machine.travel(now + dt.timedelta(minutes=2 * n)):
                self.ask()
                WorkerProcess().run_what_is_due()
        self.assertEqual(Mail.objects.count(), 3)

    def test_a_form_that_is_sent_twice_sends_one_link(self) -> None:
        for _time in range(2):
            self.ask()
        WorkerProcess().run_what_is_due()
        self.assertEqual(Mail.objects.count(), 1)

    def test_whoever_left_gets_none(self) -> None:
        self.camille.is_active = False
        self.camille.save()
        self.ask()
        WorkerProcess().run_what_is_due()
        self.assertFalse(Mail.objects.exists())

    def test_a_password_that_everybody_knows_is_refused(self) -> None:
        self.ask()
        page = self.client.get(self.link(), follow=True)
        for bad in ("password1234", "123456789012", "court"):
            self.client.post(page.request["PATH_INFO"], {"password1": bad, "password2": bad})
            self.camille.refresh_from_db()
            self.assertFalse(self.camille.check_password(bad), bad)

    def test_the_device_on_which_it_was_set_is_known_from_then_on(self) -> None:
        """Whoever guesses at an account cannot keep its owner out for good: a new password by mail opens it."""
        for number in range(10):
            self.client.post("/admin/login/", {"login": "camille", "password": f"faux {number}"})
        self.assertNotIn("device", self.client.cookies)
        self.ask()
        self.assertTrue(self.set_password(self.link()))
        answer = self.client.post("/admin/login/", {"login": "camille", "password": NEW})
        self.assertRedirects(answer, "/admin/", fetch_redirect_response=False)
