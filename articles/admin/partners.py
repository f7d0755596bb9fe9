"""Admin of partner feeds: their health, what a new one would bring, polling at once, hiding a headline."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import helpers
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles.admin.saving import refusal_as_forbidden
from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import Trouble
from articles.partners import actions as partner_actions
from articles.partners import poll
from articles.partners.ingest import Failed, preview_headlines
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication
from newsroom.desk.health import badge, health_badge
from newsroom.lib.text import row_id
from newsroom.publications.permissions import may

MAX_HEADLINES = 40  # of a feed, on its page
SKIP_REASONS = {
    "address": gettext_lazy("leads nowhere"),
    "title": gettext_lazy("has no title"),
    "item": gettext_lazy("stands among the items and is none"),
    "repeated": gettext_lazy("is in the feed twice: the first is kept"),
    "beyond": gettext_lazy("items beyond the first hundred, which are not read:"),
}


def trouble_in_words(trouble: str, detail: str) -> str:
    """Return what went wrong with a feed. `detail` is a status or an address; a library's own words are not shown."""
    if trouble == Trouble.STATUS:
        return f"{_refusal(detail)} ({detail})"
    words = str(Trouble(trouble).label) if trouble in Trouble.values else trouble
    if trouble == Trouble.WEB_PAGE and detail:
        return _("%(words)s; the feed that it names is %(address)s") % {"words": words, "address": detail}
    return words


def _refusal(status: str) -> str:
    if status == "404":
        return _("there is nothing at this address")
    if status == "429":
        return _("the server wants to be asked less often")
    if status.startswith("5"):
        return _("the server has a fault of its own")
    return _("the server refused")


class PartnerFeedForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """A partner feed of `publication`, which `PartnerFeedAdmin.get_form` sets on a class made for the request."""

    class Meta:
        model = PartnerFeed
        fields = partner_actions.DESK_FIELDS

    publication: Any = None

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("shows_images") and not data.get("credit", "").strip():
            self.add_error("credit", _("Say whom their images are credited to."))
        twin = PartnerFeed.objects.filter(publication=self.publication, url=data.get("url", ""))
        if twin.exclude(pk=self.instance.pk).exists():
            self.add_error("url", _("This feed is asked already."))
        return data

    def clean_credit(self) -> str:
        """Return the credit without the sign that pages put before it."""
        return str(self.cleaned_data["credit"]).lstrip("©\u00a0 ")


