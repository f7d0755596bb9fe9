"""The pages of colleagues: who works here in which role, invitations, leaving, and the log of it."""

from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles.models import Author
from newsroom.accounts.actions import invitations, people
from newsroom.accounts.models import AccountEvent, Invitation
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft

LIST = "/admin/accounts/colleague/"
LOG = "/admin/accounts/accountevent/"


class ColleaguePagesTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        self.at_desk(self.thomas)

    def page_of(self, person: object) -> str:
        return f"{LIST}{person.pk}/"  # type: ignore[attr-defined]  # a user

    def test_it_lists_who_works_here_with_roles_and_bylines(self) -> None:
        author = make_author("C. Roussel")
        Author.objects.filter(pk=author.pk).update(user=self.camille)
        Membership.objects.create(user=self.camille, publication=self.ia, role=Role.MODERATOR)
        page = self.client.get(LIST)
        names = {row.username for row in page.context["cl"].result_list}
        self.assertEqual(names, {"camille", "ines", "thomas", "sarah"})
        self.assertContains(page, "C. Roussel")
        roles = {row.username: [m.role for m in row.memberships_here] for row in page.context["cl"].result_list}
        self.assertEqual(roles["camille"], ["writer"], "what she does elsewhere is not told here")

    def test_its_queries_do_not_grow_with_people(self) -> None:
        counts = []
        for number in (1, 20):
            for index in range(number):
                person = self.person(f"nom-{number}-{index}", (self.kg, Role.WRITER))
                people.set_roles(person, self.kg, [Role.WRITER, Role.MODERATOR], by=SYSTEM)
                invitations.invite(self.kg, email=f"{number}-{index}@example.org", roles=[Role.WRITER], by=self.thomas)
            with CaptureQueriesContext(connection) as queries:
                self.client.get(LIST)
            counts.append(len(queries))
        self.assertEqual(counts[0], counts[1])

    def test_a_publisher_invites_with_role_and_byline_in_one_form(self) -> None:
        typed = {"email": "lea@example.org", "roles": ["writer", "moderator"], "byline": "Léa Martin"}
        self.assertRedirects(self.client.post(f"{LIST}add/", typed), LIST)
        row = Invitation.objects.get()
        self.assertEqual((row.email, row.roles, row.byline), ("lea@example.org", ["writer", "moderator"], "Léa Martin"))
        self.assertContains(self.client.get(LIST), "lea@example.org")
        self.client.post(f"{LIST}invitations/{row.pk}/again/")
        self.client.post(f"{LIST}invitations/{row.pk}/revoke/", follow=True)
        self.assertNotContains(self.client.get(LIST), "lea@example.org")

    def test_what_is_refused_is_said_beside_what_was_typed(self) -> None:
        for typed, words in (
            ({"email": "camille@example.org", "roles": ["writer"]}, "a déjà cette adresse"),
            ({"email": "lea@example.org"}, "Léa"),
            ({"email": "lea@example.org", "roles": ["writer"], "byline": "A, B"}, "virgule"),
            ({"email": "lea@example.org", "roles": ["roi"]}, "Léa"),
            ({"email": "pas une adresse", "roles": ["writer"]}, "Léa"),
        ):
            page = self.client.post(f"{LIST}add/", {"first_name": "Léa", **typed})
            self.assertContains(page, words)
            self.assertContains(page, 'value="Léa"')
        self.assertFalse(Invitation.objects.exists())

    def test_roles_are_changed_on_the_page_of_a_colleague(self) -> None:
        self.assertContains(self.client.get(f"{self.page_of(self.camille)}change/"), "checked", count=1)
        self.client.post(f"{self.page_of(self.camille)}change/", {"roles": ["editor"]})
        self.assertEqual([row.role for row in self.camille.memberships.all()], ["editor"])
        page = self.client.post(f"{self.page_of(self.thomas)}change/", {"roles": ["editor"]})
        self.assertContains(page, "garde un responsable")
        self.assertEqual([row.role for row in self.thomas.memberships.all()], ["publisher"])

    def test_leaving_asks_who_takes_over(self) -> None:
        make_draft(self.kg, "En cours", by=self.camille)
        path = f"{self.page_of(self.camille)}leave/"
        self.assertNotContains(self.client.get(path), "sarah")
        self.assertContains(self.client.post(path), "qui reprend")
        self.assertRedirects(self.client.post(path, {"to": self.ines.pk}), LIST)
        self.assertEqual(self.client.get(path).status_code, 302, "gone")

    def test_others_see_nothing_of_it(self) -> None:
        row = invitations.invite(self.kg, email="lea@example.org", roles=[Role.WRITER], by=self.thomas)
        for person in (self.camille, self.ines, self.sarah, self.julien, self.zoe):
            self.at_desk(person)
            for path in (LIST, f"{LIST}add/", f"{self.page_of(self.camille)}change/", LOG):
                answer = self.client.get(path, follow=True)
                self.assertNotContains(answer, "lea@example.org", status_code=answer.status_code)
                self.assertNotContains(answer, "camille@example.org", status_code=answer.status_code)
            for path in (f"{self.page_of(self.camille)}leave/", f"{LIST}invitations/{row.pk}/revoke/"):
                self.assertIn(self.client.post(path).status_code, (302, 403, 404))
        self.assertTrue(Invitation.objects.waiting().exists())
        self.assertTrue(self.camille.memberships.exists())

    def test_a_publisher_of_a_sister_reaches_nobody_here(self) -> None:
        julie = self.person("julie", (self.ia, Role.PUBLISHER))
        row = invitations.invite(self.kg, email="lea@example.org", roles=[Role.WRITER], by=self.thomas)
        self.at_desk(julie)
        self.assertNotContains(self.client.get(LIST), "camille")
        for path in ("leave/", "sessions/", "factors/", "change/"):
            self.client.post(f"{self.page_of(self.camille)}{path}", {"roles": ["publisher"]})
        self.client.post(f"{LIST}invitations/{row.pk}/again/")
        self.assertEqual([m.role for m in self.camille.memberships.all()], ["writer"])
        self.assertFalse(AccountEvent.objects.filter(actor=julie).exists())

    def test_a_publisher_reads_the_log_of_their_publication_and_who_runs_the_install_all_of_it(self) -> None:
        people.set_roles(self.camille, self.kg, [Role.EDITOR], by=self.thomas)
        people.set_roles(self.julien, self.ia, [Role.EDITOR], by=SYSTEM)
        self.client.post("/admin/logout/")
        self.at_desk(self.thomas)
        page = self.client.get(LOG)
        self.assertContains(page, "camille")
        self.assertNotContains(page, "julien")
        self.assertNotContains(page, "127.0.0.1")
        self.at_desk(self.alix)
        page = self.client.get(LOG)
        for words in ("camille", "julien", "127.0.0.1"):
            self.assertContains(page, words)

    def test_no_superuser_is_made_or_met_here(self) -> None:
        Membership.objects.create(user=self.alix, publication=self.kg, role=Role.EDITOR)
        page = self.client.get(f"{self.page_of(self.alix)}change/")
        self.assertNotContains(page, "reset-factors")
        self.assertNotContains(page, "is_superuser")
        self.client.post(f"{self.page_of(self.camille)}change/", {"roles": ["editor"], "is_superuser": "on"})
        self.camille.refresh_from_db()
        self.assertFalse(self.camille.is_superuser)

    # -- what a hostile reading found ----------------------------------------------------------------------------------

    def test_no_column_is_asked_for_that_no_page_shows(self) -> None:
        for query in ("password__startswith=a", "password__regex=.", "is_superuser=1", "memberships__user__password=x"):
            self.assertEqual(self.client.get(f"{LIST}?{query}").status_code, 400, query)

    def test_a_form_acts_where_it_was_opened_whatever_another_tab_chose(self) -> None:
        for publication in (self.kg, self.ia):
            Membership.objects.get_or_create(user=self.thomas, publication=publication, role=Role.PUBLISHER)
            Membership.objects.get_or_create(user=self.camille, publication=publication, role=Role.WRITER)
        self.at_desk(self.thomas)
        page = f"{self.page_of(self.camille)}change/"
        self.assertContains(self.client.get(page), f'name="publication" value="{self.kg.pk}"')
        self.client.post("/admin/switch/", {"publication": self.ia.pk})
        self.client.post(page, {"roles": ["publisher"], "publication": self.kg.pk})
        roles = {(row.publication_id, row.role) for row in self.camille.memberships.all()}
        self.assertEqual(roles, {(self.kg.pk, "publisher"), (self.ia.pk, "writer")})
        self.client.post(f"{LIST}add/", {"email": "lea@example.org", "roles": ["writer"], "publication": self.kg.pk})
        self.assertEqual(Invitation.objects.get().publication, self.kg)

    def test_a_refused_change_keeps_what_was_ticked(self) -> None:
        page = self.client.post(f"{self.page_of(self.thomas)}change/", {"roles": ["editor", "moderator"]})
        self.assertContains(page, "garde un responsable")
        self.assertContains(page, "checked", count=2)

    def test_nobody_takes_their_own_second_factor_away_here(self) -> None:
        page = self.client.post(f"{self.page_of(self.thomas)}factors/", follow=True)
        self.assertContains(page, "page de votre compte")
