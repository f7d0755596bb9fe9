"""A product's page: order, what the law asks, marks of paid offers, structured data, the history, the alert's form."""

import datetime as dt
import json
from typing import Any

import lxml.html
import time_machine
from django.utils import timezone

from newsroom.comparator.models import Offer, PriceAlert, PricePoint
from newsroom.worker.models import Mail
from tests.newsroom.comparator.base import ComparatorTestCase, code, row

PAGE = "/comparateur/casque-brume/"
FROM_HERE = {"Sec-Fetch-Site": "same-origin"}


class ProductTestCase(ComparatorTestCase):
    def setUp(self) -> None:
        self.brume = self.product(title="Casque Brume", brand="Aulne", model="AU-1", gtin=code(1))

    def page(self, path: str = PAGE) -> Any:
        response = self.read(path)
        self.assertEqual(response.status_code, 200)
        return lxml.html.fromstring(response.content.decode())

    def offers(self) -> list[tuple[str, str]]:
        """Return merchant and price of each offer, in the page's order."""
        found = []
        for one in self.page().find_class("offer"):
            (name,) = one.find_class("offer-who")
            (price,) = one.iter("data")
            found.append((name[0].text_content(), price.get("value")))
        return found


class OffersTests(ProductTestCase):
    def test_the_lowest_total_comes_first_and_an_untold_delivery_last(self) -> None:
        self.imported(row(gtin=code(1), price_cents=10_400, delivery_cents=0), of=self.octave)
        self.assertEqual(self.offers(), [("Chez Octave", "104.00"), ("Électro-Bastide", "105.00")])
        self.imported(row(gtin=code(1), price_cents=9_900, delivery_cents=None), of=self.octave)
        self.assertEqual(self.offers()[-1], ("Chez Octave", "99.00"))

    def test_used_ones_stand_apart_and_what_is_sold_out_nowhere(self) -> None:
        self.imported(row(gtin=code(1), price_cents=100, condition="used"), of=self.octave)
        self.imported(row(gtin=code(1), price_cents=200, availability="out_of_stock"), of=self.octave)
        self.assertEqual(self.offers(), [("Électro-Bastide", "105.00"), ("Chez Octave", "6.00")])
        self.assertContains(self.read(PAGE), "Reconditionné et d’occasion")

    def test_paid_offers_are_marked_and_every_way_out_is_sponsored(self) -> None:
        self.assertContains(self.read(PAGE), "Référencement payant\u00a0: non.")
        self.imported(row(gtin=code(1)), of=self.octave, is_paid=True)
        page = self.page()
        marked = [one for one in page.find_class("offer") if one.find_class("badge")]
        self.assertEqual(len(marked), 1)
        self.assertIn("Annonce", marked[0].text_content())
        self.assertIn("Chez Octave", marked[0].text_content())
        law = page.find_class("compare-law")[0].text_content()
        self.assertIn("Référencement payant\u00a0: oui", law)
        self.assertIn("prix total", law)
        for link in page.xpath('//li[contains(@class, "offer")]//a'):
            self.assertEqual(link.get("rel"), "sponsored nofollow")
            self.assertTrue(link.get("href").startswith("/comparateur/vers/"))
        (how,) = page.xpath('//p[@class="compare-law"]/a/@href')
        self.assertEqual(how, "/comparateur/fonctionnement/")

    def test_an_offer_leaves_at_its_second_and_the_page_says_so(self) -> None:
        with time_machine.travel(Offer.objects.get().leaves_at, tick=False):
            response = self.read(PAGE)
        self.assertContains(response, "Aucun marchand")
        self.assertEqual(response.headers["X-Robots-Tag"], "noindex")

    def test_it_tells_programs_what_it_tells_readers(self) -> None:
        self.imported(row(gtin=code(1), price_cents=12_000, delivery_cents=0), of=self.octave)
        (script,) = self.page().xpath('//script[@type="application/ld+json"]/text()')
        data = json.loads(script)
        self.assertEqual((data["@type"], data["gtin"], data["mpn"]), ("Product", code(1), "AU-1"))
        self.assertEqual(
            {name: data["offers"][name] for name in ("@type", "lowPrice", "highPrice", "offerCount", "priceCurrency")},
            {"@type": "AggregateOffer", "lowPrice": "105.00", "highPrice": "120.00", "offerCount": 2,
             "priceCurrency": "EUR"},
        )  # fmt: skip

    def test_a_hostile_feed_gets_no_markup_into_the_page(self) -> None:
        self.brume.name = "</script><img src=x onerror=alert(1)>"
        self.brume.save()
        self.assertNotContains(self.read(PAGE), "<img src=x")

    def test_it_costs_the_same_however_many_offers_and_prices(self) -> None:
        self.read(PAGE)
        with self.assertNumQueries(7):
            self.read(PAGE)
        self.imported(*(row(gtin=code(1)) for _ in range(30)), of=self.octave)
        today = timezone.localdate()
        PricePoint.objects.bulk_create(
            PricePoint(product=self.brume, day=today - dt.timedelta(days=n), cents=100 + n, currency="EUR")
            for n in range(1, 300)
        )  # fmt: skip
        with self.assertNumQueries(7):
            self.read(PAGE)

    def test_the_other_languages_address_leads_here(self) -> None:
        response = self.read("/compare/casque-brume/?utm_source=x")
        self.assertRedirects(response, f"{PAGE}?utm_source=x", 301, fetch_redirect_response=False)

    def test_a_site_without_the_comparateur_has_no_such_page(self) -> None:
        self.assertEqual(self.read(PAGE, self.ia).status_code, 404)
        self.assertEqual(self.read("/comparateur/inconnu/").status_code, 404)


