"""Error pages (403, 404, 500), in the publication's own design wherever that is known."""

import logging
from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from articles.views.pages import latest_cards
from newsroom.pagecache.requests import complete
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

logger = logging.getLogger("newsroom")
LATEST_CARDS = 4


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for 404, with the latest articles; the desk's own at the desk."""
    publication = getattr(request, "publication", None)
    if getattr(request, "is_desk", False):
        return render(request, "desk/error.html", {"title": _("There is nothing at this address")}, status=404)
    if publication is None:
        return HttpResponse("There is nothing at this address.\n", status=404, content_type="text/plain")
    latest = latest_cards(cast(PublicRequest, request), LATEST_CARDS)
    response = render(request, "articles/404.html", {"cards": latest}, status=404)
    return add_cache_tags(response, publication.cache_tag)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Return the page for 403, which only the desk answers, with the reason that an action gave, if any."""
    context = {"title": _("This is not for you"), "words": str(exception or "")}
    return render(request, "desk/error.html", context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for 500: the publication's own where it can still be rendered, else one line of text."""
    publication = getattr(request, "publication", None)
    if publication is not None:
        try:
            response = render(request, "articles/500.html", {"publication": publication}, status=500)
            complete(response, cast(PublicRequest, request).page)  # what fails in a part fails here
            return response
        except Exception:
            logger.exception("the error page failed as well")
    return HttpResponse("Something went wrong here. It has been written down.\n", status=500, content_type="text/plain")
