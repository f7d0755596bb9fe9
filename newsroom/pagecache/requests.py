"""What a request reads of the page cache, and what its page is made of: `request.page`.

The page cache in front of Django (serving.py) leaves both in the request's environment. Without it, and for a page
that is not for all, parts are put into the page here.
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from django.http import HttpRequest
from django.http.response import HttpResponse

from newsroom.pagecache.fragments import parse
from newsroom.pagecache.parts import Making, Reading
from newsroom.pagecache.tags import add_cache_tags, cache_tags_of

CACHE_KEY = "newsroom.page_cache"  # of the environment: the PageCache
MAKING_KEY = "newsroom.page"  # the Making of a page that the page cache puts together
Handler = Callable[[Any], HttpResponse]


class PageRequest(Protocol):
    """A request, once `begin_page` has seen it."""

    page: Making


T = TypeVar("T", bound=HttpRequest)


def begin_page(get_response: Handler) -> Handler:
    """Middleware: set `request.page`, the Making of the page, and give it the tags of the response."""

    def middleware(request: Any) -> HttpResponse:
        request.page = request.META.get(MAKING_KEY) or Making(_reading(request))
        response = get_response(request)
        request.page.tag(*cache_tags_of(response))
        return response

    return middleware


def put_parts(get_response: Handler) -> Handler:
    """Middleware: put the parts of a page in their positions, unless the page cache does.

    The innermost one, since all others have to see the whole page.
    """

    def middleware(request: Any) -> HttpResponse:
        response = get_response(request)
        if MAKING_KEY not in request.META and not response.streaming:
            complete(response, request.page)
        return response

    return middleware


def complete(response: HttpResponse, page: Making) -> None:
    """Put the parts that were placed in a response in their positions, and add their tags to its own."""
    if page.placed:
        html, shown = page.reading.html(parse(response.content.decode(), page.placed))
        response.content = html.encode()
        page.placed = []
        add_cache_tags(response, *sorted({tag for made in shown.values() for tag in made.tags}))


def _reading(request: HttpRequest) -> Reading:
    cache = request.META.get(CACHE_KEY)
    return Reading(cache, cache.begin() if cache else None)
