"""Lists of articles: front page, section, tag, author, month. Each pages by a cursor, in one query however long."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Author, Byline, Placement, Section, Tag, TaggedArticle
from articles.models.card_strip import StripArea
from articles.models.listing import ListedQuerySet
from articles.presentation import cache_tags
from articles.presentation.cards import Card, cards, tags_of
from articles.presentation.links import archive_url, author_url, home_url, tag_url
from articles.presentation.pins import pinned
from articles.presentation.stream import Stream, stream_of
from articles.presentation.strips import FilledStrip, strip_tags, strips_on
from articles.views.pages import cursor, moved, page
from newsroom.lib.keyset import Cursor
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest
from newsroom.timestamps import month_name, month_span, months_beside

PAGE_SIZE = 24
FRONT_PAGE_SIZE = 23  # one leads, four are beside it, the rest fills three columns
LEADING = 5  # at the head of the front page, above its strips
SPARE_CARDS = 12  # read beside a page's own, in the place of those that its strips show
FIRST_YEAR = 1990


def home(request: PublicRequest, preview_strip: int | None = None) -> HttpResponse:
    """Return the publication's front page: its latest articles, mixed with those that it takes from its sisters.

    `preview_strip` is the id of a strip that the desk previews before readers have it.
    """
    publication = request.publication
    rows, head = stream_of(publication), partial(pinned, publication, None)
    strips = partial(_strips, request, publication, StripArea.HOME, preview_strip=preview_strip)
    return _listing(
        request, "articles/home.html", rows, {}, [*rows.cache_tags], url=home_url(), first=FRONT_PAGE_SIZE, head=head,
        strips=strips,
    )  # fmt: skip


def section(request: PublicRequest, row: Section, preview_strip: int | None = None) -> HttpResponse:
    """Return a section's articles. `preview_strip` as for `home`."""
    publication = request.publication
    rows = Placement.objects.filter(section=row)
    head, tags = partial(pinned, publication, row), [cache_tags.section(row)]
    strips = _strips(request, publication, StripArea.SECTION, row, preview_strip)
    tags += strip_tags(strips)
    context = {"section": row, "list_name": row.name, "strips": strips}
    return _listing(request, "articles/section.html", rows, context, tags, url=row.path, head=head)


def tag(request: PublicRequest, slug: str) -> HttpResponse:
    """Return a tag's articles on this publication; redirect from a merged tag to the one it was merged into.

    Raises Http404 where there are none.
    """
    publication = request.publication
    row = get_object_or_404(Tag.objects.select_related("merged_into"), slug=slug)
    canonical_url = tag_url(publication, row.canonical)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    rows = TaggedArticle.objects.listed_on(publication).filter(tag=row)
    context = {"tag": row, "list_name": row.name}
    return _listing(
        request, "articles/tag.html", rows, context, [cache_tags.tag(row)], url=canonical_url, empty_is_missing=True
    )


def author(request: PublicRequest, slug: str) -> HttpResponse:
    """Return an author's articles on this publication. Raises Http404 where there are none."""
    publication = request.publication
    row = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    canonical_url = author_url(publication, row)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    rows = Byline.objects.listed_on(publication).filter(author=row)
    tags = [cache_tags.author(row), *([cache_tags.image(row.portrait)] if row.portrait else [])]
    context = {"author": row, "list_name": row.name}
    return _listing(request, "articles/author.html", rows, context, tags, url=canonical_url, empty_is_missing=True)


def archives(request: PublicRequest) -> HttpResponse:
    """Redirect to the month of the latest article."""
    publication = request.publication
    newest = Placement.objects.listed_on(publication).live(timezone.now()).order_by("-published_at").first()
    moment = (newest.published_at if newest else timezone.now()).astimezone(publication.zone)
    return redirect(archive_url(publication, moment.year, moment.month))


def archive(request: PublicRequest, year: int, month: int) -> HttpResponse:
    """Return a month's articles, in the publication's time zone. Raises Http404 for a month that is to come."""
    publication = request.publication
    today = timezone.now().astimezone(publication.zone)
    if not 1 <= month <= 12 or not (FIRST_YEAR, 1) <= (year, month) <= (today.year, today.month):
        raise Http404
    canonical_url = archive_url(publication, year, month)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    preceding, following = months_beside(year, month)
    start, end = month_span(year, month, publication.zone)
    rows = Placement.objects.listed_on(publication).filter(published_at__gte=start, published_at__lt=end)
    context = {
        "month": month_name(year, month, publication.language),
        "earlier": (archive_url(publication, *preceding), month_name(*preceding, publication.language)),
        "later": (archive_url(publication, *following), month_name(*following, publication.language))
        if following <= (today.year, today.month)
        else None,
    }
    return _listing(
        request,
        "articles/archive.html",
        rows,
        context,
        [cache_tags.archive(publication, year, month)],
        url=canonical_url,
    )


def _strips(
    request: PublicRequest,
    publication: Publication,
    area: str,
    section: Section | None = None,
    preview_strip: int | None = None,
    shown: Collection[int] = (),
) -> list[FilledStrip]:
    """Return the strips of a list's first page; none on the following ones. `shown`: as for strips_on."""
    if cursor(request) is not None:
        return []
    return strips_on(publication, area, now=timezone.now(), section=section, preview_strip=preview_strip, shown=shown)


def _listing(
    request: PublicRequest,
    template: str,
    rows: ListedQuerySet | Stream,
    context: dict[str, Any],
    tags: list[str],
    *,
    url: str,
    first: int = PAGE_SIZE,
    empty_is_missing: bool = False,
    head: Callable[[dt.datetime], list[Card]] | None = None,
    strips: Callable[..., list[FilledStrip]] | None = None,
) -> HttpResponse:
    """Return a page of live rows as cards, the first page below its `head`.

    `first` is how many cards the first page has, `head` returns the cards pinned to it. `strips(shown=ids)` returns the
    strips that stand between its first LEADING cards and the others: what these show is in neither twice. With
    `empty_is_missing`, raises Http404 where there is no row.
    """
    publication = request.publication
    now, after = timezone.now(), cursor(request)
    heading = head(now) if head and after is None else []
    rows = rows.exclude(article__in=[card.article for card in heading]) if heading else rows
    size = PAGE_SIZE if after else first - len(heading)
    listed = rows.live(now).page(size + (SPARE_CARDS if strips else 0), after)
    if empty_is_missing and not listed.rows:
        raise Http404
    entries, following = list(zip(listed.rows, cards(listed.rows, on=publication, now=now), strict=True)), listed.next
    if strips:
        leading = LEADING - len(heading)
        above = [*heading, *(card for _row, card in entries[:leading])]
        between = strips(shown=[card.article.pk for card in above if card.article])
        in_strips = {card.article for filled in between for card in filled.cards if card.article}
        entries = entries[:leading] + [entry for entry in entries[leading:] if entry[1].article not in in_strips]
        if len(entries) > size:
            entries = entries[:size]
            following = Cursor(entries[-1][0].published_at, entries[-1][0].article_id)
        context["strips"], tags = between, [*tags, *strip_tags(between)]
    articles = [*heading, *(card for _row, card in entries)]
    context |= {
        "cards": articles,
        "next_url": f"{url}?after={following}" if following else "",
        "canonical": publication.origin + url + (f"?after={after}" if after else ""),
        "list_url": url,
        "is_first_page": after is None,
        "page_note": "" if after is None else _("continued"),
    }
    return page(request, template, context, [*tags, *tags_of(articles)])
