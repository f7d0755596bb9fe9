"""Pages of an article: the live revision, a preview of any revision, the notice in place of a withdrawn one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.content import Content
from articles.models import Article, Author, Edition, Image, Revision, Tag
from articles.models.card_strip import StripArea
from articles.presentation import body, cache_tags, structured_data
from articles.presentation.beside import aside, beside
from articles.presentation.cards import card, comment_count, comment_number
from articles.presentation.links import author_url, difference_url, tag_url
from articles.presentation.names import authors_of_ids, tags_of_ids
from articles.presentation.related import related
from articles.presentation.strips import strips_in, strips_on
from articles.views.pages import latest_cards, page
from articles.workflow import Change, Kind
from newsroom.comparator.parts import price_box
from newsroom.lib.text import teaser
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making
from newsroom.requests import PublicRequest

LATEST_CARDS = 4  # in the place of a withdrawn article
MAX_EDITIONS = 20
DESCRIPTION_CHARACTERS = 280


@dataclass(frozen=True)
class ArticleContext:
    """The template and context of the page of one revision, and the cache tags of what it was made from."""

    template: str
    context: dict[str, Any]
    tags: list[str]


def show(request: PublicRequest, article: Article) -> HttpResponse:
    """Return the page of a live article of this publication. Five queries for its own HTML, one of them for its
    comments; two more for corrections and updates, and for images in its text."""
    now = timezone.now()
    revision = article.revision_at(now)
    is_page = revision.kind == Kind.PAGE
    authors = [] if is_page else authors_of_ids(request.page, revision.author_ids)
    tags = [] if is_page else tags_of_ids(request.page, revision.tag_ids)
    view = _context_of(request.page, article, revision, authors, tags, now)
    request.in_section = (revision.section_id or 0, False)
    request.page.ends(None)  # a thread that closes is a part
    request.page.counts(article.pk)
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
    view = _context_of(
        request.page, article, revision, authors, [] if is_page else list(content.tags), now, preview_strip
    )
    request.in_section = (revision.section_id or 0, False)
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
    page: Making,
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
    editions = _editions(article, revision, now)
    bylines = [(author, author_url(publication, author)) for author in authors]
    description = revision.seo_description or revision.standfirst or teaser(revision.body, DESCRIPTION_CHARACTERS)
    updated_at = article.public_updated_at(now)
    context: dict[str, Any] = {
        "article": article,
        "revision": revision,
        "updated_at": updated_at,
        "editions": editions,
        "corrected_at": next((row.published_at for row, _url in editions if row.change == Change.CORRECTION), None),
        "kind_label": card(article, revision, on=publication).kind_label,
        "body": body.render(
            revision.body,
            images,
            on=publication,
            sponsored=revision.is_sponsored,
            price_box=lambda product: page.place(price_box, publication.pk, product),
        ),
        "authors": bylines,
        "tags": [(tag, tag_url(publication, tag)) for tag in tags],
        "canonical": revision.canonical_url or publication.origin + article.path,
        "title": revision.seo_title or revision.headline,
        "description": description,
    }
    if not is_page:
        context |= _parts(page, article, tags, now, preview_strip)
        context["structured"] = structured_data.of_article(
            article, revision, authors=bylines, editions=editions, tags=[tag.name for tag in tags],
            description=description, updated_at=updated_at,
            comments=page.place(comment_number, article.pk, seed=article),
        )  # fmt: skip
    made_from = [
        cache_tags.article(article),
        *map(cache_tags.tag, tags),
        *map(cache_tags.author, authors),
        *map(cache_tags.image, images.values()),
        *([cache_tags.section(revision.section)] if revision.section else []),
        *([cache_tags.image(revision.lead_image)] if revision.lead_image else []),
    ]
    return ArticleContext("articles/page.html" if is_page else "articles/article.html", context, made_from)


def _parts(
    page: Making, article: Article, tags: Sequence[Tag], now: dt.datetime, preview_strip: int | None
) -> dict[str, SafeString]:
    """Return what the page of an article shares with others. `preview_strip`: the id of a strip that is shown though
    readers do not see it yet."""
    on = article.publication_id
    parts = {
        "count": page.place(comment_count, on, article.pk, "#comments", True, seed=article),
        "related": page.place(related, on, article.pk, tuple(tag.pk for tag in tags)) if tags else SafeString(),
    }
    if preview_strip is None:
        parts["beside"] = page.place(beside, on, without=article.pk)
        parts["after"] = page.place(strips_in, on, StripArea.AFTER, without=article.pk)
        return parts
    filled = strips_on(
        article.publication, StripArea.BESIDE, StripArea.AFTER, now=now, shown=[article.pk], preview_strip=preview_strip
    )
    by_area = {
        area: Fragment(tuple(row.fragment(article.publication, page) for row in filled if row.strip.area == area))
        for area in (StripArea.BESIDE, StripArea.AFTER)
    }
    parts["beside"] = page.inline(aside(page, article.publication, by_area[StripArea.BESIDE]))
    parts["after"] = page.inline(by_area[StripArea.AFTER])
    return parts


def _editions(article: Article, revision: Revision, now: dt.datetime) -> list[tuple[Edition, str]]:
    """Return the corrections and updates that readers got, the last first, with the address of the difference or "".

    One query; none for an article's first revision, which corrects nothing.
    """
    if revision.number == 1:
        return []
    rows = article.editions.live(now).filter(change__in=[Change.UPDATE, Change.CORRECTION])
    rows = rows.select_related("revision").defer("revision__body", "revision__standfirst").order_by("-published_at")
    return [
        (row, difference_url(article.publication, row) if row.shows_difference else "") for row in rows[:MAX_EDITIONS]
    ]


def gone(request: PublicRequest, article: Article) -> HttpResponse:
    """Return the page for 410, with the notice that the desk left in the article's place."""
    made_from = [cache_tags.article(article)]
    context = {"article": article, "cards": latest_cards(request, LATEST_CARDS)}
    return page(request, "articles/gone.html", context, made_from, status=410)
