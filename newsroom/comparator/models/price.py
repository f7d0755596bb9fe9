"""What products cost over time, and who wants to be told."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.comparator.models.merchant import Merchant
from newsroom.comparator.models.product import Product
from newsroom.comparator.money import MAX_CENTS
from newsroom.publications.models import Publication


class PricePoint(models.Model):
    """The lowest total price at which a product was offered new on one day: one row a product and day."""

    product = models.ForeignKey(Product, models.CASCADE, related_name="prices", db_index=False)
    day = models.DateField(_("day"), db_index=True)
    cents = models.PositiveBigIntegerField(_("lowest price"))
    currency = models.CharField(max_length=3)
    merchant = models.ForeignKey(Merchant, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["product", "day"], name="price_once_a_day")]

    def __str__(self) -> str:
        return f"{self.day}: {self.cents}"


class PriceAlert(models.Model):
    """A reader's wish to be told by mail, once, when a product costs so much or less.

    It counts once the owner of the address has followed the link that was mailed there. The row goes when the mail is
    written, or when the reader says so.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, models.CASCADE, related_name="alerts")
    email = models.EmailField(_("e-mail"))
    cents = models.PositiveIntegerField(_("price"), validators=[MinValueValidator(1), MaxValueValidator(MAX_CENTS)])
    currency = models.CharField(max_length=3)
    source = models.CharField(max_length=32, db_index=True, blank=True)  # a hash that means nothing after a day
    asked_at = models.DateTimeField(auto_now_add=True, db_index=True)
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("price alert")
        verbose_name_plural = _("price alerts")
        constraints = [
            models.UniqueConstraint(fields=["email", "product", "publication", "cents"], name="price_alert_once")
        ]

    def __str__(self) -> str:
        return f"{self.product}: {self.cents}"
