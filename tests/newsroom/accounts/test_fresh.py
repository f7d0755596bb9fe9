"""Dangerous steps ask who it is, where the last answer is a quarter of an hour old; and what was typed goes on."""

from typing import Any

from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache

from newsroom.accounts.models import AccountEvent, Invitation
from newsroom.publications.models import Publication
from tests.base import PASSWORD, NewsroomTestCase, sign_in
from tests.factories import make_draft, make_image

CONFIRM = "/admin/account/confirm/"


class FreshTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.client.defaults["HTTP_HOST"] = "localhost"

    def is_asked(self, method: str, path: str, data: Any = None) -> bool:
        answer = getattr(self.client, method)(path, data or {})
        return bool(answer.status_code == 302 and answer.headers["Location"].startswith(CONFIRM))

    def test_it_asks_before_each_dangerous_step(self) -> None:
        article, image = make_draft(self.kg, "Un titre"), make_image()
        colleague = f"/admin/accounts/colleague/{self.camille.pk}"
        steps = [
            ("get", f"/admin/articles/article/{article.pk}/expunge/"),  # its POST: below
            ("get", f"/admin/articles/image/{image.pk}/expunge/"),
            ("get", "/admin/accounts/colleague/add/"),
            ("post", f"{colleague}/change/"),
            ("get", f"{colleague}/leave/"),
            ("post", f"{colleague}/sessions/"),
            ("post", f"{colleague}/factors/"),
            ("get", "/admin/account/app/"),
            ("get", "/admin/account/passkeys/add/"),
        ]
        for seconds, expected in ((3600, True), (60, False)):
            sign_in(self.client, self.thomas, seconds_ago=seconds)
            for method, path in steps:
                self.assertEqual(self.is_asked(method, path), expected, f"{seconds} {method} {path}")

    def test_it_asks_who_runs_the_install_before_accounts_and_hosts_change(self) -> None:
        page = f"/admin/publications/publication/{self.kg.pk}/change/"
        sign_in(self.client, self.alix, seconds_ago=3600)
        form = self.client.get(page).context["adminform"].form
        typed = {name: value for name, value in form.initial.items() if value is not None}
        typed |= {"hosts-TOTAL_FORMS": 0, "hosts-INITIAL_FORMS": 0, "second_factor_roles": []}
        self.assertFalse(self.is_asked("post", page, typed | {"tagline": "Autre"}))
        self.assertTrue(self.is_asked("post", page, typed | {"domain": "autre.example"}))
        self.assertTrue(self.is_asked("get", f"/admin/auth/user/{self.camille.pk}/password/"))
        account = f"/admin/auth/user/{self.camille.pk}/change/"
        typed = {
            "username": "camille", "email": "c@example.org", "is_active": "on", "is_staff": "on",
            "memberships-TOTAL_FORMS": 0, "memberships-INITIAL_FORMS": 0,
        }  # fmt: skip
        self.assertTrue(self.is_asked("post", account, typed))
        self.camille.refresh_from_db()
        self.assertEqual(self.camille.email, "camille@example.org")

    def test_what_was_typed_goes_on_once_it_is_confirmed(self) -> None:
        sign_in(self.client, self.thomas, seconds_ago=3600)
        path = "/admin/accounts/colleague/add/"
        typed = {"email": "lea@example.org", "roles": ["writer"], "first_name": "Léa", "last_name": "", "byline": ""}
        self.assertTrue(self.is_asked("post", path, typed))
        self.client.post(f"{CONFIRM}?next={path}", {"password": "faux", "next": path})
        self.assertFalse(Invitation.objects.exists())
        self.client.post(f"{CONFIRM}?next={path}", {"password": PASSWORD, "next": path})
        self.assertEqual(Invitation.objects.get().email, "lea@example.org")

    def test_a_tagline_is_nothing_dangerous(self) -> None:
        sign_in(self.client, self.thomas, seconds_ago=3600)
        self.assertFalse(self.is_asked("get", f"/admin/publications/publication/{self.kg.pk}/change/"))
        self.assertEqual(Publication.objects.get(pk=self.kg.pk).name, "KultureGeek")

    # -- what a hostile reading found ----------------------------------------------------------------------------------

    def in_sessions(self, words: str) -> bool:
        return any(words in str(SessionStore(row.pk).load()) for row in Session.objects.all())

    def test_a_form_with_a_secret_in_it_is_not_kept_in_the_session(self) -> None:
        article = make_draft(self.kg, "Un titre", body="<p>Ce passage doit partir.</p>")
        sign_in(self.client, self.alix, seconds_ago=3600)
        secret = "un mot de passe tout neuf"
        self.client.post(f"/admin/auth/user/{self.camille.pk}/password/", {"password1": secret, "password2": secret})
        typed = {"passage": "Ce passage doit partir", "order": "TJ Paris", "looked": "Ce passage doit partir"}
        page = self.client.post(f"/admin/articles/article/{article.pk}/expunge/", {**typed, "_expunge": "1"})
        self.assertContains(page, "confirmez qui vous êtes")
        self.assertContains(page, "TJ Paris")
        self.assertFalse(self.in_sessions(secret) or self.in_sessions("Ce passage doit partir"))
        self.camille.refresh_from_db()
        article.refresh_from_db()
        self.assertTrue(self.camille.check_password(PASSWORD))
        self.assertIn("Ce passage", article.working.body)

    def test_a_query_in_the_address_loses_nothing(self) -> None:
        sign_in(self.client, self.thomas, seconds_ago=3600)
        path = f"/admin/accounts/colleague/{self.camille.pk}/change/"
        answer = self.client.post(f"{path}?_changelist_filters=q%3Dcam", {"roles": ["editor"]})
        onward = answer.headers["Location"]
        self.client.post(onward, {"password": PASSWORD, "next": path})
        self.assertEqual([row.role for row in self.camille.memberships.all()], ["editor"])

    def test_what_a_stranger_sent_is_not_done_by_who_signs_in_next(self) -> None:
        for path in ("/admin/account/recovery-codes/new/", "/admin/accounts/colleague/add/"):
            self.client.post(path, {"email": "x@example.org", "roles": ["writer"]})
        self.client.post("/admin/login/", {"login": "camille", "password": PASSWORD})
        self.assertNotIn("account_reauthentication_state", self.client.session)

    def test_who_joined_and_waited_still_adds_a_passkey(self) -> None:
        self.camille.set_unusable_password()
        self.camille.save()
        sign_in(self.client, self.camille, seconds_ago=3600)
        for path in ("/admin/account/passkeys/add/", "/admin/account/app/", "/admin/account/password/set/"):
            self.assertEqual(self.client.get(path).status_code, 200, path)

    def test_a_confirmation_is_in_the_log(self) -> None:
        sign_in(self.client, self.thomas, seconds_ago=3600)
        self.client.post(CONFIRM, {"password": PASSWORD})
        self.assertTrue(AccountEvent.objects.filter(kind=AccountEvent.Kind.CONFIRMED, person=self.thomas).exists())
