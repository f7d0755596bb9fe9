"""The base of tests that need people and sites: NewsroomTestCase.

KultureGeek requires review, iPhoneAddict does not. Camille writes, Inès edits, Thomas publishes on KultureGeek; Julien
writes on iPhoneAddict; Sarah moderates KultureGeek; Alix runs the install; Zoé has an account and no membership.
"""

import time
from typing import Any

from allauth.account.internal.userkit import user_id_to_str
from django.contrib.auth import get_user_model
from django.test import Client, TestCase

from newsroom.keys import ring
from newsroom.publications.models import Membership, Publication, Role
from newsroom.timestamps import DateStyle
from tests.factories import make_section

PASSWORD = "correct horse"


class NewsroomTestCase(TestCase):
    kg: Publication
    ia: Publication

    @classmethod
    def setUpTestData(cls) -> None:
        ring.make_first_keys()
        for purpose in ring.Purpose:
            ring.data_keys(purpose)  # so that no pinned count of queries depends on which test came first
        cls.kg = Publication.objects.create(
            name="KultureGeek", domain="kulturegeek.localhost", review_required=True, position=1
        )
        cls.ia = Publication.objects.create(
            name="iPhoneAddict",
            domain="iphoneaddict.localhost",
            review_required=False,
            permalink="{year}/{month}/{slug}/",
            date_style=DateStyle.LONG,
            accent="#1769d2",
            position=2,
        )
        cls.science = make_section(cls.kg, "Science & Espace", "science-espace")
        cls.games = make_section(cls.kg, "Jeux vidéo", "jeux-video")
        cls.mac = make_section(cls.ia, "Mac", "mac")
        cls.camille = cls.person("camille", (cls.kg, Role.WRITER))
        cls.ines = cls.person("ines", (cls.kg, Role.EDITOR))
        cls.thomas = cls.person("thomas", (cls.kg, Role.PUBLISHER))
        cls.julien = cls.person("julien", (cls.ia, Role.WRITER))
        cls.sarah = cls.person("sarah", (cls.kg, Role.MODERATOR))
        cls.zoe = cls.person("zoe")
        cls.alix = cls.person("alix", is_superuser=True)

    @staticmethod
    def person(username: str, *roles: tuple[Publication, Role], **fields: Any) -> Any:
        """Return a user of the desk with a role in each of these publications."""
        user = get_user_model().objects.create_user(
            username=username, email=f"{username}@example.org", password=PASSWORD, is_staff=True, **fields
        )
        for publication, role in roles:
            Membership.objects.create(user=user, publication=publication, role=role)
        return user

    def read(self, path: str, publication: Publication | None = None, **kwargs: Any) -> Any:
        """Return the response to a reader at a path of a publication, KultureGeek unless another is given."""
        return self.client.get(path, headers={"host": (publication or self.kg).domain}, **kwargs)

    def at_desk(self, user: Any) -> None:
        """Sign a person in at the desk, which answers on localhost, a moment ago."""
        sign_in(self.client, user)
        self.client.defaults["HTTP_HOST"] = "localhost"


def sign_in(client: Client, user: Any, *, seconds_ago: float = 0) -> None:
    """Give a client the session of a person who signed in with a password, or confirmed it, some time ago."""
    client.force_login(user)
    session: Any = client.session
    mark_signed_in(session, user, seconds_ago=seconds_ago)
    session.save()


def mark_signed_in(session: Any, user: Any, *, seconds_ago: float = 0) -> None:
    """Write into a session that a person showed who they are some time ago."""
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - seconds_ago}]
    session["account_authentication_methods_user"] = user_id_to_str(user)
