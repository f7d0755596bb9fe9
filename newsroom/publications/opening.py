"""Holding back a site that may not be open yet: alone, so that its desk and its sisters go on.

A publication without a legal notice must not be read by the public (LCEN art. 1-1, formerly 6-III).
"""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.module_loading import import_string

from newsroom.publications.models import Publication
from newsroom.requests import SiteRequest

Handler = Callable[[SiteRequest], HttpResponse]
LEGAL_NOTICE = "articles.presentation.static_pages.has_legal_notice"
RETRY_SECONDS = 600


def has_legal_notice(publication: Publication) -> bool:
    """Return whether readers have the legal notice of a publication. One query."""
    return bool(import_string(LEGAL_NOTICE)(publication))


def hold_back(get_response: Handler) -> Handler:
    """Middleware: answer 503, in words, on a site without a legal notice. One that was seen open is not asked again."""
    if settings.PLAYGROUND:
        raise MiddlewareNotUsed
    opened: set[int] = set()

    def middleware(request: SiteRequest) -> HttpResponse:
        publication = request.publication
        is_face = request.path.startswith("/face/")  # the colours of the page that says so
        if publication is None or publication.pk in opened or is_face:
            return get_response(request)
        if has_legal_notice(publication):
            opened.add(publication.pk)
            return get_response(request)
        response = render(request, "not_open.html", {"publication": publication}, status=503)
        response.headers["Retry-After"] = str(RETRY_SECONDS)
        response.headers["Cache-Control"] = "no-store"
        return response

    return middleware
