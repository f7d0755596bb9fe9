"""Who else has an article open."""

from typing import Any

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.base import NewsroomTestCase, sign_in
from tests.factories import make_draft


class PresenceTests(NewsroomTestCase):
    def setUp(self) -> None:
        cache.clear()
        article = make_draft(self.kg, "Un casque", by=self.camille)
        self.url = reverse("admin:articles_article_presence", args=[article.pk])
        self.browsers = {}
        for name in ("camille", "ines", "alix", "julien"):
            self.browsers[name] = Client(headers={"host": "localhost"})
            sign_in(self.browsers[name], getattr(self, name))

    def tell(self, name: str, **posted: str) -> Any:
        return self.browsers[name].post(self.url, posted)

    def test_each_sees_the_others_and_their_field(self) -> None:
        self.assertEqual(self.tell("camille", field="headline").json(), {"others": []})
        self.assertEqual(self.tell("ines").json(), {"others": [{"name": "camille", "field": "Titre"}]})
        self.tell("alix", field="nothing of ours")
        others = self.tell("camille", field="body").json()["others"]
        self.assertCountEqual(others, [{"name": "ines", "field": ""}, {"name": "alix", "field": ""}])

    def test_who_leaves_is_seen_no_more(self) -> None:
        self.tell("camille")
        self.tell("camille", leaves="1")
        self.assertEqual(self.tell("ines").json(), {"others": []})

    def test_it_tells_strangers_nothing(self) -> None:
        self.tell("camille")
        self.assertEqual(self.tell("julien").status_code, 302)

    def test_its_queries_do_not_grow_with_the_house(self) -> None:
        self.tell("ines")
        with self.assertNumQueries(6):
            self.tell("ines")
        for n in range(3):
            self.person(f"autre{n}", *((row.publication, row.role) for row in self.ines.memberships.all()))
        with self.assertNumQueries(6):
            self.tell("ines")
