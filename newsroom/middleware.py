"""Middleware: the health check, the methods that pages do, the publication of the Host header, the language."""

import copy
import re
from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    QueryDict,
)
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request

from newsroom.lib.cleaning import clean_line, clean_text
from newsroom.publications.parts import hosts
from newsroom.requests import SiteRequest

# A control character, half of a surrogate pair or a noncharacter as it is written in an address (RFC 3986, 2.1).
_FORBIDDEN_IN_QUERY = re.compile(
    r"%(?:[01][0-9a-f]|7f|c2%[89]|ed%[ab]|ef%b7%[9a]|ef%bf%b[ef]|f[0-4]%[0-9a-f]f%bf%b)", re.IGNORECASE
)
Handler = Callable[[SiteRequest], HttpResponse]
View = TypeVar("View", bound=Callable[..., Any])
# Served alike at every host: the files pages are made of.
SHARED_PATHS = (settings.STATIC_URL, settings.MEDIA_URL)
DESK_PATH = "/admin/"


def healthz(get_response: Handler) -> Handler:
    """Answer /healthz before anything else: 200 if the database answers, 503 if not."""

    def middleware(request: SiteRequest) -> HttpResponse:
        if request.path != "/healthz":
            return get_response(request)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
        except DatabaseError:
            return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
        return HttpResponse("ok\n", content_type="text/plain")

    return middleware


class CompressTexts(GZipMiddleware):
    """Django's compression, of all but images: those are compressed already, and a file is sent without a thread."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        media_type = response.headers.get("Content-Type", "")
        if media_type.startswith("image/") and not media_type.startswith("image/svg"):
            return response
        return super().process_response(request, response)


def takes_post(view: View) -> View:
    """Mark a public view as one that POST is sent to: no other takes one."""
    view.takes_post = True  # type: ignore[attr-defined]  # read by known_methods
    return view


def known_methods(get_response: Handler) -> Handler:
    """Answer 405 to a method that a page does not do (RFC 9110, 15.5.6): POST where nothing is sent, TRACE anywhere."""

    def middleware(request: SiteRequest) -> HttpResponse:
        if request.method not in ("GET", "HEAD", "POST"):
            return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
        return get_response(request)

    def process_view(request: SiteRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if request.method == "POST" and not request.is_desk and not getattr(view, "takes_post", False):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return None

    middleware.process_view = process_view  # type: ignore[attr-defined]  # Django's hook
    return middleware


def clean_query(get_response: Handler) -> Handler:
    """Take what is no text (newsroom/lib/cleaning.py) out of a query: PostgreSQL would refuse it in any filter."""

    def middleware(request: SiteRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if _FORBIDDEN_IN_QUERY.search(query):
            clean = QueryDict(mutable=True)
            for name, values in QueryDict(query).lists():
                clean.setlist(clean_line(name), [clean_text(value) for value in values])
            request.META["QUERY_STRING"] = clean.urlencode()
        return get_response(request)

    return middleware


def resolve_host(get_response: Handler) -> Handler:
    """Set `request.publication` (None at the desk, and for static files and media) and `request.is_desk`.

    The Host header is the only source. An unknown host gets a plain 404 and no site's page; an alias that redirects
    leads to the same path of the publication's own domain.
    """

    def middleware(request: SiteRequest) -> HttpResponse:
        host = request.get_host().rsplit(":", 1)[0].lower().rstrip(".")
        request.is_desk = request.path.startswith(DESK_PATH)
        request.publication = None
        if request.path.startswith(SHARED_PATHS):
            return get_response(request)
        if request.is_desk:
            if host == settings.DESK_HOST:
                return get_response(request)
            return HttpResponse("There is no desk at this address.\n", status=404, content_type="text/plain")
        known_host = request.page.get(hosts).get(host)
        if known_host is None:
            return HttpResponse("No site is published at this address.\n", status=404, content_type="text/plain")
        if known_host.redirects:
            return HttpResponsePermanentRedirect(known_host.publication.origin + request.get_full_path())
        request.publication = copy.copy(known_host.publication)  # the held row is every thread's
        response = get_response(request)
        # Browsers keep a 301 or a 410 for ever unless a header has them ask again, and an article can come back.
        response.headers.setdefault("Cache-Control", "no-cache")
        patch_vary_headers(response, ["Accept-Encoding"])  # a 304 has no body that GZipMiddleware would look at
        return response

    return middleware


def choose_language(get_response: Handler) -> Handler:
    """Activate the publication's language on its pages; at the desk, what the person chose or their browser prefers."""

    def middleware(request: SiteRequest) -> HttpResponse:
        publication = request.publication
        language = publication.language if publication else get_language_from_request(request)
        with translation.override(language):
            response = get_response(request)
            # A lazy response must be rendered while the language is in force.
            if hasattr(response, "render") and not getattr(response, "is_rendered", True):
                response = response.render()
            response.headers.setdefault("Content-Language", language)
            return response

    return middleware
