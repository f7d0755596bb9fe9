"""The network in a real browser: a partner's feed tried and added, a strip made, seen and arranged, read by readers."""

from axe_playwright_python.sync_playwright import Axe
from django.contrib.admin.models import LogEntry
from django.test import override_settings

from articles.actions import fronts
from articles.models import CardStrip, PartnerFeed
from newsroom.publications.permissions import SYSTEM
from tests import strangers
from tests.articles.partners.test_poll import feed_of
from tests.browser.base import BrowserTestCase
from tests.factories import make_article, make_feed, make_headline, make_image


@override_settings(FETCH_ALLOWED_HOSTS=["127.0.0.1"])
class NetworkTests(BrowserTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.server = self.enterContext(strangers.strangers())
        self.article = make_article(self.kg, "Un robot plie le linge")

    def desk(self, path: str) -> None:
        self.page.goto(f"{self.live_server_url}/admin/articles/{path}")

    def accessible(self) -> None:
        self.assertEqual(self.complaints, [])
        found = [v for v in Axe().run(self.page).response["violations"] if v["impact"] in ("critical", "serious")]
        self.complaints.clear()  # axe itself tries an inline style
        self.assertEqual([(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found], [])

    def test_a_partners_headline_goes_from_its_feed_to_readers(self) -> None:
        self.server.pages["/feed"] = feed_of("Un titre à eux", "Un autre")
        self.sign_in("thomas")
        self.desk("partnerfeed/add/")
        self.page.fill("#id_name", "Le Partenaire")
        self.page.fill("#id_url", f"{self.server.origin}/feed")
        self.page.click("[name=_try]")
        self.page.wait_for_selector("#tried-title >> xpath=.. >> text=Un titre à eux")
        self.assertFalse(PartnerFeed.objects.exists())
        self.accessible()
        self.page.click("[name=_save]")
        self.page.click("text=L’interroger maintenant")
        self.page.wait_for_selector(".messagelist >> text=Nouveaux titres : 2")
        self.page.click("[aria-label='Cacher « Un autre »']")
        self.page.wait_for_selector("[aria-label='Montrer de nouveau « Un autre »']")
        self.accessible()

        self.desk("cardstrip/add/")
        self.page.fill("#id_title", "Chez nos partenaires")
        self.page.select_option("#id_source", "partners")
        self.assertFalse(self.page.is_visible("#id_source_publication"))
        self.page.select_option("#id_feeds", label="Le Partenaire")
        self.accessible()
        self.page.click("[name=_save]")
        self.page.click("text=Aperçu sur sa page")
        frame = self.page.frame_locator(".preview-frame iframe").first
        frame.locator("text=Un titre à eux").wait_for()
        reader = self.new_page()
        reader.goto(self.site(self.kg))
        self.assertFalse(reader.is_visible("text=Chez nos partenaires"))
        CardStrip.objects.update(is_live=True)
        reader.reload()
        self.assertTrue(reader.is_visible("text=Un titre à eux"))
        self.assertFalse(reader.is_visible("text=Un autre"))

    def test_strips_are_arranged_by_drag_and_by_keyboard(self) -> None:
        feed = make_feed(self.kg)
        make_headline(feed)
        for title in "ABC":
            strip = CardStrip(publication=self.kg, title=f"Bande {title}", source="partners", feed_ids=[feed.pk])
            fronts.save_strip(strip, by=SYSTEM)
        self.sign_in("thomas")
        self.desk("cardstrip/")
        self.assertEqual(self.order(), "ABC")
        self.page.drag_and_drop("li:has-text('Bande C')", "li:has-text('Bande A')", target_position={"x": 5, "y": 2})
        self.page.wait_for_selector(".messagelist")
        self.assertEqual(self.order(), "CAB")
        self.page.drag_and_drop("li:has-text('Bande C')", "h1")  # given up
        self.assertEqual(self.order(), "CAB")
        self.page.focus("[aria-label='Monter « Bande B »']")
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector("li:nth-child(2):has-text('Bande B')")
        self.assertEqual(self.order(), "CBA")
        self.page.keyboard.press("Enter")  # the focus is where it was
        self.page.wait_for_selector("li:nth-child(1):has-text('Bande B')")
        self.assertEqual(LogEntry.objects.count(), 3)
        self.accessible()

    def test_a_strip_is_in_sight_at_every_width_of_its_preview(self) -> None:
        for n in range(12):
            make_article(self.kg, f"Histoire {n}", lead_image=make_image())
        fields = {"title": "Bande", "area": "home", "source": "picked", "article_ids": [self.article.pk]}
        strip = fronts.save_strip(CardStrip(publication=self.kg, **fields), by=SYSTEM)
        self.sign_in("thomas")
        self.desk(f"cardstrip/{strip.pk}/preview/")
        for choice in self.page.query_selector_all("[name=width]"):
            choice.check()
            frame = self.page.frame_locator(f"[data-width='{choice.get_attribute('value')}'] iframe")
            heading = frame.locator(f"#strip-{strip.pk}")
            heading.wait_for()
            self.page.wait_for_timeout(300)
            top = heading.evaluate("(it) => it.getBoundingClientRect().top / innerHeight")
            self.assertTrue(0 <= top < 1, top)
        self.desk("cardstrip/")  # frames that are out of sight never say that they are done

    def order(self) -> str:
        return "".join(name[-1] for name in self.page.locator("[data-arrange] a").all_inner_texts())
