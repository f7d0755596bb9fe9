"""A step of the workflow taken on several articles at once, from the desk's list."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone
from lxml import html

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.models import Article, Event
from articles.workflow import TRANSITIONS, Stage, Standing, Verb
from newsroom.publications.models import Role
from newsroom.publications.permissions import SYSTEM
from tests.articles.admin.bulk import LIST, BulkTestCase
from tests.factories import make_article, make_draft

ALL_OF_AN_EDITOR = set(TRANSITIONS) - {"publish_unreviewed"}


class MenuTests(BulkTestCase):
    """The list offers what this person may do to one of its articles at least."""

    def offered(self, person: Any, query: str = "") -> set[str] | None:
        """The steps of the list's menu; None where there is no menu."""
        self.at_desk(person)
        page = self.client.get(LIST + query)
        (form,) = html.fromstring(page.content.decode()).xpath('//form[@id="changelist-form"]')
        menus = form.xpath('.//select[@name="action"]')
        self.assertEqual(bool(menus), page.context["action_form"] is not None)
        return set(menus[0].xpath("./option/@value")) - {""} if menus else None

    def test_it_offers_a_writer_nothing_on_others_articles(self) -> None:
        self.drafts()
        make_article(self.kg)
        self.assertIsNone(self.offered(self.camille))

    def test_it_offers_a_writer_the_steps_of_their_own(self) -> None:
        self.drafts()
        own = make_draft(self.kg, "Le mien", by=self.camille)
        self.assertEqual(self.offered(self.camille), {"submit"})
        publishing.submit(own, by=self.camille)
        self.assertEqual(self.offered(self.camille), {"take_back"})

    def test_it_offers_publishing_without_review_where_none_is_required(self) -> None:
        make_draft(self.ia, by=self.julien)
        self.assertEqual(self.offered(self.julien), {"submit", "publish_unreviewed"})

    def test_it_offers_an_editor_the_steps_of_each_state(self) -> None:
        def leave(**fields: Any) -> None:
            Article.objects.update(**fields)

        draft = make_draft(self.kg)
        self.assertEqual(self.offered(self.ines), {"submit", "approve", "approve_and_publish"})
        publishing.submit(draft, by=SYSTEM)
        self.assertEqual(self.offered(self.ines), {"take_back", "request_changes", "approve", "approve_and_publish"})
        publishing.approve(draft, by=SYSTEM, revision=draft.draft_id)
        self.assertEqual(self.offered(self.ines), {"request_changes", "publish", "schedule"})
        article = publishing.publish(draft, by=SYSTEM, revision=draft.draft_id)
        self.assertEqual(self.offered(self.ines), {"withdraw", "schedule_withdrawal"})
        leave(unreviewed=True)
        self.assertEqual(self.offered(self.ines), {"withdraw", "schedule_withdrawal", "mark_read"})
        leave(unreviewed=False)
        publishing.withdraw(article, by=SYSTEM, notice="Une erreur.")
        self.assertEqual(self.offered(self.ines), {"reinstate"})
        leave(withdrawn_at=None, published_at=timezone.now() + dt.timedelta(days=1))
        self.assertEqual(self.offered(self.ines), {"reschedule", "unschedule", "schedule_withdrawal"})

    def test_it_offers_the_steps_of_all_the_articles_listed(self) -> None:
        self.drafts()
        self.approved()
        make_article(self.kg)
        steps = set("submit approve approve_and_publish request_changes publish schedule withdraw".split())
        steps.add("schedule_withdrawal")
        self.assertEqual(self.offered(self.ines), steps)
        self.assertEqual(self.offered(self.ines, "?state=live"), {"withdraw", "schedule_withdrawal"})
        self.assertIsNone(self.offered(self.ines, "?q=introuvable"))

    def test_it_offers_a_moderator_nothing(self) -> None:
        self.drafts()
        make_article(self.kg)
        self.assertIsNone(self.offered(self.sarah))


