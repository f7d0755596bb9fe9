"""Views that find what a path leads to: one indexed lookup of Address."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from articles.models import Address
from articles.models.address import normalise
from articles.presentation import cache_tags
from articles.presentation.links import author_url, feed_url, list_of_feed, tag_url
from articles.views import article as article_views
from articles.views import lists
from newsroom.pagecache.tags import add_cache_tags
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest

WORDPRESS_QUERY = re.compile(r"\A\d{1,18}\Z")


def home(request: PublicRequest) -> HttpResponse:
    """Return the front page; for WordPress's /?p=12 and /?page_id=12, the article that it led to."""
    for name in ("p", "page_id"):
        if WORDPRESS_QUERY.match(request.GET.get(name, "")):
            return _respond(request, f"/?{name}={int(request.GET[name])}")
    return lists.home(request)


def by_address(request: PublicRequest, path: str) -> HttpResponse:
    """Return what a path leads to in this publication: the page itself, a redirect to its canonical address, or 410.

    Raises Http404.
    """
    try:
        return _respond(request, normalise(path))
    except ValueError as error:
        raise Http404 from error


def or_by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view by slug that looks in the former addresses where `view` finds nothing of that slug."""

    @wraps(view)
    def lookup(request: PublicRequest, slug: str) -> HttpResponse:
        try:
            return view(request, slug)
        except Http404:
            return by_address(request, request.path)

    return lookup


def or_moved_list(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view of a feed by slug that, where that list is no longer, redirects to the feed of its present address.

    Readers' programs keep a feed's address for years: a renamed section, a merged tag must not lose them.
    """

    @wraps(view)
    def lookup(request: PublicRequest, slug: str, format_: str) -> HttpResponse:
        try:
            return view(request, slug, format_)
        except Http404:
            publication = request.publication
            former_url, _format = list_of_feed(request.path)
            rows = Address.objects.select_related("section", "tag__merged_into", "author")
            address = rows.filter(publication=publication, path=former_url).first()
            list_url = _list_url(publication, address) if address else ""
            if not list_url or list_url == former_url:
                return by_address(request, request.path)
            redirect = HttpResponsePermanentRedirect(feed_url(list_url, format_))
            return add_cache_tags(redirect, publication.cache_tag)

    return lookup


def _list_url(publication: Publication, address: Address) -> str:
    """Return the present address of the list that an address leads to; "" for what is no list."""
    if address.section:
        return address.section.path
    if address.tag:
        return tag_url(publication, address.tag.canonical)
    return author_url(publication, address.author) if address.author else ""


def _respond(request: PublicRequest, path: str) -> HttpResponse:
    """Return what the normalised path leads to. Raises Http404."""
    publication = request.publication
    address = (
        Address.objects.select_related(
            "section",
            "tag__merged_into",
            "author",
            *(f"article__{pointer}__{name}" for pointer in ("live", "next") for name in ("section", "lead_image")),
        )
        .filter(publication=publication, path=path)
        .first()
    )
    if address is None:
        raise Http404
    if address.section:
        if not address.canonical or request.path != address.path:
            return add_cache_tags(
                HttpResponsePermanentRedirect(address.section.path), cache_tags.section(address.section)
            )
        return lists.section(request, address.section)
    if list_url := _list_url(publication, address):
        return HttpResponsePermanentRedirect(list_url)
    article = address.article
    now = timezone.now()
    if article is None or article.live is None:
        raise Http404
    article.publication = publication
    if article.is_withdrawn(now):
        return article_views.gone(request, article)
    if not article.is_live(now):
        raise Http404
    if not address.canonical or request.path != address.path:
        return add_cache_tags(HttpResponsePermanentRedirect(article.path), cache_tags.article(article))
    return article_views.show(request, article)
