"""Pages for what is not there, and for what went wrong; in the publication's face wherever that is known."""

import logging

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Placement
from articles.presentation.cards import cards, tags_of
from newsroom.pagecache.tags import add_cache_tags

logger = logging.getLogger("newsroom")
LATEST = 4


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: says so, and offers the latest articles."""
    publication = getattr(request, "publication", None)
    if getattr(request, "is_desk", False):
        return render(request, "desk/error.html", {"title": _("There is nothing at this address")}, status=404)
    if publication is None:
        return HttpResponse("There is nothing at this address.\n", status=404, content_type="text/plain")
    now = timezone.now()
    latest = cards(Placement.objects.listed_on(publication).live(now).page(LATEST).rows, on=publication, now=now)
    response = render(request, "articles/404.html", {"cards": latest}, status=404)
    return add_cache_tags(response, publication.cache_tag, *tags_of(latest))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: only the desk says it. A door's own words, where it gave some."""
    context = {"title": _("This is not for you"), "words": str(exception or "")}
    return render(request, "desk/error.html", context, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: the publication's own page where it can still be drawn, else a few words."""
    publication = getattr(request, "publication", None)
    if publication is not None:
        try:
            return render(request, "articles/500.html", {"publication": publication}, status=500)
        except Exception:
            logger.exception("the error page failed as well")
    return HttpResponse("Something went wrong here. It has been written down.\n", status=500, content_type="text/plain")
