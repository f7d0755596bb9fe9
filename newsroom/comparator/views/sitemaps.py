"""Sitemaps of products (sitemaps.org 0.9): an index, and one for each block of ids. robots.txt names the index."""

from typing import Any

from django.db.models import F
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from newsroom.comparator.addresses import product_url
from newsroom.comparator.models import Product
from newsroom.comparator.models.product import LISTS_TAG, TAG_OF_ALL
from newsroom.comparator.views.pages import of_comparator
from newsroom.pagecache.tags import add_cache_tags
from newsroom.requests import PublicRequest

BLOCK = 10_000  # ids; the protocol allows 50,000 addresses


@of_comparator
def index(request: PublicRequest) -> HttpResponse:
    """Return the index: the sitemaps that hold a product. One query, of all products; once a minute at most."""
    rows = Product.objects.filter(offer_count__gt=0).annotate(block=F("pk") / BLOCK)
    blocks = rows.order_by("block").values_list("block", flat=True).distinct()
    origin = request.publication.origin
    maps = [(origin + reverse("sitemap-products", args=[block]), "") for block in blocks]
    return _xml(request, "index", {"maps": maps})


@of_comparator
def products(request: PublicRequest, block: int) -> HttpResponse:
    """Return the products of a block that somebody offers. Raises Http404 if there are none. One query."""
    first = block * BLOCK
    rows = Product.objects.filter(pk__gte=first, pk__lt=first + BLOCK, offer_count__gt=0).order_by("pk")
    on = request.publication
    slugs = rows.values_list("slug", flat=True)
    entries = [{"url": on.origin + product_url(on, slug), "lastmod": "", "image": ""} for slug in slugs]
    if not entries:
        raise Http404
    return _xml(request, "urls", {"entries": entries})


def _xml(request: PublicRequest, name: str, context: dict[str, Any]) -> HttpResponse:
    response = render(request, f"sitemaps/{name}.xml", context, content_type="application/xml; charset=utf-8")
    return add_cache_tags(response, request.publication.cache_tag, TAG_OF_ALL, LISTS_TAG)