class PageTests(BulkTestCase):
    """First a page says what will happen to each."""

    def test_it_changes_nothing_yet(self) -> None:
        drafts = self.drafts()
        self.at_desk(self.ines)
        page = self.choose("approve", *drafts)
        self.assertEqual(page.status_code, 200)
        self.assertEqual(self.reasons(page), dict.fromkeys(drafts, False))
        self.assertFalse(Article.objects.exclude(stage=Stage.DRAFT).exists())
        for draft in drafts:
            hidden = f'<input type="hidden" name="revision-{draft.pk}" value="{draft.draft_id}">'
            self.assertContains(page, hidden, html=True)

    def test_it_says_of_each_article_whether_the_step_can_be_taken(self) -> None:
        draft, approved = self.drafts(1)[0], self.approved(1)[0]
        live = make_article(self.kg, "En ligne")
        self.at_desk(self.ines)
        page = self.choose("approve", draft, approved, live)
        self.assertEqual(self.reasons(page), {draft: False, approved: True, live: True})
        (form,) = html.fromstring(page.content.decode()).xpath('//form[@class="bulk-form"]')
        self.assertEqual(dict(form.form_values())["_selected_action"], str(draft.pk))
        self.assertEqual(len(form.xpath('.//li[@class="refused"]//p')), 2)

    def test_it_has_no_button_where_nothing_can_be_done(self) -> None:
        self.at_desk(self.ines)
        page = self.choose("reinstate", *self.drafts())
        (form,) = html.fromstring(page.content.decode()).xpath('//form[@class="bulk-form"]')
        self.assertEqual(form.xpath(".//button"), [])
        self.assertEqual(form.xpath(".//textarea"), [])

    def test_it_says_what_is_not_a_person_s_to_do(self) -> None:
        own, other = make_draft(self.kg, "Le mien", by=self.camille), make_draft(self.kg, "Un autre")
        self.at_desk(self.camille)
        self.assertEqual(self.reasons(self.choose("submit", own, other)), {own: False, other: True})
        self.assertEqual(self.reasons(self.choose("approve", own, other)), {own: True, other: True})

    def test_it_escapes_headlines(self) -> None:
        self.at_desk(self.ines)
        page = self.choose("approve", make_draft(self.kg, "<script>alert(1)</script>"))
        self.assertNotContains(page, "<script>alert")


