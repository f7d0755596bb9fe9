"""Offers of merchants, and how often readers went to them."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from newsroom.comparator.models.merchant import Merchant, MerchantFeed
from newsroom.comparator.models.product import Product


class Availability(models.TextChoices):
    """Values of Google's product data specification (support.google.com/merchants/answer/6324448), and "not said"."""

    IN_STOCK = "in_stock", pgettext_lazy("offer", "in stock")
    PREORDER = "preorder", pgettext_lazy("offer", "to be ordered in advance")
    BACKORDER = "backorder", pgettext_lazy("offer", "on order")
    UNKNOWN = "unknown", pgettext_lazy("offer", "see at the merchant’s")
    OUT_OF_STOCK = "out_of_stock", pgettext_lazy("offer", "out of stock")


class Condition(models.TextChoices):
    """Of what is sold (support.google.com/merchants/answer/6324469)."""

    NEW = "new", pgettext_lazy("offer", "new")
    REFURBISHED = "refurbished", pgettext_lazy("offer", "refurbished")
    USED = "used", pgettext_lazy("offer", "used")


class Match(models.TextChoices):
    """How an offer came to its product, or why it has none."""

    GTIN = "gtin", _("by bar code")
    MODEL = "model", _("by brand and model")
    NAME = "name", _("by name")
    PERSON = "person", _("by a person")
    UNSURE = "unsure", _("unsure")  # there are candidates that contradict each other: a person decides
    UNKNOWN = "unknown", _("no product like it")
    REFUSED = "refused", _("set aside")  # by a person: it is for no product that is compared


class OfferQuerySet(models.QuerySet["Offer"]):
    def shown(self, now: dt.datetime) -> Self:
        """Return the offers that readers see: of a product, in the install's currency, to be had, seen lately."""
        return self.filter(
            product__isnull=False, leaves_at__gt=now, currency=settings.COMPARATOR_CURRENCY
        ).exclude(availability=Availability.OUT_OF_STOCK)  # fmt: skip

    def cheapest_first(self) -> Self:
        """Return them by their total price, the lowest first; those that do not tell what delivery costs come last.

        Of equal ones the one that was listed first.
        """
        return self.order_by(IsNull(F("delivery_cents"), True), "total_cents", "pk")

    def undecided(self) -> Self:
        """Return the offers without a product about which nobody has decided."""
        return self.filter(match__in=[Match.UNSURE, Match.UNKNOWN])


class Offer(models.Model):
    """A merchant's offer, as its feed listed it last. Prices are whole cents."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="offers", verbose_name=_("merchant"))
    feed = models.ForeignKey(MerchantFeed, models.SET_NULL, null=True, related_name="+", db_index=False)
    product = models.ForeignKey(
        Product, models.SET_NULL, null=True, related_name="offers", verbose_name=_("product"), db_index=False
    )
    merchant_key = models.CharField(_("the merchant’s own number"), max_length=100)
    title = models.CharField(_("title"), max_length=200)
    brand = models.CharField(_("brand"), max_length=80, blank=True)
    model = models.CharField(_("model"), max_length=80, blank=True)
    gtin = models.CharField(_("bar code"), max_length=14, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    price_cents = models.PositiveIntegerField(_("price"))
    delivery_cents = models.PositiveIntegerField(_("delivery"), null=True)  # None: the feed does not tell
    total_cents = models.PositiveBigIntegerField(_("total"))
    currency = models.CharField(_("currency"), max_length=3)
    availability = models.CharField(_("availability"), max_length=12, choices=Availability)
    condition = models.CharField(_("condition"), max_length=12, choices=Condition, default=Condition.NEW)
    url = models.CharField(_("address"), max_length=2000)
    image_url = models.CharField(max_length=1000, blank=True)
    is_paid = models.BooleanField(_("paid for"), default=False)
    seen_at = models.DateTimeField(_("seen"))
    leaves_at = models.DateTimeField(_("leaves"))  # the merchant's time after it was seen
    is_counted = models.BooleanField(default=True)  # until the job has taken it out of what its product counts
    match = models.CharField(_("matched"), max_length=10, choices=Match)
    identity = models.CharField(max_length=32)  # a hash of what says which product it is for
    digest = models.CharField(max_length=32)  # a hash of all that the feed says

    objects = OfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints = [models.UniqueConstraint(fields=["merchant", "merchant_key"], name="offer_once")]
        indexes = [
            models.Index("product", "total_cents", "id", name="offers_of_product"),
            models.Index("leaves_at", condition=Q(is_counted=True), name="offers_leaving"),
            models.Index("seen_at", name="offers_seen"),
            models.Index("merchant", condition=Q(is_paid=True), name="offers_paid"),
            models.Index("match", "id", condition=Q(product__isnull=True), name="offers_unmatched"),
        ]

    def __str__(self) -> str:
        return self.title


class OfferClicks(models.Model):
    """How often readers went to an offer on one day. No reader is kept."""

    offer = models.ForeignKey(Offer, models.CASCADE, related_name="clicks", db_index=False)
    day = models.DateField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["offer", "day"], name="clicks_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.count}"
