"""The desk on a phone and a tablet, and by keyboard: its menu, its lists, its dialogs, in a real browser."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.actions import editing
from articles.content import Content
from articles.models import Article
from comments.actions import posting
from comments.actions.posting import NewComment
from tests.browser.base import SAVED, BrowserTestCase
from tests.comments.base import HOME
from tests.factories import make_article, make_author, make_tags

BODY = ".ProseMirror[contenteditable] > p"
LISTS = ("/admin/", "/admin/articles/article/", "/admin/articles/tag/", "/admin/comments/comment/?tab=all")


class SmallScreenTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(self.kg, "Un casque qui voit loin, et que l’on porte des heures durant")
        make_tags("Élégance", "Zèbres", "iPhone", "Web")
        posting.post(self.article, NewComment("Très bon article.", "Léa", "lea@example.org"), client=HOME)
        self.sign_in("thomas")

    def test_every_model_is_reached_from_the_menu_at_any_width(self) -> None:
        for width in (320, 390, 768, 1024):
            self.page.set_viewport_size({"width": width, "height": 800})
            for path in LISTS:
                self.page.goto(f"{self.live_server_url}{path}")
                self.page.get_by_text("Menu", exact=True).click()
                expect(self.page.locator(".desk-menu").get_by_role("link", name="Étiquettes")).to_be_visible()
        self.page.locator(".desk-menu").get_by_role("link", name="Étiquettes").click()
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Étiquettes")
        self.page.set_viewport_size({"width": 1440, "height": 800})
        expect(self.page.locator(".desk-menu")).to_be_hidden()
        expect(self.page.locator("#nav-sidebar").get_by_role("link", name="Étiquettes")).to_be_visible()

    def test_no_list_scrolls_sideways_no_word_stands_on_end_and_targets_are_large_enough(self) -> None:
        options = {"runOnly": ["wcag2a", "wcag2aa", "wcag22aa"], "rules": {"target-size": {"enabled": True}}}
        for width in (390, 768):
            self.page.set_viewport_size({"width": width, "height": 800})
            for path in LISTS:
                self.page.goto(f"{self.live_server_url}{path}")
                wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                self.assertEqual(wide, 0, f"{path} at {width}")
                for label in self.page.locator("#changelist .actions label").all():
                    box = label.bounding_box()
                    assert box is not None
                    self.assertLess(box["height"], 60, f"{path} at {width}")
                if width == 390:
                    self.page.get_by_text("Menu", exact=True).click()
                    found = Axe().run(self.page, options=options).response["violations"]
                    self.assertEqual([(one["id"], one["nodes"][0]["target"]) for one in found], [], path)

    def test_a_row_of_a_list_says_its_columns_on_a_phone(self) -> None:
        self.page.set_viewport_size({"width": 390, "height": 800})
        self.page.goto(f"{self.live_server_url}/admin/articles/article/")
        cell = self.page.locator("#result_list .field-sorted_under").first
        expect(cell).to_have_attribute("data-label", "Rubrique et signature")
        self.page.goto(f"{self.live_server_url}/admin/articles/section/")
        for name, heading in (("position", "Position"), ("in_menu", "Dans le menu")):  # a field, an icon
            cell = self.page.locator(f"#result_list .field-{name}").first
            expect(cell).to_have_attribute("data-label", heading)


class KeyTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        make_author("Julien Mercier", user=self.julien)
        self.article = editing.create(self.ia, Content(headline="Un casque", body="<p>voit loin</p>"), by=self.julien)
        self.sign_in("julien")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/{self.article.pk}/change/")
        self.page.wait_for_selector(".ProseMirror[contenteditable]")

    def test_enter_in_the_editors_own_dialogs_presses_their_button(self) -> None:
        self.page.click(BODY)
        self.page.keyboard.press("Control+a")
        self.page.click("[class*=menubar] button:has-text('link')")
        self.page.fill("dialog[open] input[type=url], dialog[open] input[name=href]", "https://www.afp.com/")
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".ProseMirror a")).to_have_attribute("href", "https://www.afp.com/")
        self.page.click("[class*=menubar] button:has-text('grid_on')")
        self.page.locator("dialog[open] input").first.press("Enter")
        expect(self.page.locator(".ProseMirror table")).to_have_count(1)

    def test_a_caption_that_is_empty_says_that_it_can_be_typed(self) -> None:
        self.page.click(BODY)
        self.page.click("[class*=menubar] button:has-text('smart_display')")
        self.page.fill("#embed-dialog input", "https://www.youtube.com/watch?v=aqz-KE-bpKQ")
        self.page.keyboard.press("Enter")
        caption = self.page.locator(".own-figure-caption")
        expect(caption).to_have_count(1)
        shown = "getComputedStyle(document.querySelector('.own-figure-caption'), '::before').content"
        self.assertIn("égende", self.page.evaluate(shown))
        caption.locator("figcaption").click()
        self.page.keyboard.type("Le film")
        self.assertEqual(self.page.evaluate(shown), "none")


class BackTests(BrowserTestCase):
    def test_back_after_saving_leads_to_the_article_and_makes_no_second_one(self) -> None:
        self.sign_in("julien")
        self.page.goto(f"{self.live_server_url}/admin/articles/article/add/")
        self.page.fill("#id_headline", "Un casque")
        self.page.click(".save-bar [name=_save]")
        self.page.wait_for_selector(SAVED)
        self.page.go_back()
        self.page.wait_for_selector(".panels")
        self.page.go_forward()
        self.page.wait_for_selector("#id_headline")
        self.page.fill("#id_headline", "Un casque qui voit loin")
        self.page.click(".save-bar [name=_save]")
        self.page.wait_for_selector(SAVED)
        self.assertEqual(Article.objects.get().desk_headline, "Un casque qui voit loin")
