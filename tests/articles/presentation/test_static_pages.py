"""Links to static pages in footers: what readers have, whatever drafts the desk has."""

from dataclasses import replace

from articles.actions import editing, publishing, scheduling
from articles.content import Content
from articles.presentation.static_pages import footer_pages, has_legal_notice
from articles.workflow import Kind
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import make_article, publish


class FooterTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.notice = make_article(
            self.kg, "Mentions légales", kind=Kind.PAGE, section=None, slug="mentions-legales", authors=(), tags=()
        )

    def titles(self) -> list[str]:
        return [page.title for page in footer_pages(self.kg)]

    def draft_of_kind(self, kind: str) -> None:
        content = replace(Content.of(self.notice.working), kind=kind, section=self.science)
        self.notice = editing.save_draft(self.notice, content, by=self.thomas)

    def test_it_stays_in_every_footer_while_a_draft_has_another_kind(self) -> None:
        self.draft_of_kind(Kind.NEWS)
        self.assertEqual(self.titles(), ["Mentions légales"])
        self.assertTrue(has_legal_notice(self.kg))
        self.assertContains(self.read("/"), "Mentions légales")

    def test_it_lists_no_article_whose_draft_is_a_page(self) -> None:
        article = make_article(self.kg, "Un robot")
        editing.save_draft(article, replace(Content.of(article.working), kind=Kind.PAGE), by=self.thomas)
        self.assertEqual(self.titles(), ["Mentions légales"])

    def test_it_leaves_once_readers_have_it_as_another_kind(self) -> None:
        self.draft_of_kind(Kind.NEWS)
        publish(self.notice)
        self.assertEqual(self.titles(), [])

    def test_it_leaves_when_it_is_withdrawn(self) -> None:
        publishing.withdraw(self.notice, by=SYSTEM, notice="Refaite.")
        self.assertEqual(self.titles(), [])

    def test_it_lists_no_page_that_was_taken_off_the_schedule(self) -> None:
        page = publishing.publish_imported(
            editing.create(self.kg, Content("À venir", kind=Kind.PAGE, body="<p>Un.</p>"), by=SYSTEM),
            at=self.notice.saved_at.replace(year=2099),
        )
        page = scheduling.unschedule(page, by=SYSTEM)
        self.assertEqual((page.live_kind, self.titles()), ("", ["Mentions légales"]))
