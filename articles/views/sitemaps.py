"""Sitemaps (sitemaps.org 0.9): an index, articles by blocks of ids, lists, and Google's news of two days.

A block holds the articles of so many ids, so that an article never moves from one to another and no map grows past what
the protocol allows. Its lastmod is its latest substantial change: typos and corrections freshen nothing.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import Case, DateTimeField, F, IntegerField, Max, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.models import Article, Image, Placement
from articles.models.article import change_in_force
from articles.presentation import cache_tags
from articles.presentation.feed_entries import absolute
from articles.presentation.links import SITEMAP_IDS, sitemap_url
from articles.presentation.stream import stream_of
from articles.workflow import Change, Kind
from newsroom.pagecache.tags import add_cache_tags
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest

BLOCK = SITEMAP_IDS
PICTURE = 1280
NEWS = dt.timedelta(days=2)  # Google's rules: two days,
MOST_NEWS = 1_000  # a thousand articles, nothing sponsored


@dataclass(frozen=True)
class Entry:
    """One address of a map. Hours are W3C datetimes."""

    url: str
    last: str = ""
    image: str = ""
    published: str = ""
    title: str = ""


def index(request: PublicRequest) -> HttpResponse:
    """The maps there are, each with the hour at which it last changed: what left it changed it too. Five queries."""
    publication, now = request.publication, timezone.now()
    rows = (
        _articles(publication, now)
        .annotate(block=Cast(F("pk") / Value(BLOCK), IntegerField()), last=_last(now))
        .order_by()
        .values_list("block")
        .annotate(latest=Max("last"))
    )
    gone = dict(
        Article.objects.filter(publication=publication, withdrawn_at__lte=now)
        .annotate(block=Cast(F("pk") / Value(BLOCK), IntegerField()))
        .order_by()
        .values_list("block")
        .annotate(latest=Max("withdrawn_at"))
    )
    found = _lists(publication, now)
    last = max([*(hour for _path, hour in found.shown), *gone.values()], default=None)
    maps = [(f"{publication.origin}/sitemap-lists.xml", _w3c(last, publication))]
    for block, latest in sorted(rows):
        changed = max(latest, gone.get(block, latest))
        maps.append((publication.origin + sitemap_url(block), _w3c(changed, publication)))
    return add_cache_tags(_xml(request, "index", {"maps": maps}), *found.tags)


def articles(request: PublicRequest, block: int) -> HttpResponse:
    """The articles and static pages of one block that readers have under their own address here."""
    publication, now = request.publication, timezone.now()
    rows = _articles(publication, now).filter(pk__gte=block * BLOCK, pk__lt=(block + 1) * BLOCK)
    shown = rows.select_related("live__lead_image", "next__lead_image").order_by("pk")
    found = list(shown.defer("live__body", "next__body", "live__standfirst", "next__standfirst"))
    if not found:
        raise Http404
    return _xml(request, "urls", {"entries": [_entry(row, publication, now) for row in found]})


def lists(request: PublicRequest) -> HttpResponse:
    """The front page and the sections. Their hour is that of their newest article."""
    publication, now = request.publication, timezone.now()
    found = _lists(publication, now)
    told = [Entry(publication.origin + path, _w3c(hour, publication)) for path, hour in found.shown]
    return add_cache_tags(_xml(request, "urls", {"entries": told or [Entry(f"{publication.origin}/")]}), *found.tags)


@dataclass(frozen=True)
class Lists:
    """The paths of lists with the hours of their newest articles, and the sisters whose news changes them."""

    shown: list[tuple[str, dt.datetime]]
    tags: tuple[str, ...]


def _lists(publication: Publication, now: dt.datetime) -> Lists:
    """The front page with what it takes from sisters, then the sections that have an article. Four queries."""
    stream = stream_of(publication)
    first = stream.live(now).page(1).rows
    newest = dict(
        Placement.objects.listed_on(publication)
        .live(now)
        .order_by()
        .values_list("section")
        .annotate(last=Max("published_at"))
    )
    shown = [("/", row.published_at) for row in first]
    shown += [(row.path, newest[row.pk]) for row in publication.sections.all() if row.pk in newest]
    return Lists(shown, stream.cache_tags)


def news(request: PublicRequest) -> HttpResponse:
    """What came out in two days, for Google News; the front page where nothing did (the schema wants an address)."""
    publication, now = request.publication, timezone.now()
    rows = (
        _articles(publication, now)
        .filter(published_at__gt=now - NEWS)
        .exclude(live__kind__in=(Kind.PAGE, Kind.SPONSORED))
    )
    told = []
    for row in (
        rows.select_related("live", "next").defer("live__body", "next__body").order_by("-published_at")[:MOST_NEWS]
    ):
        version = row.version_at(now)
        if not version.is_sponsored:
            published = _w3c(row.published_at, publication)
            told.append(Entry(publication.origin + row.path, published=published, title=version.headline))
    return _xml(request, "news", {"entries": told, "publication": publication})


def _articles(publication: Publication, now: dt.datetime) -> QuerySet[Article]:
    """What engines may find: a placed article is found on its own site."""
    return Article.objects.live(now).filter(publication=publication, is_indexable=True)


def _last(now: dt.datetime) -> Any:
    """The hour of an article's last substantial change, as Article.public_updated_at has it, for the database."""
    coming = When(change_in_force(now), next__change=Change.UPDATE, then=F("next_at"))
    told = Greatest(F("published_at"), Coalesce(F("updated_at"), F("published_at")))
    return Case(coming, default=told, output_field=DateTimeField())


def _entry(row: Article, publication: Publication, now: dt.datetime) -> Entry:
    version = row.version_at(now)
    last = _w3c(row.public_updated_at(now) or row.published_at, publication)
    return Entry(publication.origin + row.path, last, _picture(version.lead_image, publication))


def _picture(image: Image | None, publication: Publication) -> str:
    if image is None:
        return ""
    widths = image.widths_in("jpg")
    width = max((width for width in widths if width <= PICTURE), default=widths[0])
    return absolute(default_storage.url(image.rendition_name(width, "jpg")), publication)


def _w3c(moment: dt.datetime | None, publication: Publication) -> str:
    return moment.astimezone(publication.zone).isoformat(timespec="seconds") if moment else ""


def _xml(request: PublicRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    publication = request.publication
    response = render(request, f"articles/sitemaps/{name}.xml", context, content_type="application/xml; charset=utf-8")
    # Whatever readers get or lose touches the publication's tag (articles/presentation/cache_tags.py).
    return add_cache_tags(response, cache_tags.publication(publication))
