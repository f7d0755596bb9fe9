"""Lists of articles: front page, section, tag, author, month. Each pages by a cursor, in one query however long."""

import datetime as dt
from collections.abc import Callable, Collection
from functools import partial
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from articles.models import Author, Byline, Placement, Section, Tag, TaggedArticle
from articles.models.card_strip import StripArea
from articles.models.listing import ListedQuerySet
from articles.presentation import cache_tags
from articles.presentation.cards import article_card, social_image
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


def _style_in_list(position: int, is_first_page: bool) -> str:
    return "first" if position < 3 else "listed"


def _style_on_front(position: int, is_first_page: bool) -> str:
    if not is_first_page:
        return "listed"
    return "lead" if position == 0 else "side" if position < LEADING else "headed"


def home(request: PublicRequest, preview_strip: int | None = None) -> HttpResponse:
    """Return the publication's front page: its latest articles, mixed with those that it takes from its sisters.

    `preview_strip` is the id of a strip that the desk previews before readers have it.
    """
    publication, page = request.publication, request.page
    rows, head = stream_of(page, publication.pk), partial(pinned, publication, None)
    strips = partial(_strips, request, publication, StripArea.HOME, preview_strip=preview_strip)
    tags = [*rows.cache_tags, cache_tags.front(publication)]
    return _listing(
        request, "articles/home.html", rows, {}, tags, url=home_url(), first=FRONT_PAGE_SIZE, head=head, strips=strips,
        style=_style_on_front, image="front_image",
    )  # fmt: skip


def section(request: PublicRequest, row: Section, preview_strip: int | None = None) -> HttpResponse:
    """Return a section's articles. `preview_strip` as for `home`."""
    publication = request.publication
    rows = Placement.objects.filter(section=row)
    strips = _strips(request, publication, StripArea.SECTION, row, preview_strip)
    tags = [cache_tags.section(row), cache_tags.list_of("section", row.pk), cache_tags.front(publication)]
    context = {"section": row, "list_name": row.name, "strips": _placed(request, strips)}
    request.in_section = (row.pk, True)
    head = partial(pinned, publication, row)
    return _listing(
        request, "articles/section.html", rows, context, [*tags, *strip_tags(strips)], url=row.path, head=head
    )


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
        request,
        "articles/tag.html",
        rows,
        context,
        [cache_tags.tag(row), cache_tags.list_of("tag", row.pk)],
        url=canonical_url,
        empty_is_missing=True,
    )


def author(request: PublicRequest, slug: str) -> HttpResponse:
    """Return an author's articles on this publication. Raises Http404 where there are none."""
    publication = request.publication
    row = get_object_or_404(Author.objects.select_related("portrait"), slug=slug)
    canonical_url = author_url(publication, row)
    if request.path != canonical_url:
        return moved(request, canonical_url)
    rows = Byline.objects.listed_on(publication).filter(author=row)
    tags = [cache_tags.author(row), cache_tags.list_of("author", row.pk)]
    tags += [cache_tags.image(row.portrait)] if row.portrait else []
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
    if following > (today.year, today.month):
        request.page.ends(end)  # it leads to the next month from its first moment on
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
    head: Callable[[dt.datetime], list[int]] | None = None,
    strips: Callable[..., list[FilledStrip]] | None = None,
    style: Callable[[int, bool], str] = _style_in_list,
    image: str = "list_image",
) -> HttpResponse:
    """Return a page of live rows as cards, the first page below its `head`.

    `first` is how many cards the first page has, `head` returns the ids of the articles pinned to it.
    `strips(shown=ids)` returns the strips that stand between its first LEADING cards and the others: what these show is
    in neither twice. `style(position, is_first_page)` is that of a card; `image` the template that shows the first
    article's image in the head of the page. With `empty_is_missing`, raises Http404 where there is no row.
    """
    publication, made = request.publication, request.page
    now, after = timezone.now(), cursor(request)
    heading = head(now) if head and after is None else []
    rows = rows.exclude(article__in=heading) if heading else rows
    size = PAGE_SIZE if after else first - len(heading)
    listed = rows.live(now).page(size + (SPARE_CARDS if strips else 0), after)
    if empty_is_missing and not listed.rows:
        raise Http404
    entries, following = [(row.listed_id, row.published_at) for row in listed.rows], listed.next
    if strips:
        leading = LEADING - len(heading)
        between = strips(shown=[*heading, *(pk for pk, _moment in entries[:leading])])
        in_strips = {pk for filled in between for pk in filled.articles}
        entries = entries[:leading] + [entry for entry in entries[leading:] if entry[0] not in in_strips]
        if len(entries) > size:
            entries = entries[:size]
            following = Cursor(entries[-1][1], entries[-1][0])
        context["strips"], tags = _placed(request, between), [*tags, *strip_tags(between)]
    articles = [*heading, *(pk for pk, _moment in entries)]
    cards = [
        made.place(article_card, publication.pk, pk, style(n, after is None), pk in heading)
        for n, pk in enumerate(articles)
    ]
    context |= {
        "cards": cards,
        "image": made.place(social_image, publication.pk, articles[0], image) if articles else "",
        "next_url": f"{url}?after={following}" if following else "",
        "canonical": publication.origin + url + (f"?after={after}" if after else ""),
        "list_url": url,
        "is_first_page": after is None,
        "page_note": "" if after is None else _("continued"),
    }
    made.ends(None)  # purges tell of all that changes it
    return page(request, template, context, tags)


def _placed(request: PublicRequest, strips: Collection[FilledStrip]) -> list[SafeString]:
    """Return what stands for strips in the HTML of a page."""
    return [request.page.inline(filled.fragment(request.publication, request.page)) for filled in strips]
