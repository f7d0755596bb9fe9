"""Views that find what a path leads to: one indexed lookup of Address."""

import re
from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.utils import timezone

from articles.models import Address
from articles.models.address import meant, normalise
from articles.presentation import cache_tags
from articles.presentation.links import author_url, feed_url, home_url, list_of_feed, tag_url
from articles.views import article as article_views
from articles.views import lists
from articles.views.pages import moved
from articles.views.spellings import at_its_spelling
from newsroom.pagecache.tags import add_cache_tags
from newsroom.publications.models import Publication
from newsroom.requests import PublicRequest

# A mail's full stop may follow: it is not ours to mind.
WORDPRESS_QUERY = re.compile(r"(\d{1,18})[^\w]*\Z", re.ASCII)


def home(request: PublicRequest) -> HttpResponse:
    """Return the front page; for WordPress's /?p=12, /?page_id=12 and /?feed=atom, what these led to."""
    for name in ("p", "page_id"):
        if number := WORDPRESS_QUERY.match(request.GET.get(name, "")):
            return _respond(request, [f"/?{name}={int(number[1])}"])
    list_url, format_ = list_of_feed(f"/feed/{request.GET.get('feed', '')}/")
    if list_url == home_url():
        return moved(request, feed_url(list_url, format_))
    return lists.home(request)


def by_address(request: PublicRequest, path: str) -> HttpResponse:
    """Return what a path leads to in this publication: the page itself, a redirect to its canonical address, or 410.

    A path that leads nowhere is read as it may have been meant (spellings.py). Raises Http404.
    """
    try:
        spellings = [normalise(path), normalise(meant(path))]
    except ValueError as error:
        raise Http404 from error
    try:
        return _respond(request, spellings)
    except Http404:
        return at_its_spelling(request, by_address) or _moved_feed(request, spellings[-1])


def or_by_address(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return a view by slug that looks in the former addresses where `view` finds nothing of that slug."""

    @wraps(view)
    def lookup(request: PublicRequest, slug: str, **options: str) -> HttpResponse:
        try:
            return view(request, slug, **options)
        except Http404:
            return by_address(request, request.path)

    return lookup


def _moved_feed(request: PublicRequest, path: str) -> HttpResponse:
    """Return a redirect from the feed of a list that is no longer to the feed of its present address. Raises Http404.

    Readers' programs keep a feed's address for years: a renamed section, a merged tag must not lose them.
    """
    former_url, format_ = list_of_feed(path)
    if not former_url:
        raise Http404
    publication = request.publication
    rows = Address.objects.select_related("section", "tag__merged_into", "author")
    address = rows.filter(publication=publication, path=former_url).first()
    list_url = _list_url(publication, address) if address else ""
    url = feed_url(list_url, format_)
    if not list_url or url == request.path:
        raise Http404
    return add_cache_tags(moved(request, url), publication.cache_tag)


def _list_url(publication: Publication, address: Address) -> str:
    """Return the present address of the list that an address leads to; "" for what is no list."""
    if address.section:
        return address.section.path
    if address.tag:
        return tag_url(publication, address.tag.canonical)
    return author_url(publication, address.author) if address.author else ""


def _respond(request: PublicRequest, paths: list[str]) -> HttpResponse:
    """Return what the first of these normalised paths leads to that leads anywhere. One query. Raises Http404."""
    publication = request.publication
    rows = Address.objects.select_related(
        "section",
        "tag__merged_into",
        "author",
        *(f"article__live__{name}" for name in ("section", "lead_image")),  # `next` is read where there is one
    ).filter(publication=publication, path__in=set(paths))
    address = min(rows, key=lambda row: paths.index(row.path), default=None)
    if address is None:
        raise Http404
    if address.section:
        if not address.canonical or request.path != address.path:
            return add_cache_tags(moved(request, address.section.path), cache_tags.section(address.section))
        return lists.section(request, address.section)
    if list_url := _list_url(publication, address):
        return moved(request, list_url)
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
        return add_cache_tags(moved(request, article.path), cache_tags.article(article))
    return article_views.show(request, article)
