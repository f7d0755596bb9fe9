"""Second factors: an app, recovery codes, and the roles of which a publication asks one. Passkeys: tests/browser."""

import json
import time
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.cache import cache
from django.test import Client

from newsroom.accounts import second_factor
from newsroom.accounts.models import AccountEvent
from newsroom.publications.models import Publication, Role
from newsroom.worker.models import Mail
from tests.base import PASSWORD, NewsroomTestCase


def code_of(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


class SecondFactorTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.client.defaults["HTTP_HOST"] = "localhost"

    def app_of(self, person: Any) -> str:
        """Set an authenticator app up for a person, and return its secret."""
        secret: str = generate_totp_secret()
        TOTP.activate(person, secret)
        RecoveryCodes.activate(person)
        return secret

    def type_password(self) -> Any:
        return self.client.post("/admin/login/", {"login": "camille", "password": PASSWORD})

    def is_in(self) -> bool:
        return bool(self.client.get("/admin/").status_code == 200)

    def test_a_password_alone_does_not_do_once_there_is_an_app(self) -> None:
        secret = self.app_of(self.camille)
        self.assertRedirects(self.type_password(), "/admin/account/code/")
        self.assertFalse(self.is_in())
        self.assertContains(self.client.post("/admin/account/code/", {"code": "000000"}), "Code incorrect")
        self.client.post("/admin/account/code/", {"code": code_of(secret)})
        self.assertTrue(self.is_in())
        kinds = set(AccountEvent.objects.values_list("kind", flat=True))
        self.assertEqual(kinds, {AccountEvent.Kind.CODE_REFUSED, AccountEvent.Kind.SIGNED_IN})

    def test_a_code_is_good_once(self) -> None:
        secret = self.app_of(self.camille)
        code = code_of(secret)
        for expected in (True, False):
            self.client.post("/admin/logout/")
            self.type_password()
            self.client.post("/admin/account/code/", {"code": code})
            self.assertEqual(self.is_in(), expected)

    def test_codes_are_not_guessed(self) -> None:
        secret = self.app_of(self.camille)
        self.type_password()
        for _time in range(10):
            self.client.post("/admin/account/code/", {"code": "000000"})
        self.client.post("/admin/account/code/", {"code": code_of(secret)})
        self.assertFalse(self.is_in())

    def test_wrong_codes_from_elsewhere_keep_no_owner_out(self) -> None:
        secret = self.app_of(self.camille)
        self.type_password()
        self.client.post("/admin/account/code/", {"code": code_of(secret)})
        self.client.post("/admin/logout/")
        stranger = Client(headers={"host": "localhost"}, REMOTE_ADDR="198.51.100.9")
        stranger.post("/admin/login/", {"login": "camille", "password": PASSWORD})
        for _time in range(12):
            stranger.post("/admin/account/code/", {"code": "000000"})
        Authenticator.objects.filter(user=self.camille, type="totp").delete()
        secret = self.app_of(self.camille)
        self.type_password()
        self.client.post("/admin/account/code/", {"code": code_of(secret)})
        self.assertTrue(self.is_in())

    def test_an_answer_of_a_key_that_cannot_be_read_is_a_wrong_one(self) -> None:
        hostile = [
            '{"id":"\\ud800"}', "[" * 9000, "9" * 5000, "null", "[]", '"x"', '{"response":{}}', "{" , "\x00",
            json.dumps({"id": "a", "rawId": "a", "type": "public-key", "response": {"clientDataJSON": "e30"}}),
            json.dumps({"id": "a", "rawId": "a", "response": {"attestationObject": "AAAA", "clientDataJSON": "AAAA"}}),
        ]  # fmt: skip
        self.app_of(self.camille)
        for path in ("/admin/account/passkeys/sign-in/", "/admin/account/code/"):
            for credential in hostile:
                if path.endswith("code/"):
                    self.type_password()
                self.assertIn(
                    self.client.post(path, {"credential": credential}).status_code, (200, 302, 429), credential[:40]
                )
        self.at_desk(self.camille)
        for path in ("/admin/account/passkeys/add/", "/admin/account/confirm/passkey/"):
            self.client.get(path)
            for credential in hostile:
                self.assertIn(
                    self.client.post(path, {"credential": credential}).status_code, (200, 302, 429), credential[:40]
                )
        self.assertFalse(Authenticator.objects.filter(type="webauthn").exists())

    def test_a_recovery_code_does_once_in_its_place(self) -> None:
        self.app_of(self.camille)
        codes = Authenticator.objects.get(user=self.camille, type="recovery_codes").wrap().get_unused_codes()
        for expected in (True, False):
            self.client.post("/admin/logout/")
            self.type_password()
            self.client.post("/admin/account/code/", {"code": codes[0]})
            self.assertEqual(self.is_in(), expected)

    def test_secrets_are_stored_encrypted(self) -> None:
        secret = self.app_of(self.camille)
        stored = str(list(Authenticator.objects.values_list("data", flat=True)))
        self.assertNotIn(secret, stored)

    def test_an_app_is_set_up_with_a_code_that_it_shows_and_recovery_codes_follow(self) -> None:
        self.at_desk(self.camille)
        page = self.client.get("/admin/account/app/")
        self.assertContains(page, "data:image/svg+xml;base64")
        self.client.post("/admin/account/app/", {"code": "000000"})
        self.assertFalse(second_factor.has_one(self.camille))
        secret = page.context["form"].secret
        answer = self.client.post("/admin/account/app/", {"code": code_of(secret)})
        self.assertRedirects(answer, "/admin/account/recovery-codes/")
        self.assertTrue(second_factor.has_one(self.camille))

    def test_removing_one_is_told_by_mail_and_logged(self) -> None:
        self.app_of(self.camille)
        self.at_desk(self.camille)
        self.client.post("/admin/account/app/remove/")
        self.assertEqual(Mail.objects.get().to, "camille@example.org")
        event = AccountEvent.objects.get(kind=AccountEvent.Kind.SECURITY)
        self.assertEqual((event.person, event.note), (self.camille, "totp_deactivated"))

    # -- of whom it is asked -------------------------------------------------------------------------------------------

    def asked_of(self, *roles: Role) -> None:
        Publication.objects.filter(pk=self.kg.pk).update(second_factor_roles=[role.value for role in roles])

    def test_the_roles_that_a_publication_says_must_have_one(self) -> None:
        self.asked_of(Role.PUBLISHER, Role.EDITOR)
        for person, is_asked in (
            (self.thomas, True), (self.ines, True), (self.camille, False), (self.julien, False), (self.sarah, False),
            (self.alix, True),
        ):  # fmt: skip
            self.at_desk(person)
            for path in ("/admin/", "/admin/articles/article/", "/admin/articles/image/", "/admin/comments/comment/"):
                answer = self.client.get(path)
                leads_there = answer.status_code == 302 and answer.headers["Location"] == "/admin/account/"
                self.assertEqual(leads_there, is_asked, (person, path))
            self.assertEqual(self.client.get("/admin/account/").status_code, 200)

    def test_nothing_is_done_without_it_by_whatever_address(self) -> None:
        self.asked_of(Role.PUBLISHER)
        self.at_desk(self.thomas)
        answer = self.client.post("/admin/switch/", {"publication": self.kg.pk})
        self.assertRedirects(answer, "/admin/account/")
        self.app_of(self.thomas)
        self.assertEqual(self.client.get("/admin/").status_code, 200)

    def test_the_last_one_is_not_removed_where_it_is_asked(self) -> None:
        self.asked_of(Role.PUBLISHER)
        self.app_of(self.thomas)
        self.at_desk(self.thomas)
        self.client.post("/admin/account/app/remove/")
        self.assertTrue(second_factor.has_one(self.thomas))
        self.asked_of()
        self.client.post("/admin/account/app/remove/")
        self.assertFalse(second_factor.has_one(self.thomas))

    def test_a_publisher_says_of_which_roles_it_is_asked(self) -> None:
        self.at_desk(self.thomas)
        path = f"/admin/publications/publication/{self.kg.pk}/change/"
        page = self.client.get(path)
        self.assertContains(page, 'name="second_factor_roles"', count=4)
        form = {name: value for name, value in page.context["adminform"].form.initial.items() if value is not None}
        form |= {"second_factor_roles": ["publisher", "editor"], "hosts-TOTAL_FORMS": 0, "hosts-INITIAL_FORMS": 0}
        self.client.post(path, form)
        self.kg.refresh_from_db()
        self.assertEqual(self.kg.second_factor_roles, ["publisher", "editor"])

    def test_an_account_without_password_or_passkey_is_led_to_add_one(self) -> None:
        self.camille.set_unusable_password()
        self.camille.save()
        self.at_desk(self.camille)
        self.assertRedirects(self.client.get("/admin/"), "/admin/account/")
