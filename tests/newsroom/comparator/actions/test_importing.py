"""Importing offers: once, again, changed; products that are made; what a person decided stays."""

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from newsroom.comparator.actions import deciding
from newsroom.comparator.actions.importing import BATCH, Counts, How, import_all
from newsroom.comparator.feeds.offers import Skipped
from newsroom.comparator.models import Offer, Product, ProductWord
from newsroom.comparator.models.product import TAG_OF_ALL
from newsroom.pagecache.models import Purge
from tests.newsroom.comparator.base import ComparatorTestCase, code, row


class ImportTests(ComparatorTestCase):
    def test_it_writes_offers_and_makes_their_products(self) -> None:
        one = row(title="Casque Brume", brand="Aulne", model="AU-1", delivery_cents=None)
        counts = self.imported(one, row(), is_paid=True)
        self.assertEqual((counts.new, counts.products), (2, 2))
        offer = self.offer(one.key)
        assert offer.product is not None
        self.assertEqual((offer.total_cents, offer.delivery_cents, offer.is_paid), (10_000, None, True))
        self.assertEqual(
            (offer.product.slug, offer.product.gtin, offer.product.offer_count), ("casque-brume", one.gtin, 1)
        )
        words = {bytes(row.word).decode() for row in offer.product.word_rows.all()}
        self.assertEqual(words, {"casque", "brume", "aulne", "au", "1", "au1", "casques"})

    def test_it_changes_nothing_the_second_time(self) -> None:
        rows, then = [row() for _ in range(5)], timezone.now() - dt.timedelta(hours=2)
        self.imported(*rows, at=then)
        before = list(Offer.objects.order_by("pk").values("pk", "product", "digest", "price_cents"))
        Purge.objects.all().delete()
        counts = self.imported(*rows)
        self.assertEqual((counts.new, counts.changed, counts.unchanged, counts.products), (0, 0, 5, 0))
        self.assertEqual(list(Offer.objects.order_by("pk").values("pk", "product", "digest", "price_cents")), before)
        self.assertFalse(Purge.objects.exists(), "no page is made anew")
        self.assertGreater(
            Offer.objects.order_by("seen_at").values_list("seen_at", flat=True)[0], then, "but it was seen"
        )

    def test_it_writes_what_changed_and_makes_that_products_pages_anew(self) -> None:
        one, other = row(), row()
        self.imported(one, other)
        Purge.objects.all().delete()
        counts = self.imported(replace(one, price_cents=8_000), other)
        self.assertEqual((counts.changed, counts.unchanged), (1, 1))
        offer = self.offer(one.key)
        self.assertEqual(offer.total_cents, 8_500)
        self.assertEqual(set(Purge.objects.values_list("tag", flat=True)), {f"product:{offer.product_id}"})

    def test_it_makes_all_pages_anew_where_many_changed(self) -> None:
        rows = [row() for _ in range(250)]
        self.imported(*rows)
        Purge.objects.all().delete()
        self.imported(*(replace(one, price_cents=1) for one in rows))
        self.assertEqual(set(Purge.objects.values_list("tag", flat=True)), {TAG_OF_ALL})

    def test_it_gives_two_merchants_offers_one_product(self) -> None:
        one = row()
        self.imported(one)
        counts = self.imported(row(gtin=one.gtin), of=self.octave)
        self.assertEqual((counts.new, counts.products), (1, 0))
        self.assertEqual(Product.objects.get().offer_count, 2)

    def test_it_makes_one_product_of_two_offers_of_one_file(self) -> None:
        one = row()
        self.assertEqual(self.imported(one, row(gtin=one.gtin)).products, 1)

    def test_it_takes_the_last_of_two_rows_of_one_number(self) -> None:
        one = row()
        self.imported(one, replace(one, price_cents=4_000))
        self.assertEqual(Offer.objects.get().price_cents, 4_000)

    def test_it_makes_no_product_of_a_name_alone_nor_where_the_feed_may_not(self) -> None:
        counts = self.imported(row(gtin="", model=""))
        self.assertEqual((counts.products, counts.unknown), (0, 1))
        counts = self.imported(row(), makes_products=False)
        self.assertEqual((counts.products, counts.unknown), (0, 1))

    def test_it_finds_later_the_product_that_was_not_known_before(self) -> None:
        one = row()
        self.imported(one, of=self.octave, makes_products=False)
        self.imported(row(gtin=one.gtin))
        self.imported(one, of=self.octave, makes_products=False)
        offer = Offer.objects.get(merchant=self.octave)
        assert offer.product is not None
        self.assertEqual((offer.match, offer.product.offer_count), ("gtin", 2))

    def test_it_learns_a_bar_code_from_a_second_merchant(self) -> None:
        one = row(gtin="")
        self.imported(one)
        self.imported(row(brand=one.brand, model=one.model, gtin=code(77)), of=self.octave)
        self.assertEqual(Product.objects.get().gtin, code(77))

    def test_it_gives_products_of_one_name_addresses_of_their_own(self) -> None:
        self.imported(
            *(row(title="Casque Brume", brand=brand) for brand in ("Aulne", "Sirocco")),
            row(title="Fonctionnement"),
            row(title="★"),
        )
        slugs = set(Product.objects.values_list("slug", flat=True))
        self.assertEqual(len(slugs), 4)
        self.assertTrue({"casque-brume", "p"} < slugs)
        self.assertNotIn("fonctionnement", slugs)

    def test_it_keeps_what_a_person_decided_until_the_number_is_something_else(self) -> None:
        product = self.product(title="Casque Brume", gtin=code(1))
        vague = row(title="Brume", gtin="", brand="", model="")
        self.imported(vague, of=self.octave)
        deciding.assign(self.offer(vague.key), product, by=self.ines)
        self.imported(replace(vague, price_cents=7_000), of=self.octave)
        self.assertEqual((self.offer(vague.key).product, self.offer(vague.key).match), (product, "person"))
        self.imported(replace(vague, title="Clavier"), of=self.octave)
        self.assertEqual((self.offer(vague.key).product, self.offer(vague.key).match), (None, "unknown"))
        product.refresh_from_db()
        self.assertEqual(product.offer_count, 1)

    def test_it_does_not_ask_again_about_what_was_set_aside(self) -> None:
        vague = row(gtin="", brand="", model="")
        self.imported(vague)
        deciding.set_aside(self.offer(vague.key), by=self.ines)
        counts = self.imported(replace(vague, price_cents=1))
        self.assertEqual((counts.unknown, self.offer(vague.key).match), (0, "refused"))

    def test_it_takes_a_bounded_number_of_queries(self) -> None:
        rows = [row() for _ in range(40)]
        with self.assertNumQueries(18):  # of many, products and words are inserted in portions
            self.imported(*rows[:5])
        self.imported(*rows)
        with self.assertNumQueries(8):
            self.imported(*rows[:5])
        with self.assertNumQueries(8):
            self.imported(*rows)

    def test_it_goes_batch_by_batch_and_counts_what_is_no_offer(self) -> None:
        rows = [row() for _ in range(BATCH + 1)]
        counts = Counts()
        mixed = [*rows[:3], Skipped("price", "x" * 900), *rows[3:], Skipped("url", "y")]
        import_all(mixed, How(self.bastide), timezone.now(), counts)
        self.assertEqual((counts.new, dict(counts.skipped)), (BATCH + 1, {"price": 1, "url": 1}))
        self.assertLessEqual(len(counts.examples[0][1]), 200)
        self.assertEqual(ProductWord.objects.filter(word=b"casques").count(), BATCH + 1)
