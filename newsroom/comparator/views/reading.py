"""Views by which readers find products and read how the comparison works."""

import time
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from newsroom.comparator import search
from newsroom.comparator.addresses import compare_url, how_url, product_url
from newsroom.comparator.models import MerchantFeed
from newsroom.comparator.offers import offered
from newsroom.comparator.views.pages import moved, of_comparator, page, personal
from newsroom.lib.limits import Limit
from newsroom.lib.text import whole_number
from newsroom.requests import PublicRequest, client

MAX_PAGE = search.MOST_FOUND // search.PAGE + 1
# A minute, in one process, as the search of the site has them.
SEARCHES = Limit(of_one=30, of_all=600)


@require_safe
@of_comparator
def find(request: PublicRequest) -> HttpResponse:
    """Return the products that were searched for; without a search, those that most merchants offer.

    What was searched for is in no cache and in no search engine: anybody can type anything.
    """
    publication, now = request.publication, timezone.now()
    if request.path != compare_url(publication):
        return moved(request, compare_url(publication))
    typed = search.typed(request.GET.get("q", ""))
    if typed and not SEARCHES.allows(client(request).network, time.time()):
        return _too_often(request, typed)
    number = min(max(whole_number(request.GET.get("page", "")) or 1, 1), MAX_PAGE)
    found = search.find(typed, number)
    prices = offered([product.pk for product in found.products], now)
    following = {"page": number + 1, **({"q": typed} if typed else {})}
    is_search = bool(typed) or number > 1
    context = {
        "typed": typed,
        "page_number": number,
        "products": [(row, product_url(publication, row.slug), prices.get(row.pk)) for row in found.products],
        "next_url": f"{compare_url(publication)}?{urlencode(following)}"
        if found.has_more and number < MAX_PAGE
        else "",
        "canonical": "" if is_search else publication.origin + compare_url(publication),
    }
    tags = [row.cache_tag for row in found.products]
    return page(request, "comparator/search.html", context, *tags, noindex=is_search)


def _too_often(request: PublicRequest, typed: str) -> HttpResponse:
    """Answer 429 with the form and what was typed."""
    message = _("Too many searches arrive at once. Try again in a minute.")
    context = {"typed": typed, "page_number": 1, "products": [], "next_url": "", "canonical": "", "refused": message}
    response = personal(request, "comparator/search.html", context, status=429)
    response.headers["Retry-After"] = "60"
    return response


@require_safe
@of_comparator
def how(request: PublicRequest) -> HttpResponse:
    """Return how the comparison works: what the code de la consommation has a site of comparison say (D111-11)."""
    publication = request.publication
    if request.path != how_url(publication):
        return moved(request, how_url(publication))
    every = MerchantFeed.objects.filter(is_polled=True).order_by("-every").values_list("every", flat=True).first()
    context = {"every": every, "canonical": publication.origin + how_url(publication)}
    return page(request, "comparator/how.html", context)
