"""Signing in as people do: an invitation, a passkey, an authenticator app, a confirmation, in a real browser."""

import re

from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.core.cache import cache
from playwright.sync_api import Page

from newsroom.accounts import second_factor
from newsroom.accounts.actions import invitations
from newsroom.publications.models import Role
from newsroom.worker.models import Mail
from tests.base import PASSWORD
from tests.browser.base import BrowserTestCase


class AccountTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        cache.clear()

    def with_authenticator(self, page: Page) -> None:
        """Give a page's browser a phone that says yes: DevTools' virtual authenticator."""
        devtools = page.context.new_cdp_session(page)
        devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
            "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def sound(self, page: Page) -> None:
        """Nothing that axe calls serious, and no sideways scrolling on a phone."""
        before = len(self.complaints)
        found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
        del self.complaints[before:]  # axe tries a style of its own on some fields, and the policy refuses it
        self.assertEqual([v["id"] for v in found if v["impact"] in ("critical", "serious")], [], page.url)
        size = page.viewport_size
        page.set_viewport_size({"width": 390, "height": 800})
        self.assertLessEqual(page.evaluate("document.documentElement.scrollWidth"), 390, page.url)
        if size:
            page.set_viewport_size(size)

    def test_a_newcomer_joins_with_a_passkey_and_comes_back_with_it(self) -> None:
        invitations.invite(
            self.kg, email="lea@example.org", first_name="Léa", last_name="Martin", roles=[Role.WRITER],
            byline="Léa Martin", by=self.thomas,
        )  # fmt: skip
        (path,) = re.findall(r"(/admin/account/invitation/\S+)", Mail.objects.get().body)
        page = self.page
        self.with_authenticator(page)
        page.goto(self.live_server_url + path)
        self.assertNotIn(path, page.url)
        self.sound(page)
        page.click("button[name=passkey]")
        page.wait_for_url("**/passkeys/add/")
        self.sound(page)
        page.click("#mfa_webauthn_add")
        page.wait_for_url("**/recovery-codes/")
        self.assertGreater(len(page.input_value("textarea").split()), 5)
        self.sound(page)
        lea = User.objects.get(email="lea@example.org")
        self.assertTrue(second_factor.has_one(lea))
        self.assertFalse(lea.has_usable_password())

        page.goto(self.live_server_url + "/admin/")
        page.click("#logout-form button")
        page.wait_for_url("**/admin/login/**")
        self.sound(page)
        page.click("#passkey_login")
        page.wait_for_selector("#logout-form")
        self.assertIn("Léa", page.inner_text("#user-tools"))

    def test_a_passkey_that_is_not_given_is_said_on_the_page(self) -> None:
        page = self.page
        page.goto(self.live_server_url + "/admin/login/")
        page.evaluate("() => { navigator.credentials.get = () => Promise.reject(new Error()); }")
        page.click("#passkey_login")
        page.wait_for_selector("#passkey-error:not([hidden])")

    def test_the_pages_of_an_account_and_of_colleagues_are_sound(self) -> None:
        self.sign_in("thomas")
        page = self.page
        for path in (
            "account/", "account/sessions/", "account/app/", "account/passkeys/", "password_change/",
            "accounts/colleague/", "accounts/colleague/add/", f"accounts/colleague/{self.camille.pk}/change/",
            f"accounts/colleague/{self.camille.pk}/leave/", "accounts/accountevent/",
        ):  # fmt: skip
            page.goto(f"{self.live_server_url}/admin/{path}")
            self.sound(page)

    def test_a_confirmation_goes_on_with_what_was_typed(self) -> None:
        self.sign_in("thomas")
        page = self.page
        page.goto(self.live_server_url + "/admin/accounts/colleague/add/")
        page.fill("[name=email]", "lea@example.org")
        page.check("[name=roles][value=writer]")
        self.age_session()
        page.click("form.upload-form .button-main")
        page.wait_for_url("**/account/confirm/**")
        self.sound(page)
        page.fill("[name=password]", PASSWORD)
        page.click("form.account-form .button-main")
        page.wait_for_selector("text=lea@example.org")

    def age_session(self) -> None:
        """Make the sign-in an hour old."""
        for row in Session.objects.all():
            session = SessionStore(row.session_key)
            for record in session.get("account_authentication_methods", []):
                record["at"] -= 3600
            session.modified = True
            session.save()
