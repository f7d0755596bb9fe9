"""Public pages in a real browser."""

from axe_playwright_python.sync_playwright import Axe

from tests.browser.base import BrowserTestCase
from tests.factories import make_article, make_author, make_image, make_tags

WIDTHS = (320, 390, 768, 1440)


class PublicPagesTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(
            self.kg,
            "Un titre d'une longueur ordinaire pour un article",
            standfirst="Un chapô.",
            body="<p>Un texte.</p><table><tbody><tr>" + "<td>une-cellule-large</td>" * 12 + "</tr></tbody></table>"
            "<p>motsanslafin" + "x" * 200 + "</p><pre><code>" + "y" * 300 + "</code></pre>"
            '<figure data-embed="https://www.youtube.com/watch?v=aqz-KE-bpKQ"></figure>',
            lead_image=make_image(),
            authors=(make_author("Inès Benali"),),
            tags=make_tags("Robot"),
        )
        make_article(self.kg, "Un autre", tags=make_tags("Robot"))
        make_article(self.kg, "Mentions légales", kind="page")
        self.paths = [
            "/",
            self.article.path,
            "/science-espace/",
            "/tag/robot/",
            "/auteur/ines-benali/",
            "/mentions-legales/",
        ]

    def test_it_never_scrolls_sideways(self) -> None:
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 800})
            for path in self.paths:
                with self.subTest(width=width, path=path):
                    self.page.goto(self.site(self.kg, path))
                    over = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    self.assertLessEqual(over, 0)

    def test_it_breaks_no_accessibility_rule_in_light_and_dark(self) -> None:
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            for path in self.paths:
                with self.subTest(scheme=scheme, path=path):
                    self.page.goto(self.site(self.kg, path))
                    found = Axe().run(self.page)
                    self.assertEqual(found.violations_count, 0, found.generate_report())

    def test_it_asks_nobody_else_until_a_reader_does(self) -> None:
        strangers: list[str] = []
        self.page.route(
            "**/*",
            lambda route: (
                route.continue_()
                if "localhost" in route.request.url
                else (strangers.append(route.request.url), route.abort())[1]
            ),
        )
        self.page.goto(self.site(self.kg, self.article.path))
        self.page.wait_for_load_state("networkidle")
        self.assertEqual(strangers, [])
        with self.page.expect_event("requestfailed"):  # the player's address is asked for, and kept out
            self.page.click(".facade")
        self.assertEqual(strangers, ["https://www.youtube-nocookie.com/embed/aqz-KE-bpKQ"])
        self.complaints.clear()  # the stranger was kept out

    def test_it_needs_no_javascript_to_be_read(self) -> None:
        page = self.new_page(java_script_enabled=False)
        page.goto(self.site(self.kg, self.article.path))
        self.assertIn("Un texte.", page.inner_text(".body"))
        self.assertEqual(page.get_attribute(".facade", "href"), "https://www.youtube.com/watch?v=aqz-KE-bpKQ")
