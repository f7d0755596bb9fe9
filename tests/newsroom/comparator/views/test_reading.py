"""The search for products, and the page that says how the comparison works."""

from typing import Any

import lxml.html
import time_machine
from django.utils import timezone

from newsroom.comparator.models import MerchantFeed
from newsroom.comparator.views import reading
from newsroom.pagecache.tags import cache_tags_of
from tests.newsroom.comparator.base import ComparatorTestCase, code, row


class FindTests(ComparatorTestCase):
    def setUp(self) -> None:
        super().setUp()
        reading.SEARCHES.forget()

    def found(self, query: str = "") -> list[str]:
        page: Any = lxml.html.fromstring(self.read(f"/comparateur/{query}").content.decode())
        return [link.text_content() for link in page.xpath('//ul[@class="products"]//h3/a')]

    def test_it_finds_products_with_their_lowest_price(self) -> None:
        self.imported(row(title="Casque Brume", gtin=code(1)), row(title="Clavier Galet"))
        self.imported(row(gtin=code(1), price_cents=8_000, delivery_cents=0), of=self.octave)
        self.assertEqual(self.found("?q=brume"), ["Casque Brume"])
        self.assertContains(self.read("/comparateur/?q=brume"), "80,00\u00a0€")
        self.assertContains(self.read("/comparateur/?q=brume"), "2 marchands")
        self.assertEqual(self.found(f"?q={code(1)}"), ["Casque Brume"])

    def test_the_criterion_and_who_pays_stand_above_the_results(self) -> None:
        self.imported(row(title="Casque Brume"), is_paid=True)
        text = self.read("/comparateur/?q=brume").content.decode()
        self.assertLess(text.index("compare-law"), text.index('class="products"'))
        for words in (
            "ordre du nombre de marchands",
            "Référencement payant\u00a0: oui",
            "/comparateur/fonctionnement/",
        ):
            self.assertIn(words, text)

    def test_who_searches_too_often_is_told_so_and_keeps_what_was_typed(self) -> None:
        self.imported(row(title="Casque Brume"))
        with time_machine.travel(timezone.now(), tick=False):  # within one minute
            for _n in range(reading.SEARCHES.of_one):
                self.assertEqual(self.read("/comparateur/?q=brume").status_code, 200)
            page = self.read("/comparateur/?q=brume")
        self.assertContains(page, 'value="brume"', status_code=429)
        self.assertEqual(page.headers["Retry-After"], "60")

    def test_what_anybody_types_is_in_no_search_engine_and_shown_as_text(self) -> None:
        for query in ("?q=brume", "?page=2", "?q=%3Cscript%3E"):
            self.assertEqual(self.read(f"/comparateur/{query}").headers["X-Robots-Tag"], "noindex", query)
        self.assertNotContains(self.read("/comparateur/?q=%3Cscript%3Ealert(1)"), "<script>alert")
        self.assertNotIn("X-Robots-Tag", self.read("/comparateur/").headers)

    def test_it_takes_any_address(self) -> None:
        for query in ("?page=0", "?page=-1", "?page=x", "?page=999999999999999999999", "?q=" + "x" * 3000, "?q=%00%ff"):
            self.assertEqual(self.read(f"/comparateur/{query}").status_code, 200, query)

    def test_it_bears_the_tags_of_what_it_shows(self) -> None:
        self.assertEqual(
            cache_tags_of(self.read("/comparateur/")) & {"products", self.kg.cache_tag}, {"products", self.kg.cache_tag}
        )

    def test_it_leads_to_the_next_page(self) -> None:
        self.imported(*(row(title=f"Manette {n}") for n in range(25)))
        self.assertEqual(len(self.found("?q=manette")), 24)
        self.assertContains(self.read("/comparateur/?q=manette"), "/comparateur/?page=2&amp;q=manette")
        self.assertEqual(len(self.found("?page=2&q=manette")), 1)

    def test_it_costs_the_same_however_many_products(self) -> None:
        self.imported(row(title="Casque Brume"))
        self.read("/comparateur/?q=casque")
        with self.assertNumQueries(6):
            self.read("/comparateur/?q=casque")
        self.imported(*(row(title=f"Casque {n}") for n in range(30)))
        with self.assertNumQueries(6):
            self.read("/comparateur/?q=casque")

    def test_the_footer_leads_here_where_the_site_has_it(self) -> None:
        self.assertContains(self.read("/"), 'href="/comparateur/"')
        self.assertNotContains(self.read("/", self.ia), 'href="/comparateur/"')
        self.assertEqual(self.read("/comparateur/", self.ia).status_code, 404)

    def test_the_other_languages_address_leads_here(self) -> None:
        response = self.read("/compare/?q=a")
        self.assertRedirects(response, "/comparateur/?q=a", 301, fetch_redirect_response=False)


class HowTests(ComparatorTestCase):
    def test_it_says_what_the_law_asks(self) -> None:
        self.imported(row(), is_paid=True)
        self.octave.has_ties = True
        self.octave.save()
        self.imported(row(), of=self.octave)
        feed = MerchantFeed(merchant=self.octave, url="https://octave.example/f.csv", every=6)
        feed.due_at = self.octave.created_at
        feed.save()
        response = self.read("/comparateur/fonctionnement/")
        for words in (
            "L111-7", "ordre de leur prix total", "Électro-Bastide – paie pour être référencé",
            "d’autres liens avec nous",
            "Tous les marchands ne sont pas comparés", "garanties", "toutes les 6", "livraison",
        ):  # fmt: skip
            self.assertContains(response, words)

    def test_the_english_address_leads_here(self) -> None:
        response = self.read("/compare/how-it-works/")
        self.assertRedirects(response, "/comparateur/fonctionnement/", 301, fetch_redirect_response=False)
