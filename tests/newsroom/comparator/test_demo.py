"""The demo's catalogue: a hundred products, four merchants, a year of prices, the same each time."""

from django.utils import timezone

from newsroom.comparator.demo.stage import add_products
from newsroom.comparator.models import Merchant, Offer, PricePoint, Product
from newsroom.publications.models import Publication
from tests.base import NewsroomTestCase


class DemoTests(NewsroomTestCase):
    def test_it_fills_the_catalogue_once_for_both_sites(self) -> None:
        for publication in (self.kg, self.ia):
            add_products(publication, {})
        self.assertEqual((Product.objects.count(), Merchant.objects.count()), (100, 4))
        self.assertTrue(all(Publication.objects.values_list("compares_prices", flat=True)))
        self.assertFalse(Product.objects.filter(offer_count=0).exists())
        self.assertTrue(Product.objects.filter(offer_count=4).exists())
        self.assertTrue(Offer.objects.undecided().exists(), "something to decide at the desk")
        self.assertTrue(Offer.objects.filter(is_paid=True).exists() and Offer.objects.filter(is_paid=False).exists())
        first = PricePoint.objects.order_by("day").first()
        assert first is not None
        self.assertGreater((timezone.localdate() - first.day).days, 360)
        self.assertGreater(PricePoint.objects.filter(product=first.product).count(), 80)

    def test_its_offers_are_all_as_they_should_be(self) -> None:
        add_products(self.kg, {})
        now = timezone.now()
        self.assertEqual(Offer.objects.shown(now).count(), Offer.objects.exclude(product=None).count())
        self.assertTrue(all(url.endswith(".example/") for url in Merchant.objects.values_list("url", flat=True)))
