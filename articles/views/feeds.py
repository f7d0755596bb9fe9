"""Feeds: RSS, Atom and JSON of the front page, a section, a tag, an author. Five queries or six, whatever they hold."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from articles.models import Author, Byline, Placement, Section, Tag, TaggedArticle
from articles.presentation import cache_tags
from articles.presentation.feed_entries import absolute, entries
from articles.presentation.links import author_url, tag_url
from newsroom.lib.feedwriters import Channel, Entry, atom, json_feed, rss
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

ENTRIES = 30
Writer = Callable[[Channel, list[Entry]], bytes]
FORMATS: dict[str, tuple[Writer, str]] = {
    "": (rss, "application/rss+xml; charset=utf-8"),
    "atom": (atom, "application/atom+xml; charset=utf-8"),
    "json": (json_feed, "application/feed+json; charset=utf-8"),
}
NAMES = {"": "RSS", "atom": "Atom", "json": "JSON Feed"}
TYPES = {form: media.partition(";")[0] for form, (_writer, media) in FORMATS.items()}


def feed_path(page: str, form: str = "") -> str:
    """The feed of a page: "/tests/" → "/tests/feed/", "/tests/feed/atom/"."""
    return f"{page}feed/{form}/" if form else f"{page}feed/"


def home(request: PublicRequest, form: str = "") -> HttpResponse:
    """The publication's articles, placed ones among them."""
    publication = request.publication
    rows = Placement.objects.listed_on(publication)
    return _feed(request, rows, form, page="/", title=publication.name, words=publication.description, tags=[])


def section(request: PublicRequest, slug: str, form: str = "") -> HttpResponse:
    publication = request.publication
    row = get_object_or_404(Section, publication=publication, slug=slug.lower())
    title = f"{row.name} · {publication.name}"
    rows, tags = Placement.objects.filter(section=row), [cache_tags.section(row)]
    return _feed(request, rows, form, page=row.path, title=title, words=row.description, tags=tags)


def tag(request: PublicRequest, slug: str, form: str = "") -> HttpResponse:
    publication = request.publication
    row = get_object_or_404(Tag.objects.select_related("merged_into"), slug=slug).canonical
    title = f"{row.name} · {publication.name}"
    rows, tags = TaggedArticle.objects.listed_on(publication).filter(tag=row), [cache_tags.tag(row)]
    return _feed(request, rows, form, page=tag_url(publication, row), title=title, words=row.description, tags=tags)


def author(request: PublicRequest, slug: str, form: str = "") -> HttpResponse:
    publication = request.publication
    row = get_object_or_404(Author, slug=slug)
    title = f"{row.name} · {publication.name}"
    rows, tags = Byline.objects.listed_on(publication).filter(author=row), [cache_tags.author(row)]
    return _feed(request, rows, form, page=author_url(publication, row), title=title, words=row.biography, tags=tags)


def _feed(
    request: PublicRequest, rows: Any, form: str, *, page: str, title: str, words: str, tags: list[str]
) -> HttpResponse:
    """The newest articles of some rows. Its hours are the articles': asked twice, it is the same bytes."""
    if form not in FORMATS:
        raise Http404
    own = feed_path(page, form)
    if request.path != own:
        return HttpResponsePermanentRedirect(own)
    publication, now = request.publication, timezone.now()
    found = rows.live(now).page(ENTRIES).rows
    if not found and page != "/" and not tags[0].startswith("section"):
        raise Http404
    told = entries(found, on=publication, now=now, whole=publication.feeds_whole)
    channel = Channel(
        title=title,
        description=" ".join(words.split()),
        language=publication.language,
        url=publication.origin + own,
        page=publication.origin + page,
        icon=absolute(publication.icon_path, publication),
        updated_at=max((entry.updated_at for entry in told.entries), default=dt.datetime(2000, 1, 1, tzinfo=dt.UTC)),
    )
    writer, media = FORMATS[form]
    # Asked again by its ETag alone: the hour of its newest article says nothing of one that was withdrawn since.
    response = HttpResponse(writer(channel, told.entries), content_type=media)
    return add_cache_tags(response, publication.cache_tag, *tags, *told.tags)
