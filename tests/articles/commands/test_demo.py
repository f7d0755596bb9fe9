"""The command that sets up two living sites. Images are not drawn here: that is what takes its time."""

import io
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.test import TestCase
from django.utils import timezone

from articles.actions import taxonomy
from articles.demo import cast, stage
from articles.models import Article, Author
from newsroom.audience.models import VisitCount
from newsroom.publications.checks import DEMO_MARK
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.exports import row_counts
from tests.pages import strips_in


def no_images(publication: Publication) -> Iterator[int]:
    yield 0


def plain_bylines(users: dict[str, Any]) -> None:
    for person in [*cast.PEOPLE, *cast.OTHER_BYLINES]:
        if person.position:
            taxonomy.save_author(Author(name=person.name, user=users.get(person.username)), by=SYSTEM)


def demo(**options: Any) -> str:
    out = io.StringIO()
    with patch.object(stage, "draw_images", no_images), patch.object(stage, "bylines", plain_bylines):
        call_command("demo", stdout=out, verbosity=0, **options)
    return out.getvalue()


class DemoTests(TestCase):
    def test_it_sets_up_two_sites_once_and_can_close_its_accounts(self) -> None:
        demo()
        self.assertEqual(set(Publication.objects.values_list("name", flat=True)), {"KultureGeek", "iPhoneAddict"})
        for publication in Publication.objects.all():
            articles = Article.objects.filter(publication=publication)
            self.assertGreaterEqual(articles.live(timezone.now()).exclude(desk_kind="page").count(), 20)
            for kind in ("page", "sponsored"):
                self.assertTrue(articles.filter(desk_kind=kind).exists(), kind)
            self.assertTrue(articles.filter(withdrawn_at__isnull=False).exists())
            self.assertTrue(articles.filter(live__isnull=True).exists())
        self.assertFalse(Author.objects.filter(name__in=("camille", "hugo", "ines")).exists())
        front = self.client.get("/", headers={"host": "kulturegeek.localhost"})
        self.assertContains(front, "KultureGeek")
        review = Article.objects.get(live__slug="test-tesselle-home-enceinte")
        self.assertContains(self.client.get(review.path, headers={"host": "kulturegeek.localhost"}), "price-box")
        article = Article.objects.live(timezone.now()).filter(publication__name="KultureGeek", desk_kind="news").first()
        assert article is not None
        page = self.client.get(article.path, headers={"host": "kulturegeek.localhost"})
        self.assertEqual(len(strips_in(page)["Les plus lus"]), 5)
        self.assertGreater(VisitCount.objects.count(), 1_000)

        before = row_counts()
        self.assertIn("here already", demo())
        self.assertEqual(row_counts(), before)

        accounts = get_user_model().objects.filter(email__endswith=DEMO_MARK)
        output = demo(close_accounts=True)
        self.assertIn(f"Deactivated {accounts.count()} accounts", output)
        self.assertFalse(accounts.filter(is_active=True).exists())
        self.assertIn("Deactivated 0 accounts", demo(close_accounts=True))

    def test_it_refuses_a_database_where_others_live(self) -> None:
        Publication.objects.create(name="Un journal", domain="journal.example")
        before = row_counts()
        with self.assertRaises(CommandError):
            demo()
        self.assertEqual(row_counts(), before)
