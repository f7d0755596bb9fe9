"""What the pages of the Comparateur share: whether a site has it, the tagged response, and one that no cache keeps."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from newsroom.comparator.models.product import TAG_OF_ALL
from newsroom.comparator.parts import listed_merchants
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

View = Callable[..., HttpResponse]


def of_comparator(view: View) -> View:
    """Return a view that is there only on sites that have the Comparateur."""

    @wraps(view)
    def guarded(request: PublicRequest, **arguments: Any) -> HttpResponse:
        if not request.publication.compares_prices:
            raise Http404
        return view(request, **arguments)

    return guarded


def page(
    request: PublicRequest, template: str, context: dict[str, Any], *tags: str, status: int = 200, noindex: bool = False
) -> HttpResponse:
    """Return a page with the cache tags of what it was made from, and what the law has stand on each of them."""
    merchants = request.page.get(listed_merchants)
    shared = {
        "noindex": noindex, "merchants": merchants, "is_any_paid": any(row.is_paid for row in merchants), "typed": "",
        "currency": settings.COMPARATOR_CURRENCY,
    }  # fmt: skip
    response = render(request, template, {**shared, **context}, status=status)
    if noindex:
        response.headers["X-Robots-Tag"] = "noindex"
    return add_cache_tags(response, request.publication.cache_tag, TAG_OF_ALL, *tags)


def personal(request: PublicRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Return a page for this reader alone: no cache keeps it, no search engine indexes it."""
    return unkept(page(request, template, context, status=status, noindex=True))


def unkept(response: HttpResponse) -> HttpResponse:
    """Add the headers by which no cache keeps a response and no search engine indexes it."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def moved(request: PublicRequest, path: str) -> HttpResponsePermanentRedirect:
    """Return a redirect to the address in the publication's own language, with the query that came along."""
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path)
