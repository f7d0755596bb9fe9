"""Revisions: what an article was each time that it was saved."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.image import Image
from articles.models.immutable import WrittenOnce
from articles.models.section import Section
from articles.workflow import Change, Kind


class Revision(WrittenOnce):
    """An article as it was saved once, whole and never changed: saving adds another. Written by actions only."""

    article = models.ForeignKey("articles.Article", models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.NEWS)
    kicker = models.CharField(_("kicker"), max_length=120, blank=True)
    headline = models.CharField(_("headline"), max_length=300)
    standfirst = models.TextField(_("standfirst"), blank=True)
    body = models.TextField(_("body"), blank=True)  # HTML as newsroom/lib/html.py allows it, sanitised and typeset
    lead_image = models.ForeignKey(Image, models.PROTECT, null=True, related_name="leads", verbose_name=_("lead image"))
    section = models.ForeignKey(Section, models.PROTECT, null=True, related_name="+", verbose_name=_("section"))
    slug = models.CharField(_("slug"), max_length=120, blank=True)
    # Ids in their order, so that a revision stays what it was; Tag.resolve follows merges.
    tag_ids = models.JSONField(default=list)
    author_ids = models.JSONField(default=list)
    sponsor = models.CharField(_("sponsor"), max_length=120, blank=True)
    sponsor_url = models.URLField(_("sponsor's address"), blank=True)
    seo_title = models.CharField(_("title for search engines"), max_length=120, blank=True)
    seo_description = models.CharField(_("description for search engines"), max_length=300, blank=True)
    # Of a text that another site published first: search engines are directed there.
    canonical_url = models.URLField(_("address of the original"), max_length=500, blank=True)
    noindex = models.BooleanField(_("kept from search engines"), default=False)
    change = models.CharField(_("class of change"), max_length=20, choices=Change, blank=True)
    notice = models.TextField(_("correction notice"), blank=True)
    word_count = models.PositiveIntegerField(default=0)
    reading_minutes = models.PositiveSmallIntegerField(default=1)
    image_ids = models.JSONField(default=list)  # ids of the images in the body, so that one query reads them
    created_at = models.DateTimeField(_("saved"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("saved by")
    )

    class Meta:
        verbose_name = _("revision")
        verbose_name_plural = _("revisions")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["article", "number"], name="revision_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.headline} ({self.number})"

    @property
    def is_sponsored(self) -> bool:
        """Whether it is an advertisement."""
        return self.kind == Kind.SPONSORED
