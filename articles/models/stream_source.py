"""Stream sources: the sister sites' articles that a publication lists among its latest ones."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.models.section import Section
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


class StreamSource(Timestamped):
    """A sister site's articles to which a publication subscribes: all, or those of one section.

    They are listed among its latest articles and stay rows of their own site: withdrawn or corrected there, they are so
    here. Written by actions/fronts.py.
    """

    publication = models.ForeignKey(
        Publication, models.CASCADE, related_name="stream_sources", verbose_name=_("publication")
    )
    sister = models.ForeignKey(Publication, models.CASCADE, related_name="+", verbose_name=_("sister site"))
    section = models.ForeignKey(
        Section, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("section")
    )  # None: all of them

    class Meta:
        verbose_name = _("sister’s articles")
        verbose_name_plural = _("sister sites’ articles")
        ordering = ["sister__position", "section__position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["publication", "section"], name="stream_section_once"),
            models.UniqueConstraint(
                fields=["publication", "sister"], condition=Q(section__isnull=True), name="stream_sister_once"
            ),
            models.CheckConstraint(condition=~Q(publication=F("sister")), name="stream_source_is_another"),
        ]

    def __str__(self) -> str:
        return f"{self.sister} · {self.section}" if self.section else str(self.sister)
