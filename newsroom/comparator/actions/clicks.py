"""Counting how often readers go to an offer: a number an offer and day, and nothing about who."""

from django.db.models import F
from django.utils import timezone

from newsroom.actions import action
from newsroom.comparator.models import Offer, OfferClicks


@action
def count(offer: Offer) -> None:
    """Count one visit more. Two queries at most; one but for the first of a day."""
    day = timezone.localdate()
    rows = OfferClicks.objects.filter(offer=offer, day=day)
    if not rows.update(count=F("count") + 1):
        _row, is_new = OfferClicks.objects.get_or_create(offer=offer, day=day, defaults={"count": 1})
        if not is_new:  # another one came at the same moment
            rows.update(count=F("count") + 1)
