"""Whether a withdrawn article is really gone: every address at which readers, or what reads us, could still find it.

Asked over HTTP like any reader, through whatever caches stand between: what the database knows proves nothing here.
"""

import datetime as dt
import html
import http.client
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from django.db.models import Q, QuerySet
from django.utils import timezone

from articles.models import Article, Author, CardStrip, Placement, Section, StreamSource, Tag
from articles.models.card_strip import StripPlace, StripSource
from articles.presentation.links import (
    FEED_FORMATS,
    IDS_PER_SITEMAP,
    archive_url,
    author_url,
    corrections_url,
    difference_url,
    feed_url,
    home_url,
    sitemap_of_news_url,
    sitemap_url,
    tag_url,
)
from newsroom.lib.keyset import BadCursor, Cursor
from newsroom.publications.models import Publication, origin_of

TIMEOUT = 20  # seconds
MOST_BYTES = 20 * 1024 * 1024
MOST_HOPS = 5
A_TAG = 100  # the newest articles of each of its tags may show it among the related ones
NEWEST = 24  # of each site's articles are asked for what stands beside them


SHORTEST = 12  # characters of a headline by which an article is known: "Apple" stands on any page
_NEXT = re.compile(r'<a [^>]*href="([^"]*\?after=([^"&]*))" rel="next"')


@dataclass(frozen=True)
class Exposure:
    """An address that still shows the article, or of which nobody knows: `why` says which."""

    url: str
    why: str


@dataclass(frozen=True)
class PageCheck:
    """What was found at an address, and the page that is to be asked next, if any."""

    found: Exposure | None = None
    then: str = ""


def addresses(article: Article) -> Iterator[str]:
    """Every address, whole, at which an article could be read or named. Each once."""
    return iter(dict.fromkeys(_addresses(article)))


def _addresses(article: Article) -> Iterator[str]:
    home = article.publication
    paths = list(article.addresses.values_list("path", flat=True))
    for origin in (home.origin, *_aliases(home)):
        yield from (origin + path for path in paths)
    for edition in article.editions.all():
        yield home.origin + difference_url(home, edition)
    yield home.origin + corrections_url(home)
    yield home.origin + sitemap_url(article.pk // IDS_PER_SITEMAP)
    revisions = article.revisions.values_list("section", "tag_ids", "author_ids")
    sections = Section.objects.filter(pk__in={section for section, _tags, _authors in revisions})
    tags = {tag.canonical for tag in Tag.objects.filter(pk__in={pk for _s, tags, _a in revisions for pk in tags})}
    authors = list(Author.objects.filter(pk__in={pk for _s, _t, authors in revisions for pk in authors}))
    for site in _sites(article):
        lists = [home_url(), *(tag_url(site, tag) for tag in tags), *(author_url(site, author) for author in authors)]
        lists += [section.path for section in sections if section.publication_id == site.pk]
        if _strips(article).filter(publication=site, place=StripPlace.SECTION).exists():
            lists += [section.path for section in site.sections.all()]
        for path in lists:
            yield site.origin + path
            yield from (site.origin + feed_url(path, format_) for format_ in FEED_FORMATS)
        if article.published_at:
            local = article.published_at.astimezone(site.zone)
            yield site.origin + archive_url(site, local.year, local.month)
        yield site.origin + sitemap_of_news_url()
        yield from _others(site, article, tags)


def _aliases(site: Publication) -> list[str]:
    """The origins of other domains that show a site, rather than lead to it."""
    shown = site.aliases.filter(redirects=False).values_list("domain", flat=True)
    return [origin_of(domain) for domain in shown]


def _sites(article: Article) -> list[Publication]:
    """Its own site, those where it was placed, those that take from it, those with strips that could hold it."""
    taking = StreamSource.objects.filter(sister=article.publication).values("publication")
    placed = article.placements.values("publication")
    strips = _strips(article).values("publication")
    own = Publication.objects.filter(pk=article.publication_id)
    return list(own | Publication.objects.filter(Q(pk__in=taking) | Q(pk__in=placed) | Q(pk__in=strips)))


def _strips(article: Article) -> QuerySet[CardStrip]:
    return CardStrip.objects.filter(Q(source_publication=article.publication) | Q(source=StripSource.PICKED))


def _others(site: Publication, article: Article, tags: set[Tag]) -> Iterator[str]:
    """Other articles of a site that may name it: by a shared tag, or as one of the latest."""
    now = timezone.now()
    listed = Placement.objects.listed_on(site).live(now).filter(article__publication=site).exclude(article=article)
    ordered = listed.order_by("-published_at", "-article").values_list("article__path", flat=True)
    paths = list(ordered[:NEWEST])
    for tag in tags:
        paths += ordered.filter(article__tagged__tag=tag)[:A_TAG]
    yield from (site.origin + path for path in paths)


def identifying_marks(article: Article) -> list[str]:
    """Return what tells that a page shows an article: its address, its id in feeds, the headlines that readers had."""
    headlines = {edition.revision.headline for edition in article.editions.select_related("revision")}
    spelt = {html.escape(headline) for headline in headlines} | headlines
    long = sorted(words for words in spelt if len(words) >= SHORTEST)
    return [mark for mark in (article.path, f"article-{article.pk}", *long) if mark]


def check_page(url: str, marks: list[str], since: dt.datetime | None, via: str = "") -> PageCheck:
    """What an address gives of an article that should be gone, known by its marks.

    `since` is the article's hour: where a list goes on with articles as new as that, its next page is to be asked too.
    `via` is a host and port to ask instead of the address's own, with its name in the Host header.
    """
    try:
        status, body = _read(url, via)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return PageCheck(Exposure(url, f"not reached: {error}"))
    if status >= 500:
        return PageCheck(Exposure(url, f"answered {status}"))
    if status != 200:
        return PageCheck()
    shown = next((mark for mark in marks if _is_in(mark, body)), None)
    return PageCheck(Exposure(url, f"shows “{shown}”") if shown else None, _next(url, body, since))


def _is_in(mark: str, body: str) -> bool:
    """Whether a page holds a mark as a word of its own: "article-1" is not in "article-10"."""
    before = r"(?<![\w-])" if mark[0].isalnum() else ""
    return re.search(rf"{before}{re.escape(mark)}(?![\w-])", body) is not None


def _next(url: str, body: str, since: dt.datetime | None) -> str:
    """The page after one of a list, if the article may stand there: a cursor names the last article that was shown."""
    found = _NEXT.search(body)
    if since is None or found is None:
        return ""
    try:
        last = Cursor.parse(html.unescape(found[2])).published_at
    except BadCursor:
        return ""
    return urljoin(url, html.unescape(found[1])) if last >= since else ""


def _read(url: str, via: str) -> tuple[int, str]:
    """Status and text of an address, after its redirects."""
    for _hop in range(MOST_HOPS):
        parts = urlsplit(url)
        at = via or parts.netloc
        kind = http.client.HTTPSConnection if parts.scheme == "https" and not via else http.client.HTTPConnection
        line = kind(at, timeout=TIMEOUT)
        try:
            path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
            line.request("GET", path or "/", headers={"Host": parts.netloc, "User-Agent": "newsroom-verify-retraction"})
            answer = line.getresponse()
            if answer.status in (301, 302, 303, 307, 308):
                to = answer.headers.get("Location", "")
                url = urljoin(url, to)
                continue
            return answer.status, answer.read(MOST_BYTES).decode("utf-8", "replace")
        finally:
            line.close()
    raise ValueError("redirects without end")
