"""Offers that nobody could match, beside the products that they may be for; decided by keyboard, one by one."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from newsroom.comparator import search
from newsroom.comparator.actions import deciding
from newsroom.comparator.matching import candidates
from newsroom.comparator.models import Merchant, Offer, Product
from newsroom.comparator.models.offer import Match
from newsroom.comparator.money import shown
from newsroom.desk.base import DeskAdmin
from newsroom.lib.languages import FALLBACK
from newsroom.lib.text import row_id
from newsroom.publications.permissions import may, require

PAGE = 10  # each has its candidates searched for
MAX_COUNTED = 1_000
TABS = {
    Match.UNSURE.value: gettext_lazy("Unsure"),
    Match.UNKNOWN.value: gettext_lazy("No product like it"),
    Match.REFUSED.value: gettext_lazy("Set aside"),
}


@admin.register(Offer)
class OfferAdmin(DeskAdmin):
    view_verb, change_verb = "product.view", "offer.match"

    def get_urls(self) -> list[Any]:
        decide = self.admin_site.admin_view(require_POST(self.decide_view))
        return [path("decide/", decide, name="comparator_offer_decide"), *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """A tab of the queue. Five queries for each offer that is shown, PAGE at most."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        tab = request.GET.get("tab", "")
        tab = tab if tab in TABS else Match.UNSURE.value
        merchant = row_id(request.GET.get("merchant", ""))
        rows = Offer.objects.filter(match=tab, product=None).select_related("merchant").order_by("pk")
        rows = rows.filter(merchant=merchant) if merchant else rows
        # One offer may be looked at with what a person searched for.
        asked, typed = row_id(request.GET.get("offer", "")), search.typed(request.GET.get("words", ""))
        rows = rows.filter(pk=asked) if asked else rows
        language = get_language() or FALLBACK
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Offers without a product"),
            "rows": [
                {
                    "offer": offer,
                    "price": shown(offer.total_cents, offer.currency, language),
                    "candidates": search.find(typed).products[:9] if asked and typed else candidates(offer),
                }
                for offer in rows[:PAGE]
            ],
            "tab": tab,
            "tabs": [(name, label, self._count(name)) for name, label in TABS.items()],
            "merchants": Merchant.objects.all(),
            "merchant": merchant,
            "asked": asked,
            "typed": typed,
            "last": self._last(request),
            "may_decide": may(request.user, "offer.match"),
        }
        return TemplateResponse(request, "admin/comparator/matching.html", context)

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        """Lead to the offer in its queue, or to the product that it has."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        offer = Offer.objects.filter(pk=row_id(object_id)).first()
        if offer is None:
            return self.missing(request)
        if offer.product_id:
            return redirect("admin:comparator_product_change", offer.product_id)
        return redirect(f"{reverse('admin:comparator_offer_changelist')}?tab={offer.match}&offer={offer.pk}")

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        return self.missing(request)

    def decide_view(self, request: HttpRequest) -> HttpResponse:
        """Write a decision about one offer, and show the queue again: `product:12`, `make`, `none` or `reopen`."""
        require(request.user, "offer.match", None)
        offer = get_object_or_404(Offer, pk=row_id(request.POST.get("offer", "")))
        decision, _colon, product = request.POST.get("decision", "").partition(":")
        try:
            self._decide(request, offer, decision, row_id(product))
        except deciding.DecidedMeanwhile as error:
            messages.warning(request, str(error))
        tab, merchant = request.POST.get("tab", ""), row_id(request.POST.get("merchant", ""))
        query = f"?tab={tab if tab in TABS else Match.UNSURE.value}" + (f"&merchant={merchant}" if merchant else "")
        undo = f"&last={offer.pk}" if decision != "reopen" else ""
        return redirect(f"{reverse('admin:comparator_offer_changelist')}{query}{undo}")

    def _decide(self, request: HttpRequest, offer: Offer, decision: str, product: int) -> None:
        by = request.user
        if decision == "product":
            deciding.assign(offer, get_object_or_404(Product, pk=product), by=by)
        elif decision == "make":
            deciding.make_product(offer, by=by)
        elif decision == "none":
            deciding.set_aside(offer, by=by)
        elif decision == "reopen":
            deciding.reopen(offer, by=by)

    def _last(self, request: HttpRequest) -> Offer | None:
        """The offer that was decided a moment ago, which can be taken back."""
        decided = Offer.objects.filter(match__in=[Match.PERSON, Match.REFUSED]).select_related("product")
        return decided.filter(pk=row_id(request.GET.get("last", ""))).first()

    def _count(self, match: str) -> str:
        n = len(Offer.objects.filter(match=match, product=None).values_list("pk")[: MAX_COUNTED + 1])
        return str(n) if n <= MAX_COUNTED else f"{MAX_COUNTED}+"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # merchants' feeds list offers
