"""Verification that a withdrawn article is gone: the addresses at which it could be read or named, and their check.

Each address is requested over HTTP as a reader would, through all caches in between, since the database cannot prove
what a cache still serves. Used by the command verify_retraction.
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
from articles.models.card_strip import StripArea, StripSource
from articles.presentation.links import (
    FEED_FORMATS,
    archive_url,
    author_url,
    corrections_url,
    difference_url,
    feed_url,
    home_url,
    sitemap_block,
    sitemap_of_news_url,
    sitemap_url,
    tag_url,
)
from newsroom.lib.keyset import BadCursor, Cursor
from newsroom.publications.models import Publication, origin_of

TIMEOUT_SECONDS = 20
MAX_BYTES = 20 * 1024 * 1024
MAX_REDIRECTS = 5
MAX_ARTICLES_PER_TAG = 100  # the newest of each of its tags: they may show it among the related articles
MAX_NEWEST_ARTICLES = 24  # of each site: they may show it among the latest articles
MIN_HEADLINE_CHARACTERS = 12  # a shorter headline does not identify an article: "Apple" is on any page
_NEXT_LINK = re.compile(r'<a [^>]*href="([^"]*\?after=([^"&]*))" rel="next"')


@dataclass(frozen=True)
class Exposure:
    """An address that still shows the article, or that could not be checked: `why` says which."""

    url: str
    why: str


@dataclass(frozen=True)
class PageCheck:
    """The result of checking an address."""

    found: Exposure | None = None
    then: str = ""  # the address to check next: the list's following page


def addresses(article: Article) -> Iterator[str]:
    """Return the absolute addresses at which an article could be read or named, each once."""
    return iter(dict.fromkeys(_addresses(article)))


def _addresses(article: Article) -> Iterator[str]:
    home = article.publication
    paths = list(article.addresses.values_list("path", flat=True))
    for origin in (home.origin, *_aliases(home)):
        yield from (origin + path for path in paths)
    for edition in article.editions.all():
        yield home.origin + difference_url(home, edition)
    yield home.origin + corrections_url(home)
    yield home.origin + sitemap_url(sitemap_block(article.pk))
    revisions = article.revisions.values_list("section", "tag_ids", "author_ids")
    sections = Section.objects.filter(pk__in={section for section, _tags, _authors in revisions})
    tags = {tag.canonical for tag in Tag.objects.filter(pk__in={pk for _s, tags, _a in revisions for pk in tags})}
    authors = list(Author.objects.filter(pk__in={pk for _s, _t, authors in revisions for pk in authors}))
    for site in _sites_that_may_list(article):
        lists = [home_url(), *(tag_url(site, tag) for tag in tags), *(author_url(site, author) for author in authors)]
        lists += [section.path for section in sections if section.publication_id == site.pk]
        if _strips_that_may_show(article).filter(publication=site, area=StripArea.SECTION).exists():
            lists += [section.path for section in site.sections.all()]
        for path in lists:
            yield site.origin + path
            yield from (site.origin + feed_url(path, format_) for format_ in FEED_FORMATS)
        if article.published_at:
            local = article.published_at.astimezone(site.zone)
            yield site.origin + archive_url(site, local.year, local.month)
        yield site.origin + sitemap_of_news_url()
        yield from _articles_that_may_name(site, article, tags)


def _aliases(site: Publication) -> list[str]:
    """The origins of the other domains that serve a site; those that redirect to it are left out."""
    domains = site.hosts.aliases().filter(redirects=False).values_list("domain", flat=True)
    return [origin_of(domain) for domain in domains]


def _sites_that_may_list(article: Article) -> list[Publication]:
    """Its own site, those where it is placed, those that subscribe to its site, those with a strip that may show it."""
    subscribed = StreamSource.objects.filter(sister=article.publication).values("publication")
    placed = article.placements.values("publication")
    strips = _strips_that_may_show(article).values("publication")
    own = Publication.objects.filter(pk=article.publication_id)
    return list(own | Publication.objects.filter(Q(pk__in=subscribed) | Q(pk__in=placed) | Q(pk__in=strips)))


def _strips_that_may_show(article: Article) -> QuerySet[CardStrip]:
    of_any = [StripSource.PICKED, StripSource.MOST_READ]
    return CardStrip.objects.filter(Q(source_publication=article.publication) | Q(source__in=of_any))


def _articles_that_may_name(site: Publication, article: Article, tags: set[Tag]) -> Iterator[str]:
    """The addresses of a site's other articles that may show it: as a related article, or as one of the latest."""
    now = timezone.now()
    listed = Placement.objects.listed_on(site).live(now).filter(article__publication=site).exclude(article=article)
    ordered = listed.order_by("-published_at", "-article").values_list("article__path", flat=True)
    paths = list(ordered[:MAX_NEWEST_ARTICLES])
    for tag in tags:
        paths += ordered.filter(article__tagged__tag=tag)[:MAX_ARTICLES_PER_TAG]
    yield from (site.origin + path for path in paths)


