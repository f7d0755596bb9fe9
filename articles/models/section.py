"""Sections of a publication (rubriques)."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.lib.sorting import Alphabetical
from newsroom.publications.models import Publication
from newsroom.publications.words import reserved_words
from newsroom.timestamps import Timestamped


def validate_section_slug(value: str) -> None:
    """Raise ValidationError for a word that a site's own addresses begin with, in any language."""
    if value.lower() in reserved_words():
        raise ValidationError(_("“%(value)s” is reserved for the site's own pages."), params={"value": value})


class Section(Timestamped):
    """A publication's section (rubrique). Written by actions/taxonomy.py."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="sections", verbose_name=_("publication"))
    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("slug"), max_length=80, validators=[validate_section_slug])
    description = models.CharField(_("description"), max_length=300, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    in_menu = models.BooleanField(_("in the menu"), default=True)

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")
        ordering = ["position", Alphabetical("name")]
        constraints = [models.UniqueConstraint(fields=["publication", "slug"], name="section_slug_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """The path of its list on its publication."""
        return f"/{self.slug}/"

    def get_absolute_url(self) -> str:
        """Return the address of its list, with its origin."""
        return self.publication.origin + self.path
