"""The base of tests of the Comparateur: KultureGeek has it, iPhoneAddict has not; two merchants."""

import datetime as dt
from itertools import count
from typing import Any

from django.utils import timezone

from newsroom.comparator.actions.importing import Counts, How, import_batch
from newsroom.comparator.actions.merchants import save_merchant
from newsroom.comparator.feeds.offers import OfferRow
from newsroom.comparator.gtin import check_digit
from newsroom.comparator.models import Merchant, Offer, Product
from newsroom.publications.actions import save_publication
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase

_numbers = count(1)


def code(number: int) -> str:
    """Return a valid bar code in 14 digits, another for each number."""
    stem = f"0377{number:09d}"
    return stem + check_digit(stem)


def row(**fields: Any) -> OfferRow:
    """Return an offer of a feed: in stock at 100 € and 5 € of delivery, of another product than any before."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "key": f"sku-{number}", "title": f"Casque Aulne A{number}", "price_cents": 10_000, "delivery_cents": 500,
        "currency": "EUR", "availability": "in_stock", "condition": "new", "image": "", "brand": "Aulne",
        "url": f"https://marchand.example/{number}", "model": f"A{number}", "category": "Casques", "gtin": code(number),
    }  # fmt: skip
    return OfferRow(**{**values, **fields})


class ComparatorTestCase(NewsroomTestCase):
    bastide: Merchant
    octave: Merchant

    @classmethod
    def setUpTestData(cls) -> None:
        super().setUpTestData()
        cls.kg.compares_prices = True
        save_publication(cls.kg, by=SYSTEM, columns=["compares_prices"])
        cls.bastide, cls.octave = (
            save_merchant(Merchant(name=name), by=SYSTEM) for name in ("Électro-Bastide", "Chez Octave")
        )

    def imported(
        self, *rows: OfferRow, of: Merchant | None = None, at: dt.datetime | None = None, **how: Any
    ) -> Counts:
        """Import offers of a merchant, Électro-Bastide unless another is given, now or at a time."""
        return import_batch(rows, How(of or self.bastide, **how), at or timezone.now())

    def offer(self, key: str) -> Offer:
        return Offer.objects.select_related("product").get(merchant_key=key)

    def product(self, **fields: Any) -> Product:
        """Return a product that Électro-Bastide offers."""
        one = row(**fields)
        self.imported(one)
        product = self.offer(one.key).product
        assert product is not None
        return product
