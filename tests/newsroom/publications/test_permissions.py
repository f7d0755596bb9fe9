"""Permission: who may do what, decided by `may` alone."""

from types import SimpleNamespace
from unittest.mock import patch

from django.contrib.auth.models import AnonymousUser

from articles.roles import TABLE
from newsroom.publications import permissions
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM, may, merged
from tests.base import NewsroomTestCase
from tests.factories import make_draft


class MayTests(NewsroomTestCase):
    def test_a_role_reaches_all_of_its_publication_and_nothing_of_another(self) -> None:
        here, there = make_draft(self.kg, by=self.camille), make_draft(self.ia, by=self.julien)
        self.assertTrue(may(self.ines, "article.save", here))
        self.assertFalse(may(self.ines, "article.save", there))
        self.assertTrue(may(self.ines, "article.create", self.kg))
        self.assertFalse(may(self.ines, "article.create", self.ia))

    def test_a_right_to_one_s_own_ends_there(self) -> None:
        own, other, nobody = (make_draft(self.kg, by=by) for by in (self.camille, self.ines, SYSTEM))
        self.assertEqual(
            [may(self.camille, "article.save", article) for article in (own, other, nobody)], [True, False, False]
        )

    def test_one_s_own_of_another_publication_is_out_of_reach(self) -> None:
        article = make_draft(self.ia, by=self.julien)
        article.created_by = self.camille
        self.assertFalse(may(self.camille, "article.save", article))

    def test_what_belongs_to_the_whole_install_takes_a_role_in_any_publication(self) -> None:
        self.assertTrue(may(self.camille, "tag.create", None))
        self.assertTrue(may(self.julien, "tag.create"))
        self.assertFalse(may(self.zoe, "tag.create", None))
        self.assertFalse(may(self.camille, "tag.merge", None))

    def test_roles_add_up(self) -> None:
        lea = self.person("lea", (self.kg, Role.MODERATOR), (self.ia, Role.EDITOR))
        self.assertFalse(may(lea, "article.create", self.kg))
        self.assertTrue(may(lea, "article.create", self.ia))
        self.assertTrue(may(lea, "tag.merge"))

    def test_a_superuser_may_do_everything_while_active(self) -> None:
        self.assertTrue(all(may(self.alix, verb, make_draft(self.ia)) for verb in TABLE))
        self.alix.is_active = False
        self.assertFalse(any(may(self.alix, verb) for verb in TABLE))

    def test_nobody_may_do_nothing(self) -> None:
        self.zoe.is_active = self.ines.is_active = False
        for person in (None, AnonymousUser(), self.zoe, self.ines):
            self.assertFalse(any(may(person, verb, self.kg) or may(person, verb) for verb in TABLE), person)

    def test_no_membership_means_no_right(self) -> None:
        self.assertFalse(any(may(self.zoe, verb, self.kg) or may(self.zoe, verb) for verb in TABLE))

    def test_an_unknown_verb_is_a_mistake_for_everyone(self) -> None:
        for person in (self.alix, self.zoe, None):
            with self.assertRaises(KeyError):
                may(person, "article.evaporate", self.kg)

    def test_roles_are_read_once(self) -> None:
        person = type(self.ines).objects.get(pk=self.ines.pk)
        with self.assertNumQueries(1):
            for verb in TABLE:
                may(person, verb, self.kg)

    def test_a_moderator_reads_articles_and_writes_none(self) -> None:
        article = make_draft(self.kg)
        allowed = {verb for verb in TABLE if may(self.sarah, verb, article)}
        self.assertTrue(all(verb.endswith(".view") for verb in allowed - {"article.note"}), allowed)
        self.assertIn("article.view", allowed)


class RegisterTests(NewsroomTestCase):
    def test_it_refuses_a_verb_known_already_and_adds_none_of_its_table(self) -> None:
        with self.assertRaisesMessage(ValueError, "article.save"):
            merged([TABLE, {"article.save": {}, "article.evaporate": {}}])
        with self.assertRaises(KeyError):
            may(self.alix, "article.evaporate")

    def test_it_adds_verbs(self) -> None:
        more = merged([permissions.rights(), {"test.wave": {Role.WRITER: permissions.Scope.OWN}}])
        self.enterContext(patch.object(permissions, "rights", lambda: more))
        self.assertTrue(
            may(self.camille, "test.wave", SimpleNamespace(publication=self.kg, created_by_id=self.camille.pk))
        )
        self.assertFalse(
            may(self.camille, "test.wave", SimpleNamespace(publication=self.kg, created_by_id=self.ines.pk))
        )

    def test_every_verb_names_what_it_acts_on(self) -> None:
        for verb, scopes in TABLE.items():
            self.assertRegex(verb, r"\A[a-z]+\.[a-z_]+\Z")
            self.assertLessEqual(set(scopes), set(Role))
