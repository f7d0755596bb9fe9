"""Addresses that follow from a row and the publication's language: /auteur/… in French, /author/… in English."""

import re

from articles.models import Author, Edition, Tag
from newsroom.publications.models import Publication
from newsroom.publications.words import RESERVED, WORDS

SITEMAP_IDS = 5_000  # articles' ids a sitemap: the protocol's limit is 50,000 addresses
_LISTS = {words[name]: model for words in WORDS.values() for name, model in (("tag", Tag), ("author", Author))}


def tag_url(publication: Publication, tag: Tag) -> str:
    return f"/{publication.word('tag')}/{tag.slug}/"


def author_url(publication: Publication, author: Author) -> str:
    return f"/{publication.word('author')}/{author.slug}/"


def archive_url(publication: Publication, year: int | None = None, month: int | None = None) -> str:
    base = f"/{publication.word('archive')}/"
    return f"{base}{year:04d}/{month:02d}/" if year and month else base


def corrections_url(publication: Publication) -> str:
    return f"/{publication.word('corrections')}/"


def difference_url(publication: Publication, edition: Edition) -> str:
    """Where readers see what a change changed."""
    return f"/{publication.word('changes')}/{edition.pk}/"


def sitemap_url(block: int) -> str:
    """The sitemap of a block of ids: the first holds those below SITEMAP_IDS."""
    return f"/sitemap-{block}.xml"


def list_at(path: str) -> tuple[type[Tag] | type[Author], str] | None:
    """The list that a path names, with its slug: "/tag/robot/" → (Tag, "robot"). None for another path."""
    named = re.fullmatch(r"/(\w+)/([-\w]+)/", path)
    return (_LISTS[named[1]], named[2]) if named and named[1] in _LISTS else None


def is_served(path: str) -> bool:
    """Whether a normalised path is one of the site's own pages, which need no row: home, archives, search, files…"""
    first = path.strip("/").partition("/")[0]
    return path == "/" or (first in RESERVED and first not in _LISTS and not first.startswith("wp-"))
