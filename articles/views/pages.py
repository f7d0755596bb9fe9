"""Helpers of all public views: the tagged response, the cursor of a list."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from newsroom.lib.keyset import BadCursor, Cursor
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest


def page(
    request: PublicRequest, template: str, context: dict[str, Any], tags: list[str], status: int = 200
) -> HttpResponse:
    """Return a page with the cache tags of what it was made from, and its publication's, for menu and footer."""
    publication = request.publication
    response = render(request, template, context, status=status)
    return add_cache_tags(response, publication.cache_tag, *tags)


def cursor(request: PublicRequest) -> Cursor | None:
    """Return the cursor in the address; None for one that is not ours, so that a mangled link still shows the list."""
    try:
        return Cursor.parse(request.GET.get("after", ""))
    except BadCursor:
        return None
