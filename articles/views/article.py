"""Pages of an article: the live revision, a preview of any revision, the notice in place of a withdrawn one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from articles.content import Content
from articles.models import Article, Author, Edition, Image, Placement, Revision, Tag
from articles.models.card_strip import StripArea
from articles.presentation import body, cache_tags, structured_data
from articles.presentation.cards import card, cards, tags_of
from articles.presentation.links import author_url, difference_url, tag_url
from articles.presentation.related import HOW_MANY, related
from articles.presentation.stream import stream_of
from articles.presentation.strips import strip_tags, strips_on
from articles.views.pages import page
from articles.workflow import Change, Kind
from newsroom.lib.text import teaser
from newsroom.requests import PublicRequest

LATEST_CARDS = 6
MAX_EDITIONS = 20
DESCRIPTION_CHARACTERS = 280


@dataclass(frozen=True)
class ArticleContext:
    """The template and context of the page of one revision, and the cache tags of what it was made from."""

    template: str
    context: dict[str, Any]
    tags: list[str]


def show(request: PublicRequest, article: Article) -> HttpResponse:
    """Return the page of a live article of this publication.

    Fourteen queries, and one for each sister at most; its comments are four more.
    """
    now = timezone.now()
    revision = article.revision_at(now)
    is_page = revision.kind == Kind.PAGE
    authors = [] if is_page else [line.author for line in article.byline_set.select_related("author__portrait")]
    tags = [] if is_page else [link.tag for link in article.tagged.select_related("tag")]
    view = _context_of(article, revision, authors, tags, now)
    return page(request, view.template, view.context, view.tags)


def preview(
    request: PublicRequest, article: Article, revision: Revision, note: str, preview_strip: int | None = None
) -> HttpResponse:
    """Return the page of any revision as readers would get it, below the line `note`. No cache stores it.

    The request's publication is the article's, as on its own site. `preview_strip` is the id of a strip that readers
    don't have yet.
    """
    now = timezone.now()
    article.published_at = article.published_at or now
    content = Content.of(revision)
    is_page = revision.kind == Kind.PAGE
    authors = [] if is_page else list(content.authors)
    view = _context_of(article, revision, authors, [] if is_page else list(content.tags), now, preview_strip)
    response = render(request, view.template, {**view.context, "canonical": "", "preview": note})
    return uncacheable(response)


def uncacheable(response: HttpResponse) -> HttpResponse:
    """Add headers by which no cache stores the response, no search engine indexes it and no `Referer` is sent.

    The address of a preview is a key: it must not reach other sites.
    """
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _context_of(
    article: Article,
    revision: Revision,
    authors: Sequence[Author],
    tags: Sequence[Tag],
    now: dt.datetime,
    preview_strip: int | None = None,
) -> ArticleContext:
    publication = article.publication
    is_page = revision.kind == Kind.PAGE
    images = Image.objects.in_bulk(revision.image_ids) if revision.image_ids else {}
    related_cards = related(article, tags, now)
    stream = stream_of(publication) if not is_page else None
    latest = (
        [
            card
            for card in cards(stream.live(now).page(LATEST_CARDS + 1).rows, on=publication, now=now)
            if card.article != article
        ]
        if stream
        else []
    )[:LATEST_CARDS]
    areas = (StripArea.BESIDE, StripArea.AFTER) if not is_page else ()
    strips = strips_on(publication, *areas, now=now, exclude=[article.pk], preview_strip=preview_strip) if areas else []
    editions = _editions(article, now)
    bylines = [(author, author_url(publication, author)) for author in authors]
    description = revision.seo_description or revision.standfirst or teaser(revision.body, DESCRIPTION_CHARACTERS)
    updated_at = article.public_updated_at(now)
    context: dict[str, Any] = {
        "article": article,
        "revision": revision,
        "updated_at": updated_at,
        "editions": editions,
        "corrected_at": next((row.published_at for row, _url in editions if row.change == Change.CORRECTION), None),
        "card": card(article, revision, on=publication),
        "body": body.render(revision.body, images, on=publication, sponsored=revision.is_sponsored),
        "authors": bylines,
        "tags": [(tag, tag_url(publication, tag)) for tag in tags],
        "related": related_cards,
        "latest": latest,
        "strips_beside": [filled for filled in strips if filled.strip.area == StripArea.BESIDE],
        "strips_after": [filled for filled in strips if filled.strip.area == StripArea.AFTER],
        "canonical": revision.canonical_url or publication.origin + article.path,
        "title": revision.seo_title or revision.headline,
        "description": description,
    }
    if not is_page:
        context["structured"] = structured_data.of_article(
            article, revision, authors=bylines, editions=editions, tags=[tag.name for tag in tags],
            description=description, updated_at=updated_at,
        )  # fmt: skip
    made_from = [
        cache_tags.article(article),
        *map(cache_tags.tag, tags),
        *map(cache_tags.author, authors),
        *map(cache_tags.image, images.values()),
        *([cache_tags.section(revision.section)] if revision.section else []),
        *([cache_tags.image(revision.lead_image)] if revision.lead_image else []),
        *tags_of([*related_cards, *latest]),
        *(stream.cache_tags if stream else ()),
        *strip_tags(strips),
    ]
    return ArticleContext("articles/page.html" if is_page else "articles/article.html", context, made_from)


def _editions(article: Article, now: dt.datetime) -> list[tuple[Edition, str]]:
    """Return the corrections and updates that readers got, the last first, with the address of the difference or ""."""
    rows = article.editions.live(now).filter(change__in=[Change.UPDATE, Change.CORRECTION])
    rows = rows.select_related("revision").defer("revision__body", "revision__standfirst").order_by("-published_at")
    return [
        (row, difference_url(article.publication, row) if row.shows_difference else "") for row in rows[:MAX_EDITIONS]
    ]


def gone(request: PublicRequest, article: Article) -> HttpResponse:
    """Return the page for 410, with the notice that the desk left in the article's place."""
    publication, now = request.publication, timezone.now()
    latest = cards(Placement.objects.listed_on(publication).live(now).page(HOW_MANY).rows, on=publication, now=now)
    made_from = [cache_tags.article(article), *tags_of(latest)]
    return page(request, "articles/gone.html", {"article": article, "cards": latest}, made_from, status=410)
