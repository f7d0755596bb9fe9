"""Previews at the desk: the real page, framed at three widths, of any revision, for who may see the article."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import timezone

from articles.actions import editing, planning
from articles.content import Content
from articles.models import PreviewLink
from newsroom.publications.permissions import SYSTEM
from tests.articles.admin.test_page_actions import DAY
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft


class DeskPreviewTests(NewsroomTestCase):
    def setUp(self) -> None:
        article = make_article(self.kg, "En ligne")
        self.article = editing.save_draft(article, replace(Content.of(article.live), headline="En travail"), by=SYSTEM)

    def url(self, name: str, *more: Any) -> str:
        return reverse(f"admin:articles_article_{name}", args=[self.article.pk, *more])

    def test_it_shows_the_working_revision_at_three_widths(self) -> None:
        self.at_desk(self.camille)
        page = self.client.get(self.url("preview"))
        for width in (390, 768, 1440):
            self.assertContains(page, f'width="{width}"')
        self.assertContains(page, f'src="{self.url("frame", 2)}"')
        self.assertIn("frame-src", page.headers["Content-Security-Policy"])

    def test_the_frame_is_the_real_page_of_any_revision_kept_by_nobody(self) -> None:
        self.at_desk(self.camille)
        for number, headline in ((1, "En ligne"), (2, "En travail")):
            page = self.client.get(self.url("frame", number))
            self.assertContains(page, f"<h1>{headline}</h1>")
        self.assertIn("no-store", page.headers["Cache-Control"])
        self.assertEqual(page.headers["X-Frame-Options"], "SAMEORIGIN")
        self.assertIn("frame-ancestors 'self'", page.headers["Content-Security-Policy"])
        self.assertNotIn("unsafe", page.headers["Content-Security-Policy"])
        self.assertContains(page, f'href="{self.kg.origin}/science-espace/"')
        self.assertEqual(self.client.get(self.url("frame", 9)).status_code, 404)

    def test_under_embargo_it_is_shown_inside_and_no_link_is_made(self) -> None:
        planning.set_embargo(self.article, until=timezone.now() + DAY, by=self.ines)
        self.at_desk(self.ines)
        self.assertContains(self.client.get(self.url("frame", 2)), "<h1>En travail</h1>")
        page = self.client.get(self.url("preview"))
        self.assertNotContains(page, 'name="for_whom"')
        answer = self.client.post(self.url("share"), {"revision": 2, "for_whom": "Lui", "days": 2})
        self.assertContains(answer, "Sous embargo")
        self.assertFalse(PreviewLink.objects.exists())

    def test_who_has_no_role_there_sees_none_of_it(self) -> None:
        for nobody in (self.julien, self.zoe):
            self.at_desk(nobody)
            for address in (self.url("preview"), self.url("frame", 2)):
                self.assertRedirects(self.client.get(address), "/admin/", fetch_redirect_response=False)
        self.client.logout()
        self.assertEqual(self.client.get(self.url("frame", 2)).status_code, 302)

    def test_a_link_is_made_shown_and_revoked(self) -> None:
        self.at_desk(self.ines)
        self.client.post(self.url("share"), {"revision": 1, "for_whom": "Le studio", "days": 7})
        link = PreviewLink.objects.get()
        self.assertEqual((link.revision.number, link.for_whom), (1, "Le studio"))
        self.assertContains(self.client.get(self.url("preview")), link.url)
        self.client.post(self.url("revoke"), {"link": link.pk})
        link.refresh_from_db()
        self.assertIsNotNone(link.revoked_at)
        self.assertNotContains(self.client.get(self.url("preview")), link.url)

    def test_bad_input_gets_an_error_and_is_kept(self) -> None:
        self.at_desk(self.ines)
        answer = self.client.post(self.url("share"), {"revision": 2, "for_whom": "x" * 200, "days": 3})
        self.assertContains(answer, "x" * 200)
        self.assertEqual(set(answer.context["form"].errors), {"for_whom", "days"})
        self.assertEqual(self.client.post(self.url("share"), {"revision": "nul"}).status_code, 404)
        other = make_draft(self.kg)
        self.client.post(self.url("share"), {"revision": 2, "for_whom": "Lui", "days": 2})
        link = PreviewLink.objects.get()
        elsewhere = reverse("admin:articles_article_revoke", args=[other.pk])
        self.assertEqual(self.client.post(elsewhere, {"link": link.pk}).status_code, 404)

    def test_a_moderator_reads_and_shares_nothing(self) -> None:
        self.at_desk(self.sarah)
        self.assertNotContains(self.client.get(self.url("preview")), 'name="for_whom"')
        self.assertEqual(
            self.client.post(self.url("share"), {"revision": 2, "for_whom": "Lui", "days": 2}).status_code, 403
        )

    def test_save_and_preview_saves_first(self) -> None:
        self.at_desk(self.ines)
        posted = {
            "headline": "Tapé à l'instant",
            "kind": "news",
            "base": self.article.draft_id,
            "_preview": "1",
            "change": "update",
        }
        answer = self.client.post(self.url("change"), posted)
        self.assertRedirects(answer, self.url("preview"))
        self.assertContains(self.client.get(self.url("frame", 3)), "Tapé à l’instant")
