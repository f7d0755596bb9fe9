"""Reading offers as readers see them: how many merchants, the lowest price; one query for any number of products."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from newsroom.comparator.models import Offer, PricePoint
from newsroom.comparator.models.offer import Condition

MAX_OFFERS_SHOWN = 100  # of a product


@dataclass(frozen=True)
class Offered:
    """How a product is offered: by how many merchants, and the lowest total price of a new one, in cents, and whose.

    `cents` and `merchant` are None where it is only offered used or refurbished.
    """

    merchants: int
    cents: int | None = None
    merchant: int | None = None


def offered(products: Collection[int], now: dt.datetime) -> dict[int, Offered]:
    """Return how products are offered, by id; those that nobody offers are left out. One query."""
    merchants: dict[int, set[int]] = defaultdict(set)
    lowest: dict[int, tuple[int, int]] = {}
    rows = Offer.objects.shown(now).filter(product__in=products).cheapest_first()
    for product, merchant, cents, condition in rows.values_list("product", "merchant", "total_cents", "condition"):
        merchants[product].add(merchant)
        if condition == Condition.NEW:
            lowest.setdefault(product, (cents, merchant))
    return {pk: Offered(len(of), *lowest.get(pk, (None, None))) for pk, of in merchants.items()}


def lowest_prices(found: dict[int, Offered]) -> dict[int, int]:
    """Return the lowest price of each product that is offered new."""
    return {pk: row.cents for pk, row in found.items() if row.cents is not None}


def offers_of(products: Collection[int], now: dt.datetime) -> dict[int, list[Offer]]:
    """Return the offers of each of some products, with their merchants, the cheapest first. One query."""
    rows = Offer.objects.shown(now).filter(product__in=products).select_related("merchant").cheapest_first()
    found: dict[int, list[Offer]] = defaultdict(list)
    for row in rows:
        if row.product_id and len(found[row.product_id]) < MAX_OFFERS_SHOWN:
            found[row.product_id].append(row)
    return found


def price_history(product: int, since: dt.date) -> list[PricePoint]:
    """Return the lowest prices of a product since a day, in order. One query."""
    return list(PricePoint.objects.filter(product=product, day__gte=since).select_related("merchant").order_by("day"))
