"""Feeds in RSS, Atom and JSON Feed of the front page, a section, a tag, an author. Five queries or six each."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Author, Byline, Placement, Section, Tag, TaggedArticle
from articles.presentation import cache_tags
from articles.presentation.feed_entries import absolute, entries
from articles.presentation.links import author_url, feed_url, home_url, tag_url
from articles.views.pages import moved
from newsroom.lib.feedwriters import Channel, Entry, atom, json_feed, rss
from newsroom.lib.text import one_line
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

MAX_ENTRIES = 30
NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # the time of a feed that has no article
Writer = Callable[[Channel, list[Entry]], bytes]
# By the names of links.FEED_FORMATS: what writes the feed, and its media type.
FORMATS: dict[str, tuple[Writer, str]] = {
    "": (rss, "application/rss+xml; charset=utf-8"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
}


def home(request: PublicRequest, format_: str) -> HttpResponse:
    """Return the feed of the publication's articles, placed ones among them."""
    publication = request.publication
    rows = Placement.objects.listed_on(publication)
    return _feed(
        request, rows, format_,
        list_url=home_url(), title=publication.name, description=publication.description,
        tags=[cache_tags.list_of("publication", publication.pk)],
    )  # fmt: skip


def section(request: PublicRequest, slug: str, format_: str) -> HttpResponse:
    """Return the feed of a section's articles, of which there may be none. Raises Http404."""
    publication = request.publication
    row = get_object_or_404(Section, publication=publication, slug=slug.lower())
    rows = Placement.objects.filter(section=row)
    return _feed(
        request, rows, format_, list_url=row.path, title=f"{row.name} · {publication.name}",
        description=row.description, tags=[cache_tags.section(row), cache_tags.list_of("section", row.pk)],
    )  # fmt: skip


def tag(request: PublicRequest, slug: str, format_: str) -> HttpResponse:
    """Return the feed of a tag's articles here; a merged tag's redirects. Raises Http404 where there are none."""
    publication = request.publication
    row = get_object_or_404(Tag.objects.select_related("merged_into"), slug=slug).canonical
    rows = TaggedArticle.objects.listed_on(publication).filter(tag=row)
    return _feed(
        request, rows, format_, list_url=tag_url(publication, row), title=f"{row.name} · {publication.name}",
        description=row.description, tags=[cache_tags.tag(row), cache_tags.list_of("tag", row.pk)],
        empty_is_missing=True,
    )  # fmt: skip


def author(request: PublicRequest, slug: str, format_: str) -> HttpResponse:
    """Return the feed of an author's articles here. Raises Http404 where there are none."""
    publication = request.publication
    row = get_object_or_404(Author, slug=slug)
    rows = Byline.objects.listed_on(publication).filter(author=row)
    return _feed(
        request, rows, format_, list_url=author_url(publication, row), title=f"{row.name} · {publication.name}",
        description=row.biography, tags=[cache_tags.author(row), cache_tags.list_of("author", row.pk)],
        empty_is_missing=True,
    )  # fmt: skip


def _feed(
    request: PublicRequest,
    rows: Any,
    format_: str,
    *,
    list_url: str,
    title: str,
    description: str,
    tags: list[str],
    empty_is_missing: bool = False,
) -> HttpResponse:
    """Return the newest articles of `rows` as a feed; a redirect where this is not the address of the list's feed.

    Its times are the articles': requested twice, it is the same bytes.
    """
    canonical_url = feed_url(list_url, format_)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    publication, now = request.publication, timezone.now()
    newest = rows.with_cards().live(now).page(MAX_ENTRIES).rows
    if empty_is_missing and not newest:
        raise Http404
    listed = entries(newest, on=publication, now=now, whole=publication.feeds_whole)
    channel = Channel(
        title=title,
        description=one_line(description),
        language=publication.language,
        url=publication.origin + canonical_url,
        page=publication.origin + list_url,
        icon=absolute(publication.icon_path, publication),
        updated_at=max((entry.updated_at for entry in listed.entries), default=NEVER),
    )
    write, media_type = FORMATS[format_]
    # Revalidated by its ETag alone: the time of its newest article says nothing of one that was withdrawn since.
    response = HttpResponse(write(channel, listed.entries), content_type=media_type)
    request.page.ends(None)  # purges tell of all that changes it
    return add_cache_tags(response, publication.cache_tag, *tags, *listed.tags)
