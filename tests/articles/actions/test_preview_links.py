"""Preview links: one exact revision, for somebody without an account, until a set time or until they are revoked."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.utils import timezone

from articles.actions import editing, planning, preview_links, publishing
from articles.content import Content
from articles.models import Article, PreviewLink
from articles.workflow import Refused, Verb
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, make_tags

DAY = dt.timedelta(days=1)


class PreviewLinkTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, "Un secret bien gardé", by=self.camille)

    def shared(self, article: Article | None = None, number: int = 1) -> PreviewLink:
        return preview_links.share(
            article or self.article, number, by=self.ines, for_whom="Le studio", until=timezone.now() + DAY
        )

    def path(self, link: PreviewLink) -> str:
        self.assertTrue(link.url.startswith(self.kg.origin + "/preview/"))
        return link.url.removeprefix(self.kg.origin)

    def test_it_opens_the_real_page_of_exactly_one_revision(self) -> None:
        link = self.shared()
        editing.save_draft(self.article, replace(Content.of(self.article.draft), headline="Récrit"), by=self.camille)
        page = self.read(self.path(link))
        self.assertContains(page, "<h1>Un secret bien gardé</h1>")
        self.assertNotContains(page, "Récrit")
        self.assertContains(page, "version 1 pour Le studio")

    def test_it_is_neither_cached_nor_indexed(self) -> None:
        page = self.read(self.path(self.shared()))
        self.assertEqual(page.headers["Cache-Control"], "private, no-store")
        self.assertIn("noindex", page.headers["X-Robots-Tag"])
        self.assertEqual(page.headers["Referrer-Policy"], "no-referrer")
        self.assertContains(page, '<meta name="robots" content="noindex, nofollow, noarchive">')
        self.assertNotContains(page, 'rel="canonical"')
        self.assertEqual(page.cookies, {})
        self.assertFalse({f"article:{self.article.pk}", self.kg.cache_tag} & cache_tags_of(page))

    def test_it_shows_the_revision_s_own_tags_bylines_and_images(self) -> None:
        article = make_draft(
            self.kg,
            tags=make_tags("Robot"),
            authors=(make_author("Inès Benali"),),
            lead_image=make_image(caption="Ici"),
        )
        page = self.read(self.path(self.shared(article)))
        for words in ("Robot", "Inès Benali", "Ici"):
            self.assertContains(page, words)

    def test_it_closes_at_its_time_and_says_nothing_of_the_article(self) -> None:
        link = self.shared()
        with time_machine.travel(link.expires_at - dt.timedelta(seconds=1), tick=False):
            self.assertEqual(self.read(self.path(link)).status_code, 200)
        with time_machine.travel(link.expires_at, tick=False):
            page = self.read(self.path(link))
        self.assertEqual((page.status_code, page.headers["Cache-Control"]), (410, "private, no-store"))
        self.assertNotContains(page, "secret", status_code=410)

    def test_it_is_revoked_for_good_and_once(self) -> None:
        link = preview_links.revoke(self.shared(), by=self.ines)
        self.assertEqual(self.read(self.path(link)).status_code, 410)
        preview_links.revoke(link, by=self.ines)
        self.assertEqual(self.article.events.filter(verb=Verb.LINK_REVOKED).count(), 1)

    def test_it_is_closed_by_a_later_embargo_until_its_time(self) -> None:
        link = self.shared()
        planning.set_embargo(self.article, until=timezone.now() + DAY / 2, by=self.ines)
        self.assertNotContains(self.read(self.path(link)), "secret", status_code=410)
        with time_machine.travel(timezone.now() + DAY * 0.6, tick=False):
            self.assertEqual(self.read(self.path(link)).status_code, 200)

    def test_it_is_on_the_article_s_own_site_only(self) -> None:
        self.assertNotContains(self.read(self.path(self.shared()), self.ia), "secret", status_code=404)

    def test_it_refuses_a_token_that_this_install_did_not_sign(self) -> None:
        link = self.shared()
        number, _, signature = link.token.partition(".")
        for token in (number, f"{number}.", f"{int(number) + 1}.{signature}", f"{number}.{signature[:-1]}", "%00", "é"):
            self.assertNotContains(self.read(f"/preview/{token}/"), "secret", status_code=404, msg_prefix=token)

    def test_it_shows_a_revision_of_a_live_article_beside_what_readers_have(self) -> None:
        article = make_article(self.kg, "En ligne")
        draft = editing.save_draft(article, replace(Content.of(article.live), headline="À venir"), by=SYSTEM)
        page = self.read(self.path(self.shared(draft, 2)))
        self.assertContains(page, "<h1>À venir</h1>")
        self.assertContains(self.read(article.path), "<h1>En ligne</h1>")

    def test_it_is_closed_by_a_withdrawal_unless_it_was_made_after_it(self) -> None:
        article = make_article(self.kg, "Retiré")
        before = self.shared(article)
        article = publishing.withdraw(article, by=SYSTEM, notice="Une décision de justice.")
        self.assertNotContains(self.read(self.path(before)), "Retiré", status_code=410)
        self.assertContains(self.read(self.path(self.shared(article))), "<h1>Retiré</h1>")

    def test_it_is_logged_and_is_for_somebody_and_lasts_a_month_at_most(self) -> None:
        self.shared()
        self.assertIn("Le studio", self.article.events.get(verb=Verb.SHARED).note)
        for params in (
            {"for_whom": " "},
            {"until": timezone.now() + 31 * DAY},
            {"until": timezone.now() - DAY},
            {"number": 9},
        ):
            arguments = {"number": 1, "for_whom": "Lui", "until": timezone.now() + DAY, **params}
            with self.subTest(**params), self.assertRaises(Refused):
                preview_links.share(self.article, arguments.pop("number"), by=self.ines, **arguments)

    def test_it_lets_a_writer_share_their_own_and_a_moderator_none(self) -> None:
        preview_links.share(self.article, 1, by=self.camille, for_whom="Lui", until=timezone.now() + DAY)
        for article, nobody in (
            (make_draft(self.kg), self.camille),
            (self.article, self.sarah),
            (self.article, self.julien),
        ):
            with self.assertRaises(Forbidden):
                preview_links.share(article, 1, by=nobody, for_whom="Lui", until=timezone.now() + DAY)
