"""The way in and out of the desk: by password, what is told and what is not, the log."""

from unittest import mock

from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.cache import cache
from django.test import override_settings

from newsroom.accounts.models import AccountEvent
from tests.base import PASSWORD, NewsroomTestCase

Kind = AccountEvent.Kind
WRONG = "Nom ou mot de passe"


class SigningInTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.client.defaults["HTTP_HOST"] = "localhost"

    def sign_in(self, name: str, password: str = PASSWORD, path: str = "/admin/login/", **kwargs: str):  # type: ignore[no-untyped-def]  # a test's response
        return self.client.post(path, {"login": name, "password": password}, **kwargs)  # type: ignore[arg-type]

    def kinds(self) -> list[str]:
        return list(AccountEvent.objects.order_by("pk").values_list("kind", flat=True))

    def test_it_takes_the_user_name_or_the_e_mail_in_any_case(self) -> None:
        for name in ("camille", "CAMILLE", "camille@example.org", "Camille@Example.ORG"):
            answer = self.sign_in(name)
            self.assertRedirects(answer, "/admin/", fetch_redirect_response=False)
            self.client.post("/admin/logout/")

    def test_it_leads_to_the_page_that_was_asked_for_and_to_none_elsewhere(self) -> None:
        answer = self.sign_in("camille", path="/admin/login/?next=/admin/articles/tag/")
        self.assertRedirects(answer, "/admin/articles/tag/", fetch_redirect_response=False)
        for elsewhere in ("https://evil.example/", "//evil.example/", f"http://{self.kg.domain}/", "javascript:1"):
            self.client.post("/admin/logout/")
            answer = self.client.post("/admin/login/", {"login": "camille", "password": PASSWORD, "next": elsewhere})
            self.assertRedirects(answer, "/admin/", fetch_redirect_response=False)

    def test_it_says_the_same_of_a_wrong_password_and_of_an_account_that_is_not_there(self) -> None:
        pages = set()
        for name in ("camille", "personne", "camille@example.org", "personne@example.org"):
            answer = self.sign_in(name, "faux")
            self.assertContains(answer, WRONG)
            self.assertContains(answer, f'value="{name}"')  # what was typed is kept
            self.assertNotContains(answer, "faux")
            text = answer.content.decode().replace(name, "…")
            pages.add(text.partition('name="csrfmiddlewaretoken"')[0])
        self.assertEqual(len(pages), 1)

    def test_it_hashes_one_password_whoever_is_named(self) -> None:
        """A second of hashing more or less would tell which accounts there are."""
        self.zoe.set_unusable_password()
        self.zoe.save()
        # One whose name is an e-mail, and two who share one, are hashed once too.
        same = self.person("meme")
        type(same).objects.filter(pk=same.pk).update(username="meme@example.org")
        same.refresh_from_db()
        for name in ("camille", "camille@example.org", "personne", "personne@example.org", "zoe", same.username):
            with mock.patch.object(
                MD5PasswordHasher, "encode", autospec=True, side_effect=MD5PasswordHasher.encode
            ) as hashed:
                self.sign_in(name, "faux")
            self.assertEqual(hashed.call_count, 1, name)

    def test_it_writes_every_sign_in_refusal_and_sign_out_down(self) -> None:
        self.sign_in("camille", "faux")
        self.sign_in("personne", "faux")
        self.sign_in("camille")
        self.client.post("/admin/logout/")
        self.assertEqual(self.kinds(), [Kind.REFUSED, Kind.REFUSED, Kind.SIGNED_IN, Kind.SIGNED_OUT])
        refused, unknown, signed_in, _out = AccountEvent.objects.order_by("pk")
        self.assertEqual((refused.person, refused.actor, refused.network), (self.camille, None, "127.0.0.1"))
        self.assertIsNone(unknown.person)
        self.assertEqual((signed_in.person, signed_in.actor), (self.camille, self.camille))
        # What is typed where the name belongs may be a password: it is kept nowhere.
        self.assertNotIn("personne", str(list(AccountEvent.objects.values())))

    def test_whoever_left_is_kept_out_without_a_circle(self) -> None:
        self.camille.is_active = False
        self.camille.save()
        self.assertRedirects(self.sign_in("camille"), "/admin/account/inactive/")
        self.assertContains(self.sign_in("camille", "faux"), WRONG)
        self.assertEqual(self.client.get("/admin/").status_code, 302)
        self.sign_in("julien")
        self.julien.is_staff = False
        self.julien.save()
        answer = self.client.get("/admin/", follow=True)
        self.assertEqual((answer.status_code, answer.request["PATH_INFO"]), (200, "/admin/login/"))
        self.assertRedirects(self.sign_in("julien"), "/admin/account/inactive/")

    def test_nobody_signs_up(self) -> None:
        for path in ("/admin/account/signup/", "/admin/signup/", "/accounts/signup/"):
            self.assertIn(self.client.get(path).status_code, (302, 404))
        self.assertNotContains(self.client.get("/admin/login/"), "signup")

    def test_the_pages_of_readers_know_nothing_of_it(self) -> None:
        for path in ("/admin/login/", "/admin/account/"):
            self.assertEqual(self.read(path).status_code, 404)

    @override_settings(SESSION_COOKIE_SECURE=True)
    def test_the_cookies_are_for_the_desk_alone(self) -> None:
        device = self.sign_in("camille").cookies["device"]
        self.assertEqual((device["path"], device["httponly"], device["secure"]), ("/admin/", True, True))
