"""The way out to a merchant, and the pages of price alerts: each for one reader, kept by no cache."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from newsroom.comparator.actions import alerts, clicks
from newsroom.comparator.addresses import compare_url, product_url
from newsroom.comparator.models import Offer
from newsroom.comparator.views.pages import of_comparator, personal, unkept
from newsroom.lib.visits import is_visit
from newsroom.middleware import takes_post
from newsroom.requests import PublicRequest


@require_safe
@of_comparator
def out(request: PublicRequest, pk: int) -> HttpResponse:
    """Lead to an offer at its merchant's, and count that, unless a robot asks; no reader is kept. To its product where
    it has left.

    Raises Http404 for an offer that never was.
    """
    offer = Offer.objects.select_related("product").filter(pk=pk).first()
    if offer is None:
        raise Http404
    if not Offer.objects.shown(timezone.now()).filter(pk=pk).exists():
        on = request.publication
        return unkept(redirect(product_url(on, offer.product.slug) if offer.product else compare_url(on)))
    if request.method == "GET" and is_visit({name.lower().encode(): v.encode() for name, v in request.headers.items()}):
        clicks.count(offer)
    return unkept(HttpResponseRedirect(offer.url))


@require_safe
@of_comparator
def asked(request: PublicRequest) -> HttpResponse:
    """Say that a mail is on its way."""
    return personal(request, "comparator/asked.html", {})


@csrf_exempt  # a mail program's one click (RFC 8058) has no token; the address itself is the key
@takes_post
@of_comparator
def alert(request: PublicRequest, token: str) -> HttpResponse:
    """Show an alert; confirm it, or end it, which a POST without a field does too. Raises Http404 for no link of ours.

    One that is over, told or ended, is forgotten: its page says so.
    """
    if not alerts.is_ours(token):
        raise Http404
    row = alerts.from_token(token, request.publication)
    if request.method == "POST":
        if row is not None and "confirm" in request.POST:
            alerts.confirm(row)
        elif row is not None:
            alerts.end(row)
        if not request.POST.keys() & {"confirm", "stop"}:  # a mail program, which follows no redirect (RFC 8058, 3.1)
            return HttpResponse(status=200, content_type="text/plain")
        return redirect(request.path)
    context: dict[str, Any] = {"alert": row}
    if row is not None:
        context |= {"wanted": alerts.shown(row), "address": product_url(request.publication, row.product.slug)}
    return personal(request, "comparator/alert.html", context)
