"""Public pages in a real browser."""

import re

from axe_playwright_python.sync_playwright import Axe

from tests.browser.base import BrowserTestCase
from tests.factories import make_article, make_author, make_image, make_section, make_tags

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


class ReadingTests(BrowserTestCase):
    def test_every_section_is_on_the_screen_at_any_width(self) -> None:
        for number in range(10):
            make_section(self.kg, f"Une rubrique au nom long {number}", f"rubrique-{number}")
        make_article(self.kg, "Un titre")
        for width in (390, 768, 1024, 1200):
            self.page.set_viewport_size({"width": width, "height": 800})
            self.page.goto(self.site(self.kg))
            off = "[...document.querySelectorAll('.menu a')].filter(a => a.getBoundingClientRect().right > innerWidth)"
            self.assertEqual(self.page.evaluate(f"{off}.length"), 0, width)

    def test_an_article_is_printed_alone_with_its_address(self) -> None:
        words = "Un paragraphe de vingt mots environ, comme il y en a dans tous les articles que nous publions. " * 18
        tags = make_tags("Lune")
        article = make_article(self.kg, "À imprimer", body=f"<p>{words}</p>", tags=tags)
        for number in range(6):
            make_article(self.kg, f"Autre {number}", tags=tags)
        self.page.goto(self.site(self.kg, article.path))
        # Related articles come before the comments, and are not printed.
        order = self.page.evaluate("[...document.querySelectorAll('.related, .comments')].map(e => e.className)")
        self.assertEqual(order, ["related", "comments"])
        pages = re.findall(rb"/Count (\d+)", self.page.pdf(format="A4"))
        self.assertIn(pages, ([b"1"], [b"2"]))
        self.page.emulate_media(media="print")
        self.assertTrue(self.page.is_visible(".printed"))
        for hidden in (".related", ".comments", ".menu", ".colophon"):
            self.assertFalse(self.page.is_visible(hidden), hidden)
