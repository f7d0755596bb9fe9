"""Roles and leaving: who gives which, what goes with whoever leaves, what stays."""

import datetime as dt

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone

from articles.actions import people as desk_people
from articles.actions import preview_links
from articles.models import Author
from articles.workflow import Refused
from newsroom.accounts.actions import people
from newsroom.accounts.models import AccountEvent
from newsroom.extensions import extensions
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import SYSTEM, Forbidden, Scope, rights
from tests.base import PASSWORD, NewsroomTestCase
from tests.factories import make_article, make_author, make_draft

Kind = AccountEvent.Kind


class RolesTests(NewsroomTestCase):
    def roles(self, person: object) -> set[str]:
        return set(Membership.objects.filter(user=person, publication=self.kg).values_list("role", flat=True))

    def test_a_publisher_gives_and_takes_roles_and_the_log_says_which(self) -> None:
        people.set_roles(self.camille, self.kg, [Role.EDITOR, Role.MODERATOR], by=self.thomas)
        self.assertEqual(self.roles(self.camille), {"editor", "moderator"})
        events = AccountEvent.objects.filter(person=self.camille, actor=self.thomas, publication=self.kg)
        logged = {(event.kind, event.note) for event in events}
        self.assertEqual(
            logged, {(Kind.ROLE_TAKEN, "writer"), (Kind.ROLE_GIVEN, "editor"), (Kind.ROLE_GIVEN, "moderator")}
        )

    def test_nobody_else_does(self) -> None:
        for person in (self.camille, self.ines, self.sarah, self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                people.set_roles(self.ines, self.kg, [Role.PUBLISHER], by=person)
        with self.assertRaises(Forbidden):
            people.set_roles(self.julien, self.ia, [Role.EDITOR], by=self.thomas)

    def test_whoever_may_give_a_role_has_its_rights(self) -> None:
        # A publisher publishes anybody's article; a writer's right is to do so with their own, where no review is.
        stronger = {"article.publish_unreviewed": "article.publish"}
        for giver, given in people.GIVES.items():
            for role in given:
                for verb, scopes in rights().items():
                    if role not in scopes:
                        continue
                    own = rights()[stronger.get(verb, verb)].get(giver)
                    self.assertIn(own, (Scope.ANY, scopes[role]), f"{giver} gives {role}, which may {verb}")
        self.assertLessEqual(set(people.GIVES), set(rights()["people.change"]))

    def test_a_publication_keeps_a_publisher(self) -> None:
        with self.assertRaises(ValidationError):
            people.set_roles(self.thomas, self.kg, [Role.EDITOR], by=self.thomas)
        with self.assertRaises(ValidationError):
            people.leave(self.thomas, self.kg, to=None, by=self.alix)
        people.set_roles(self.ines, self.kg, [Role.PUBLISHER], by=self.thomas)
        people.set_roles(self.thomas, self.kg, [Role.EDITOR], by=self.ines)
        self.assertEqual(self.roles(self.thomas), {"editor"})

    def test_a_colleague_has_a_role(self) -> None:
        for roles, person in (([], self.camille), ([Role.WRITER], self.zoe)):
            with self.assertRaises(ValidationError):
                people.set_roles(person, self.kg, roles, by=self.thomas)


class AccountTests(NewsroomTestCase):
    def test_accounts_and_memberships_are_a_superusers(self) -> None:
        membership = Membership(user=self.zoe, publication=self.kg, role=Role.WRITER)
        for person in (self.thomas, self.zoe):
            with self.assertRaises(Forbidden):
                people.save_person(User(username="nouvelle"), by=person)
            with self.assertRaises(Forbidden):
                people.save_membership(membership, by=person)
            with self.assertRaises(Forbidden):
                people.delete_membership(self.camille.memberships.get(), by=person)
        self.assertTrue(people.save_person(User(username="nouvelle"), by=self.alix).is_staff)
        people.save_membership(membership, by=self.alix)
        self.assertEqual(self.zoe.memberships.get().role, Role.WRITER)
        people.delete_membership(membership, by=self.alix)
        self.assertFalse(self.zoe.memberships.exists())

    def test_a_superuser_who_was_deactivated_changes_nothing(self) -> None:
        self.alix.is_active = False
        with self.assertRaises(Forbidden):
            people.save_person(self.zoe, by=self.alix)


class LeavingTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.byline = make_author("Camille Roussel")
        Author.objects.filter(pk=self.byline.pk).update(user=self.camille)
        self.client.post("/admin/login/", {"login": "camille", "password": PASSWORD}, headers={"host": "localhost"})

    def test_it_hands_drafts_over_keeps_bylines_and_ends_sessions_in_one_gesture(self) -> None:
        draft = make_draft(self.kg, "En cours", by=self.camille)
        live = make_article(self.kg, "Publié", authors=(self.byline,))
        assert live.live is not None
        number = people.leave(self.camille, self.kg, to=self.ines, by=self.thomas)
        self.assertEqual(number, 1)
        draft.refresh_from_db()
        live.refresh_from_db()
        self.assertEqual((draft.assigned_to, live.assigned_to), (self.ines, None))
        self.assertContains(self.read(live.path), "Camille Roussel")
        self.camille.refresh_from_db()
        self.assertFalse(self.camille.is_active)
        self.assertFalse(self.camille.memberships.exists())
        self.assertEqual(self.client.get("/admin/", headers={"host": "localhost"}).status_code, 302)
        self.assertTrue(AccountEvent.objects.filter(kind=Kind.LEFT, person=self.camille, actor=self.thomas).exists())

    def test_work_is_left_to_somebody(self) -> None:
        make_draft(self.kg, "En cours", by=self.camille)
        with self.assertRaises(ValidationError):
            people.leave(self.camille, self.kg, to=None, by=self.thomas)
        with self.assertRaises(Refused):  # who moderates does not write
            people.leave(self.camille, self.kg, to=self.sarah, by=self.thomas)
        self.assertTrue(self.camille.memberships.exists(), "all or nothing")

    def test_links_that_they_gave_to_strangers_close(self) -> None:
        draft = make_draft(self.kg, "En cours", by=self.camille)
        until = timezone.now() + dt.timedelta(days=1)
        link = preview_links.share(draft, number=1, for_whom="Une source", until=until, by=self.camille)
        people.leave(self.camille, self.kg, to=self.ines, by=self.thomas)
        link.refresh_from_db()
        self.assertIsNotNone(link.revoked_at)

    def test_whoever_works_elsewhere_too_stays_there(self) -> None:
        Membership.objects.create(user=self.camille, publication=self.ia, role=Role.WRITER)
        elsewhere = make_draft(self.ia, "Là-bas", by=self.camille)
        people.leave(self.camille, self.kg, to=None, by=self.thomas)
        self.camille.refresh_from_db()
        elsewhere.refresh_from_db()
        self.assertTrue(self.camille.is_active)
        self.assertIsNone(elsewhere.assigned_to)

    def test_only_a_publisher_shows_somebody_out(self) -> None:
        for person in (self.camille, self.ines, self.sarah, self.julien):
            with self.assertRaises(Forbidden):
                people.leave(self.camille, self.kg, to=self.ines, by=person)

    def test_sessions_and_second_factors_are_touched_by_who_has_a_say_everywhere(self) -> None:
        self.assertEqual(people.end_sessions(self.camille, by=self.thomas, publication=self.kg), 1)
        people.reset_second_factor(self.camille, by=self.thomas, publication=self.kg)
        Membership.objects.create(user=self.camille, publication=self.ia, role=Role.WRITER)
        Membership.objects.create(user=self.alix, publication=self.kg, role=Role.WRITER)
        for person in (self.camille, self.alix):
            for act in (people.end_sessions, people.reset_second_factor):
                with self.assertRaises(Forbidden):
                    act(person, by=self.thomas, publication=self.kg)

    def test_the_system_may(self) -> None:
        self.assertEqual(people.leave(self.camille, self.kg, to=None, by=SYSTEM), 0)

    def test_one_app_knows_bylines(self) -> None:
        self.assertEqual(extensions("people"), (desk_people.PEOPLE,))
