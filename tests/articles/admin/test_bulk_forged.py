"""Forms of a step on several articles that no page of the desk sends."""

from typing import Any

from django.utils import timezone

from articles.models import Article, Event
from articles.workflow import Stage, Verb
from tests.articles.admin.bulk import LIST, BulkTestCase
from tests.factories import make_article, make_draft


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
            for n in range(50)
        )
        everything = list(Article.objects.all())
        self.assertEqual(len(everything), 51)
        self.at_desk(self.alix)
        for posted in ({}, {"select_across": "1"}):
            answer = self.choose("submit", *everything, **posted)
            self.assertRedirects(answer, LIST, fetch_redirect_response=False)
            (message,) = self.client.get(LIST).context["messages"]
            self.assertEqual(message.level_tag, "error")
        self.confirmed("submit", *everything)
        self.assertEqual(self.events(Verb.SUBMITTED), [])
        self.assertEqual(len(self.choose("submit", *everything[:50]).context["lines"]), 50)

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
