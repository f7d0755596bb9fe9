"""Partner feeds and their headlines. Written by articles/partners/ only."""

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, URLValidator
from django.db import models
from django.db.models import Count, Min, Q
from django.utils.translation import gettext_lazy as _

from articles.models.image import Rendered
from newsroom.lib.sorting import Alphabetical
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped

PACE_WINDOW = dt.timedelta(days=14)
_http = URLValidator(schemes=["http", "https"])


class Trouble(models.TextChoices):
    """Why the last poll of a feed failed: codes of newsroom/lib/{http,confined}.py and partners/parse.py."""

    ADDRESS = "address", _("this is no address that can be asked for")
    UNKNOWN_HOST = "unknown_host", _("no server goes by that name")
    FORBIDDEN_ADDRESS = "forbidden_address", _("the name leads into a private network, where nothing is fetched from")
    UNREACHABLE = "unreachable", _("the server cannot be reached")
    TLS = "tls", _("no secure connection can be made with it: the certificate, most often")
    TOO_SLOW = "too_slow", _("it took too long")
    TOO_LARGE = "too_large", _("it is larger than is read")
    TOO_HEAVY = "too_heavy", _("reading it took more memory than is given")
    REDIRECTS = "redirects", _("it leads from one address to the next without end")
    PROTOCOL = "protocol", _("the server’s answer is not HTTP as it should be")
    STATUS = "status", _("the server refused")
    GONE = "gone", _("the server says that the feed is gone for good")
    DTD = "dtd", _("it declares a DTD, which no feed needs")
    WEB_PAGE = "web_page", _("it is a web page, not a feed")
    NOT_A_FEED = "not_a_feed", _("it is not a feed")
    MALFORMED = "malformed", _("it is damaged and cannot be read")


class PartnerFeedQuerySet(models.QuerySet[Any]):
    def with_pace(self, now: dt.datetime) -> "PartnerFeedQuerySet":
        """Annotate `recent`, how many headlines each feed has of the last two weeks, and `oldest`, the first's time."""
        recent = Count("items", filter=Q(items__published_at__gt=now - PACE_WINDOW))
        feeds: PartnerFeedQuerySet = self.annotate(recent=recent, oldest=Min("items__published_at"))
        return feeds


class PartnerFeed(Timestamped):
    """An outside feed whose headlines strips may show. Those of the last good poll are kept when a poll fails."""

    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="partner_feeds", verbose_name=_("publication"), editable=False
    )
    name = models.CharField(_("partner"), max_length=80, help_text=_("As readers see it on each headline."))
    url = models.CharField(_("address of the feed"), max_length=500, validators=[_http])
    every = models.PositiveSmallIntegerField(
        _("asked every (minutes)"), default=30, validators=[MinValueValidator(5), MaxValueValidator(1440)]
    )
    is_polled = models.BooleanField(_("asked for news"), default=True)
    shows_images = models.BooleanField(
        _("their licence lets us show their images"), default=False,
        help_text=_("Tick it only if the partner has said so. Images are re-encoded and kept by us."),
    )  # fmt: skip
    credit = models.CharField(
        _("credit"),
        max_length=120,
        blank=True,
        help_text=_("Stands with their images, after a “©”; needed where these are shown."),
    )

    # The state of polling. `due_at` is also the claim on the feed: whoever polls it first moves it to the next time.
    due_at = models.DateTimeField(_("asked next"), db_index=True, editable=False)
    tried_at = models.DateTimeField(_("last asked"), null=True, editable=False)
    good_at = models.DateTimeField(_("last went well"), null=True, editable=False)
    failures = models.PositiveIntegerField(_("failures in a row"), default=0, editable=False)
    trouble = models.CharField(_("what went wrong"), max_length=20, choices=Trouble, blank=True, editable=False)
    detail = models.CharField(max_length=300, blank=True, editable=False)
    skipped = models.JSONField(default=list, editable=False)  # [reason, text] of each item that was not taken
    etag = models.CharField(max_length=500, blank=True, editable=False)
    last_modified = models.CharField(max_length=100, blank=True, editable=False)

    objects = PartnerFeedQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner feed")
        verbose_name_plural = _("partner feeds")
        ordering = [Alphabetical("name"), "pk"]
        constraints = [models.UniqueConstraint(fields=["publication", "url"], name="partner_feed_once")]

    def __str__(self) -> str:
        return self.name

    def pace(self, now: dt.datetime) -> float:
        """Return how many headlines a day it brought, over at most two weeks. For a row that came by with_pace()."""
        recent: int = self.recent  # type: ignore[attr-defined]  # annotated by the queryset
        oldest: dt.datetime | None = self.oldest  # type: ignore[attr-defined]  # annotated by the queryset
        days = min(PACE_WINDOW, now - (oldest or now)) / dt.timedelta(days=1)
        return recent / max(days, 1)


class PartnerItemQuerySet(models.QuerySet[Any]):
    def shown(self) -> "PartnerItemQuerySet":
        """Return the headlines that readers may see, the newest first."""
        return self.filter(is_hidden=False).order_by("-published_at", "-pk")


@dataclass(frozen=True)
class PartnerImage(Rendered):
    """A partner's image as it is stored here: re-encoded, small, for cards only."""

    digest: str
    width: int
    height: int
    credit: str
    alt: str = ""


class PartnerItem(Timestamped):
    """A partner's headline: plain text, with a link to the partner's own page."""

    feed = models.ForeignKey(PartnerFeed, models.CASCADE, related_name="items", verbose_name=_("partner feed"))
    key = models.CharField(max_length=64, editable=False)  # of its guid
    link_key = models.CharField(max_length=64, editable=False)  # of its address: one article in two feeds is one
    url = models.CharField(_("address"), max_length=1000)
    title = models.CharField(_("headline"), max_length=300)
    teaser = models.CharField(_("standfirst"), max_length=400, blank=True)
    subjects = models.JSONField(_("tags"), default=list)
    published_at = models.DateTimeField(_("published"))
    is_hidden = models.BooleanField(_("hidden from readers"), default=False)
    image_url = models.CharField(max_length=1000, blank=True)
    image_digest = models.CharField(max_length=64, blank=True)
    image_width = models.PositiveSmallIntegerField(default=0)
    image_height = models.PositiveSmallIntegerField(default=0)
    image_asked = models.BooleanField(default=False)  # once: one that failed is not asked for again

    objects = PartnerItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("partner’s headline")
        verbose_name_plural = _("partners’ headlines")
        ordering = ["-published_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["feed", "key"], name="partner_item_once")]
        indexes = [
            models.Index(
                "feed", models.F("published_at").desc(), models.F("id").desc(),
                condition=Q(is_hidden=False), name="partner_item_shown",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title

    @staticmethod
    def hashed(text: str) -> str:
        """Return the hash of a guid or address, for `key` and `link_key`."""
        return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()

    @property
    def image(self) -> PartnerImage | None:
        """Its image, if it is stored here and the feed's licence lets readers see it."""
        if not self.feed.shows_images or not self.image_digest:
            return None
        return PartnerImage(self.image_digest, self.image_width, self.image_height, self.feed.credit)
