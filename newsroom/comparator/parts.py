"""Parts of pages: the price box that an article shows, and the merchants that are listed, for what the law asks."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.utils import timezone

from newsroom.comparator.addresses import out_url, product_url
from newsroom.comparator.models import Merchant, Offer, Product
from newsroom.comparator.models.offer import Condition
from newsroom.comparator.models.product import LISTS_TAG, TAG_OF_ALL, product_tag
from newsroom.comparator.offers import offers_of
from newsroom.pagecache.parts import Making, part, parts
from newsroom.publications.parts import publication_of, rendered

IN_BOX = 3  # offers
# When an offer was seen last changes with each fetch, and invalidates nothing: pages are at most so old.
LONGEST = dt.timedelta(minutes=10)


@dataclass(frozen=True)
class Listed:
    """A merchant whose offers readers see: whether any is paid for, and whether it has other ties with the site."""

    name: str
    is_paid: bool
    has_ties: bool


def ends_of(offers: Iterable[Offer], now: dt.datetime) -> dt.datetime:
    """Return the moment at which what shows some offers is to be made again: when one leaves, or LONGEST from now."""
    return min([offer.leaves_at for offer in offers] + [now + LONGEST])


@part
def listed_merchants(making: Making) -> list[Listed]:
    """Return the merchants that are listed, by their names. One query."""
    now = timezone.now()
    making.tag(TAG_OF_ALL, LISTS_TAG)
    making.ends(now + LONGEST)
    shown = Offer.objects.shown(now).filter(merchant=OuterRef("pk"))
    rows = Merchant.objects.filter(Exists(shown)).annotate(pays=Exists(shown.filter(is_paid=True)))
    return [Listed(row.name, row.pays, row.has_ties) for row in rows]


@parts
def price_box(makings: Sequence[Making]) -> None:
    """Make price boxes of products: of a publication, the product with that id. Two queries, however many.

    Nothing of a product that is gone or that nobody offers new, or on a site without the Comparateur.
    """
    now = timezone.now()
    ids = {making.arguments[1] for making in makings}
    products, offers = Product.objects.in_bulk(ids), offers_of(ids, now)
    for making in makings:
        publication, pk = making.arguments
        making.tag(product_tag(pk), TAG_OF_ALL)
        on, product = publication_of(making, publication), products.get(pk)
        new = [offer for offer in offers.get(pk, ()) if offer.condition == Condition.NEW]
        making.ends(ends_of(offers.get(pk, ()), now))
        if product is None or not new or not on.compares_prices:
            making.value = making.fragment("")
            continue
        making.value = rendered(
            making, "comparator/parts/price_box.html", on, product=product, address=product_url(on, product.slug),
            offers=[(offer, out_url(on, offer.pk)) for offer in new[:IN_BOX]],
            merchants=len({offer.merchant_id for offer in offers[pk]}),
        )  # fmt: skip
