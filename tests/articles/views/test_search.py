"""The search page of a site, and the suggestions while one types."""

import datetime as dt
from dataclasses import replace

import lxml.html
import time_machine
from django.utils import timezone

from articles.actions import checks, editing, expunging, fronts, publishing, scheduling, taxonomy
from articles.content import Content
from articles.models import Article
from articles.views import search
from newsroom.publications.permissions import SYSTEM
from newsroom.search.models import DeskDocument, PublicDocument, Spelling
from newsroom.worker import queue
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_tags, publish

HOUR = dt.timedelta(hours=1)


class SearchTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        for limit in (search.SEARCHES, search.TYPED):
            limit.forget()

    def found(self, typed: str, **filters: str) -> list[str]:
        """The headlines that a reader of KultureGeek finds, in their order."""
        search.SEARCHES.forget()
        page = self.read("/recherche/", data={"q": typed, **filters})
        self.assertEqual(page.status_code, 200)
        results = lxml.html.fromstring(page.content).find_class("results")
        return [heading.text_content() for heading in results[0].iter("h2")] if results else []


class SearchTests(SearchTestCase):
    def test_its_page_without_words_has_the_form_and_the_latest_articles_and_may_be_kept(self) -> None:
        make_article(self.kg, "Un casque")
        page = self.read("/recherche/")
        self.assertContains(page, 'name="robots" content="noindex')
        self.assertContains(page, "Un casque")
        self.assertNotIn("no-store", page.headers["Cache-Control"])

    def test_it_shows_each_result_with_its_section_time_and_a_passage_with_the_words_marked(self) -> None:
        make_article(self.kg, "Un casque léger", body="<p>Ce <b>casque</b> tient bien.</p>", section=self.science)
        page = self.read("/recherche/", data={"q": "casques"})
        self.assertContains(page, "Un <mark>casque</mark> léger")
        self.assertContains(page, "Ce <mark>casque</mark> tient bien.")
        self.assertContains(page, "Science &amp; Espace")
        self.assertContains(page, "1 min.")
        self.assertContains(page, 'name="robots" content="noindex')
        self.assertIn("no-store", page.headers["Cache-Control"])

    def test_every_page_of_the_site_has_the_field(self) -> None:
        article = make_article(self.kg)
        for path in ("/", article.path, "/rien-ici/", "/recherche/"):
            self.assertIn('action="/recherche/" role="search"', self.read(path).content.decode(), path)

    def test_it_finds_sisters_articles_that_are_placed_or_taken_and_no_others(self) -> None:
        placed, other = make_article(self.ia, "Un casque placé"), make_article(self.ia, "Un casque ailleurs")
        self.assertEqual(self.found("casque"), [])
        publishing.place(placed, on=self.kg, by=SYSTEM)
        self.assertEqual(self.found("casque"), ["Un casque placé"])
        fronts.subscribe(self.kg, self.ia, None, by=SYSTEM)
        self.assertEqual(set(self.found("casque")), {"Un casque placé", "Un casque ailleurs"})
        page = self.read("/recherche/", data={"q": "ailleurs"})
        self.assertContains(page, other.get_absolute_url())
        self.assertContains(page, '<span class="origin">iPhoneAddict</span>')
        publishing.unplace(placed, on=self.kg, by=SYSTEM)

    def test_it_narrows_by_section_tag_author_and_days(self) -> None:
        (tag,), author = make_tags("Audio"), make_author("Inès Morel")
        make_article(self.kg, "Un casque de jeu", section=self.games)
        make_article(self.kg, "Un casque tagué", section=self.science, tags=(tag,))
        make_article(self.kg, "Un casque signé", section=self.science, authors=(author,))
        make_article(
            self.kg, "Un casque ancien", section=self.science, at=dt.datetime(2025, 2, 10, 23, 30, tzinfo=dt.UTC)
        )
        self.assertEqual(self.found("casque", section="jeux-video"), ["Un casque de jeu"])
        self.assertEqual(self.found("casque", tag=tag.slug), ["Un casque tagué"])
        self.assertEqual(self.found("casque", author=author.slug), ["Un casque signé"])
        # In the publication's own days: 23:30 UTC is the 11th in Paris.
        self.assertEqual(self.found("casque", since="2025-02-11", until="2025-02-11"), ["Un casque ancien"])
        self.assertEqual(self.found("casque", until="2025-02-10"), [])
        self.assertEqual(len(self.found("casque", section="inconnue", since="2025-02-31", until="x")), 4)

    def test_any_day_that_a_calendar_has_can_be_asked_for(self) -> None:
        make_article(self.kg, "Un casque")
        for day in ("0001-01-01", "1969-12-31", "2106-02-07", "2400-01-01", "9999-12-31"):
            self.assertEqual(self.found("casque", since=day), ["Un casque"] if day < "2100" else [], day)
            self.assertEqual(self.found("casque", until=day), [] if day < "2100" else ["Un casque"], day)

    def test_it_can_list_the_newest_first(self) -> None:
        make_article(self.kg, "Un casque", at=timezone.now() - 2 * HOUR)
        make_article(self.kg, "Autre chose", body="<p>Un casque.</p>")
        self.assertEqual(self.found("casque"), ["Un casque", "Autre chose"])
        self.assertEqual(self.found("casque", sort="date"), ["Autre chose", "Un casque"])

    def test_it_pages(self) -> None:
        for n in range(25):
            make_article(self.kg, f"Un casque {n}")
        page = self.read("/recherche/", data={"q": "casque"})
        self.assertContains(page, "25 articles")
        self.assertContains(page, "/recherche/?q=casque&amp;page=2")
        self.assertEqual(len(self.found("casque", page="2")), 5)
        self.assertEqual(self.found("casque", page="99999999999999999999"), self.found("casque"))

    def test_it_says_what_was_probably_meant_and_shows_it(self) -> None:
        make_article(self.kg, "Une imprimante")
        page = self.read("/recherche/", data={"q": "imprimente"})
        self.assertContains(page, "imprimente")
        self.assertContains(page, "<mark>imprimante</mark>")
        self.assertContains(self.read("/recherche/", data={"q": "qsdfghjklm"}), "Les derniers articles")

    def test_it_costs_the_same_however_many_there_are(self) -> None:
        make_article(self.kg, "Un casque")
        self.found("casque")
        for n in range(1, 4):
            make_article(self.kg, f"Un casque {n}", section=self.games)
            with self.assertNumQueries(9):
                self.read("/recherche/", data={"q": "casque"})

    def test_what_a_reader_types_is_shown_and_never_run(self) -> None:
        page = self.read("/recherche/", data={"q": '"><script>alert(1)</script>'})
        self.assertNotContains(page, "<script>alert")
        self.assertContains(page, "&lt;script&gt;")

    def test_who_asks_too_often_is_told_so_in_the_sites_face_and_keeps_what_was_typed(self) -> None:
        make_article(self.kg, "Un casque")
        query = {"q": "casque"}
        with time_machine.travel(timezone.now(), tick=False):  # within one minute
            statuses = [self.read("/recherche/", data=query).status_code for _n in range(search.SEARCHES.of_one)]
            self.assertEqual(set(statuses), {200})
            page = self.read("/recherche/", data=query)
        self.assertContains(page, 'value="casque"', status_code=429)
        self.assertContains(page, "KultureGeek", status_code=429)
        self.assertEqual(page.headers["Retry-After"], "60")

    def test_the_other_languages_word_leads_to_its_own(self) -> None:
        page = self.read("/search/", data={"q": "casque"})
        self.assertRedirects(page, "/recherche/?q=casque", 301, fetch_redirect_response=False)


