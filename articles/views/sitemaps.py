"""Sitemaps: an index, one for each block of articles' ids, one of lists, and one of news of two days.

By sitemaps.org 0.9, and for news as Google requires. A block holds the articles of so many ids, so that an article
never moves from one sitemap to another and none grows past what the protocol allows. An article's lastmod is its latest
update: typos and corrections do not change it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.models import Article, Image, Placement, SitemapBlock
from articles.presentation import cache_tags
from articles.presentation.feed_entries import absolute
from articles.presentation.links import (
    home_url,
    ids_of_sitemap,
    sitemap_block,
    sitemap_of_lists_url,
    sitemap_url,
)
from articles.presentation.stream import stream_of
from articles.workflow import Kind
from newsroom.lib.cleaning import clean_text
from newsroom.pagecache.tags import add_cache_tags
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest

IMAGE_WIDTH = 1280  # pixels
NEWS_AGE = dt.timedelta(days=2)  # Google's requirements: two days,
MAX_NEWS = 1_000  # a thousand articles, nothing sponsored


@dataclass(frozen=True)
class Entry:
    """One address of a sitemap. Times are W3C datetimes, "" where there is none."""

    url: str
    lastmod: str = ""
    image: str = ""
    published: str = ""
    title: str = ""


def index(request: PublicRequest) -> HttpResponse:
    """Return the index of sitemaps, each with the time at which it last changed. Six queries, of no list of articles.

    That of the map of lists is no earlier than its last change: it is at least the last change of any map.
    """
    publication, now = request.publication, timezone.now()
    changed = dict(SitemapBlock.objects.filter(publication=publication).values_list("block", "changed_at"))
    # What the clock changed, and nobody has written down yet.
    due = Article.objects.due(now).filter(publication=publication).select_related("next").defer("next__body").order_by()
    for row in due:
        block, moment = sitemap_block(row.pk), row.map_changed_at(now)
        if moment:
            changed[block] = max(moment, changed.get(block, moment))
    listed = _lists(request, now)
    lists_changed_at = max([*(moment for _path, moment in listed.times), *changed.values()], default=None)
    maps = [(publication.origin + sitemap_of_lists_url(), _w3c(lists_changed_at, publication))]
    maps += [(publication.origin + sitemap_url(block), _w3c(at, publication)) for block, at in sorted(changed.items())]
    return add_cache_tags(_xml(request, "index", {"maps": maps}), *listed.tags)


def articles(request: PublicRequest, block: int) -> HttpResponse:
    """Return the sitemap of one block: articles and static pages of this publication.

    It holds the front page where all have left it: the schema requires an address. Raises Http404 if there were none.
    """
    publication, now, ids = request.publication, timezone.now(), ids_of_sitemap(block)
    rows = _articles(publication, now).filter(pk__gte=ids.start, pk__lt=ids.stop)
    rows = rows.select_related("live__lead_image", "next__lead_image").order_by("pk")
    request.page.ends(None)  # purges tell of all that changes it
    listed = list(rows.defer("live__body", "next__body", "live__standfirst", "next__standfirst"))
    if not listed and not SitemapBlock.objects.filter(publication=publication, block=block).exists():
        raise Http404
    entries = [_entry(row, publication, now) for row in listed] or [_front_page(publication)]
    return _xml(request, "urls", {"entries": entries})


def lists(request: PublicRequest) -> HttpResponse:
    """Return the sitemap of the front page and the sections, each with the time of its newest article."""
    publication, now = request.publication, timezone.now()
    listed = _lists(request, now)
    entries = [Entry(publication.origin + path, _w3c(moment, publication)) for path, moment in listed.times]
    entries = entries or [_front_page(publication)]  # the schema requires an address
    return add_cache_tags(_xml(request, "urls", {"entries": entries}), *listed.tags)


@dataclass(frozen=True)
class Lists:
    """The paths of lists with the times of their newest articles, and the cache tags of sisters that change them."""

    times: list[tuple[str, dt.datetime]]
    tags: tuple[str, ...]


def _lists(request: PublicRequest, now: dt.datetime) -> Lists:
    """Return the front page with what it takes from sisters, then the sections that have an article. Two queries."""
    publication = request.publication
    stream = stream_of(request.page, publication.pk)
    first = stream.live(now).page(1).rows
    listed = Placement.objects.listed_on(publication).live(now).filter(section=OuterRef("pk"))
    newest = listed.order_by("-published_at").values("published_at")[:1]  # from one index, however many there are
    times = [(home_url(), row.published_at) for row in first]
    times += [(row.path, row.newest) for row in publication.sections.annotate(newest=Subquery(newest)) if row.newest]
    return Lists(times, stream.cache_tags)


def news(request: PublicRequest) -> HttpResponse:
    """Return the sitemap for Google News: what was published in the last two days.

    It holds the front page where nothing was: the schema requires an address.
    """
    publication, now = request.publication, timezone.now()
    rows = (
        _articles(publication, now)
        .filter(published_at__gt=now - NEWS_AGE)
        .exclude(live__kind__in=(Kind.PAGE, Kind.SPONSORED))
    )
    entries = []
    for row in (
        rows.select_related("live", "next").defer("live__body", "next__body").order_by("-published_at")[:MAX_NEWS]
    ):
        revision = row.revision_at(now)
        if not revision.is_sponsored:
            published = _w3c(row.published_at, publication)
            entries.append(Entry(publication.origin + row.path, published=published, title=revision.headline))
    return _xml(request, "news", {"entries": entries, "publication": publication})


def _articles(publication: Publication, now: dt.datetime) -> QuerySet[Article]:
    """Return the articles that search engines may list; a placed one is listed on its own site only."""
    return Article.objects.live(now).filter(publication=publication, is_indexable=True)


def _front_page(publication: Publication) -> Entry:
    return Entry(publication.origin + home_url())


def _entry(row: Article, publication: Publication, now: dt.datetime) -> Entry:
    revision = row.revision_at(now)
    entry = row.map_entry(now)
    assert entry is not None, "rows are of what is live and listed"
    path, changed_at = entry
    return Entry(publication.origin + path, _w3c(changed_at, publication), _image(revision.lead_image, publication))


def _image(image: Image | None, publication: Publication) -> str:
    if image is None:
        return ""
    widths = image.widths_in("jpg")
    width = max((width for width in widths if width <= IMAGE_WIDTH), default=widths[0])
    return absolute(default_storage.url(image.rendition_name(width, "jpg")), publication)


def _w3c(moment: dt.datetime | None, publication: Publication) -> str:
    return moment.astimezone(publication.zone).isoformat(timespec="seconds") if moment else ""


def _xml(request: PublicRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    publication = request.publication
    response = render(request, f"sitemaps/{name}.xml", context, content_type="application/xml; charset=utf-8")
    response.content = clean_text(response.content.decode())  # older rows may hold what XML has no place for
    # Whatever readers get or lose invalidates these tags (articles/presentation/cache_tags.py).
    tags = (cache_tags.publication(publication), cache_tags.changes(publication), cache_tags.menu(publication))
    return add_cache_tags(response, *tags, cache_tags.list_of("publication", publication.pk))