class HistoryTests(ProductTestCase):
    def test_the_drawing_is_named_and_described_and_has_its_table(self) -> None:
        today = timezone.localdate()
        PricePoint.objects.create(
            product=self.brume, day=today - dt.timedelta(days=40), cents=12_000, currency="EUR", merchant=self.octave
        )
        page = self.page()
        (svg,) = page.xpath("//main//svg")
        labels = svg.get("aria-labelledby").split()
        self.assertEqual([svg.xpath(f'*[@id="{label}"]')[0].tag for label in labels], ["title", "desc"])
        self.assertIn("120,00", svg.xpath("desc")[0].text)
        rows = page.xpath('//details[@class="price-table"]//tbody/tr')
        self.assertEqual([tr.xpath("td[1]")[0].text for tr in rows], ["105,00\u00a0€", "120,00\u00a0€"])
        self.assertFalse(svg.xpath(".//@style"), "the policy allows none")


class AlertFormTests(ProductTestCase):
    def send(self, headers: dict[str, str] | None = None, **data: str) -> Any:
        data = {"email": "lou@lecteurs.example", "price": "90", **data}
        return self.client.post(PAGE, data, headers={"host": self.kg.domain, **(headers or FROM_HERE)})

    def test_it_works_without_a_script_a_cookie_or_a_token(self) -> None:
        response = self.send()
        self.assertRedirects(response, "/comparateur/alertes/", fetch_redirect_response=False)
        self.assertFalse(response.cookies)
        self.assertEqual(PriceAlert.objects.get().email, "lou@lecteurs.example")
        self.assertEqual(Mail.objects.count(), 1)
        self.assertContains(self.read("/comparateur/alertes/"), "courrier")

    def test_what_is_wrong_is_said_beside_what_was_typed(self) -> None:
        response = self.send(price="<peu>")
        self.assertEqual(response.status_code, 422)
        self.assertContains(response, "&lt;peu&gt;", status_code=422)
        self.assertContains(response, "lou@lecteurs.example", status_code=422)
        self.assertIn("no-store", response.headers["Cache-Control"])

    def test_a_form_from_elsewhere_and_a_robots_are_not_taken(self) -> None:
        self.assertEqual(self.send({"Sec-Fetch-Site": "cross-site"}).status_code, 422)
        self.assertEqual(self.send(website="https://spam.example").status_code, 302)
        self.assertFalse(PriceAlert.objects.exists())

    def test_too_many_are_answered_429(self) -> None:
        for n in range(10):
            self.send(email=f"l{n}@lecteurs.example")
        self.assertEqual(self.send(email="l11@lecteurs.example").status_code, 429)
