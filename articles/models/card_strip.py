"""Strips of cards on a publication's pages, and what fills them."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.section import Section
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


class StripArea(models.TextChoices):
    """Where on a publication's pages a strip is shown."""

    HOME = "home", _("front page")
    SECTION = "section", _("section pages")
    BESIDE = "beside", _("beside an article")
    AFTER = "after", _("after an article")


class StripSource(models.TextChoices):
    """What fills a strip."""

    SITE = "site", _("articles of a site")
    PARTNERS = "partners", _("partners’ headlines")
    PICKED = "picked", _("articles picked by hand")
    MOST_READ = "most_read", _("what is read most")


class Period(models.TextChoices):
    """The time over which articles are ranked by their visits; it ends now, and begins with an hour of the clock."""

    HOUR = "hour", _("in the last hour")
    DAY = "day", _("in the last 24 hours")
    WEEK = "week", _("in the last seven days")


class CardStripQuerySet(models.QuerySet[Any]):
    def shown_at(self, publication: Publication, *areas: str, preview_strip: int | None = None) -> "CardStripQuerySet":
        """Return the live strips in these areas, in order; that with the id `preview_strip` even if not live."""
        visible = Q(is_live=True) | Q(pk=preview_strip) if preview_strip else Q(is_live=True)
        return self.filter(visible, publication=publication, area__in=areas)


class CardStrip(Timestamped):
    """A strip of cards on pages of a publication ("Les dernières actus Apple sur iPhoneAddict").

    It holds the newest articles of a site, of some of its sections, of some tags; or partners' newest headlines; or
    articles picked by hand, in their order; or those of its own lists that are read most. Written by actions/fronts.py.
    """

    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="strips", verbose_name=_("publication"), editable=False
    )
    title = models.CharField(_("title"), max_length=80)
    area = models.CharField(_("area"), max_length=10, choices=StripArea, default=StripArea.HOME)
    section = models.ForeignKey(
        Section, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("on the page of"),
        help_text=_("For section pages: one of them, or all if empty."),
    )  # fmt: skip
    source = models.CharField(_("filled with"), max_length=10, choices=StripSource, default=StripSource.SITE)
    source_publication = models.ForeignKey(
        Publication, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("articles of")
    )  # where the source is a site
    # Sections of `source_publication`; none: all.
    section_ids = models.JSONField(_("of these sections"), default=list, blank=True)
    tag_ids = models.JSONField(_("with one of these tags"), default=list, blank=True)  # none: any
    feed_ids = models.JSONField(_("from these partners"), default=list, blank=True)
    article_ids = models.JSONField(_("these articles"), default=list, blank=True)  # in their order
    period = models.CharField(_("read most"), max_length=4, choices=Period, default=Period.DAY)
    count = models.PositiveSmallIntegerField(
        _("how many cards"), default=4, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0, editable=False)
    is_live = models.BooleanField(_("readers see it"), default=False)

    objects = CardStripQuerySet.as_manager()

    class Meta:
        verbose_name = _("strip of cards")
        verbose_name_plural = _("strips of cards")
        ordering = ["area", "position", "pk"]

    def __str__(self) -> str:
        return self.title