def identifying_marks(article: Article) -> list[str]:
    """Return the texts by which a page that shows an article is known: its path, its id in feeds, its headlines.

    Headlines are those that readers ever had, as they are written and as HTML escapes them.
    """
    headlines = {edition.revision.headline for edition in article.editions.select_related("revision")}
    spellings = {html.escape(headline) for headline in headlines} | headlines
    long_enough = sorted(headline for headline in spellings if len(headline) >= MIN_HEADLINE_CHARACTERS)
    return [mark for mark in (article.path, f"article-{article.pk}", *long_enough) if mark]


def check_page(url: str, marks: list[str], since: dt.datetime | None, via: str = "") -> PageCheck:
    """Request an address and return whether it shows an article that should be gone: one of its `marks`.

    `since` is the article's time: where a list's next page may have articles as new as that, PageCheck.then names it.
    `via` is a host and port to connect to instead of the address's own, which is still sent in the Host header.
    An address that cannot be reached, or answers 5xx, is an Exposure; any other answer but 200 shows nothing.
    """
    try:
        status, body = _fetched(url, via)
    except (OSError, http.client.HTTPException, ValueError) as error:
        return PageCheck(Exposure(url, f"not reached: {error}"))
    if status >= 500:
        return PageCheck(Exposure(url, f"answered {status}"))
    if status != 200:
        return PageCheck()
    mark = next((mark for mark in marks if _is_in(mark, body)), None)
    return PageCheck(Exposure(url, f"shows “{mark}”") if mark else None, _next_page(url, body, since))


def _is_in(mark: str, body: str) -> bool:
    """Whether a page holds a mark as a word of its own: "article-1" is not in "article-10"."""
    before = r"(?<![\w-])" if mark[0].isalnum() else ""
    return re.search(rf"{before}{re.escape(mark)}(?![\w-])", body) is not None


def _next_page(url: str, body: str, since: dt.datetime | None) -> str:
    """The address of a list's next page, if the last article on this one (its time is in the cursor) is not older."""
    link = _NEXT_LINK.search(body)
    if since is None or link is None:
        return ""
    try:
        last = Cursor.parse(html.unescape(link[2])).published_at
    except BadCursor:
        return ""
    return urljoin(url, html.unescape(link[1])) if last >= since else ""


def _fetched(url: str, via: str) -> tuple[int, str]:
    """The status and text at an address, after its redirects. Raises ValueError if there are too many."""
    for _redirect in range(MAX_REDIRECTS):
        parts = urlsplit(url)
        secure = parts.scheme == "https" and not via
        connection_class = http.client.HTTPSConnection if secure else http.client.HTTPConnection
        connection = connection_class(via or parts.netloc, timeout=TIMEOUT_SECONDS)
        try:
            path = quote(parts.path, safe="/%:@!$&'()*+,;=~-._") + (f"?{parts.query}" if parts.query else "")
            headers = {"Host": parts.netloc, "User-Agent": "newsroom-verify-retraction"}
            connection.request("GET", path or "/", headers=headers)
            response = connection.getresponse()
            if response.status in (301, 302, 303, 307, 308):
                url = urljoin(url, response.headers.get("Location", ""))
                continue
            return response.status, response.read(MAX_BYTES).decode("utf-8", "replace")
        finally:
            connection.close()
    raise ValueError("redirects without end")
