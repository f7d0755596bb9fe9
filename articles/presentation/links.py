"""Addresses of public pages: one function for each kind of page. Patterns are spelt in articles/urls.py only.

Some begin with a word of the publication's language: /auteur/… in French, /author/… in English. Articles and sections
are found by their rows of Address; their paths are stored (`Article.path`, `Section.path`).
"""

import re
from typing import Any

from django.urls import Resolver404, resolve, reverse

from articles.models import Author, Edition, Tag
from newsroom.publications.models import Publication
from newsroom.publications.words import WORDS, reserved_words

# Ids of articles: a sitemap of 5,000 keeps a thread of readers busy for 0.4 s. Rows of SitemapBlock are by this number.
IDS_PER_SITEMAP = 2_000
_FEED = "feed/"  # what follows a list's address in that of its feed
FEED_FORMATS = ("", "atom", "json")  # "" is RSS
_FEED_PATH = re.compile(r"(?P<list>/(?:.*/)?)feed/(?:(?P<format>atom|json|rss2?|rdf)/)?\Z")
_LIST_WORDS = {words[name] for words in WORDS.values() for name in ("tag", "author")}
_LIST_MODELS: dict[str, type[Tag] | type[Author]] = {
    f"{name}-{language}": model for language in WORDS for name, model in (("tag", Tag), ("author", Author))
}


def _reverse_worded(name: str, publication: Publication, **kwargs: Any) -> str:
    """Return the address of a pattern that begins with a word of the publication's language."""
    return reverse(f"{name}-{publication.language}", kwargs=kwargs)


def home_url() -> str:
    """Return the address of a publication's front page."""
    return reverse("home")


def tag_url(publication: Publication, tag: Tag) -> str:
    """Return the address of a tag's list."""
    return _reverse_worded("tag", publication, slug=tag.slug)


def author_url(publication: Publication, author: Author) -> str:
    """Return the address of an author's list."""
    return _reverse_worded("author", publication, slug=author.slug)


def archive_url(publication: Publication, year: int | None = None, month: int | None = None) -> str:
    """Return the address of a month's list; of the archives, which lead to the latest month, if none is named."""
    if year and month:
        return _reverse_worded("archive", publication, year=year, month=month)
    return _reverse_worded("archives", publication)


def corrections_url(publication: Publication) -> str:
    """Return the address of the list of a publication's corrections."""
    return _reverse_worded("corrections", publication)


def difference_url(publication: Publication, edition: Edition) -> str:
    """Return where readers see what a change changed."""
    return _reverse_worded("difference", publication, pk=edition.pk)


def search_url(publication: Publication) -> str:
    """Return the address of a publication's search."""
    return _reverse_worded("search", publication)


def feed_url(list_url: str, format_: str = "") -> str:
    """Return the feed of the list at an address, in one of FEED_FORMATS: "/tests/" → "/tests/feed/atom/"."""
    return f"{list_url}{_FEED}{format_}/" if format_ else f"{list_url}{_FEED}"


def list_of_feed(url: str) -> tuple[str, str]:
    """Return the list and the format of a feed's address: "/tests/feed/atom/" → ("/tests/", "atom").

    WordPress's other names of RSS (rss, rss2, rdf) are RSS. ("", "") for what is no feed's address.
    """
    match = _FEED_PATH.match(url)
    if match is None:
        return "", ""
    format_ = match["format"] or ""
    return match["list"], format_ if format_ in FEED_FORMATS else ""


def sitemap_url(block: int) -> str:
    """Return the address of the sitemap of a block of articles' ids: block 0 holds those below IDS_PER_SITEMAP."""
    return reverse("sitemap-articles", kwargs={"block": block})


def sitemap_block(pk: int) -> int:
    """Return the number of the block of ids, and so of the sitemap, that an article belongs to."""
    return pk // IDS_PER_SITEMAP


def ids_of_sitemap(block: int) -> range:
    """Return the ids of articles that a block holds."""
    return range(block * IDS_PER_SITEMAP, (block + 1) * IDS_PER_SITEMAP)


def sitemap_of_lists_url() -> str:
    """Return the address of the sitemap of the front page and the sections."""
    return reverse("sitemap-lists")


def sitemap_of_news_url() -> str:
    """Return the address of the sitemap for Google News."""
    return reverse("sitemap-news")


def list_at(path: str) -> tuple[type[Tag] | type[Author], str] | None:
    """Return the list that a path names, with its slug: "/tag/robot/" → (Tag, "robot"). None for another path."""
    try:
        match = resolve(path)
    except Resolver404:
        return None
    model = _LIST_MODELS.get(match.url_name or "")
    return (model, match.kwargs["slug"]) if model else None


def has_route(path: str) -> bool:
    """Return whether a normalised path is found by its route, and not by a row of Address."""
    try:
        return resolve(path).url_name != "address"
    except Resolver404:
        return False


def is_served(path: str) -> bool:
    """Return whether a normalised path is one of the site's own pages, which need no row: home, archives, files…"""
    first = path.strip("/").partition("/")[0]
    return path == home_url() or (
        first in reserved_words() and first not in _LIST_WORDS and not first.startswith("wp-")
    )
