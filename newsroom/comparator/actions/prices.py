"""What follows from a change of offers, for the actions that make one: history, counts, alerts, stale pages."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection

from django.conf import settings
from django.utils import timezone

from newsroom.actions import action
from newsroom.comparator.actions import alerts
from newsroom.comparator.models import Offer, OfferClicks, PricePoint, Product
from newsroom.comparator.models.product import LISTS_TAG, TAG_OF_ALL, product_tag
from newsroom.comparator.offers import Offered, lowest_prices, offered
from newsroom.pagecache.tags import invalidate

MAX_TAGS = 200  # of products that one change names one by one; beyond, all pages with offers are made anew
STALE_AT_ONCE = 1_000  # offers
POINTS_KEPT = dt.timedelta(days=400)
CLICKS_KEPT = dt.timedelta(days=400)
UNSEEN_KEPT = dt.timedelta(days=90)  # offers that no feed lists any more


def follow(
    products: Collection[int], now: dt.datetime, *, changed: Collection[int], changes_lists: bool = False
) -> None:
    """Write the day's lowest price and the count of offers of products that were seen, and tell who waits for a price.

    `changed` are those whose pages show something else now; `changes_lists`: who is listed, or who pays, may be other
    than before, though no count is. Inside an action. About six queries for any number.
    """
    found = offered(products, now)
    changes_lists |= _write_counts(products, {pk: row.merchants for pk, row in found.items()})
    _write_points(found, timezone.localdate(now))
    alerts.tell(lowest_prices(found))
    invalidate_products(changed)
    if changes_lists:
        invalidate({LISTS_TAG})


def invalidate_products(products: Collection[int]) -> None:
    """Invalidate the pages of products. Inside an action."""
    if len(products) > MAX_TAGS:
        invalidate({TAG_OF_ALL})
    elif products:
        invalidate({product_tag(pk) for pk in products})


def _write_counts(products: Collection[int], counts: dict[int, int]) -> bool:
    """Write how many merchants offer products. Return whether any count is another one now."""
    stale: dict[int, list[int]] = defaultdict(list)
    for pk, count in Product.objects.filter(pk__in=products).values_list("pk", "offer_count"):
        if count != counts.get(pk, 0):
            stale[counts.get(pk, 0)].append(pk)
    for count, pks in stale.items():
        Product.objects.filter(pk__in=pks).update(offer_count=count)
    return bool(stale)


def _write_points(found: dict[int, Offered], day: dt.date) -> None:
    """Write the lowest price of the day: the lowest that was seen on it."""
    lowest = lowest_prices(found)
    rows = PricePoint.objects.filter(product__in=lowest, day=day)
    known = dict(rows.values_list("product", "cents"))
    currency = settings.COMPARATOR_CURRENCY
    points = [
        PricePoint(product_id=pk, day=day, cents=cents, currency=currency, merchant_id=found[pk].merchant)
        for pk, cents in lowest.items()
        if pk not in known or cents < known[pk]
    ]
    PricePoint.objects.bulk_create(
        points, update_conflicts=True, unique_fields=["product", "day"], update_fields=["cents", "currency", "merchant"]
    )


@action
def let_stale_leave(now: dt.datetime) -> int:
    """Take offers whose time is over out of what their products count. Return how many: STALE_AT_ONCE at most.

    Readers have not seen them since their second: this only brings counts, history and pages up to date.
    """
    stale = Offer.objects.filter(is_counted=True, leaves_at__lte=now).select_for_update()
    rows = list(stale.order_by("leaves_at").values_list("pk", "product")[:STALE_AT_ONCE])
    Offer.objects.filter(pk__in=[pk for pk, _product in rows]).update(is_counted=False)
    products = {product for _pk, product in rows if product}
    follow(products, now, changed=products)
    return len(rows)


@action
def delete_old(now: dt.datetime) -> int:
    """Delete offers that no feed has listed for long, and old prices and counts. Return how many offers: a portion."""
    old = Offer.objects.filter(seen_at__lt=now - UNSEEN_KEPT).order_by("seen_at").values("pk")[:STALE_AT_ONCE]
    pks = [row["pk"] for row in old]
    OfferClicks.objects.filter(offer__in=pks).delete()
    Offer.objects.filter(pk__in=pks).delete()
    PricePoint.objects.filter(day__lt=timezone.localdate(now - POINTS_KEPT)).delete()
    OfferClicks.objects.filter(day__lt=timezone.localdate(now - CLICKS_KEPT)).delete()
    return len(pks)
