"""Where does this address lead? Every path that ever led to an article or a section is a row here."""

import re
import unicodedata
from urllib.parse import unquote

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.author import Author
from articles.models.section import Section
from articles.models.tag import Tag
from newsroom.publications.models import Publication

MAX_PATH = 500
TARGETS = ("article", "section", "tag", "author")


# What WordPress names an article by where it has no path.
WORDPRESS_QUERY = re.compile(r"(?:p|page_id)=\d{1,18}\Z")


def normalise(path: str) -> str:
    """The one spelling of a path: decoded, NFC, lower case, single slashes, one at each end.

    WordPress's `/?p=12` and `/?page_id=12` are paths of their own. Raises ValueError on what can be no address.
    """
    if match := re.fullmatch(r"/?\?(p|page_id)=(\d{1,18})", path):
        return f"/?{match[1]}={int(match[2])}"
    if len(path) > 12 * MAX_PATH:  # a character takes four bytes at most, and a byte three signs: %F0%9F…
        raise ValueError("longer than any address here")
    while (decoded := unquote(path)) != path:
        path = decoded
    if "\x00" in path:  # PostgreSQL has no such text
        raise ValueError("no address holds NUL")
    path = unicodedata.normalize("NFC", path.lower())
    path = re.sub(r"/{2,}", "/", f"/{path}/")
    if len(path) > MAX_PATH:
        raise ValueError("longer than any address here")
    return path


def _one_target() -> Q:
    """Exactly one of the four is set."""
    condition = Q()
    for target in TARGETS:
        condition |= Q(**{f"{name}__isnull": name != target for name in TARGETS})
    return condition


class Address(models.Model):
    """A path of a publication and what it leads to. One is canonical; the others answer with a redirect to it."""

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="addresses")
    path = models.CharField(_("path"), max_length=MAX_PATH)
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="addresses")
    section = models.ForeignKey(Section, models.CASCADE, null=True, related_name="addresses")
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="addresses")
    author = models.ForeignKey(Author, models.CASCADE, null=True, related_name="addresses")
    canonical = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints = [
            models.UniqueConstraint(fields=["publication", "path"], name="path_once"),
            models.UniqueConstraint(
                fields=["article"], condition=Q(canonical=True), name="one_canonical_for_an_article"
            ),
            models.UniqueConstraint(
                fields=["section"], condition=Q(canonical=True), name="one_canonical_for_a_section"
            ),
            models.CheckConstraint(condition=_one_target(), name="address_leads_to_one_thing"),
        ]

    def __str__(self) -> str:
        return self.path
