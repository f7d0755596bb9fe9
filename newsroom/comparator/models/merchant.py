"""Merchants, and the feeds in which they send their offers."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.comparator.feeds.fields import FIELDS
from newsroom.lib.sorting import Alphabetical
from newsroom.timestamps import Timestamped

_http = URLValidator(schemes=["http", "https"])
_COLUMN = re.compile(r"\s*(\w+)\s*=\s*(.*\S)\s*\Z")


class Trouble(models.TextChoices):
    """Why a feed could not be read: codes of newsroom/lib/http.py and of feeds/reading.py."""

    ADDRESS = "address", _("this is no address that can be asked for")
    UNKNOWN_HOST = "unknown_host", _("no server goes by that name")
    FORBIDDEN_ADDRESS = "forbidden_address", _("the name leads into a private network, where nothing is fetched from")
    UNREACHABLE = "unreachable", _("the server cannot be reached")
    TLS = "tls", _("no secure connection can be made with it: the certificate, most often")
    TOO_SLOW = "too_slow", _("it took too long")
    TOO_LARGE = "too_large", _("it is larger than is read")
    REDIRECTS = "redirects", _("it leads from one address to the next without end")
    PROTOCOL = "protocol", _("the server’s answer is not HTTP as it should be")
    STATUS = "status", _("the server refused")
    DTD = "dtd", _("it declares a DTD, which no feed needs")
    COLUMNS = "columns", _("columns are missing in it")
    NO_OFFERS = "no_offers", _("there is no offer in it")
    MALFORMED = "malformed", _("it is damaged and cannot be read")
    BROKEN_OFF = "broken_off", _("the import broke off by a fault of ours")


def read_columns(text: str) -> dict[str, str]:
    """Return a feed's own names of our fields, from lines such as "price = Prix TTC". Raises ValidationError."""
    columns: dict[str, str] = {}
    for line in filter(str.strip, text.splitlines()):
        match = _COLUMN.match(line)
        if not match or match[1] not in FIELDS:
            known = ", ".join(FIELDS)
            raise ValidationError(
                _("“%(line)s” is no line like “price = Prix TTC”. Fields: %(known)s."),
                params={"line": line.strip()[:80], "known": known},
            )
        columns[match[1]] = match[2]
    return columns


def validate_columns(text: str) -> None:
    """Raise ValidationError unless `text` names columns as `read_columns` reads them."""
    read_columns(text)


class Merchant(Timestamped):
    """A shop whose offers are compared, on every site of the install that has the Comparateur."""

    name = models.CharField(_("merchant"), max_length=80, unique=True, help_text=_("As readers see it on each offer."))
    slug = models.SlugField(_("slug"), max_length=80, unique=True, blank=True)
    url = models.CharField(_("site"), max_length=500, validators=[_http], blank=True)
    offers_last_hours = models.PositiveSmallIntegerField(
        _("offers leave after (hours)"), default=72, validators=[MinValueValidator(1), MaxValueValidator(24 * 30)],
        help_text=_("An offer that no feed has listed for so long is no longer shown."),
    )  # fmt: skip
    has_ties = models.BooleanField(
        _("has ties with us"), default=False,
        help_text=_("A contract beyond the listing, or shares, in either direction: readers are told (D111-11)."),
    )  # fmt: skip

    class Meta:
        verbose_name = _("merchant")
        verbose_name_plural = _("merchants")
        ordering = [Alphabetical("name")]

    def __str__(self) -> str:
        return self.name

    @property
    def lifetime(self) -> dt.timedelta:
        """For how long an offer is shown that no feed lists any more."""
        return dt.timedelta(hours=self.offers_last_hours)


class MerchantFeed(Timestamped):
    """A file of a merchant's offers, fetched again and again. What a good fetch brought stays until it is stale."""

    class Format(models.TextChoices):
        AUTO = "auto", _("recognised by itself")
        CSV = "csv", "CSV"
        XML = "xml", "XML"

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="feeds", verbose_name=_("merchant"))
    url = models.CharField(_("address of the feed"), max_length=1000, validators=[_http])
    format = models.CharField(_("format"), max_length=10, choices=Format, default=Format.AUTO)
    columns = models.TextField(
        _("its own names of columns"), blank=True, validators=[validate_columns],
        help_text=_("One a line: price = Prix TTC. Names of Google, Awin and Effiliation are known."),
    )  # fmt: skip
    is_paid = models.BooleanField(
        _("paid for"), default=False,
        help_text=_("The merchant pays to be listed, or for each visitor: its offers are marked “Annonce”."),
    )  # fmt: skip
    makes_products = models.BooleanField(
        _("adds products"), default=True,
        help_text=_("An offer with a bar code, or a brand and a model, that is known to nobody adds its product."),
    )  # fmt: skip
    is_polled = models.BooleanField(_("asked for offers"), default=True)
    every = models.PositiveSmallIntegerField(
        _("asked every (hours)"), default=12, validators=[MinValueValidator(1), MaxValueValidator(24 * 7)]
    )

    # The state of fetching. `due_at` is also the claim on the feed: whoever begins moves it to the next time.
    due_at = models.DateTimeField(_("asked next"), db_index=True, editable=False)
    tried_at = models.DateTimeField(_("last asked"), null=True, editable=False)
    good_at = models.DateTimeField(_("last went well"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    trouble = models.CharField(_("what went wrong"), max_length=20, choices=Trouble, blank=True, editable=False)
    detail = models.CharField(max_length=300, blank=True, editable=False)
    counts = models.JSONField(default=dict, editable=False)  # of the last good fetch: actions.importing.Counts
    skipped = models.JSONField(default=list, editable=False)  # [reason, text] of rows that were not taken

    class Meta:
        verbose_name = _("merchant’s feed")
        verbose_name_plural = _("merchants’ feeds")
        ordering = ["merchant", "pk"]
        constraints = [models.UniqueConstraint(fields=["merchant", "url"], name="merchant_feed_once")]

    def __str__(self) -> str:
        return f"{self.merchant} · {self.pk}" if self.pk else str(self.merchant)

    @property
    def names(self) -> dict[str, str]:
        """The feed's own names of our fields."""
        return read_columns(self.columns)
