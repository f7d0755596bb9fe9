"""Querysets of articles."""

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.models import Article, Image, RevisionImage
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft, make_image, publish


class ShowingTests(NewsroomTestCase):
    """Which articles show an image: in what readers have, in what they will have, in the draft."""

    def setUp(self) -> None:
        self.image = Image.objects.get(pk=make_image("Un robot").pk)
        self.body = f'<p>Un.</p><figure data-picture="{self.image.pk}"></figure>'

    def showing(self) -> list[Article]:
        return list(Article.objects.showing(self.image).order_by("pk"))

    def test_it_finds_a_lead_and_an_image_in_a_body(self) -> None:
        articles = [make_article(self.kg, "Un", lead_image=self.image), make_draft(self.kg, "Deux", body=self.body)]
        make_article(self.kg, "Trois", lead_image=make_image("Autre"))
        self.assertEqual(self.showing(), articles)

    def test_it_finds_an_image_in_the_body_of_a_change_that_is_pending(self) -> None:
        article = make_article(self.kg)
        content = replace(Content.of(article.live), body=self.body)
        article = editing.save_draft(article, content, by=self.ines, change="update")
        article = publishing.approve(article, by=self.ines, revision=article.draft_id)
        accept = {"standfirst", "lead_image", "byline", "alt"}
        article = scheduling.schedule_change(
            article, by=self.ines, revision=article.draft_id, at=timezone.now() + dt.timedelta(days=1), accept=accept
        )
        self.assertIsNone(article.draft)
        self.assertEqual(self.showing(), [article])

    def test_it_forgets_an_image_that_only_old_revisions_show(self) -> None:
        article = make_article(self.kg, lead_image=self.image)
        content = replace(Content.of(article.live), lead_image=None)
        publish(editing.save_draft(article, content, by=self.ines, change="update"))
        self.assertEqual(self.showing(), [])
        self.assertEqual(RevisionImage.objects.filter(image=self.image).count(), 1)

    def test_it_records_no_image_that_does_not_exist(self) -> None:
        make_draft(self.kg, body='<p>Un.</p><figure data-picture="999999"></figure>')
        self.assertFalse(RevisionImage.objects.exists())

    def test_it_asks_one_query(self) -> None:
        for n in range(3):
            make_article(self.kg, f"Un {n}", lead_image=self.image)
        with self.assertNumQueries(1):
            self.assertEqual(len(self.showing()), 3)