@admin.register(PartnerFeed)
class PartnerFeedAdmin(DeskAdmin):
    """Partner feeds of the current publication."""

    view_verb, add_verb, change_verb = "partner.view", "partner.change", "partner.change"
    scoped = True
    form = PartnerFeedForm
    fields = partner_actions.DESK_FIELDS
    list_display = ["name", "health", "good_at", "a_day", "asked_next"]
    sortable_by = ()
    actions = None
    change_form_template = "admin/articles/partner_form.html"

    # -- health --------------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("health"))
    def health(self, feed: PartnerFeed) -> str:
        reason = trouble_in_words(feed.trouble, feed.detail) if feed.trouble else ""
        if feed.trouble == Trouble.GONE:
            return badge(_("gone"), "overdue", reason)
        return health_badge(
            is_polled=feed.is_polled, failures=feed.failures, reason=reason, was_good=feed.good_at is not None
        )

    @admin.display(description=gettext_lazy("asked next"))
    def asked_next(self, feed: PartnerFeed) -> Any:
        return feed.due_at if feed.is_polled else None

    @admin.display(description=gettext_lazy("headlines a day"))
    def a_day(self, feed: PartnerFeed) -> str:
        return number_format(feed.pace(timezone.now()), 1)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerFeed]:
        feeds: Any = super().get_queryset(request)
        rows: QuerySet[PartnerFeed] = feeds.with_pace(timezone.now())
        return rows

    # -- pages ---------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        def post(view: Any) -> Any:
            return self.admin_site.admin_view(require_POST(view))

        return [
            path("<int:pk>/fetch/", post(self.fetch_view), name="articles_partnerfeed_fetch"),
            path("<int:pk>/headline/", post(self.headline_view), name="articles_partnerfeed_headline"),
            *super().get_urls(),
        ]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Return a form class of the publication. Django makes a new class for each call: nothing is shared."""
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.publication = obj.publication if obj else current_publication(request)
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST" and "_try" in request.POST:
            return self._try(request, self.get_object(request, object_id) if object_id else None, form_url)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _try(self, request: HttpRequest, feed: PartnerFeed | None, form_url: str) -> HttpResponse:
        """Return the form as it was typed, and below it what the feed would bring. Nothing is written."""
        if not (self.has_change_permission(request, feed) if feed else self.has_add_permission(request)):
            raise PermissionDenied
        blank, typed = PartnerFeed(publication=current_publication(request)), request.POST.copy()
        if (address := str(typed["_try"])).startswith("http"):
            typed["url"] = address  # the feed that a web page named
        form = self.get_form(request, feed, change=feed is not None)(typed, instance=feed or blank)
        context: dict[str, Any] = {"errors": helpers.AdminErrorList(form, [])}
        if form.is_valid():
            unsaved = PartnerFeed(publication=form.instance.publication, url=form.cleaned_data["url"])
            outcome = poll.preview(unsaved)
            context["tried"] = outcome
            if isinstance(outcome, Failed):
                context["trouble"] = capfirst(trouble_in_words(outcome.trouble, outcome.detail))
                context["named"] = outcome.detail if outcome.trouble == Trouble.WEB_PAGE else ""
            elif outcome.feed:
                context["headlines"] = preview_headlines(outcome.feed.headlines, timezone.now())
                context["skipped"] = [
                    (SKIP_REASONS.get(row.reason, row.reason), row.what) for row in outcome.feed.skipped
                ]
        fieldsets: Any = list(self.get_fieldsets(request, feed))
        page = helpers.AdminForm(form, fieldsets, {}, self.get_readonly_fields(request, feed), model_admin=self)
        context |= {
            **self.admin_site.each_context(request),
            "adminform": page,
            "media": self.media + page.media,
            "inline_admin_formsets": [],
            "object_id": feed.pk if feed else None,
            "original": feed,
            "is_popup": False,
            "preserved_filters": self.get_preserved_filters(request),
        }
        add = feed is None
        page_for_feed: HttpResponse = self.render_change_form(
            request, context, add=add, change=not add, form_url=form_url, obj=feed
        )
        return page_for_feed

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        feed = kwargs.get("obj")
        context["may_change"] = self.has_change_permission(request, feed)
        if feed is not None:
            context = {
                "skipped": [(SKIP_REASONS.get(reason, reason), what) for reason, what in feed.skipped],
                "headlines": feed.items.all()[:MAX_HEADLINES],
                **context,
                "health": self.health(feed),
                "a_day": self.a_day(feed),
                "may_hide": may(request.user, "partner.hide", feed.publication),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # -- writes --------------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.publication = current_publication(request)
        with refusal_as_forbidden():
            partner_actions.save_feed(obj, by=request.user)

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, _("It is asked within a minute, or at once by the button below."))
        return HttpResponseRedirect(reverse("admin:articles_partnerfeed_change", args=[obj.pk]))

    def fetch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Poll a feed now, and redirect to its page with the result in a message."""
        feed = get_object_or_404(self.get_queryset(request).select_related("publication"), pk=pk)
        if not self.has_change_permission(request, feed):
            raise PermissionDenied
        polled = poll.poll_now(feed)
        if polled.failure:
            messages.error(request, capfirst(trouble_in_words(polled.failure.trouble, polled.failure.detail)))
        else:
            params = {"new": polled.ingested.new, "changed": polled.ingested.changed}
            messages.success(request, _("New headlines: %(new)d; changed: %(changed)d.") % params)
        return redirect("admin:articles_partnerfeed_change", pk)

    def headline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hide a headline from readers, or show it again."""
        items = PartnerItem.objects.filter(feed__publication=current_publication(request))
        hides = "_hide" in request.POST
        item_id = row_id(request.POST.get("_hide" if hides else "_show", ""))
        item = get_object_or_404(items.select_related("feed__publication"), feed=pk, pk=item_id)
        partner_actions.hide_item(item, by=request.user, hidden=hides)
        message = _("Readers no longer see “%(headline)s”.") if hides else _("Readers see “%(headline)s” again.")
        message = message % {"headline": item.title}
        self.log_change(request, item.feed, message)
        messages.success(request, message)
        return redirect(f"{reverse('admin:articles_partnerfeed_change', args=[pk])}#headline-{item.pk}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        partner_actions.delete_feed(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
