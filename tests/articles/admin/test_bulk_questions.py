"""What a step on several articles asks: a note, a notice, an moment, and whether its warnings are accepted."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils import timezone
from lxml import html

from articles.models import Article, Event
from articles.workflow import Standing, Verb
from newsroom.publications.models import Membership, Role
from tests.articles.admin.bulk import BulkTestCase
from tests.factories import make_article, make_draft


class NeedTests(BulkTestCase):
    """A note, a notice, a time: required, and nothing that was typed or chosen is lost."""

    def assert_asked_again(self, page: Any, articles: list[Article], field: str, value: str) -> None:
        """The page is there to be answered again: the articles still chosen, the field with what was typed."""
        self.assertEqual(page.status_code, 200)
        self.assertEqual(page.context["fields"][0].name, field)
        self.assertEqual(page.context["fields"][0].value() or "", value)
        (form,) = html.fromstring(page.content.decode()).xpath('//form[@class="bulk-form"]')
        posted = [value for name, value in form.form_values() if name == "_selected_action"]
        self.assertEqual(set(posted), {str(article.pk) for article in articles})
        self.assertTrue(form.xpath(f'.//*[@name="{field}"]'))
        self.assertTrue(form.xpath(".//button"))

    def test_it_asks_for_what_the_step_needs(self) -> None:
        articles = {
            "request_changes": ("note", self.approved(1)), "schedule": ("at", self.approved(1)),
            "withdraw": ("notice", [make_article(self.kg)]),
        }  # fmt: skip
        self.at_desk(self.ines)
        for step, (field, chosen) in articles.items():
            self.assert_asked_again(self.choose(step, *chosen), chosen, field, "")
        self.assertEqual(self.choose("approve", *self.drafts(1)).context["fields"], [])

    def test_it_sends_back_none_without_a_note(self) -> None:
        approved = self.approved()
        self.at_desk(self.ines)
        answer = self.take("request_changes", *approved, note="")
        self.assertEqual(self.events(Verb.CHANGES_REQUESTED), [])
        self.assert_asked_again(answer, approved, "note", "")
        self.confirm(answer, note="À revoir.")
        self.assertEqual(self.events(Verb.CHANGES_REQUESTED), approved)
        self.assertEqual({event.note for event in Event.objects.filter(verb=Verb.CHANGES_REQUESTED)}, {"À revoir."})

    def test_it_withdraws_none_without_a_notice(self) -> None:
        articles = [make_article(self.kg, f"Histoire {n}") for n in range(2)]
        self.at_desk(self.ines)
        answer = self.take("withdraw", *articles, notice="")
        self.assertEqual(self.events(Verb.WITHDRAWN), [])
        self.assert_asked_again(answer, articles, "notice", "")
        self.confirm(answer, notice="Une erreur.")
        self.assertEqual(self.events(Verb.WITHDRAWN), articles)

    def test_it_schedules_none_without_a_future_time(self) -> None:
        approved = self.approved(**self.whole())
        self.at_desk(self.ines)
        for typed in ("demain", "2001-01-01T09:00", ""):
            with self.subTest(typed=typed):
                answer = self.take("schedule", *approved, at=typed)
                self.assertEqual(self.events(Verb.SCHEDULED), [])
                self.assert_asked_again(answer, approved, "at", typed)

    def test_it_schedules_in_the_publication_s_own_time(self) -> None:
        self.kg.time_zone = "America/New_York"
        self.kg.save()
        (article,) = self.approved(1, **self.whole())
        self.at_desk(self.ines)
        self.take("schedule", article, at="2031-01-15T09:00")
        article.refresh_from_db()
        self.assertEqual(article.published_at, dt.datetime(2031, 1, 15, 14, tzinfo=dt.UTC))

    def test_it_keeps_the_note_for_those_that_were_refused(self) -> None:
        approved = self.approved(3)
        self.at_desk(self.ines)
        page = self.choose("request_changes", *approved)
        self.reworked(approved[2])
        answer = self.confirm(page, note="À revoir, dit Inès.")
        self.assertEqual(self.events(Verb.CHANGES_REQUESTED), approved[:2])
        self.assertEqual(self.reasons(answer), {approved[2]: True})
        self.assertEqual(answer.context["fields"][0].value(), "À revoir, dit Inès.")


class WarningTests(BulkTestCase):
    """What the checks ask is asked of each article, with a box for each finding."""

    CHECKS = ("standfirst", "lead_image", "byline")

    def boxes(self, page: Any, article: Article) -> list[str]:
        return list(html.fromstring(page.content.decode()).xpath(f'//input[@name="accept-{article.pk}"]/@value'))

    def test_it_asks_about_each_article_and_goes_on_with_those_that_lack_nothing(self) -> None:
        bare, other, whole = [*self.approved(2), *self.approved(1, **self.whole())]
        self.at_desk(self.ines)
        answer = self.take("publish", bare, other, whole)
        self.assertEqual(self.events(Verb.PUBLISHED), [whole])
        self.assertEqual(self.reasons(answer), {bare: False, other: False})
        for article in (bare, other):
            self.assertEqual(set(self.boxes(answer, article)), set(self.CHECKS))

    def test_it_goes_on_when_all_boxes_are_ticked_and_logs_what_was_accepted(self) -> None:
        articles = self.approved()
        self.at_desk(self.ines)
        asked = self.take("publish", *articles)
        messages = [finding.message for finding in asked.context["lines"][0].to_confirm]
        self.confirm(asked, **{f"accept-{article.pk}": self.boxes(asked, article) for article in articles})
        self.assertEqual(self.events(Verb.PUBLISHED), articles)
        for event in Event.objects.filter(verb=Verb.PUBLISHED):
            for message in messages:
                self.assertIn(message, event.note)

    def test_it_takes_a_yes_for_the_article_beside_which_it_stood(self) -> None:
        first, second = self.approved()
        self.at_desk(self.ines)
        asked = self.take("publish", first, second)
        again = self.confirm(asked, **{f"accept-{first.pk}": self.CHECKS})
        self.assertEqual(self.events(Verb.PUBLISHED), [first])
        self.assertEqual(self.reasons(again), {second: False})

    def test_it_keeps_the_ticks_when_another_is_missing(self) -> None:
        (article,) = self.approved(1)
        self.at_desk(self.ines)
        again = self.confirm(self.take("publish", article), **{f"accept-{article.pk}": self.CHECKS[:2]})
        self.assertEqual(self.events(Verb.PUBLISHED), [])
        ticked = html.fromstring(again.content.decode()).xpath(f'//input[@name="accept-{article.pk}"][@checked]/@value')
        self.assertEqual(set(ticked), set(self.CHECKS[:2]))

    def test_it_offers_no_box_for_what_blocks(self) -> None:
        article = self.approved(1, body="")[0]
        self.at_desk(self.ines)
        answer = self.choose("publish", article)
        self.assertEqual(self.reasons(answer), {article: True})

    def test_each_time_is_read_where_its_article_is(self) -> None:
        self.kg.time_zone = "America/Montreal"
        self.kg.save()
        (article,) = self.approved(1, **self.whole())
        Membership.objects.create(user=self.ines, publication=self.ia, role=Role.EDITOR)
        self.at_desk(self.ines)
        self.client.post(reverse("admin:switch"), {"publication": self.ia.pk})
        self.take("schedule", article, at="2031-01-15T09:00")
        article.refresh_from_db()
        self.assertEqual(article.published_at, dt.datetime(2031, 1, 15, 14, tzinfo=dt.UTC))

    def test_it_keeps_the_time_while_it_asks(self) -> None:
        (article,) = self.approved(1)
        self.at_desk(self.ines)
        asked = self.take("schedule", article, at="2031-01-15T09:00")
        self.assertEqual(asked.context["fields"][0].value(), "2031-01-15T09:00")
        self.confirm(asked, **{f"accept-{article.pk}": self.CHECKS})
        article.refresh_from_db()
        self.assertEqual(article.standing(timezone.now()), Standing.SCHEDULED)

    def test_it_escapes_what_it_asks(self) -> None:
        evil = "Apple dévoile un casque <script>alert(1)</script>"
        make_article(self.ia, evil)
        draft = make_draft(self.kg, evil)
        self.at_desk(self.ines)
        answer = self.take("approve_and_publish", draft)
        self.assertIn("sister", {finding.check for finding in answer.context["lines"][0].to_confirm})
        self.assertNotContains(answer, "<script>alert")
