"""A step on more articles than one request has time for: some are taken, the others wait on the page, as confirmed."""

from typing import Any
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext
from lxml import html

from articles.admin import bulk
from articles.models import Article
from articles.workflow import Verb
from tests.articles.admin.bulk import LIST, BulkTestCase
from tests.factories import make_article


class PortionTests(BulkTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.at_desk(self.ines)

    def few_at_once(self, number: int = 2) -> None:
        self.enterContext(patch.object(bulk, "MAX_TAKEN", number))

    def goes_on(self, page: Any) -> bool:
        """Whether the page sends itself again, as its script does."""
        (form,) = html.fromstring(page.content.decode()).xpath('//form[@class="bulk-form"]')
        return "data-goes-on" in form.attrib

    def test_one_request_takes_the_step_on_six(self) -> None:
        drafts = self.drafts(10)
        page = self.take("submit", *drafts)
        self.assertEqual(self.events(Verb.SUBMITTED), drafts[:6])
        self.assertTrue(self.goes_on(page))
        self.assertEqual([line.article for line in page.context["waiting"]], drafts[6:])
        self.assertContains(page, "6 faits. 4 attendent leur tour")
        end = self.confirm(page)
        self.assertRedirects(end, LIST, fetch_redirect_response=False)
        self.assertEqual(self.events(Verb.SUBMITTED), drafts)
        (message,) = self.client.get(LIST).context["messages"]
        self.assertIn("10 articles", str(message))

    def test_it_asks_the_same_queries_for_ten_as_for_forty(self) -> None:
        drafts = self.drafts(50)
        numbers = []
        for chosen in (drafts[:10], drafts[10:]):
            page = self.choose("submit", *chosen)
            with CaptureQueriesContext(connection) as counted:
                self.confirm(page)
            numbers.append(len(counted))
        self.assertEqual(numbers[0], numbers[1])

    def test_it_takes_those_that_wait_by_the_revision_that_was_read(self) -> None:
        """1. Two of three are approved. 2. Thomas saves another revision of the third. 3. The page goes on."""
        drafts = self.drafts(3)
        self.few_at_once()
        page = self.take("approve", *drafts)
        self.reworked(drafts[2])
        answer = self.confirm(page)
        self.assertEqual(self.events(Verb.APPROVED), drafts[:2])
        self.assertEqual(self.reasons(answer), {drafts[2]: True})

    def test_it_tells_at_the_end_what_was_refused_on_the_way(self) -> None:
        drafts = self.drafts(5)
        self.few_at_once()
        page = self.choose("approve", *drafts)
        self.reworked(drafts[0])
        page = self.confirm(page)
        reason = page.context["lines"][0].reason
        self.assertTrue(reason)
        while self.goes_on(page):
            page = self.confirm(page)
        self.assertEqual(self.events(Verb.APPROVED), drafts[1:])
        self.assertEqual([(line.article, line.reason) for line in page.context["lines"]], [(drafts[0], reason)])
        self.assertContains(page, "4 articles")

    def test_it_goes_on_past_what_it_must_ask_and_asks_at_the_end(self) -> None:
        bare, whole = self.approved(3), self.approved(3, **self.whole())
        self.few_at_once()
        page, requests = self.take("publish", *bare, *whole), 1
        while self.goes_on(page):
            page, requests = self.confirm(page), requests + 1
        self.assertEqual((self.events(Verb.PUBLISHED), requests), (whole, 3))
        self.assertEqual(self.reasons(page), dict.fromkeys(bare, False))
        ticked = {f"accept-{article.pk}": ["standfirst", "lead_image", "byline"] for article in bare}
        page = self.confirm(page, **ticked)
        self.confirm(page)
        self.assertEqual(self.events(Verb.PUBLISHED), [*bare, *whole])

    def test_it_keeps_what_was_typed_and_stops_where_that_is_refused(self) -> None:
        articles = [make_article(self.kg, f"Histoire {n}") for n in range(3)]
        self.few_at_once()
        page = self.take("withdraw", *articles, notice="")
        self.assertFalse(self.goes_on(page))
        self.assertFalse(Article.objects.exclude(withdrawn_at=None).exists())
        page = self.confirm(page, notice="Une erreur.")
        self.assertEqual(page.context["fields"][0].value(), "Une erreur.")
        self.confirm(page)
        self.assertEqual(set(Article.objects.values_list("withdrawal_notice", flat=True)), {"Une erreur."})