class StepTests(BulkTestCase):
    """Confirmed, each article has its action called by itself."""

    def test_it_takes_the_step_on_each_with_one_event(self) -> None:
        drafts = self.drafts(3)
        self.at_desk(self.ines)
        answer = self.take("approve", *drafts)
        self.assertRedirects(answer, LIST)
        self.assertEqual(self.events(Verb.APPROVED), drafts)
        self.assertEqual({event.actor for event in Event.objects.filter(verb=Verb.APPROVED)}, {self.ines})
        for draft in drafts:
            draft.refresh_from_db()
            self.assertEqual((draft.stage, draft.approved_id), (Stage.APPROVED, draft.draft_id))

    def test_it_goes_through_every_door(self) -> None:
        """Each row of the table, from a state in which it is open."""
        whole = self.whole()
        tomorrow = f"{timezone.now() + dt.timedelta(days=1):%Y-%m-%dT%H:%M}"

        def make(step: str) -> Article:
            if step in ("publish", "schedule"):
                return self.approved(1, **whole)[0]
            if step in ("unschedule", "reschedule"):
                return publishing.publish_imported(self.drafts(1)[0], at=timezone.now() + dt.timedelta(days=1))
            if step in ("schedule_change", "unschedule_change"):
                article = make_article(self.kg, **whole)
                content = replace(Content.of(article.working), standfirst="Un autre chapô.")
                article = editing.save_draft(article, content, by=SYSTEM, change="update")
                article = publishing.approve(article, by=SYSTEM, revision=article.draft_id)
                if step == "schedule_change":
                    return article
                moment = timezone.now() + dt.timedelta(days=1)
                return scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id, at=moment)
            if step == "cancel_withdrawal":
                moment = timezone.now() + dt.timedelta(days=1)
                return scheduling.schedule_withdrawal(make_article(self.kg), by=SYSTEM, at=moment, notice="Caduc.")
            if step == "mark_read":
                article = make_article(self.kg)
                Article.objects.filter(pk=article.pk).update(unreviewed=True)
                return article
            if step in ("withdraw", "schedule_withdrawal"):
                return make_article(self.kg)
            if step == "reinstate":
                return publishing.withdraw(make_article(self.kg), by=SYSTEM, notice="Une erreur.")
            draft = self.drafts(1, **whole)[0]
            return publishing.submit(draft, by=SYSTEM) if step in ("take_back", "request_changes") else draft

        self.at_desk(self.ines)
        for name in sorted(ALL_OF_AN_EDITOR):
            with self.subTest(step=name):
                article = make(name)
                typed = {"note": "À revoir.", "notice": "Une erreur.", "at": tomorrow}
                self.take(name, article, **{need.value: typed[need.value] for need in TRANSITIONS[name].needs})
                event = article.events.first()
                self.assertEqual((event.verb, event.actor), (TRANSITIONS[name].verb, self.ines))

    def test_it_publishes_without_review_where_none_is_required(self) -> None:
        own = make_draft(self.ia, by=self.julien, **self.whole())
        self.at_desk(self.julien)
        self.take("publish_unreviewed", own)
        own.refresh_from_db()
        self.assertEqual(own.standing(timezone.now()), Standing.UNREVIEWED)

    def test_it_passes_over_what_can_t_be_done(self) -> None:
        draft, live = self.drafts(1)[0], make_article(self.kg)
        self.at_desk(self.ines)
        self.take("approve", draft, live)
        self.assertEqual(self.events(Verb.APPROVED), [draft])

    def test_it_refuses_what_was_saved_since_the_page_and_takes_the_others(self) -> None:
        drafts = self.drafts(3)
        self.at_desk(self.ines)
        page = self.choose("approve", *drafts)
        self.reworked(drafts[1])
        answer = self.confirm(page)
        self.assertEqual(self.events(Verb.APPROVED), [drafts[0], drafts[2]])
        self.assertEqual(self.reasons(answer), {drafts[1]: True})
        drafts[1].refresh_from_db()
        self.assertEqual((drafts[1].stage, drafts[1].approved), (Stage.DRAFT, None))

    def test_it_says_which_article_left_the_filtered_list_meanwhile(self) -> None:
        approved = self.approved(2, **self.whole())
        self.at_desk(self.ines)
        page = self.choose("publish", *approved, query="?state=approved")
        self.reworked(approved[1])  # by which it is approved no more, and out of the list
        answer = self.confirm(page, query="?state=approved")
        self.assertEqual(self.events(Verb.PUBLISHED), [approved[0]])
        self.assertEqual(answer.status_code, 200, "nobody said that an article was passed over")
        self.assertEqual(self.reasons(answer), {approved[1]: True})

    def test_it_does_what_the_page_said_whatever_another_tab_switched_to(self) -> None:
        anne = self.person("anne", (self.kg, Role.EDITOR), (self.ia, Role.EDITOR))
        drafts = self.drafts()
        self.at_desk(anne)
        page = self.choose("approve", *drafts)
        self.client.post("/admin/switch/", {"publication": self.ia.pk})  # in another tab
        self.confirm(page)
        self.assertEqual(self.events(Verb.APPROVED), drafts)

    def test_it_tells_nothing_but_the_revision_that_was_read(self) -> None:
        draft = self.drafts(1)[0]
        self.at_desk(self.ines)
        page = self.choose("approve", draft)
        for forged in ("", "abc", "-1", "0", "9" * 30):
            with self.subTest(forged=forged):
                answer = self.confirm(page, **{f"revision-{draft.pk}": forged})
                self.assertEqual(self.reasons(answer), {draft: True})
        self.assertEqual(self.events(Verb.APPROVED), [])

    def test_it_refuses_a_revision_too_long_to_be_a_number(self) -> None:
        draft = self.drafts(1)[0]
        self.at_desk(self.ines)
        answer = self.confirm(self.choose("approve", draft), **{f"revision-{draft.pk}": "9" * 5000})
        self.assertEqual(self.reasons(answer), {draft: True})
