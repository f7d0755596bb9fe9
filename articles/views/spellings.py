"""Addresses of the site's own pages as people type them: no last slash, a capital, a doubled slash, a mail's full stop.

Articles and sections are found by their rows of Address, whatever the spelling (articles/views/resolve.py). Lists,
feeds and all other pages are found by their routes, which know one spelling each: here the others lead to it.
"""

import copy
import re
from collections.abc import Callable, Iterator

from django.http import Http404, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.encoding import iri_to_uri

from articles.models.address import meant
from articles.presentation.links import feed_url, list_of_feed
from articles.views.pages import moved
from newsroom.middleware import DESK_PATH, SHARED_PATHS
from newsroom.pagecache.tags import add_cache_tags, cache_tags_of
from newsroom.requests import PublicRequest

# Feeds by the names that they have elsewhere: /rss/, /feed.xml, /index.xml, /atom.xml.
_FILE_OF_FEED = re.compile(r"(?<!/feed)/(?:(rss|atom)(?:\.xml)?|(?:feed|index)\.xml)/\Z")


def at_its_spelling(request: PublicRequest, catch_all: Callable[..., HttpResponse]) -> HttpResponse | None:
    """Return a redirect to the page whose address the request misspells, None if no route has it.

    The page is asked first, so that what is not there is answered 404 at once, and what has moved by one redirect to
    where it is now. `catch_all` is the view of all paths that no route has.
    """
    for path in _spellings(request.path):
        try:
            match = resolve(path)
        except Resolver404:
            continue
        if match.func is catch_all:
            continue
        respelt = copy.copy(request)
        respelt.path = respelt.path_info = path
        try:
            response: HttpResponse = match.func(respelt, *match.args, **match.kwargs)
        except Http404:
            continue
        if response.status_code in (200, 302):  # a page, or a way to today's: /archives/ leads to this month
            return add_cache_tags(moved(request, iri_to_uri(path) or path), *cache_tags_of(response))
        return response
    return None


def _spellings(path: str) -> Iterator[str]:
    """Yield the other spellings of a path: its own case first, which the tokens of private pages need; as a file
    (robots.txt), as a page, and as a feed by the name that it has here."""
    as_meant = meant(path)
    for page in dict.fromkeys([as_meant, as_meant.lower()]):
        list_url, format_ = list_of_feed(_FILE_OF_FEED.sub(lambda name: f"/feed/{name[1] or 'rss'}/", page))
        for spelling in (page, page.rstrip("/"), feed_url(list_url, format_) if list_url else ""):
            # The desk and the files of pages are no publication's: their views are not asked.
            if spelling not in ("", path) and not spelling.startswith((DESK_PATH, *SHARED_PATHS)):
                yield spelling
