"""Publications, aliases, accounts and memberships: who may change them, and what a change puts out of date."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications import actions
from newsroom.publications.models import Host, Publication
from newsroom.publications.parts import HOSTS_TAG
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase

User = get_user_model()


class PublicationActionsTests(NewsroomTestCase):
    def setUp(self) -> None:
        Purge.objects.all().delete()

    def purged(self) -> list[str]:
        return list(Purge.objects.order_by("pk").values_list("tag", flat=True))

    def test_a_publisher_changes_their_own_publication_only(self) -> None:
        self.kg.tagline = "Le numérique"
        actions.save_publication(self.kg, by=self.thomas)
        self.assertEqual(Publication.objects.get(pk=self.kg.pk).tagline, "Le numérique")
        self.assertEqual(self.purged(), [HOSTS_TAG, self.kg.cache_tag])
        for person in (self.camille, self.ines, self.sarah, self.zoe, self.julien):
            with self.assertRaises(Forbidden):
                actions.save_publication(self.kg, by=person)
        with self.assertRaises(Forbidden):
            actions.save_publication(self.ia, by=self.thomas)

    def test_only_a_superuser_or_the_system_adds_one(self) -> None:
        with self.assertRaises(Forbidden):
            actions.save_publication(Publication(name="Trois", domain="trois.example"), by=self.thomas)
        actions.save_publication(Publication(name="Trois", domain="trois.example"), by=self.alix)
        actions.save_publication(Publication(name="Quatre", domain="quatre.example"), by=SYSTEM)
        self.assertEqual(Publication.objects.count(), 4)

    def test_it_leaves_columns_alone_that_somebody_else_changed_meanwhile(self) -> None:
        opened = Publication.objects.get(pk=self.kg.pk)
        Publication.objects.filter(pk=self.kg.pk).update(accent="#123456")
        opened.tagline = "Le numérique"
        actions.save_publication(opened, by=self.thomas, columns=["tagline"])
        now = Publication.objects.get(pk=self.kg.pk)
        self.assertEqual((now.tagline, now.accent), ("Le numérique", "#123456"))
        self.assertGreater(now.changed_at, self.kg.changed_at)

    def test_hosts_are_the_installs_and_every_page_is_out_of_date(self) -> None:
        alias = Host(publication=self.kg, domain="www.kulturegeek.example")
        for person in (self.ines, self.julien, self.thomas):
            with self.assertRaises(Forbidden):
                actions.save_alias(alias, by=person)
        actions.save_alias(alias, by=self.alix)
        with self.assertRaises(Forbidden):
            actions.delete_alias(alias, by=self.thomas)
        self.assertEqual(self.kg.hosts.aliases().count(), 1)
        actions.delete_alias(alias, by=self.alix)
        self.assertEqual((self.kg.hosts.aliases().count(), self.purged()), (0, [HOSTS_TAG] * 2))
        self.assertIn(HOSTS_TAG, cache_tags_of(self.read("/")))

    def test_nobody_takes_the_host_of_a_sister_or_of_the_desk(self) -> None:
        Host.objects.create(publication=self.ia, domain="ia.example")
        for taken in ("ia.example", self.ia.domain, settings.DESK_HOST):
            with self.assertRaises(ValidationError):
                actions.save_alias(Host(publication=self.kg, domain=taken), by=self.alix)
            mine = Publication.objects.get(pk=self.kg.pk)
            mine.domain = taken
            with self.assertRaises(ValidationError):
                actions.save_publication(mine, by=self.alix)
            with self.assertRaises(Forbidden):
                actions.save_publication(mine, by=self.thomas)
        found = Host.objects.at("ia.example")
        self.assertEqual(found and found.publication, self.ia)

    def test_a_database_that_is_asked_behind_the_forms_refuses_too(self) -> None:
        Host.objects.create(publication=self.ia, domain="ia.example")
        with self.assertRaises(IntegrityError), transaction.atomic():
            Publication.objects.create(name="Trois", domain="ia.example")
        self.assertFalse(Publication.objects.filter(name="Trois").exists())

    def test_readers_of_a_former_domain_are_sent_on(self) -> None:
        self.kg.domain = "kulturegeek.example"
        actions.save_publication(self.kg, by=self.alix, columns=["domain"])
        hosts = set(self.kg.hosts.values_list("domain", "redirects"))
        self.assertEqual(hosts, {("kulturegeek.example", False), ("kulturegeek.localhost", True)})

    def test_a_publication_keeps_its_own_domain_among_its_hosts(self) -> None:
        own = self.kg.hosts.get()
        with self.assertRaises(ValidationError):
            actions.delete_alias(own, by=self.alix)
        own.redirects = True
        with self.assertRaises(ValidationError):
            actions.save_alias(own, by=self.alix)


class PublicationAdminTests(NewsroomTestCase):
    def form(self, publication: Publication, **fields: Any) -> dict[str, Any]:
        names = (
            "name domain tagline description contact_email position language time_zone date_style accent face permalink"
        ).split()
        posted = {name: getattr(publication, name) for name in names}
        aliases = {"hosts-TOTAL_FORMS": 1, "hosts-INITIAL_FORMS": 0, "hosts-0-domain": "", "hosts-0-id": ""}
        return {**posted, "review_required": "on", "feeds_whole": "on", **aliases, **fields}

    def post(self, publication: Publication, **fields: Any) -> Any:
        path = f"/admin/publications/publication/{publication.pk}/change/"
        return self.client.post(path, self.form(publication, **fields))

    def test_a_publisher_changes_their_site_and_none_of_its_hosts(self) -> None:
        self.at_desk(self.thomas)
        Purge.objects.all().delete()
        forged = {"domain": "thomas.example", "hosts-0-domain": "www.kulturegeek.example"}
        answer = self.post(self.kg, tagline="Le numérique", **forged)
        self.assertEqual(answer.status_code, 302, getattr(answer, "context", None) and answer.context["errors"])
        self.kg.refresh_from_db()
        self.assertEqual((self.kg.tagline, self.kg.domain), ("Le numérique", "kulturegeek.localhost"))
        self.assertFalse(self.kg.hosts.aliases().exists())
        self.assertEqual(set(Purge.objects.values_list("tag", flat=True)), {self.kg.cache_tag, HOSTS_TAG})

    def test_whoever_runs_the_install_adds_and_deletes_aliases_at_the_desk(self) -> None:
        self.at_desk(self.alix)
        answer = self.post(self.kg, **{"hosts-0-domain": "www.kulturegeek.example"})
        self.assertEqual(answer.status_code, 302, getattr(answer, "context", None) and answer.context["errors"])
        alias = self.kg.hosts.aliases().get()
        self.assertEqual(alias.domain, "www.kulturegeek.example")
        gone = {
            "hosts-TOTAL_FORMS": 1, "hosts-INITIAL_FORMS": 1, "hosts-0-id": alias.pk,
            "hosts-0-domain": alias.domain, "hosts-0-publication": self.kg.pk, "hosts-0-DELETE": "on",
        }  # fmt: skip
        self.post(self.kg, **gone)
        self.assertFalse(self.kg.hosts.aliases().exists())
        for taken in (self.ia.domain, settings.DESK_HOST):
            answer = self.post(self.kg, **{"hosts-0-domain": taken})
            self.assertEqual((answer.status_code, self.kg.hosts.aliases().exists()), (200, False), taken)
            self.assertContains(self.post(self.kg, domain=taken), "errornote")

    def test_a_writer_reads_it_and_changes_nothing(self) -> None:
        self.at_desk(self.camille)
        self.assertEqual(self.post(self.kg, tagline="Le numérique").status_code, 403)
        self.kg.refresh_from_db()
        self.assertEqual(self.kg.tagline, "")

    def test_a_superuser_changes_an_account_and_its_roles_at_the_desk(self) -> None:
        self.at_desk(self.alix)
        row = self.camille.memberships.get()
        posted = {
            "username": "camille", "first_name": "Camille", "last_name": "", "email": "camille@example.org",
            "is_active": "on", "is_staff": "on", "memberships-TOTAL_FORMS": 2, "memberships-INITIAL_FORMS": 1,
            "memberships-0-id": row.pk, "memberships-0-user": self.camille.pk,
            "memberships-0-publication": self.kg.pk, "memberships-0-role": "editor",
            "memberships-1-user": self.camille.pk, "memberships-1-publication": self.ia.pk,
            "memberships-1-role": "writer",
        }  # fmt: skip
        path = f"/admin/auth/user/{self.camille.pk}/change/"
        self.assertEqual(self.client.post(path, posted).status_code, 302)
        before = self.camille.password
        self.camille.refresh_from_db()
        self.assertEqual((self.camille.first_name, self.camille.password), ("Camille", before))
        roles = {(one.publication_id, one.role) for one in self.camille.memberships.all()}
        self.assertEqual(roles, {(self.kg.pk, "editor"), (self.ia.pk, "writer")})
