"""A product's page: its offers, what it cost over the year, and the form of a price alert."""

import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from newsroom.comparator import structured_data
from newsroom.comparator.actions import alerts
from newsroom.comparator.addresses import asked_url, out_url, product_url
from newsroom.comparator.history import DAYS, chart
from newsroom.comparator.models import Product
from newsroom.comparator.models.offer import Condition
from newsroom.comparator.offers import offers_of, price_history
from newsroom.comparator.parts import ends_of
from newsroom.comparator.views.pages import moved, of_comparator, page, unkept
from newsroom.middleware import takes_post
from newsroom.requests import PublicRequest, client, is_from_here

HONEYPOT = "website"


@csrf_exempt  # it acts with nobody's authority, and checks by itself where it comes from
@takes_post
@of_comparator
def product(request: PublicRequest, slug: str) -> HttpResponse:
    """Return a product's page; by POST, ask for a price alert. Raises Http404."""
    row = get_object_or_404(Product, slug=slug)
    canonical = product_url(request.publication, row.slug)
    if request.path != canonical:
        return moved(request, canonical)
    if request.method == "POST":
        return _ask(request, row)
    return _page(request, row)


def _ask(request: PublicRequest, row: Product) -> HttpResponse:
    data = request.POST
    done = redirect(asked_url(request.publication))
    if data.get(HONEYPOT):
        return done  # a robot is told what a person is told
    if not is_from_here(request):
        refused = alerts.Refused("", _("Not sent yet: press once more, so that we know that you are a person."))
    else:
        try:
            alerts.ask(row, request.publication, data.get("email", ""), data.get("price", ""), client=client(request))
        except alerts.Refused as error:
            refused = error
        else:
            return done
    form = {"email": data.get("email", "")[:254], "price": data.get("price", "")[:40], "refused": refused}
    return unkept(_page(request, row, form, status=429 if refused.is_limit else 422))


def _page(request: PublicRequest, row: Product, form: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    """Three queries, and one for all merchants."""
    publication, now = request.publication, timezone.now()
    today, address = timezone.localdate(now), product_url(publication, row.slug)
    offers = offers_of([row.pk], now).get(row.pk, [])
    points = price_history(row.pk, today - dt.timedelta(days=DAYS))
    request.page.ends(ends_of(offers, now))
    shown = [(offer, out_url(publication, offer.pk)) for offer in offers]
    new = [pair for pair in shown if pair[0].condition == Condition.NEW]
    context = {
        "product": row,
        "address": address,
        "canonical": publication.origin + address,
        "new": new,
        "second_hand": [pair for pair in shown if pair[0].condition != Condition.NEW],
        "lowest": new[0][0] if new else None,
        "chart": chart(points, today, publication.language),
        "points": points[::-1],
        "structured": structured_data.of_product(row, offers, publication),
        "alert": form or {"email": "", "price": "", "refused": None},
    }
    return page(
        request, "comparator/product.html", context, row.cache_tag, status=status, noindex=bool(form) or not offers
    )
