"""What all public views share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from newsroom.lib.keyset import BadCursor, Cursor
from newsroom.pagecache.tags import add_cache_tags


def page(
    request: HttpRequest, template: str, context: dict[str, Any], tags: list[str], status: int = 200
) -> HttpResponse:
    """A public page, bearing the tags of what it was made from; each bears its publication's, for menu and footer."""
    publication = request.publication  # type: ignore[attr-defined]
    response = render(request, template, context, status=status)
    return add_cache_tags(response, publication.cache_tag, *tags)


def cursor(request: HttpRequest) -> Cursor | None:
    """The cursor in the address; one that is not ours counts as none, so that a mangled link still shows the list."""
    try:
        return Cursor.parse(request.GET.get("after", ""))
    except BadCursor:
        return None