class SuggestionsTests(SearchTestCase):
    def suggested(self, typed: str) -> list[str]:
        page = self.read("/recherche/suggestions/", data={"q": typed})
        return [row["title"] for row in page.json()]

    def test_it_gives_headlines_that_what_is_typed_may_lead_to(self) -> None:
        article = make_article(self.kg, "Un casque & deux oreilles")
        page = self.read("/recherche/suggestions/", data={"q": "casq"})
        self.assertEqual(page.json(), [{"title": "Un casque & deux oreilles", "url": article.path}])
        self.assertEqual(self.suggested(""), [])

    def test_it_suggests_nothing_of_drafts(self) -> None:
        make_draft(self.kg, "Un secret de fabrique")
        make_article(self.kg, "Un secteur en crise")
        self.assertEqual(self.suggested("sec"), ["Un secteur en crise"])
        self.assertFalse(Spelling.objects.filter(index="search_publicdocument", word=b"secret").exists())

    def test_who_types_too_fast_is_refused(self) -> None:
        with time_machine.travel(timezone.now(), tick=False):  # within one minute
            for _n in range(search.TYPED.of_one):
                self.suggested("cas")
            self.assertEqual(self.read("/recherche/suggestions/", data={"q": "cas"}).status_code, 429)


class InTimeTests(SearchTestCase):
    """What readers find follows what they have, to the second and in the transaction that changes it."""

    def test_a_scheduled_article_is_found_at_its_second(self) -> None:
        at = timezone.now().replace(microsecond=0) + HOUR
        draft = make_draft(self.kg, "Un casque")
        editing_revision = draft.draft
        assert editing_revision is not None
        publishing.approve(draft, by=SYSTEM, revision=editing_revision.pk)
        scheduling.schedule(draft, by=SYSTEM, revision=editing_revision.pk, at=at, accept=all_findings(draft))
        with time_machine.travel(at - dt.timedelta(seconds=1), tick=False):
            self.assertEqual(self.found("casque"), [])
        with time_machine.travel(at, tick=False):
            self.assertEqual(self.found("casque"), ["Un casque"])

    def test_a_change_that_waits_is_not_found_before_its_hour(self) -> None:
        article, at = make_article(self.kg, "Un casque"), timezone.now().replace(microsecond=0) + HOUR
        article = editing.save_draft(
            article, replace(Content.of(article.working), headline="Une tablette"), by=SYSTEM, change="update"
        )
        assert article.draft is not None
        publishing.approve(article, by=SYSTEM, revision=article.draft.pk)
        scheduling.schedule_change(article, by=SYSTEM, revision=article.draft.pk, at=at, accept=all_findings(article))
        self.assertEqual((self.found("casque"), self.found("tablette")), (["Un casque"], []))
        with time_machine.travel(at, tick=False):
            self.assertEqual((self.found("casque"), self.found("tablette")), ([], ["Une tablette"]))

    def test_what_is_withdrawn_is_gone_at_once(self) -> None:
        article = make_article(self.kg, "Un casque")
        self.assertEqual(self.found("casque"), ["Un casque"])
        publishing.withdraw(article, by=SYSTEM, notice="Retiré.")
        self.assertEqual(self.found("casque"), [])
        self.assertFalse(PublicDocument.objects.exists())

    def test_what_is_to_be_withdrawn_is_gone_at_its_hour(self) -> None:
        article, at = make_article(self.kg, "Un casque"), timezone.now().replace(microsecond=0) + HOUR
        scheduling.schedule_withdrawal(article, by=SYSTEM, at=at, notice="Retiré.")
        self.assertEqual(self.found("casque"), ["Un casque"])
        with time_machine.travel(at, tick=False):
            self.assertEqual(self.found("casque"), [])

    def test_a_new_name_of_a_tag_or_an_author_is_found_once_the_worker_came_by(self) -> None:
        (tag,), author = make_tags("Audio"), make_author("Inès Morel")
        make_article(self.kg, "Un casque", tags=(tag,), authors=(author,))
        tag.name, author.name = "Acoustique", "Inès Dubois"
        taxonomy.save_tag(tag, by=SYSTEM)
        taxonomy.save_author(author, by=SYSTEM)
        while queue.run_next("worker"):
            pass
        self.assertEqual((self.found("acoustique"), self.found("audio")), (["Un casque"], []))
        self.assertEqual((self.found("dubois"), self.found("morel")), (["Un casque"], []))

    def test_a_merged_tag_finds_the_articles_of_both(self) -> None:
        one, other = make_tags("Audio", "Son")
        make_article(self.kg, "Un casque", tags=(one,))
        taxonomy.merge_tags(one, other, by=SYSTEM)
        self.assertEqual(self.found("casque", tag=other.slug), ["Un casque"])
        self.assertEqual(self.found("casque", tag=one.slug), ["Un casque"])

    def test_what_search_engines_are_not_to_list_is_not_found(self) -> None:
        make_article(self.kg, "Un casque", noindex=True)
        self.assertEqual(self.found("casque"), [])

    def test_a_passage_that_was_expunged_is_in_no_document(self) -> None:
        article = make_article(self.kg, "Le secret de Polichinelle", body="<p>Polichinelle a parlé.</p>")
        expunging.expunge_passage(article, "Polichinelle", by=self.alix, order="TJ Paris 12/03")
        self.assertEqual(self.found("polichinelle"), [])
        self.assertEqual(len(self.found("secret")), 1)
        for model in (PublicDocument, DeskDocument):
            row = model.objects.get()
            self.assertNotIn("polichinel", f"{row.headline} {row.body} {row.spellings}")
        self.assertFalse(Spelling.objects.filter(word=b"polichinelle").exists())

    def test_a_change_that_is_published_is_found_and_its_draft_is_not(self) -> None:
        article = make_article(self.kg, "Un casque")
        article = editing.save_draft(
            article, replace(Content.of(article.working), headline="Une tablette"), by=SYSTEM, change="update"
        )
        self.assertEqual((self.found("casque"), self.found("tablette")), (["Un casque"], []))
        publish(Article.objects.get(pk=article.pk))
        self.assertEqual((self.found("casque"), self.found("tablette")), ([], ["Une tablette"]))


def all_findings(article: Article) -> set[str]:
    """The keys of all that the checks find in a draft."""
    assert article.draft is not None
    return {finding.key for finding in checks.findings(Content.of(article.draft), article, timezone.now())}
