"""What follows from offers: a price a day, counts, offers that leave, old rows that go."""

import datetime as dt
from dataclasses import replace

import time_machine
from django.utils import timezone

from newsroom.comparator.actions import clicks, prices
from newsroom.comparator.models import Offer, OfferClicks, PricePoint
from newsroom.comparator.offers import offered
from newsroom.pagecache.models import Purge
from tests.newsroom.comparator.base import ComparatorTestCase, code, row

NOON = dt.datetime(2026, 11, 30, 12, tzinfo=dt.UTC)
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


class HistoryTests(ComparatorTestCase):
    def points(self) -> list[tuple[int, int | None]]:
        """Return the price and the merchant of each day, in order."""
        return list(PricePoint.objects.order_by("day").values_list("cents", "merchant"))

    def test_it_keeps_the_lowest_total_of_each_day_and_whose_it_was(self) -> None:
        one = row(gtin=code(1))
        self.imported(one, at=NOON)
        self.assertEqual(self.points(), [(10_500, self.bastide.pk)])
        self.imported(row(gtin=code(1), price_cents=9_000, delivery_cents=0), of=self.octave, at=NOON + HOUR)
        self.assertEqual(self.points(), [(9_000, self.octave.pk)])
        self.imported(replace(one, price_cents=20_000), at=NOON + 2 * HOUR)
        self.assertEqual(len(self.points()), 1, "one row a product and day")
        self.imported(one, at=NOON + DAY)
        self.assertEqual(self.points()[1], (9_000, self.octave.pk), "the other one's still lasts")

    def test_it_counts_no_used_product_and_none_that_is_sold_out(self) -> None:
        self.imported(row(gtin=code(1)), at=NOON)
        self.imported(row(gtin=code(1), price_cents=1, condition="used"), of=self.octave, at=NOON)
        self.imported(row(gtin=code(1), price_cents=1, availability="out_of_stock"), of=self.octave, at=NOON)
        self.assertEqual(self.points(), [(10_500, self.bastide.pk)])

    def test_it_prefers_a_total_to_a_price_without_delivery(self) -> None:
        self.imported(row(gtin=code(1), price_cents=9_900, delivery_cents=None), at=NOON)
        self.imported(row(gtin=code(1)), of=self.octave, at=NOON)
        self.assertEqual(self.points(), [(9_900, self.bastide.pk)], "the lowest of the day stays")
        (found,) = offered([self.offer(Offer.objects.all()[0].merchant_key).product_id], NOON).values()  # type: ignore[list-item]
        self.assertEqual((found.cents, found.merchants), (10_500, 2))


class LeavingTests(ComparatorTestCase):
    def test_an_offer_leaves_at_its_second_and_is_counted_out_by_the_job(self) -> None:
        product = self.product(gtin=code(1))
        leaves_at = Offer.objects.get().leaves_at
        self.assertEqual(leaves_at - Offer.objects.get().seen_at, dt.timedelta(hours=72))
        self.assertTrue(Offer.objects.shown(leaves_at - dt.timedelta(seconds=1)).exists())
        self.assertFalse(Offer.objects.shown(leaves_at).exists(), "with no worker at all")
        self.assertEqual(prices.let_stale_leave(leaves_at - HOUR), 0)
        Purge.objects.all().delete()
        self.assertEqual(prices.let_stale_leave(leaves_at), 1)
        product.refresh_from_db()
        self.assertEqual(product.offer_count, 0)
        self.assertEqual(set(Purge.objects.values_list("tag", flat=True)), {f"product:{product.pk}", "product-lists"})
        self.assertEqual(prices.let_stale_leave(leaves_at), 0, "once")

    def test_it_comes_back_when_it_is_listed_again(self) -> None:
        one = row()
        self.imported(one, at=NOON)
        prices.let_stale_leave(NOON + 4 * DAY)
        Purge.objects.all().delete()
        self.imported(one, at=NOON + 5 * DAY)
        offer = self.offer(one.key)
        assert offer.product is not None
        self.assertEqual(offer.product.offer_count, 1)
        self.assertTrue(Purge.objects.filter(tag=f"product:{offer.product_id}").exists())

    def test_a_merchant_says_how_long_its_offers_last(self) -> None:
        self.bastide.offers_last_hours = 6
        self.imported(row(), at=NOON)
        self.assertEqual(Offer.objects.get().leaves_at, NOON + 6 * HOUR)

    def test_what_is_old_goes(self) -> None:
        self.imported(row(), at=NOON)
        with time_machine.travel(NOON, tick=False):
            clicks.count(Offer.objects.get())
        self.assertEqual(prices.delete_old(NOON + 80 * DAY), 0)
        self.assertEqual(prices.delete_old(NOON + 91 * DAY), 1)
        self.assertFalse(Offer.objects.exists() or OfferClicks.objects.exists())
        self.assertTrue(PricePoint.objects.exists())
        prices.delete_old(NOON + 402 * DAY)
        self.assertFalse(PricePoint.objects.exists())


class ClickTests(ComparatorTestCase):
    def test_it_counts_by_offer_and_day_and_keeps_nothing_else(self) -> None:
        self.imported(row())
        offer = Offer.objects.get()
        for _ in range(3):
            clicks.count(offer)
        with time_machine.travel(timezone.now() + DAY):
            clicks.count(offer)
        self.assertEqual(sorted(OfferClicks.objects.values_list("count", flat=True)), [1, 3])
        self.assertEqual({field.name for field in OfferClicks._meta.fields}, {"id", "offer", "day", "count"})
