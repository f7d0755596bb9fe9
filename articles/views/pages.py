"""Helpers of all public views: the tagged response, the cursor of a list."""

from typing import Any

from django.http import HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.safestring import SafeString

from articles.models import Placement
from articles.presentation import cache_tags
from articles.presentation.cards import article_card
from newsroom.lib.keyset import BadCursor, Cursor
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

WORDPRESS_NAMES = ("p", "page_id", "feed")  # of queries by which WordPress addresses a page


def page(
    request: PublicRequest, template: str, context: dict[str, Any], tags: list[str], status: int = 200
) -> HttpResponse:
    """Return a page with the cache tags of what it was made from, but for its parts, and its publication's, whose name
    it bears."""
    publication = request.publication
    response = render(request, template, context, status=status)
    return add_cache_tags(response, publication.cache_tag, *tags)


def moved(request: PublicRequest, path: str) -> HttpResponsePermanentRedirect:
    """Return a redirect to where a page is, with the query that came along: a campaign's name, a list's cursor.

    What named the page itself at WordPress (`?p=12`, `?feed=atom`) stays behind.
    """
    query = request.GET.copy()
    for name in WORDPRESS_NAMES:
        query.pop(name, None)
    return HttpResponsePermanentRedirect(f"{path}?{query.urlencode()}" if query else path)


def cursor(request: PublicRequest) -> Cursor | None:
    """Return the cursor in the address; None for one that is not ours, so that a mangled link still shows the list."""
    try:
        return Cursor.parse(request.GET.get("after", ""))
    except BadCursor:
        return None


def latest_cards(request: PublicRequest, how_many: int) -> list[SafeString]:
    """Return the latest articles that a publication lists, for a page that has nothing else to show. One query."""
    on, page = request.publication.pk, request.page
    page.tag(cache_tags.list_of("publication", on))
    rows = (
        Placement.objects.listed_on(request.publication).live(timezone.now()).order_by("-published_at", "-article_id")
    )
    return [
        page.place(article_card, on, pk, "brief", False) for pk in rows.values_list("article", flat=True)[:how_many]
    ]
