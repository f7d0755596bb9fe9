"""The demo's products, offers and a year of prices: written in bulk, the same each time but for the dates."""

import datetime as dt
import random
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from newsroom.comparator.actions.importing import How, import_batch
from newsroom.comparator.actions.merchants import save_merchant
from newsroom.comparator.demo.catalogue import FAMILIES, PER_FAMILY, SERIES, SHOPS, TRIED, Shop
from newsroom.comparator.feeds.offers import OfferRow
from newsroom.comparator.gtin import check_digit
from newsroom.comparator.models import Merchant, Offer, PricePoint
from newsroom.comparator.models.offer import Condition
from newsroom.lib.text import slugify
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.parts import HOSTS_TAG
from newsroom.publications.permissions import SYSTEM

DAYS_BETWEEN_POINTS = 4  # of the past; what is seen is the same as from a point a day
LIFETIME_HOURS = 24 * 30  # the demo fetches no feed: its offers stay for a month


def add_products(publication: Publication, users: dict[str, Any]) -> None:
    """Give a publication the Comparateur, and the install its catalogue, if it has none."""
    with transaction.atomic():
        Publication.objects.filter(pk=publication.pk).update(compares_prices=True)
        invalidate({publication.cache_tag, HOSTS_TAG})
    if Merchant.objects.exists():
        return
    now = timezone.now()
    for number, shop in enumerate(SHOPS):
        merchant = Merchant(name=shop.name, slug=slugify(shop.name), url=f"https://{slugify(shop.name)}.example/")
        merchant.offers_last_hours = LIFETIME_HOURS
        save_merchant(merchant, by=SYSTEM)
        # The last one names some of its products otherwise, and knows no bar codes: a person matches them.
        rows = tuple(_offers(shop, number, is_vague=number == len(SHOPS) - 1))
        import_batch(
            rows, How(merchant, None, shop.is_paid, makes_products=number == 0), now - dt.timedelta(hours=number)
        )
    _write_past(timezone.localdate(now))


def _offers(shop: Shop, number: int, *, is_vague: bool) -> Iterator[OfferRow]:
    for index, (category, kind, brand, model, name, euros) in enumerate(_products()):
        if number and (index * 7 + number * 3) % 10 >= shop.sells:
            continue
        stem = f"377000{index:06d}"
        is_odd = is_vague and index % 9 == 4
        cents = euros * 100 + 90 + euros * shop.dearer
        yield OfferRow(
            key=f"{number + 1}-{index:03d}",
            title=f"{brand} {model} {kind.lower()}" if is_odd else name,
            price_cents=cents - cents % 100 + 90, delivery_cents=shop.delivery, currency=settings.COMPARATOR_CURRENCY,
            availability="preorder" if index % 23 == 5 else "in_stock",
            condition=Condition.REFURBISHED if number == 2 and index % 8 == 3 else Condition.NEW,
            url=f"https://{slugify(shop.name)}.example/{slugify(name)}", image="",
            gtin="" if is_vague else stem + check_digit(stem), brand="" if is_odd else brand,
            model="" if is_odd else model, category=category,
        )  # fmt: skip


def _products() -> Iterator[tuple[str, str, str, str, str, int]]:
    """Yield category, kind, brand, model, name and price in euros of each product."""
    for number, (category, kind, brands, cheapest, dearest) in enumerate(FAMILIES):
        for n in range(PER_FAMILY):
            brand = brands[n % len(brands)]
            model = f"{brand[:2].upper().replace('É', 'E')}{number}{n}{'0' if n % 2 else 'X'}"
            euros = cheapest + (dearest - cheapest) * n // (PER_FAMILY - 1)
            name = f"{kind} {brand} {SERIES[n]}"
            brand, model, name, euros = TRIED.get((number, n), (brand, model, name, euros))
            yield category, kind, brand, model, name, euros


def _write_past(today: dt.date) -> None:
    """Write a price of each product every few days of a year: it falls slowly, jumps about, and has a sale or two."""
    chance = random.Random(17)  # noqa: S311 (a demo)
    shown = Offer.objects.shown(timezone.now()).filter(condition=Condition.NEW).order_by("product", "total_cents")
    lowest: dict[int, tuple[int, int]] = {}
    for product, cents, merchant in shown.values_list("product", "total_cents", "merchant"):
        lowest.setdefault(product, (cents, merchant))
    points = []
    for product, (now_cents, merchant) in lowest.items():
        drift, sale = chance.uniform(0.02, 0.3), chance.randrange(20, 340)
        level = 1.0
        for ago in range(364, 0, -DAYS_BETWEEN_POINTS):
            if chance.random() < 0.15:
                level = chance.uniform(0.97, 1.06)
            factor = (1 + drift * ago / 365) * level * (0.86 if sale <= ago < sale + 9 else 1)
            cents = int(now_cents * factor) // 100 * 100 + 90
            points.append(PricePoint(
                product_id=product, day=today - dt.timedelta(days=ago), cents=cents,
                currency=settings.COMPARATOR_CURRENCY, merchant_id=merchant,
            ))  # fmt: skip
    PricePoint.objects.bulk_create(points)
