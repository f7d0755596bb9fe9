"""The desk's decisions about offers that nobody could match: which product one is for, a new one, or none."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.actions import action
from newsroom.comparator.actions import prices
from newsroom.comparator.actions.products import add_products, product_of
from newsroom.comparator.models import Offer, Product
from newsroom.comparator.models.offer import Match
from newsroom.publications.permissions import require


class DecidedMeanwhile(Exception):
    """Somebody else, or an import, decided about the offer while it was looked at."""

    def __init__(self) -> None:
        super().__init__(_("This offer was decided meanwhile."))


@action
def assign(offer: Offer, product: Product, *, by: Any) -> Offer:
    """Say that an undecided offer is for a product. Raises Forbidden, DecidedMeanwhile."""
    row = _undecided(offer, by)
    return _decide(row, Match.PERSON, product)


@action
def make_product(offer: Offer, *, by: Any) -> Offer:
    """Make a product of an undecided offer. Raises Forbidden, DecidedMeanwhile.

    Where its bar code is another product's, the new one has none.
    """
    row = _undecided(offer, by)
    product = product_of(row, row.category, row.image_url)
    if product.gtin and Product.objects.filter(gtin=product.gtin).exists():
        product.gtin = None
    add_products([product])
    return _decide(row, Match.PERSON, product)


@action
def set_aside(offer: Offer, *, by: Any) -> Offer:
    """Say that an undecided offer is for nothing that is compared. Raises Forbidden, DecidedMeanwhile."""
    row = _undecided(offer, by)
    return _decide(row, Match.REFUSED, None)


@action
def reopen(offer: Offer, *, by: Any) -> Offer:
    """Take back what a person decided about an offer: it waits again. Raises Forbidden, DecidedMeanwhile."""
    require(by, "offer.match", None)
    row = Offer.objects.select_for_update(of=("self",)).filter(pk=offer.pk).first()
    if row is None or row.match not in (Match.PERSON, Match.REFUSED):
        raise DecidedMeanwhile
    return _decide(row, Match.UNSURE, None)


def _undecided(offer: Offer, by: Any) -> Offer:
    require(by, "offer.match", None)
    row = Offer.objects.undecided().select_for_update(of=("self",)).filter(pk=offer.pk).first()
    if row is None:
        raise DecidedMeanwhile
    return row


def _decide(row: Offer, match: Match, product: Product | None) -> Offer:
    products = {pk for pk in (row.product_id, product.pk if product else None) if pk}
    row.match, row.product = match, product
    row.save(update_fields=["match", "product"])
    prices.follow(products, timezone.now(), changed=products)
    return row
