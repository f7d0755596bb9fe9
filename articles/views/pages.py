"""What all public views share."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render

from newsroom.lib.keyset import BadCursor, Cursor
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest


def page(
    request: PublicRequest, template: str, context: dict[str, Any], tags: list[str], status: int = 200
) -> HttpResponse:
    """A public page, bearing the tags of what it was made from; each bears its publication's, for menu and footer."""
    publication = request.publication
    response = render(request, template, context, status=status)
    return add_cache_tags(response, publication.cache_tag, *tags)


def cursor(request: PublicRequest) -> Cursor | None:
    """The cursor in the address; one that is not ours counts as none, so that a mangled link still shows the list."""
    try:
        return Cursor.parse(request.GET.get("after", ""))
    except BadCursor:
        return None
