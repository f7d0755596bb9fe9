"""The search of a site: results as a page, and suggestions while one types. Neither is kept in the page cache."""

import datetime as dt
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from articles.models import Article, Author, Section, Tag
from articles.presentation.cards import Card, card
from articles.presentation.links import search_url
from articles.presentation.searching import AUTHOR, SECTION, addressed, scope, tag_facets
from articles.views.pages import latest_cards, moved, page
from newsroom.lib.limits import Limit
from newsroom.lib.text import plain, whole_number
from newsroom.requests import PublicRequest, client
from newsroom.search.extracts import Piece, extract, marked, stems_of
from newsroom.search.find import Found, Span, facet, find, newest, with_longer
from newsroom.search.models import PublicDocument
from newsroom.search.query import MAX_CHARACTERS, Query, parse
from newsroom.search.spelling import corrected, replaced

PAGE_SIZE, SUGGESTIONS, MOST_PAGES, LATEST = 20, 7, 20, 6
# A minute, in one process: a reader asks less often, and types no faster.
SEARCHES, TYPED = Limit(of_one=30, of_all=600), Limit(of_one=120, of_all=1_200)


@dataclass(frozen=True)
class Filters:
    """What a reader narrows a search to, as the form sends it; what names nothing is left out."""

    section: Section | None = None
    tag: Tag | None = None
    author: Author | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    by_date: bool = False

    @classmethod
    def of(cls, request: PublicRequest) -> "Filters":
        """Read the filters of a request. Up to three queries."""
        asked = request.GET
        section, tag, author = (asked.get(name, "")[:100] for name in ("section", "tag", "author"))
        tags = Tag.objects.select_related("merged_into")
        tag_row = tags.filter(slug=tag).first() if tag else None
        return cls(
            section=Section.objects.filter(publication=request.publication, slug=section).first() if section else None,
            tag=tag_row.canonical if tag_row else None,
            author=Author.objects.filter(slug=author).first() if author else None,
            since=_date(asked.get("since", "")),
            until=_date(asked.get("until", "")),
            by_date=asked.get("sort") == "date",
        )

    @property
    def are_any(self) -> bool:
        return any((self.section, self.tag, self.author, self.since, self.until))

    def facets(self) -> list[list[str]]:
        """Return the facets that documents must have. A query for a tag."""
        groups = [[facet(SECTION, self.section.pk)]] if self.section else []
        groups += [tag_facets(self.tag)] if self.tag else []
        return groups + ([[facet(AUTHOR, self.author.pk)]] if self.author else [])

    def span(self, zone: dt.tzinfo) -> Span:
        """Return the time in which what is found was published: whole days of a time zone."""
        since = dt.datetime.combine(self.since, dt.time(), zone) if self.since else None
        if self.until is None or self.until == dt.date.max:
            return Span(since)
        return Span(since, dt.datetime.combine(self.until + dt.timedelta(days=1), dt.time(), zone))

    def as_query(self) -> dict[str, str]:
        """Return the filters as the address of a page has them."""
        pairs = {
            "section": self.section.slug if self.section else "", "tag": self.tag.slug if self.tag else "",
            "author": self.author.slug if self.author else "", "since": str(self.since or ""),
            "until": str(self.until or ""), "sort": "date" if self.by_date else "",
        }  # fmt: skip
        return {name: value for name, value in pairs.items() if value}


@dataclass(frozen=True)
class Result:
    """An article that was found: its card, its headline and a passage, with the words that were looked for."""

    card: Card
    headline: list[Piece]
    passage: list[Piece]


