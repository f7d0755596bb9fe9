"""No word is lost: what is typed into an article is kept at once, and offered again, whatever happens to the page."""

import json
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from typing import Any

from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route

from articles.actions import editing
from articles.content import Content
from articles.models import Article, Autosave
from tests.base import PASSWORD
from tests.browser.base import SAVED, BrowserTestCase
from tests.factories import make_draft

EDITOR = ".ProseMirror[contenteditable]"
NETWORK = ("Failed to load resource", "net::ERR")  # what Chromium says of answers that are failures on purpose


def answer(status: int, route: Route) -> None:
    route.fulfill(status=status, body="No space left on device")


class AutosaveTestCase(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_draft(self.kg, "Un casque", by=self.camille, body="<p>Premier jet.</p>")
        self.sign_in("camille")

    def tearDown(self) -> None:
        self.complaints = [said for said in self.complaints if not any(part in said for part in NETWORK)]
        super().tearDown()

    def open(self, page: Page | None = None, article: Article | None = None) -> Page:
        page = page or self.page
        page.goto(f"{self.live_server_url}/admin/articles/article/{(article or self.article).pk}/change/")
        page.wait_for_selector(EDITOR)
        return page

    def tab(self) -> Page:
        page = self.page.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def note(self, page: Page, text: str) -> None:
        page.wait_for_function(
            "text => document.querySelector('.save-note').textContent.includes(text)", arg=text, timeout=20_000
        )

    def type_at_end(self, page: Page, text: str) -> None:
        page.click(EDITOR)
        page.keyboard.press("Control+End")
        page.keyboard.type(text)

    def kept(self) -> Any:
        return Autosave.objects.get().values

    def go_on_with_what_was_kept(self, page: Page) -> None:
        page.click(".typed-before a.button-main")
        page.wait_for_selector(EDITOR)


class KeepingTests(AutosaveTestCase):
    def test_it_keeps_what_is_typed_without_a_revision_and_offers_it_in_another_tab(self) -> None:
        page = self.open()
        self.type_at_end(page, " Et la suite.")
        self.note(page, "Gardé à")
        self.assertIn("Et la suite.", self.kept()["body"])
        self.assertEqual(self.article.revisions.count(), 1)
        page.keyboard.type(" Puis encore.")
        self.note(page, "Gardé à")
        page.keyboard.press("Control+z")  # what can be undone, and the caret, are as they were
        self.assertNotIn("Puis encore.", page.inner_text(EDITOR))
        page.close()

        other = self.open(self.tab())
        other.click(".typed-before summary")
        self.assertIn("Et la suite.", other.inner_text(".typed-before ins"))
        self.assertNotIn("Et la suite.", other.inner_text(EDITOR))
        self.go_on_with_what_was_kept(other)
        self.assertIn("Premier jet. Et la suite.", other.inner_text(EDITOR))
        other.click(".save-bar [name=_save]")
        self.note(other, "Enregistré à")
        self.assertFalse(Autosave.objects.exists())
        self.assertIn("Et la suite.", Article.objects.get().working.body)

    def test_it_offers_what_a_browser_that_was_killed_had_not_sent(self) -> None:
        page = self.open()
        page.route("**/autosave/", lambda route: route.abort())
        self.type_at_end(page, " Jamais envoyé.")
        page.wait_for_function("() => Object.values(localStorage).some(value => value.includes('Jamais'))")
        self.assertFalse(Autosave.objects.exists())
        page.close(run_before_unload=False)
        other = self.open(self.tab())
        other.wait_for_selector(".typed-before")
        self.go_on_with_what_was_kept(other)
        self.assertIn("Jamais envoyé.", other.inner_text(EDITOR))

    def test_it_keeps_a_new_article_and_makes_one_of_it(self) -> None:
        page = self.page
        page.goto(f"{self.live_server_url}/admin/articles/article/add/")
        page.wait_for_selector(EDITOR)
        address = page.url
        page.fill("#id_headline", "Un début")
        self.note(page, "Gardé à")
        self.assertEqual(Article.objects.count(), 1)
        page.goto("about:blank")
        page.goto(address)
        self.go_on_with_what_was_kept(page)
        self.assertEqual(page.input_value("#id_headline"), "Un début")
        page.click(".save-bar [name=_save]")
        self.note(page, "Enregistré à")
        self.assertRegex(page.url, r"/admin/articles/article/\d+/change/$")
        page.fill("#id_standfirst", "Un chapô.")
        page.click(".save-bar [name=_save]")
        self.note(page, "Enregistré à")
        made = Article.objects.exclude(pk=self.article.pk).get()
        self.assertEqual((made.working.headline, made.working.standfirst), ("Un début", "Un chapô."))
        self.assertFalse(Autosave.objects.exists())

    def test_what_was_offered_and_left_aside_is_offered_again_after_saving_something_else(self) -> None:
        self.type_at_end(self.open(), " À reprendre.")
        self.note(self.page, "Gardé à")
        self.page.close()
        page = self.open(self.tab())
        page.wait_for_selector(".typed-before")
        page.fill("#id_standfirst", "Tout autre chose.")
        page.click(".save-bar [name=_save]")
        self.note(page, "Enregistré à")
        self.assertTrue(page.is_visible(".typed-before"))
        self.assertIn("À reprendre.", self.kept()["body"])
        self.go_on_with_what_was_kept(self.open(page))
        self.assertIn("À reprendre.", page.inner_text(EDITOR))

    def test_two_tabs_that_were_closed_without_a_network_are_offered_one_after_the_other(self) -> None:
        first, second = self.open(), self.open(self.tab())
        for page, words in ((first, " Du premier."), (second, " Du second.")):
            page.route("**/autosave/", lambda route: route.abort())
            self.type_at_end(page, words)
            page.wait_for_function("words => JSON.stringify(localStorage).includes(words.trim())", arg=words)
        for page in (first, second):
            page.close(run_before_unload=False)
        page, found = self.tab(), []
        for _time in range(2):
            self.open(page).wait_for_selector(".typed-before")
            page.click(".typed-before summary")
            found.append(page.inner_text(".typed-before ins"))
            with page.expect_navigation() if not _time else nullcontext():
                page.click("[data-drops-autosave]")
        self.assertEqual(sorted(text.strip() for text in found), ["Du premier.", "Du second."])

    def test_what_is_sent_while_saving_leaves_nothing_behind(self) -> None:
        page = self.open()
        self.type_at_end(page, " Et la suite.")
        page.wait_for_timeout(1_900)  # its autosave is about to leave
        page.click(".save-bar [name=_save]")
        self.note(page, "Enregistré à")
        page.wait_for_timeout(2_500)
        self.assertFalse(Autosave.objects.exists())

    def test_what_was_kept_can_be_thrown_away_and_is_not_replaced_before(self) -> None:
        self.type_at_end(self.open(), " À jeter.")
        self.note(self.page, "Gardé à")
        page = self.open(self.tab())
        self.type_at_end(page, " Tout autre chose.")
        self.note(page, "choisissez")
        self.assertIn("À jeter.", self.kept()["body"])
        page.click("[data-drops-autosave]")
        page.wait_for_selector(".typed-before", state="detached")
        self.note(page, "Gardé à")
        self.assertIn("Tout autre chose.", self.kept()["body"])


class SavingTests(AutosaveTestCase):
    def test_saving_moves_neither_the_caret_nor_the_scroll_and_can_be_undone(self) -> None:
        page = self.open()
        page.evaluate("window.isTheSamePage = true")
        self.type_at_end(page, " Et la suite.")
        scrolled = page.evaluate("window.scrollTo(0, 120), window.scrollY")
        page.keyboard.press("Control+s")
        self.note(page, "Enregistré à")
        self.assertEqual(page.evaluate("[window.isTheSamePage, window.scrollY]"), [True, scrolled])
        page.keyboard.type(" Aussitôt.")
        self.assertIn("Premier jet. Et la suite. Aussitôt.", page.inner_text(EDITOR))
        page.keyboard.press("Control+s")
        self.note(page, "Enregistré à")
        self.article.refresh_from_db()
        self.assertEqual([row.number for row in self.article.revisions.order_by("number")], [1, 2, 3])
        self.assertIn("Versions (3)", page.inner_text(".timeline"))
        page.keyboard.press("Control+z")
        self.assertNotIn("Aussitôt.", page.inner_text(EDITOR))

    def test_a_double_click_saves_once(self) -> None:
        page = self.open()
        self.type_at_end(page, " Et la suite.")
        page.dblclick(".save-bar [name=_save]")
        self.note(page, "Enregistré à")
        self.assertEqual(self.article.revisions.count(), 2)

    def test_what_is_refused_is_shown_with_what_was_typed(self) -> None:
        page = self.open()
        page.fill("#id_headline", "")
        self.type_at_end(page, " Et la suite.")
        page.click(".save-bar [name=_save]")
        page.wait_for_selector(".errornote")
        self.assertIn("Et la suite.", page.inner_text(EDITOR))


class TroubleTests(AutosaveTestCase):
    def test_signed_out_it_asks_over_the_page_and_goes_on(self) -> None:
        page = self.open()
        Session.objects.all().delete()
        self.type_at_end(page, " Et la suite.")
        page.wait_for_selector("#signed-out[open]")
        self.assertFalse(Autosave.objects.exists())
        with page.expect_popup() as popup:
            page.click("#signed-out a.button-main")
        window = popup.value
        window.fill("#id_login", "camille")
        window.fill("#id_password", PASSWORD)
        window.click("[type=submit]")
        page.wait_for_selector("#signed-out", state="hidden")
        self.note(page, "Gardé à")
        self.assertIn("Et la suite.", self.kept()["body"])
        page.click(".save-bar [name=_save]")
        self.note(page, "Enregistré à")
        self.assertIn("Et la suite.", Article.objects.get().working.body)

    def test_after_a_sign_in_in_another_tab_its_token_is_renewed_without_a_word(self) -> None:
        page, other = self.open(), self.tab()
        self.page.context.clear_cookies()
        other.goto(f"{self.live_server_url}/admin/")
        other.fill("#id_login", "camille")
        other.fill("#id_password", PASSWORD)
        other.click("[type=submit]")
        other.wait_for_selector(".panels")
        self.type_at_end(page, " Et la suite.")
        self.note(page, "Gardé à")
        page.click(".save-bar [name=_save]")
        self.note(page, "Enregistré à")

    def test_without_a_network_it_keeps_all_in_the_browser_and_sends_it_once_there_is_one(self) -> None:
        page = self.open()
        page.context.set_offline(True)
        self.type_at_end(page, " Dans le train.")
        self.note(page, "ne répond pas")
        page.keyboard.press("Control+s")
        self.note(page, "ne répond pas")
        self.assertIn("Dans le train.", page.inner_text(EDITOR))
        page.context.set_offline(False)
        self.note(page, "Gardé à")
        self.assertIn("Dans le train.", self.kept()["body"])

    def test_a_server_that_fails_loses_nothing(self) -> None:
        page = self.open()
        for status in (503, 507):
            page.route("**/autosave/", partial(answer, status))
            self.type_at_end(page, f" Malgré {status}.")
            self.note(page, "ne répond pas")
            page.unroute("**/autosave/")
        self.note(page, "Gardé à")
        self.assertIn("Malgré 503. Malgré 507.", self.kept()["body"])

    def test_two_tabs_of_one_person_replace_nothing_of_each_other(self) -> None:
        first, second = self.open(), self.open(self.tab())
        self.type_at_end(first, " Du premier onglet.")
        self.note(first, "Gardé à")
        self.type_at_end(second, " Du second onglet.")
        self.note(second, "autre onglet")
        self.assertIn("Du premier onglet.", self.kept()["body"])
        stored = second.evaluate("JSON.stringify(Object.values(localStorage))")
        self.assertIn("Du second onglet.", "".join(json.loads(stored)))
        second.click(".save-note button")
        self.note(second, "Gardé à")
        self.assertIn("Du second onglet.", self.kept()["body"])


class TwoPeopleTests(AutosaveTestCase):
    def test_saving_takes_in_what_another_changed_and_theirs_can_be_taken(self) -> None:
        page = self.open()
        article = Article.objects.select_related("publication", "draft").get()
        theirs = replace(Content.of(article.working), headline="D’Inès", standfirst="Son chapô.")
        editing.save_draft(article, theirs, by=self.ines)
        self.type_at_end(page, " Et la suite.")
        page.click(".save-bar [name=_save]")
        page.wait_for_selector(".read-only >> text=ines")
        self.assertEqual(page.input_value("#id_standfirst"), "Son chapô.")
        self.assertIn("Et la suite.", page.inner_text(EDITOR))

        article.refresh_from_db()
        editing.save_draft(article, replace(theirs, headline="D’Inès encore"), by=self.ines)
        page.fill("#id_headline", "De Camille")
        page.click(".save-bar [name=_save]")
        page.click("[data-takes=headline]")
        self.assertEqual(page.input_value("#id_headline"), "D’Inès encore")
        page.click(".save-bar [name=_save]")
        page.wait_for_selector(SAVED)
        self.assertEqual(Article.objects.get().working.headline, "D’Inès encore")

    def test_one_sees_who_else_has_it_open_and_where(self) -> None:
        other = self.new_page()
        other.goto(f"{self.live_server_url}/admin/")
        other.fill("#id_login", "ines")
        other.fill("#id_password", PASSWORD)
        other.click("[type=submit]")
        other.wait_for_selector(".panels")
        self.open(other)
        other.focus("#id_standfirst")
        page = self.open()
        page.wait_for_selector(".presence >> text=ines a cet article ouvert, dans «\u202fChapô\u202f».")
        other.close(run_before_unload=True)
        page.wait_for_selector(".presence", state="hidden")


class MissingTests(AutosaveTestCase):
    def test_what_is_missing_stands_beside_the_text_and_leads_to_its_field(self) -> None:
        page = self.open()
        page.wait_for_selector(".missing li >> text=chapô")
        page.click(".missing li a >> text=chapô")
        self.assertEqual(page.evaluate("document.activeElement.id"), "id_standfirst")
        page.keyboard.type("Un chapô.")
        page.wait_for_selector(".missing li >> text=chapô", state="detached")
        page.fill("#id_headline", "")
        page.wait_for_selector(".missing li.blocks >> text=titre")
