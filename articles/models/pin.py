"""Slots at the head of pages, and the articles pinned to them."""

import datetime as dt
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.section import Section
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


class FrontPageSlot(Timestamped):
    """The head of a publication's front page or of a section's page, to which articles are pinned."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="slots", verbose_name=_("publication"))
    section = models.ForeignKey(
        Section, models.PROTECT, null=True, blank=True, related_name="slots", verbose_name=_("section")
    )  # None: the front page

    class Meta:
        verbose_name = _("head of a page")
        verbose_name_plural = _("top articles")
        constraints = [
            models.UniqueConstraint(
                fields=["publication"], condition=Q(section__isnull=True), name="one_head_of_a_front_page"
            ),
            models.UniqueConstraint(fields=["section"], name="one_head_of_a_section"),
        ]

    def __str__(self) -> str:
        return self.section.name if self.section else str(_("Front page"))

    @property
    def path(self) -> str:
        """The path of its page."""
        return self.section.path if self.section else "/"


class PinQuerySet(models.QuerySet[Any]):
    def current(self, now: dt.datetime) -> "PinQuerySet":
        """Return the pins whose time has not passed."""
        return self.filter(until__gt=now)


class Pin(models.Model):
    """An article pinned to the head of a page until a set time. Written by actions/fronts.py."""

    slot = models.ForeignKey(FrontPageSlot, models.CASCADE, related_name="pins", verbose_name=_("head of a page"))
    article = models.ForeignKey(Article, models.CASCADE, related_name="pins", verbose_name=_("article"))
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    until = models.DateTimeField(_("until"))

    objects = PinQuerySet.as_manager()

    class Meta:
        verbose_name = _("pinned article")
        verbose_name_plural = _("pinned articles")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["slot", "article"], name="pinned_once_on_a_page")]
        indexes = [models.Index("slot", "until", name="pinned_until")]

    def __str__(self) -> str:
        return str(self.article)
