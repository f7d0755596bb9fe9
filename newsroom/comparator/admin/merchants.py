"""Merchants and their feeds at the desk: how fetching goes, what was not taken, asking at once."""

import datetime as dt
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, OuterRef, QuerySet, Subquery, Sum, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.http import require_POST

from newsroom.comparator.actions import merchants as writing
from newsroom.comparator.models import Merchant, MerchantFeed, Offer, OfferClicks
from newsroom.comparator.models.merchant import Trouble
from newsroom.desk.base import DeskAdmin
from newsroom.desk.health import health_badge
from newsroom.publications.permissions import require

VISITS_DAYS = 30
SKIP_REASONS = {
    "key": gettext_lazy("has no number of its own, or one that is too long"),
    "title": gettext_lazy("has no title"),
    "price": gettext_lazy("has no price, or one that can be read in two ways"),
    "currency": gettext_lazy("is in another currency"),
    "url": gettext_lazy("leads nowhere"),
    "not_for_sale": gettext_lazy("is not for sale"),
    "line": gettext_lazy("is a line that cannot be read"),
}


def _total(rows: QuerySet[Any], total: Any) -> Subquery:
    """Return a number about some rows, as one column: without ordering, and grouped by nothing."""
    return Subquery(rows.order_by().annotate(one=Value(1)).values("one").annotate(total=total).values("total"))


@admin.register(Merchant)
class MerchantAdmin(DeskAdmin):
    view_verb, add_verb, change_verb = "merchant.view", "merchant.change", "merchant.change"
    fields = writing.MERCHANT_FIELDS
    prepopulated_fields = {"slug": ["name"]}
    list_display = ["name", "offers_shown", "visits_lately"]
    alphabetical = ("name",)
    sortable_by = ()
    actions = None

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return {} if obj else self.prepopulated_fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merchant]:
        """Return merchants with how many of their offers readers see, and how often these were opened lately."""
        now, since = timezone.now(), timezone.localdate() - dt.timedelta(days=VISITS_DAYS)
        shown = Offer.objects.shown(now).filter(merchant=OuterRef("pk"))
        visits = OfferClicks.objects.filter(offer__merchant=OuterRef("pk"), day__gt=since)
        rows: QuerySet[Merchant] = super().get_queryset(request)
        return rows.annotate(shown_offers=_total(shown, Count("pk")), visits=_total(visits, Sum("count")))

    @admin.display(description=gettext_lazy("offers shown"))
    def offers_shown(self, merchant: Any) -> int:
        return int(merchant.shown_offers or 0)

    @admin.display(description=gettext_lazy("visits in 30 days"))
    def visits_lately(self, merchant: Any) -> int:
        return int(merchant.visits or 0)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        writing.save_merchant(obj, by=request.user)


@admin.register(MerchantFeed)
class MerchantFeedAdmin(DeskAdmin):
    view_verb, add_verb, change_verb = "merchant.view", "merchant.change", "merchant.change"
    fields = ("merchant", *writing.FEED_FIELDS)
    list_display = ["merchant", "health", "brought", "good_at", "asked_next"]
    list_select_related = ["merchant"]
    sortable_by = ()
    actions = None
    change_form_template = "admin/comparator/feed_form.html"

    @admin.display(description=gettext_lazy("health"))
    def health(self, feed: MerchantFeed) -> str:
        reason = f"{Trouble(feed.trouble).label}{_(': ') if feed.detail else ''}{feed.detail}" if feed.trouble else ""
        return health_badge(
            is_polled=feed.is_polled, failures=feed.failures, reason=reason, was_good=feed.good_at is not None
        )

    @admin.display(description=pgettext_lazy("feed", "brought last"))
    def brought(self, feed: MerchantFeed) -> str:
        counts = feed.counts
        if not counts:
            return ""
        params = {
            "offers": counts["new"] + counts["changed"] + counts["unchanged"], "new": counts["new"],
            "skipped": sum(counts["skipped"].values()),
        }  # fmt: skip
        return _("%(offers)d offers, %(new)d of them new; %(skipped)d rows not taken") % params

    @admin.display(description=gettext_lazy("asked next"))
    def asked_next(self, feed: MerchantFeed) -> Any:
        return feed.due_at if feed.is_polled else None

    def get_urls(self) -> list[Any]:
        ask = self.admin_site.admin_view(require_POST(self.ask_view))
        return [path("<int:pk>/ask/", ask, name="comparator_merchantfeed_ask"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("merchant",) if obj else ()

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        feed = kwargs.get("obj")
        if feed is not None:
            context |= {
                "health": self.health(feed),
                "brought": self.brought(feed),
                "skipped": [(SKIP_REASONS.get(reason, reason), what) for reason, what in feed.skipped],
                "may_change": self.has_change_permission(request, feed),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        saved = writing.save_feed(obj, by=request.user)
        obj.pk = saved.pk

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        writing.delete_feed(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)

    def ask_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Have a feed fetched by the worker within a minute."""
        require(request.user, "merchant.change", None)
        writing.ask_now(get_object_or_404(MerchantFeed, pk=pk), by=request.user)
        messages.success(request, _("It is asked within a minute, by the worker."))
        return redirect("admin:comparator_merchantfeed_change", pk)