def search(request: PublicRequest) -> HttpResponse:
    """Return the articles that answer `q`, twenty a page; the form alone without it. 429 for who asks too often."""
    publication = request.publication
    canonical_url = search_url(publication)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    typed = request.GET.get("q", "")[:MAX_CHARACTERS].strip()
    context: dict[str, Any] = {"typed": typed, "form_url": canonical_url, "noindex": True}
    if not typed:
        context |= {"filters": Filters(), "sections": [], "latest": latest_cards(request, LATEST)}
        return page(request, "articles/search.html", context, [])
    if not SEARCHES.allows(client(request).network, time.time()):
        return _too_often(request, context)
    filters = Filters.of(request)
    query = parse(typed)
    found, meant = _found(request, query, filters), ""
    if not filters.are_any and (named := addressed(typed, publication)):
        found = Found(list(dict.fromkeys([*named, *found.objects])), found.is_all)
    if not found.objects and (words := corrected(PublicDocument, query)):
        other = parse(replaced(query, words))
        if (others := _found(request, other, filters)).objects:
            query, found, meant = other, others, replaced(other, {})
    number = min(whole_number(request.GET.get("page", "")) or 1, MOST_PAGES)
    first = (number - 1) * PAGE_SIZE
    shown = found.objects[first : first + PAGE_SIZE]
    following = number + 1 if len(found.objects) > first + PAGE_SIZE and number < MOST_PAGES else 0
    context |= {
        "filters": filters,
        "sections": Section.objects.filter(publication=publication),
        "results": _results(request, shown, query),
        "meant": meant,
        "how_many": _how_many(found),
        "number": number,
        "first": first + 1,
        "previous_url": _url(canonical_url, typed, filters, number - 1) if number > 1 else "",
        "next_url": _url(canonical_url, typed, filters, following) if following else "",
        "best_url": _url(canonical_url, typed, filters, 1, sort=""),
        "newest_url": _url(canonical_url, typed, filters, 1, sort="date"),
        "latest": [] if shown else latest_cards(request, LATEST),
    }
    response = page(request, "articles/search.html", context, [])
    add_never_cache_headers(response)
    return response


def suggestions(request: PublicRequest) -> HttpResponse:
    """Return headlines that what is being typed may lead to: [{"title": …, "url": …}], the best first."""
    if not TYPED.allows(client(request).network, time.time()):
        return JsonResponse([], safe=False, status=429, headers={"Retry-After": "60"})
    query = parse(request.GET.get("q", "")[:200])
    found = _found(request, query, Filters()).objects[:SUGGESTIONS] if query else []
    titles = [{"title": row.card.headline, "url": row.card.url} for row in _results(request, found, query, brief=True)]
    response = JsonResponse(titles, safe=False)
    add_never_cache_headers(response)
    return response


def _found(request: PublicRequest, query: Query, filters: Filters) -> Found:
    """Return what answers a query. Up to five queries."""
    publication, now = request.publication, timezone.now()
    facets = [scope(request.page, publication), *filters.facets()]
    query, span = with_longer(PublicDocument, query), filters.span(publication.zone)
    return (newest if filters.by_date else find)(PublicDocument, query, facets, now, span)


def _results(request: PublicRequest, articles: list[int], query: Query, *, brief: bool = False) -> list[Result]:
    """Return what a page shows of articles, in their order; those that readers don't have by now are left out.

    One query. `brief`: without a passage.
    """
    publication, now, stems = request.publication, timezone.now(), stems_of(query)
    relations = [f"{name}__{of}" for name in ("live", "next") for of in ("section", "lead_image")]
    rows = Article.objects.live(now).filter(pk__in=articles).select_related("publication", *relations)
    by_id = {row.pk: row for row in rows}
    results = []
    for article in (by_id[pk] for pk in articles if pk in by_id):
        revision = article.revision_at(now)
        text = "" if brief else f"{revision.standfirst} {plain(revision.body)}"
        passage = extract(text, stems) or [Piece(revision.standfirst)]
        results.append(Result(card(article, revision, on=publication), marked(revision.headline, stems), passage))
    return results


def _too_often(request: PublicRequest, context: dict[str, Any]) -> HttpResponse:
    """Answer 429 with the form and what was typed. No query beside those of every page."""
    context |= {"filters": Filters(), "sections": [], "latest": []}
    message = _("Too many searches arrive at once. Try again in a minute.")
    response = render(request, "articles/search.html", {**context, "refused": message}, status=429)
    response.headers["Retry-After"] = "60"
    add_never_cache_headers(response)
    return response


def _how_many(found: Found) -> str:
    count = len(found.objects)
    if not found.is_all:
        return _("More than %(n)d articles; the first are shown") % {"n": count}
    return _("One article") if count == 1 else _("%(n)d articles") % {"n": count}


def _url(url: str, typed: str, filters: Filters, number: int, **changes: str) -> str:
    pairs = {"q": typed} | filters.as_query() | changes | ({"page": str(number)} if number > 1 else {})
    return f"{url}?{urlencode({name: value for name, value in pairs.items() if value})}"


def _date(typed: str) -> dt.date | None:
    try:
        return parse_date(typed[:10])
    except ValueError:  # the 31st of February
        return None
