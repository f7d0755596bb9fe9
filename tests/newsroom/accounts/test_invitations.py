"""Invitations: role and byline in one form, a link that expires, a passkey or a password."""

import datetime as dt
import re
from typing import Any

import time_machine
from django.contrib.auth.models import User
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import timezone

from articles.models import Author
from newsroom.accounts.actions import invitations, people
from newsroom.accounts.models import AccountEvent, Invitation
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import Forbidden
from newsroom.worker.models import Mail
from newsroom.worker.process import WorkerProcess
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author

PASSWORD = "une phrase assez longue"


PAGE = "/admin/account/invitation/"


class InvitationTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.client.defaults["HTTP_HOST"] = "localhost"

    def invite(self, **fields: Any) -> str:
        """Invite Léa, and return the path of the link in her mail."""
        typed = {"email": "Lea@Example.org", "roles": [Role.WRITER], "first_name": "Léa", "last_name": "Martin"}
        invitations.invite(self.kg, by=fields.pop("by", self.thomas), **{**typed, **fields})
        mail = Mail.objects.order_by("-pk").first()
        assert mail is not None
        (path,) = re.findall(r"http://localhost:\d+(/admin/account/invitation/\S+)", mail.body)
        return str(path)

    def join(self, path: str, client: Client | None = None, **typed: str) -> Any:
        fields = {
            "username": "lea", "first_name": "Léa", "last_name": "Martin", "password1": PASSWORD,
            "password2": PASSWORD, **typed,
        }  # fmt: skip
        client = client or self.client
        followed = client.get(path)
        return client.post(PAGE, fields) if followed.status_code == 302 else followed

    def test_she_joins_with_a_password_and_is_in(self) -> None:
        path = self.invite(byline="Léa Martin")
        mail = Mail.objects.get()
        self.assertEqual((mail.to, mail.publication), ("lea@example.org", None))
        self.assertContains(self.client.get(path, follow=True), "KultureGeek vous invite")
        self.assertRedirects(self.join(path), "/admin/")
        lea = User.objects.get(username="lea")
        self.assertEqual((lea.email, lea.is_staff, lea.is_superuser), ("lea@example.org", True, False))
        self.assertEqual([row.role for row in lea.memberships.all()], ["writer"])
        self.assertEqual(Author.objects.get(user=lea).name, "Léa Martin")
        kinds = list(AccountEvent.objects.order_by("pk").values_list("kind", flat=True))
        self.assertEqual(kinds, ["invited", "role_given", "joined", "signed_in"])

    def test_she_joins_with_a_passkey_and_is_led_to_make_it(self) -> None:
        answer = self.join(self.invite(), passkey="1", password1="", password2="")
        self.assertRedirects(answer, "/admin/account/passkeys/add/")
        self.assertFalse(User.objects.get(username="lea").has_usable_password())
        self.assertRedirects(self.client.get("/admin/"), "/admin/account/")

    def test_a_link_works_once_for_a_week_and_until_it_is_revoked_or_sent_anew(self) -> None:
        path = self.invite()
        with time_machine.travel(timezone.now() + dt.timedelta(days=8)):
            self.assertEqual(self.client.get(path).status_code, 410)
        invitations.send_again(Invitation.objects.get(), by=self.thomas)
        self.assertEqual(self.client.get(path).status_code, 410, "the first link")
        path = self.invite()
        invitations.revoke(Invitation.objects.waiting().get(), by=self.thomas)
        self.assertEqual(self.join(path).status_code, 410)
        path = self.invite()
        self.join(path)
        self.assertEqual(self.join(path, Client(headers={"host": "localhost"}), username="autre").status_code, 410)
        self.assertFalse(User.objects.filter(username="autre").exists())
        self.assertEqual(self.client.get("/admin/account/invitation/rien/").status_code, 410)

    def test_what_she_types_wrong_is_said_and_kept(self) -> None:
        path = self.invite()
        for typed, words in (
            ({"username": "CAMILLE"}, "déjà pris"),
            ({"password1": "court", "password2": "court"}, "12"),
            ({"password2": "autre chose"}, "ne sont pas les mêmes"),
            ({"password1": "", "password2": ""}, "Choisissez un mot de passe"),
            ({"username": "a b<script>"}, "Martin"),
        ):
            answer = self.join(path, **typed)
            self.assertContains(answer, words, html=False)
            self.assertContains(answer, 'value="Martin"')
            self.assertNotContains(answer, PASSWORD)
            self.assertNotIn(path, answer.request["PATH_INFO"])
        self.assertFalse(User.objects.filter(email="lea@example.org").exists())

    def test_whoever_has_an_account_signs_in_and_gets_the_roles(self) -> None:
        path = self.invite(email="julien@example.org", roles=[Role.EDITOR])
        self.assertContains(self.client.get(path, follow=True), "Vous avez déjà un compte ici")
        self.join(path, username="intrus")
        self.assertFalse(Membership.objects.filter(user=self.julien, publication=self.kg).exists())
        self.at_desk(self.camille)
        self.join(path)
        self.assertFalse(Membership.objects.filter(user=self.julien, publication=self.kg).exists())
        self.at_desk(self.julien)
        self.assertRedirects(self.join(path), "/admin/")
        self.assertEqual(Membership.objects.get(user=self.julien, publication=self.kg).role, "editor")
        self.assertEqual(User.objects.filter(email="julien@example.org").count(), 1)

    def test_whoever_comes_back_gets_their_account_again(self) -> None:
        people.leave(self.camille, self.kg, to=None, by=self.thomas)
        path = self.invite(email="camille@example.org")
        self.assertRedirects(self.join(path, username="camille"), "/admin/")
        self.camille.refresh_from_db()
        self.assertTrue(self.camille.is_active)
        self.assertTrue(self.camille.check_password(PASSWORD))

    def test_nobody_gives_what_they_do_not_have(self) -> None:
        for person in (self.camille, self.ines, self.sarah, self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                self.invite(by=person)
        with self.assertRaises(Forbidden):
            invitations.invite(self.ia, email="x@example.org", roles=[Role.WRITER], by=self.thomas)

    def test_an_invitation_is_worth_what_its_sender_is_when_it_is_accepted(self) -> None:
        path = self.invite(roles=[Role.PUBLISHER])
        Membership.objects.filter(user=self.thomas).update(role=Role.WRITER)
        self.assertEqual(self.join(path).status_code, 410)
        self.assertFalse(User.objects.filter(username="lea").exists())

    def test_nobody_is_invited_twice_and_the_newer_link_counts(self) -> None:
        first, second = self.invite(), self.invite()
        self.assertEqual([self.client.get(path).status_code for path in (first, second)], [410, 302])
        with self.assertRaises(ValidationError):
            self.invite(email="CAMILLE@example.org")
        with self.assertRaises(ValidationError):
            self.invite(roles=[])

    def test_the_token_is_stored_nowhere_but_in_the_mail(self) -> None:
        token = self.invite().rstrip("/").rpartition("/")[2]
        self.assertNotIn(token, str(list(Invitation.objects.values())) + str(list(AccountEvent.objects.values())))
        mail = Mail.objects.get()
        self.at_desk(self.thomas)
        for path in ("/admin/worker/mail/", f"/admin/worker/mail/{mail.pk}/change/", "/admin/accounts/colleague/"):
            self.assertNotContains(self.client.get(path, follow=True), token)

    # -- bylines -------------------------------------------------------------------------------------------------------

    def test_a_byline_that_is_nobodys_becomes_hers(self) -> None:
        former = make_author("Léa Martin")
        self.join(self.invite(byline="Léa Martin"))
        former.refresh_from_db()
        self.assertEqual(former.user, User.objects.get(username="lea"))
        self.assertEqual(Author.objects.filter(name="Léa Martin").count(), 1)

    def test_a_byline_that_is_somebodys_or_of_a_site_beyond_reach_is_refused(self) -> None:
        taken = make_author("Inès Benali")
        Author.objects.filter(pk=taken.pk).update(user=self.ines)
        make_article(self.ia, "Chez la sœur", authors=(make_author("Julie Sœur"),))
        with self.assertRaises(ValidationError):
            self.invite(byline="Inès Benali")
        with self.assertRaises(Forbidden):
            self.invite(byline="Julie Sœur")
        with self.assertRaises(ValidationError):
            self.invite(byline="Une, Deux")

    def test_a_byline_that_was_taken_meanwhile_keeps_no_colleague_out(self) -> None:
        path = self.invite(byline="Léa Martin")
        author = make_author("Léa Martin")
        Author.objects.filter(pk=author.pk).update(user=self.ines)
        self.assertRedirects(self.join(path), "/admin/")
        joined = AccountEvent.objects.get(kind=AccountEvent.Kind.JOINED)
        self.assertIn("Léa Martin", joined.note)

    # -- what a hostile reading found ----------------------------------------------------------------------------------

    def test_an_account_that_was_closed_is_opened_by_no_publisher(self) -> None:
        Membership.objects.create(user=self.camille, publication=self.ia, role=Role.PUBLISHER)
        self.camille.is_active = False
        self.camille.save()
        answer = self.join(self.invite(email="camille@example.org"), username="camille2")
        self.assertContains(answer, "a été fermé")
        self.camille.refresh_from_db()
        self.assertFalse(self.camille.is_active)
        self.assertEqual(User.objects.filter(email="camille@example.org").count(), 1)

    def test_a_user_name_is_nobodys_e_mail(self) -> None:
        answer = self.join(self.invite(), username="thomas@example.org")
        self.assertContains(answer, "pas de « @ »")
        self.assertFalse(User.objects.filter(username="thomas@example.org").exists())

    def test_the_name_of_a_superuser_whose_account_is_closed_is_taken(self) -> None:
        User.objects.filter(pk=self.alix.pk).update(is_active=False)
        answer = self.join(self.invite(email="alix@example.org"), username="alix")
        self.assertContains(answer, "déjà pris")

    def test_sending_again_makes_it_the_senders(self) -> None:
        self.invite()
        people.set_roles(self.ines, self.kg, [Role.PUBLISHER], by=self.thomas)
        people.set_roles(self.thomas, self.kg, [Role.EDITOR], by=self.ines)
        invitations.send_again(Invitation.objects.get(), by=self.ines)
        mail = Mail.objects.order_by("-pk").first()
        assert mail is not None
        (path,) = re.findall(r"(/admin/account/invitation/\S+)", mail.body)
        self.assertRedirects(self.join(path), "/admin/")

    def test_its_mail_forgets_the_link_once_it_was_sent(self) -> None:
        self.invite()
        WorkerProcess().run_what_is_due()
        self.assertEqual([(mail.state, mail.body) for mail in Mail.objects.all()], [("sent", "")])

    def test_every_end_of_one_is_in_the_log(self) -> None:
        for _time in range(2):
            self.invite()
        people.set_roles(self.ines, self.kg, [Role.PUBLISHER], by=self.thomas)
        people.leave(self.thomas, self.kg, to=None, by=self.ines)
        revoked = AccountEvent.objects.filter(kind=AccountEvent.Kind.INVITATION_REVOKED)
        self.assertEqual(revoked.count(), 2)
