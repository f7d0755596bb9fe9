"""Addresses: every path that ever led to an article, a section, a tag or an author, and where it leads now."""

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

MAX_PATH = 500  # characters
TARGETS = ("article", "section", "tag", "author")
# How WordPress addresses an article that has no path.
WORDPRESS_QUERY = re.compile(r"(?:p|page_id)=\d{1,18}\Z")
# What a mail or a forum leaves at the end of an address: the sentence's own full stop, bracket or quotation mark.
_LEFT_AT_THE_END = "\\s.,;:!?…'\"’‘“”«»()\\[\\]{}<>*_|\\\\&`。、，）」"
_END = re.compile(f"[/{_LEFT_AT_THE_END}]+\\Z")
# A query whose question mark was encoded, or forgotten, and what nobody sees in a copied address.
_QUERY = re.compile(r"/*[?&](?:amp;)?\w{1,40}=.*\Z", re.DOTALL)
_UNSEEN = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SUFFIX = re.compile(r"\.html?/\Z", re.IGNORECASE)  # of a site of files
_INDEX_FILE = re.compile(r"/+index\.(?:php|html?)(?=/)", re.IGNORECASE)  # "/index.php/2019/title/" is WordPress's


def normalise(path: str) -> str:
    """Return the one spelling of a path: decoded, in NFC and lower case, with single slashes and one at each end.

    WordPress's `/?p=12` and `/?page_id=12` are paths of their own. Raises ValueError for what cannot be an address.
    """
    if match := re.fullmatch(r"/?\?(p|page_id)=(\d{1,18})", path):
        return f"/?{match[1]}={int(match[2])}"
    path = unicodedata.normalize("NFC", _decoded(path).lower())
    path = re.sub(r"/{2,}", "/", f"/{path}/")
    if len(path) > MAX_PATH:
        raise ValueError("longer than any address here")
    return path


def meant(path: str) -> str:
    """Return the path that somebody meant who typed or copied this one, in its own case and with a slash at each end.

    It is decoded, in NFC, without doubled slashes, "index.php", ".html", a query that became part of it, and what a
    mail leaves at the end. Raises ValueError as `normalise`.
    """
    path = _QUERY.sub("", unicodedata.normalize("NFC", _UNSEEN.sub("", _decoded(path))))
    path = _INDEX_FILE.sub("", re.sub(r"/{2,}", "/", f"/{path}/"))
    return _SUFFIX.sub("/", _END.sub("", path) + "/")


def _decoded(path: str) -> str:
    """Return a path without percent-encoding, however often it was encoded. Raises ValueError."""
    if len(path) > 12 * MAX_PATH:  # a character is four bytes at most, a byte three characters: %F0%9F…
        raise ValueError("longer than any address here")
    while (decoded := unquote(path)) != path:
        path = decoded
    if "\x00" in path:  # PostgreSQL cannot store it
        raise ValueError("no address holds NUL")
    return path


def _one_target() -> Q:
    """That exactly one of TARGETS is set."""
    condition = Q()
    for target in TARGETS:
        condition |= Q(**{f"{name}__isnull": name != target for name in TARGETS})
    return condition


class Address(models.Model):
    """A path of a publication and what it leads to. One is canonical; the others redirect to it.

    Written by actions and importers only.
    """

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
