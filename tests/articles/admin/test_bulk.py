"""A step of the workflow taken on several articles at once, from the desk's list."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone
from lxml import html

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.models import Article, Event
from articles.workflow import TRANSITIONS, Stage, Standing, Verb
from newsroom.publications.models import Membership, Role
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image

LIST = "/admin/articles/article/"
ALL_OF_AN_EDITOR = set(TRANSITIONS) - {"publish_unreviewed"}


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
                hour = timezone.now() + dt.timedelta(days=1)
                return scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id, at=hour)
            if step == "cancel_withdrawal":
                hour = timezone.now() + dt.timedelta(days=1)
                return scheduling.schedule_withdrawal(make_article(self.kg), by=SYSTEM, at=hour, notice="Caduc.")
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
        answer = self.confirm(page)
        done = self.events(Verb.APPROVED) == drafts
        said = [message.level_tag for message in self.client.get(LIST).context["messages"]]
        self.assertTrue(done or answer.status_code == 200 or {"error", "warning"} & set(said), said)

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


class NeedTests(BulkTestCase):
    """A note, a notice, an hour: required, and nothing that was typed or chosen is lost."""

    def stands(self, page: Any, articles: list[Article], field: str, value: str) -> None:
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
            self.stands(self.choose(step, *chosen), chosen, field, "")
        self.assertEqual(self.choose("approve", *self.drafts(1)).context["fields"], [])

    def test_it_sends_back_none_without_a_note(self) -> None:
        approved = self.approved()
        self.at_desk(self.ines)
        answer = self.take("request_changes", *approved, note="")
        self.assertEqual(self.events(Verb.CHANGES_REQUESTED), [])
        self.stands(answer, approved, "note", "")
        self.confirm(answer, note="À revoir.")
        self.assertEqual(self.events(Verb.CHANGES_REQUESTED), approved)
        self.assertEqual({event.note for event in Event.objects.filter(verb=Verb.CHANGES_REQUESTED)}, {"À revoir."})

    def test_it_withdraws_none_without_a_notice(self) -> None:
        articles = [make_article(self.kg, f"Histoire {n}") for n in range(2)]
        self.at_desk(self.ines)
        answer = self.take("withdraw", *articles, notice="")
        self.assertEqual(self.events(Verb.WITHDRAWN), [])
        self.stands(answer, articles, "notice", "")
        self.confirm(answer, notice="Une erreur.")
        self.assertEqual(self.events(Verb.WITHDRAWN), articles)

    def test_it_schedules_none_without_an_hour_to_come(self) -> None:
        approved = self.approved(**self.whole())
        self.at_desk(self.ines)
        for typed in ("demain", "2001-01-01T09:00", ""):
            with self.subTest(typed=typed):
                answer = self.take("schedule", *approved, at=typed)
                self.assertEqual(self.events(Verb.SCHEDULED), [])
                self.stands(answer, approved, "at", typed)

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

    RULES = ("standfirst", "lead_image", "byline")

    def boxes(self, page: Any, article: Article) -> list[str]:
        return list(html.fromstring(page.content.decode()).xpath(f'//input[@name="accept-{article.pk}"]/@value'))

    def test_it_asks_about_each_article_and_goes_on_with_those_that_lack_nothing(self) -> None:
        bare, other, whole = [*self.approved(2), *self.approved(1, **self.whole())]
        self.at_desk(self.ines)
        answer = self.take("publish", bare, other, whole)
        self.assertEqual(self.events(Verb.PUBLISHED), [whole])
        self.assertEqual(self.reasons(answer), {bare: False, other: False})
        for article in (bare, other):
            self.assertEqual(set(self.boxes(answer, article)), set(self.RULES))

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
        again = self.confirm(asked, **{f"accept-{first.pk}": self.RULES})
        self.assertEqual(self.events(Verb.PUBLISHED), [first])
        self.assertEqual(self.reasons(again), {second: False})

    def test_it_keeps_the_ticks_when_another_is_missing(self) -> None:
        (article,) = self.approved(1)
        self.at_desk(self.ines)
        again = self.confirm(self.take("publish", article), **{f"accept-{article.pk}": self.RULES[:2]})
        self.assertEqual(self.events(Verb.PUBLISHED), [])
        ticked = html.fromstring(again.content.decode()).xpath(f'//input[@name="accept-{article.pk}"][@checked]/@value')
        self.assertEqual(set(ticked), set(self.RULES[:2]))

    def test_it_offers_no_box_for_what_blocks(self) -> None:
        article = self.approved(1, body="")[0]
        self.at_desk(self.ines)
        answer = self.choose("publish", article)
        self.assertEqual(self.reasons(answer), {article: True})

    def test_each_hour_is_read_where_its_article_is(self) -> None:
        self.kg.time_zone = "America/Montreal"
        self.kg.save()
        (article,) = self.approved(1, **self.whole())
        Membership.objects.create(user=self.ines, publication=self.ia, role=Role.EDITOR)
        self.at_desk(self.ines)
        self.client.post(reverse("admin:switch"), {"publication": self.ia.pk})
        self.take("schedule", article, at="2031-01-15T09:00")
        article.refresh_from_db()
        self.assertEqual(article.published_at, dt.datetime(2031, 1, 15, 14, tzinfo=dt.UTC))

    def test_it_keeps_the_hour_while_it_asks(self) -> None:
        (article,) = self.approved(1)
        self.at_desk(self.ines)
        asked = self.take("schedule", article, at="2031-01-15T09:00")
        self.assertEqual(asked.context["fields"][0].value(), "2031-01-15T09:00")
        self.confirm(asked, **{f"accept-{article.pk}": self.RULES})
        article.refresh_from_db()
        self.assertEqual(article.standing(timezone.now()), Standing.SCHEDULED)

    def test_it_escapes_what_it_asks(self) -> None:
        evil = "Apple dévoile un casque <script>alert(1)</script>"
        make_article(self.ia, evil)
        draft = make_draft(self.kg, evil)
        self.at_desk(self.ines)
        answer = self.take("approve_and_publish", draft)
        self.assertIn("sister", {finding.rule for finding in answer.context["lines"][0].to_confirm})
        self.assertNotContains(answer, "<script>alert")


class ForgedTests(BulkTestCase):
    """What no page of the desk sends."""

    def confirmed(self, step: str, *articles: Article, **more: Any) -> Any:
        revisions = {f"revision-{article.pk}": article.working.pk for article in articles}
        return self.choose(step, *articles, confirmed="1", note="x", notice="x", **revisions, **more)

    def test_it_does_nothing_to_another_publication_s_article(self) -> None:
        draft, live = make_draft(self.ia, "Secret d’iPhoneAddict"), make_article(self.ia, "Leur histoire")
        before = Event.objects.count()
        self.at_desk(self.thomas)
        for step, article in {"approve": draft, "submit": draft, "withdraw": live}.items():
            with self.subTest(step=step):
                page = self.choose(step, article)
                self.assertNotIn(str(article), page.content.decode())
                self.assertEqual(self.confirmed(step, article).status_code, 302)
        self.assertEqual(Event.objects.count(), before)

    def test_it_does_nothing_that_the_person_may_not(self) -> None:
        article, draft = make_article(self.kg), make_draft(self.kg)
        before = Event.objects.count()
        for person in (self.camille, self.sarah):
            self.at_desk(person)
            for step, chosen in {"approve": draft, "submit": draft, "withdraw": article}.items():
                self.assertEqual(self.reasons(self.confirmed(step, chosen)), {chosen: True})
        self.at_desk(self.zoe)
        self.assertEqual(self.confirmed("approve", draft).status_code, 403)
        self.assertEqual(Event.objects.count(), before)

    def test_it_refuses_more_at_once_than_a_page_holds(self) -> None:
        draft = make_draft(self.kg)
        now = timezone.now()
        Article.objects.bulk_create(
            Article(publication=self.kg, draft=draft.draft, desk_headline=f"Histoire {n}", saved_at=now)
            for n in range(100)
        )
        everything = list(Article.objects.all())
        self.assertEqual(len(everything), 101)
        self.at_desk(self.alix)
        for posted in ({}, {"select_across": "1"}):
            answer = self.choose("submit", *everything, **posted)
            self.assertRedirects(answer, LIST, fetch_redirect_response=False)
            (message,) = self.client.get(LIST).context["messages"]
            self.assertEqual(message.level_tag, "error")
        self.confirmed("submit", *everything)
        self.assertEqual(self.events(Verb.SUBMITTED), [])
        self.assertEqual(len(self.choose("submit", *everything[:100]).context["lines"]), 100)

    def test_it_takes_no_harm_from_a_step_that_is_none(self) -> None:
        draft = make_draft(self.kg)
        before = Event.objects.count()
        self.at_desk(self.ines)
        for name in ("delete_selected", "expunge", "APPROVE", "approve ", "", "__class__", "<script>"):
            with self.subTest(name=name):
                self.assertIn(self.confirmed(name, draft).status_code, (200, 302))
        self.assertEqual(Event.objects.count(), before)
        self.assertTrue(Article.objects.filter(pk=draft.pk).exists())

    def test_it_takes_no_harm_from_two_steps_at_once(self) -> None:
        draft = make_draft(self.kg)
        self.at_desk(self.ines)
        answer = self.client.post(LIST, {"action": ["approve", "rien"], "_selected_action": [draft.pk], "index": "0"})
        self.assertIn(answer.status_code, (200, 302))
        draft.refresh_from_db()
        self.assertEqual(draft.stage, Stage.DRAFT)

    def test_it_takes_no_harm_from_articles_that_are_none(self) -> None:
        self.at_desk(self.ines)
        for chosen in (["999999"], ["-1"], []):
            answer = self.client.post(LIST, {"action": "approve", "_selected_action": chosen, "index": "0"})
            self.assertIn(answer.status_code, (200, 302))
        self.assertFalse(Article.objects.exists())
