"""The check for an article of a sister site on the same event."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.utils import timezone

from articles.actions import checks, editing, publishing, scheduling
from articles.content import Content
from articles.models import Article
from articles.workflow import Finding, Unconfirmed, Verb
from newsroom.publications.permissions import SYSTEM
from tests.articles.actions.test_checks import BARE, NOW, linking
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft


class SisterTests(NewsroomTestCase):
    """A sister site had it first."""

    HEADLINE = "Apple dévoile un casque de réalité virtuelle"

    def sister_findings(self, draft: Article) -> list[Finding]:
        findings = checks.findings(Content.of(draft.working), draft, timezone.now())
        return [one for one in findings if one.check == "sister"]

    def asks(self, draft: Article) -> bool:
        return bool(self.sister_findings(draft))

    def test_it_asks_about_a_sister_s_article_of_the_same_event_and_names_it(self) -> None:
        sister = make_article(self.ia, "Réalité virtuelle : Apple dévoile enfin son casque")
        (finding,) = self.sister_findings(make_draft(self.kg, self.HEADLINE))
        self.assertEqual((finding.article, finding.key, finding.blocks), (sister.pk, f"sister:{sister.pk}", False))
        self.assertIn(sister.live.headline, finding.message)

    def test_it_passes_over_other_events(self) -> None:
        for headline in ("Apple dévoile une montre en titane", "Un robot humanoïde en usine", "Casque : notre test"):
            make_article(self.ia, headline)
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE)))

    def test_it_looks_back_two_days_and_not_ahead(self) -> None:
        draft = make_draft(self.kg, self.HEADLINE)
        for hours, asks in {48.1: False, -1: False, 47.9: True}.items():
            with self.subTest(hours=hours):
                make_article(self.ia, self.HEADLINE, at=timezone.now() - dt.timedelta(hours=hours))
                self.assertEqual(self.asks(draft), asks)

    def test_it_compares_with_what_readers_have_of_the_sister_s(self) -> None:
        sister = make_article(self.ia, "Un robot humanoïde en usine")
        editing.save_draft(sister, replace(Content.of(sister.live), headline=self.HEADLINE), by=SYSTEM)
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE)))

    def test_it_passes_over_its_own_site_pages_drafts_and_what_was_withdrawn(self) -> None:
        make_article(self.kg, self.HEADLINE)
        make_article(self.ia, self.HEADLINE, kind="page")
        make_draft(self.ia, self.HEADLINE)
        publishing.withdraw(make_article(self.ia, self.HEADLINE), by=SYSTEM, notice="Une erreur.")
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE)))

    def test_it_asks_nothing_of_a_page(self) -> None:
        make_article(self.ia, self.HEADLINE)
        self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE, kind="page")))

    def test_it_is_not_asked_again_once_the_article_is_published(self) -> None:
        make_article(self.ia, self.HEADLINE)
        article = make_article(self.kg, "Un autre titre")
        self.assertFalse(self.asks(editing.save_draft(article, Content(headline=self.HEADLINE), by=self.ines)))

    def test_it_is_not_asked_of_an_article_that_links_to_it(self) -> None:
        sister, other = make_article(self.ia, self.HEADLINE), make_article(self.ia, f"{self.HEADLINE} !")
        draft = make_draft(self.kg, self.HEADLINE, body=linking(sister.get_absolute_url()))
        self.assertEqual([finding.article for finding in self.sister_findings(draft)], [other.pk])

    def test_it_knows_the_link_however_it_is_written(self) -> None:
        address = make_article(self.ia, self.HEADLINE).get_absolute_url()
        for href in (address.rstrip("/"), f"{address}#suite", f"{address}?utm_source=kg"):
            with self.subTest(href=href):
                self.assertFalse(self.asks(make_draft(self.kg, self.HEADLINE, body=linking(href))))

    def test_it_is_not_asked_about_one_that_is_placed_here_already(self) -> None:
        sister, draft = make_article(self.ia, self.HEADLINE), make_draft(self.kg, self.HEADLINE)
        publishing.place(sister, on=self.kg, by=self.ines)
        self.assertFalse(self.asks(draft))
        publishing.unplace(sister, on=self.kg, by=self.ines)
        self.assertTrue(self.asks(draft))

    def test_it_publishes_what_a_person_passes_over(self) -> None:
        sister, draft = make_article(self.ia, self.HEADLINE), make_draft(self.kg, self.HEADLINE)
        with self.assertRaises(Unconfirmed):
            publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept={*BARE, "sister"})
        accept = {*BARE, f"sister:{sister.pk}"}
        article = publishing.approve_and_publish(draft, by=self.ines, revision=draft.draft_id, accept=accept)
        self.assertIn(sister.live.headline, article.events.get(verb=Verb.PUBLISHED).note)

    def test_it_costs_two_queries_however_many_sisters(self) -> None:
        draft = make_draft(self.kg, self.HEADLINE)
        content = Content.of(draft.draft)
        for more in (1, 12):
            for n in range(more):
                make_article(self.ia, f"{self.HEADLINE} {n}")
            with self.subTest(more=more), self.assertNumQueries(2):
                articles = list(checks.sister_articles(checks.Proposal(content, draft, *NOW)))
        self.assertEqual(len(articles), 13)

    def test_it_reads_no_row_of_a_sister_that_is_not_alike(self) -> None:
        draft = make_draft(self.kg, self.HEADLINE)
        make_article(self.ia, "Un robot humanoïde en usine")
        with self.assertNumQueries(1):
            self.assertEqual(list(checks.sister_articles(checks.Proposal(Content.of(draft.draft), draft, *NOW))), [])

    def test_it_compares_with_a_change_whose_time_has_come(self) -> None:
        sister = make_article(self.ia, "Un robot humanoïde en usine")
        changed = replace(Content.of(sister.live), headline=self.HEADLINE)
        sister = editing.save_draft(sister, changed, by=SYSTEM, change="update")
        sister = publishing.approve(sister, by=SYSTEM, revision=sister.draft_id)
        soon = timezone.now() + dt.timedelta(minutes=1)
        scheduling.schedule_change(sister, by=SYSTEM, revision=sister.draft_id, at=soon)
        draft = make_draft(self.kg, self.HEADLINE)
        self.assertFalse(self.asks(draft))
        with time_machine.travel(soon + dt.timedelta(seconds=1)):
            self.assertTrue(self.asks(draft))
