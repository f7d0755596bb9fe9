"""From a path to what it leads to: one indexed lookup of Address."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.utils import timezone

from articles.models import Address
from articles.models.address import normalise
from articles.presentation.links import author_url, tag_url
from articles.views import article as article_views
from articles.views import lists
from newsroom.pagecache.tags import add_cache_tags
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest

WORDPRESS_QUERY = re.compile(r"\A\d{1,18}\Z")


def home(request: PublicRequest) -> HttpResponse:
    """The front page; or, for WordPress's /?p=12 and /?page_id=12, the article that it led to."""
    for name in ("p", "page_id"):
        if WORDPRESS_QUERY.match(request.GET.get(name, "")):
            return _lead(request, f"/?{name}={int(request.GET[name])}")
    return lists.home(request)


def by_address(request: PublicRequest, path: str) -> HttpResponse:
    """Whatever a path leads to in this publication: the page itself, a redirect to its canonical address, or 410."""
    try:
        return _lead(request, normalise(path))
    except ValueError as error:
        raise Http404 from error


def or_by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view by slug that, where there is nothing of that slug, asks the addresses of old."""

    @wraps(view)
    def lookup(request: PublicRequest, slug: str, **more: str) -> HttpResponse:
        try:
            return view(request, slug, **more)
        except Http404:
            return by_address(request, request.path)

    return lookup


def or_moved_list(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A feed by slug that, where there is no such list any more, follows the list to its address of today."""

    @wraps(view)
    def lookup(request: PublicRequest, slug: str, **more: str) -> HttpResponse:
        try:
            return view(request, slug, **more)
        except Http404:
            page, _feed, form = request.path.rpartition("/feed/")
            publication = request.publication
            rows = Address.objects.select_related("section", "tag__merged_into", "author")
            row = rows.filter(publication=publication, path=f"{page}/").first()
            to = row.section.path if row and row.section else _list_of(publication, row) if row else ""
            if not to or to == f"{page}/":
                return by_address(request, request.path)
            return add_cache_tags(HttpResponsePermanentRedirect(f"{to}feed/{form}"), publication.cache_tag)

    return lookup


def _list_of(publication: Publication, address: Address) -> str:
    """Where the tag's or author's list that an address leads to stands, "" for what is neither."""
    if address.tag:
        return tag_url(publication, address.tag.canonical)
    return author_url(publication, address.author) if address.author else ""


def _lead(request: PublicRequest, path: str) -> HttpResponse:
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
            return add_cache_tags(HttpResponsePermanentRedirect(address.section.path), f"section:{address.section_id}")
        return lists.section(request, address.section)
    if to := _list_of(publication, address):
        return HttpResponsePermanentRedirect(to)
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
        return add_cache_tags(HttpResponsePermanentRedirect(article.path), f"article:{article.pk}")
    return article_views.show(request, article)
