"""The search in a real browser: suggestions by keyboard, and the page of results at every width."""

from axe_playwright_python.sync_playwright import Axe

from articles.views import search
from tests.browser.base import BrowserTestCase
from tests.factories import make_article

WIDTHS = (390, 768, 1440)


class SearchTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        for limit in (search.SEARCHES, search.TYPED):
            limit.forget()
        self.article = make_article(self.kg, "Un casque & deux oreilles")
        make_article(self.kg, "Un casque léger")

    def test_it_suggests_while_one_types_and_the_keyboard_chooses(self) -> None:
        self.page.goto(self.site(self.kg))
        field = self.page.locator("#site-search-q")
        field.press_sequentially("casque deux")
        option = self.page.get_by_role("option", name="Un casque & deux oreilles")
        option.wait_for()
        self.assertEqual(field.get_attribute("aria-expanded"), "true")
        field.press("ArrowDown")
        self.assertEqual(field.get_attribute("aria-activedescendant"), option.get_attribute("id"))
        field.press("Enter")
        self.page.wait_for_url(self.site(self.kg, self.article.path))

    def test_enter_without_a_choice_leads_to_the_results_and_escape_closes_the_list(self) -> None:
        self.page.goto(self.site(self.kg))
        field = self.page.locator("#site-search-q")
        field.press_sequentially("casqu")
        self.page.get_by_role("option").first.wait_for()
        field.press("Escape")
        self.assertEqual(self.page.get_by_role("option").count(), 0)
        field.press("Enter")
        self.page.wait_for_url("**/recherche/?q=casqu")
        self.assertEqual(self.page.locator(".result").count(), 2)
        self.assertEqual(self.page.locator(".result mark").first.inner_text(), "casque")

    def test_its_pages_have_no_axe_violation_and_no_sideways_scrolling_light_and_dark(self) -> None:
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for width in WIDTHS:
                self.page.set_viewport_size({"width": width, "height": 900})
                for path in ("/recherche/?q=casque", "/recherche/?q=introuvable", "/recherche/"):
                    with self.subTest(scheme=scheme, width=width, path=path):
                        self.page.goto(self.site(self.kg, path))
                        wide = self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
                        self.assertFalse(wide)
                        found = Axe().run(self.page).response["violations"]
                        self.assertEqual([(one["id"], one["nodes"][0]["html"][:120]) for one in found], [])
        self.complaints.clear()  # axe itself tries an inline style
