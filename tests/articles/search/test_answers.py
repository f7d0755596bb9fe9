"""What the search answers to what readers type: queries.py says what must come first, and why."""

from django.test import TestCase
from django.utils import timezone

from articles.models import Article
from articles.views import search
from newsroom.publications.models import Publication
from newsroom.search.models import PublicDocument
from tests.articles.commands.test_demo import demo
from tests.articles.search.queries import OTHERS, QUERIES
from tests.factories import make_article


class AnswersTests(TestCase):
    @classmethod
    def setUpTestData(cls) -> None:
        demo()
        kulturegeek = Publication.objects.get(name="KultureGeek")
        for headline, slug in OTHERS:
            make_article(kulturegeek, headline, slug=slug)

    def first(self, typed: str) -> str:
        """The slug of the first result; "" for none."""
        search.SEARCHES.forget()
        page = self.client.get("/recherche/", {"q": typed}, headers={"host": "kulturegeek.localhost"})
        self.assertEqual(page.status_code, 200, typed)
        _before, _found, after = page.content.decode().partition('<ol class="results"')
        return (
            after.partition('<h2 class="card-headline"><a href="')[2].partition('"')[0].rstrip("/").rpartition("/")[2]
        )

    def test_it_gives_first_what_is_looked_for(self) -> None:
        self.assertGreaterEqual(len(QUERIES), 60)
        wrong = [
            (typed[:60], reason, f"expected {slug or 'nothing'}, got {got or 'nothing'}")
            for typed, slug, reason in QUERIES
            if (got := self.first(typed)) != slug
        ]
        self.assertEqual(wrong, [])

    def test_it_has_a_document_of_each_article_that_readers_have(self) -> None:
        live = Article.objects.live(timezone.now()).exclude(live__noindex=True)
        self.assertEqual(
            set(PublicDocument.objects.shown(timezone.now()).values_list("object_id", flat=True)),
            set(live.values_list("pk", flat=True)),
        )
