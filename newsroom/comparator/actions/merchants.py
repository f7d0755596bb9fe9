"""Actions of the desk on merchants and their feeds."""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.actions import action
from newsroom.comparator.models import Merchant, MerchantFeed, Offer
from newsroom.comparator.models.product import TAG_OF_ALL
from newsroom.lib.text import slugify
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import require

MERCHANT_FIELDS = ("name", "slug", "url", "offers_last_hours", "has_ties")
FEED_FIELDS = ("url", "format", "columns", "is_paid", "makes_products", "is_polled", "every")


@action
def save_merchant(merchant: Merchant, *, by: Any) -> Merchant:
    """Add a merchant, or write the desk's fields of one. Its name is on every page with an offer. Raises Forbidden."""
    require(by, "merchant.change", None)
    merchant.slug = merchant.slug or slugify(merchant.name)
    if merchant.pk:
        merchant.save(update_fields=[*MERCHANT_FIELDS, "changed_at"])
    else:
        merchant.save()
    invalidate({TAG_OF_ALL})
    return merchant


@action
def save_feed(feed: MerchantFeed, *, by: Any) -> MerchantFeed:
    """Add a feed, or write the desk's fields of one; how its fetching goes is not written over.

    It is fetched at once if it is new, or is read otherwise than before; whether its offers are paid for is shown at
    once. Raises Forbidden; ValidationError for one that was deleted meanwhile.
    """
    require(by, "merchant.change", None)
    if not feed.pk:
        feed.due_at = timezone.now()
        feed.save()
        return feed
    row = MerchantFeed.objects.select_for_update().filter(pk=feed.pk).first()
    if row is None:
        raise ValidationError(_("This feed was deleted meanwhile."))
    before = {name: getattr(row, name) for name in FEED_FIELDS}
    for name in FEED_FIELDS:
        setattr(row, name, getattr(feed, name))
    if any(getattr(row, name) != before[name] for name in FEED_FIELDS if name != "every"):
        row.due_at, row.failures, row.trouble, row.detail = timezone.now(), 0, "", ""
    row.save()
    if row.is_paid != before["is_paid"]:
        Offer.objects.filter(feed=row).update(is_paid=row.is_paid)
        invalidate({TAG_OF_ALL})
    return row


@action
def ask_now(feed: MerchantFeed, *, by: Any) -> None:
    """Have a feed fetched by the worker within a minute. Raises Forbidden."""
    require(by, "merchant.change", None)
    rows = MerchantFeed.objects.filter(pk=feed.pk)
    rows.update(due_at=timezone.now(), is_polled=True)


@action
def delete_feed(feed: MerchantFeed, *, by: Any) -> None:
    """Delete a feed; what it listed leaves at once. Raises Forbidden."""
    require(by, "merchant.change", None)
    offers = Offer.objects.filter(feed=feed)
    offers.update(leaves_at=timezone.now())
    invalidate({TAG_OF_ALL})
    MerchantFeed.objects.filter(pk=feed.pk).delete()
