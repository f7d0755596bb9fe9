"""The price box in an article: it follows the prices, and says what the law asks."""

import datetime as dt
from dataclasses import replace

import lxml.html
import time_machine
from django.utils import timezone

from articles.presentation.body import render
from newsroom.comparator.parts import price_box
from newsroom.lib.html import clean
from newsroom.pagecache.parts import Making, Reading
from newsroom.pagecache.tags import cache_tags_of
from tests.factories import make_article
from tests.newsroom.comparator.base import ComparatorTestCase, code, row


class PriceBoxTests(ComparatorTestCase):
    def setUp(self) -> None:
        self.row = row(title="Casque Brume", gtin=code(1))
        self.imported(self.row, is_paid=True)
        found = self.offer(self.row.key).product
        assert found is not None
        self.brume = found

    def article(self, *products: int) -> str:
        """Return the path of an article with price boxes of these products."""
        figures = "".join(f'<figure data-product="{pk}"></figure>' for pk in products)
        return make_article(self.kg, body=f"<p>Avant.</p>{figures}<p>Après.</p>").path

    def test_the_placeholder_survives_the_sanitiser_and_nothing_like_it_does(self) -> None:
        self.assertEqual(clean('<figure data-product="42"></figure>').html, '<figure data-product="42"></figure>')
        for bad in ("0", "-1", "4 2", "x", "", "1" * 30):
            self.assertEqual(clean(f'<figure data-product="{bad}"></figure>').html, "", bad)
        edited = '<figure data-product="42" class="x"><figcaption></figcaption></figure>'
        self.assertEqual(clean(edited).html, '<figure data-product="42"></figure>', "as the editor writes it")

    def test_it_shows_the_cheapest_offers_marks_paid_ones_and_says_how(self) -> None:
        self.imported(*(row(gtin=code(1), price_cents=9_000 + n) for n in range(4)), of=self.octave)
        page = lxml.html.fromstring(self.read(self.article(self.brume.pk)).content.decode())
        (box,) = page.find_class("price-box")
        links = box.xpath(".//li/a")
        self.assertEqual([link.text for link in links], [f"95,0{n}\u00a0€" for n in range(3)])
        self.assertEqual({link.get("rel") for link in links}, {"sponsored nofollow"})
        self.assertFalse(box.find_class("badge"))
        self.assertTrue(box.xpath('.//a[@href="/comparateur/fonctionnement/"]'))
        self.assertTrue(box.xpath('.//a[@href="/comparateur/casque-brume/"]'))

    def test_a_paid_offer_is_marked_in_it(self) -> None:
        self.assertContains(self.read(self.article(self.brume.pk)), "Annonce")

    def test_it_follows_the_prices(self) -> None:
        path = self.article(self.brume.pk)
        response = self.read(path)
        self.assertContains(response, "105,00\u00a0€")
        self.assertIn(f"product:{self.brume.pk}", cache_tags_of(response))
        self.imported(replace(self.row, price_cents=8_000), is_paid=True)
        self.assertContains(self.read(path), "85,00\u00a0€")
        with time_machine.travel(timezone.now() + dt.timedelta(days=4)):
            self.assertNotContains(self.read(path), "price-box")

    def test_it_shows_nothing_of_what_is_not_there_nor_on_a_site_without_the_comparateur(self) -> None:
        self.assertNotContains(self.read(self.article(999_999)), "price-box")
        path = make_article(self.ia, body=f'<figure data-product="{self.brume.pk}"></figure><p>Un.</p>').path
        self.assertNotContains(self.read(path, self.ia), "price-box")

    def test_feeds_have_the_text_without_it(self) -> None:
        body = f'<p>Avant.</p><figure data-product="{self.brume.pk}"></figure>'
        self.assertEqual(render(body, {}, on=self.kg), "<p>Avant.</p>")

    def test_ten_boxes_cost_as_many_queries_as_one(self) -> None:
        others = [self.product().pk for _ in range(9)]
        for products in ([self.brume.pk], [self.brume.pk, *others]):
            reading = Reading()
            page = Making(reading)
            with self.assertNumQueries(3):  # products, offers, hosts
                html = "".join(page.place(price_box, self.kg.pk, pk) for pk in products)
                assembled, _shown = reading.html(page.fragment(html))
            self.assertEqual(assembled.count('class="price-box"'), len(products))
