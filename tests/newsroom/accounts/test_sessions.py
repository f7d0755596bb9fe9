"""Sessions: they slide while they are used, are listed, and are ended one by one or all others at once."""

import datetime as dt

import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from newsroom.accounts import jobs
from newsroom.accounts.models import AccountEvent
from tests.base import PASSWORD, NewsroomTestCase

HEADERS = {"host": "localhost"}


class SessionTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()

    def browser(self, name: str = "camille") -> Client:
        client = Client(headers={"user-agent": "Firefox sur Windows", **HEADERS})
        client.post("/admin/login/", {"login": name, "password": PASSWORD})
        return client

    def is_in(self, client: Client) -> bool:
        return bool(client.get("/admin/").status_code == 200)

    def test_it_lasts_as_long_as_it_is_used(self) -> None:
        client, unused = self.browser(), self.browser()
        start = timezone.now()
        for days in range(1, 31, 6):
            with time_machine.travel(start + dt.timedelta(days=days)):
                self.assertTrue(self.is_in(client), days)
        with time_machine.travel(start + dt.timedelta(seconds=settings.SESSION_COOKIE_AGE + 60)):
            self.assertFalse(self.is_in(unused))

    def test_it_is_written_once_an_hour_not_with_each_page(self) -> None:
        client = self.browser()
        self.is_in(client)
        before = UserSession.objects.get().last_seen_at
        self.is_in(client)
        self.assertEqual(UserSession.objects.get().last_seen_at, before)
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
            self.is_in(client)
            self.assertGreater(UserSession.objects.get().last_seen_at, before + dt.timedelta(hours=1))

    def test_it_lists_where_somebody_is_signed_in_and_who_tried(self) -> None:
        client, _other, _elses = self.browser(), self.browser(), self.browser("julien")
        Client(headers=HEADERS).post("/admin/login/", {"login": "camille", "password": "faux"})
        page = client.get("/admin/account/sessions/")
        self.assertEqual(page.context["session_count"], 2)
        self.assertContains(page, "Firefox, Windows", count=2)
        self.assertContains(page, "refus : mot de passe incorrect")

    def test_one_is_ended_by_itself(self) -> None:
        client, other, third = self.browser(), self.browser(), self.browser()
        session = UserSession.objects.get(session_key=other.session.session_key)
        client.post("/admin/account/sessions/", {"session": session.pk})
        self.assertEqual([self.is_in(c) for c in (client, other, third)], [True, False, True])
        self.assertTrue(AccountEvent.objects.filter(kind=AccountEvent.Kind.SESSIONS_ENDED).exists())

    def test_all_others_are_ended_at_once(self) -> None:
        client, other, julien = self.browser(), self.browser(), self.browser("julien")
        client.post("/admin/account/sessions/", {})
        self.assertEqual([self.is_in(c) for c in (client, other, julien)], [True, False, True])

    def test_nobody_ends_somebody_elses(self) -> None:
        client, julien = self.browser(), self.browser("julien")
        session = UserSession.objects.get(session_key=julien.session.session_key)
        for typed in (str(session.pk), "x", "-1", "9" * 30):
            self.assertEqual(client.post("/admin/account/sessions/", {"session": typed}).status_code, 302)
        self.assertTrue(self.is_in(julien))

    def test_a_new_password_ends_them_all_but_one(self) -> None:
        client, other = self.browser(), self.browser()
        new = "un cheval correct et plus long"
        client.post("/admin/password_change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
        self.assertFalse(self.is_in(other))

    def test_old_rows_go(self) -> None:
        client, ended = self.browser(), self.browser()
        ended.session.flush()
        for days, kind in ((400, AccountEvent.Kind.SIGNED_IN), (400, AccountEvent.Kind.REFUSED)):
            AccountEvent.objects.create(
                kind=kind, person=self.camille, network="192.0.2.1", at=timezone.now() - dt.timedelta(days=days)
            )
        jobs.forget_old_sign_ins.func()
        self.assertEqual(UserSession.objects.count(), 1)
        old = AccountEvent.objects.filter(at__lt=timezone.now() - dt.timedelta(days=365))
        self.assertEqual([(event.kind, event.network) for event in old], [("signed_in", None)])
        self.assertTrue(self.is_in(client))
