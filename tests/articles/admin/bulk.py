"""The base of tests of steps taken on several articles at once."""

from dataclasses import replace
from typing import Any

from lxml import html

from articles.actions import editing, publishing
from articles.content import Content
from articles.models import Article, Event
from articles.workflow import Verb
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_image

LIST = "/admin/articles/article/"


class BulkTestCase(NewsroomTestCase):
    def choose(self, step: str, *articles: Article, query: str = "", **more: Any) -> Any:
        """Chooses a step for some articles of the list: the page that says what will happen to each."""
        chosen = {"action": step, "_selected_action": [article.pk for article in articles], "index": "0", **more}
        return self.client.post(LIST + query, chosen)

    def confirm(self, page: Any, query: str = "", **typed: Any) -> Any:
        """Presses the page's button as a browser does, with all that its form holds and what a person typed."""
        (form,) = html.fromstring(page.content.decode()).xpath('//form[@class="bulk-form"]')
        self.assertTrue(form.xpath(".//button"), "there is nothing to press")
        posted: dict[str, list[str]] = {}
        for name, value in form.form_values():
            posted.setdefault(name, []).append(value)
        return self.client.post(LIST + query, {**posted, **typed})

    def take(self, step: str, *articles: Article, **typed: Any) -> Any:
        return self.confirm(self.choose(step, *articles), **typed)

    def drafts(self, number: int = 2, **fields: Any) -> list[Article]:
        return [make_draft(self.kg, f"Brouillon {n}", **fields) for n in range(1, number + 1)]

    def approved(self, number: int = 2, **fields: Any) -> list[Article]:
        drafts = self.drafts(number, **fields)
        return [publishing.approve(draft, by=SYSTEM, revision=draft.draft_id) for draft in drafts]

    def whole(self) -> dict[str, Any]:
        """What an article has of which nothing is asked."""
        return {"standfirst": "Un chapô.", "lead_image": make_image(), "authors": (make_author("Hugo"),)}

    def reworked(self, article: Article) -> Article:
        """Somebody else's next revision of an article."""
        content = replace(Content.of(article.working), standfirst="Retouché entre-temps.")
        return editing.save_draft(article, content, by=self.thomas)

    def events(self, verb: Verb) -> list[Article]:
        return [event.article for event in Event.objects.filter(verb=verb).order_by("article_id")]

    def reasons(self, page: Any) -> dict[Article, bool]:
        """Which articles of the page have a reason against them."""
        return {line.article: bool(line.reason) for line in page.context["lines"]}
