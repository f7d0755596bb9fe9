"""Partners' feeds at the desk: how each is, what a new one would bring, asking at once, hiding a headline."""

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
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import Trouble
from articles.partners import actions as partner_actions
from articles.partners import poll
from articles.partners.ingest import Failed, preview_headlines
from articles.workflow import Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication
from newsroom.lib.text import row_id
from newsroom.publications.permissions import may

HEADLINES = 40
RULES = {"address": gettext_lazy("leads nowhere"), "title": gettext_lazy("has no title")}


def in_words(trouble: str, detail: str) -> str:
    """What went wrong with a feed. What a library says of it, in `detail`, is for the feed's own page."""
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


class PartnerFeedForm(forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = PartnerFeed
        fields = partner_actions.DESK_FIELDS

    publication: Any = None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("shows_pictures") and not said.get("credit", "").strip():
            self.add_error("credit", _("Say whom their pictures are credited to."))
        twin = PartnerFeed.objects.filter(publication=self.publication, url=said.get("url", ""))
        if twin.exclude(pk=self.instance.pk).exists():
            self.add_error("url", _("This feed is asked already."))
        return said

    def clean_credit(self) -> str:
        """Without the sign that pages put before it."""
        return str(self.cleaned_data["credit"]).lstrip("©\u00a0 ")


@admin.register(PartnerFeed)
class PartnerFeedAdmin(DeskAdmin):
    view_verb, add_verb, change_verb = "partner.view", "partner.change", "partner.change"
    scoped = True
    form = PartnerFeedForm
    fields = partner_actions.DESK_FIELDS
    list_display = ["name", "health", "good_at", "a_day", "asked_next"]
    sortable_by = ()
    actions = None
    change_form_template = "admin/articles/partner_form.html"

    # -- how it is -----------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("health"))
    def health(self, feed: PartnerFeed) -> str:
        if feed.trouble == Trouble.GONE:
            word, state = _("gone"), "overdue"
        elif not feed.is_polled:
            word, state = _("not asked"), "draft"
        elif feed.trouble:
            often = f" × {feed.failures}" if feed.failures > 1 else ""
            word, state = _("failed") + often, "overdue"
        else:
            word, state = (_("well"), "live") if feed.good_at else (_("not asked yet"), "draft")
        why = in_words(feed.trouble, feed.detail) if feed.trouble else ""
        return format_html('<span class="state state-{}">{}</span> <span class="quiet">{}</span>', state, word, why)

    @admin.display(description=gettext_lazy("asked next"))
    def asked_next(self, feed: PartnerFeed) -> Any:
        return feed.due_at if feed.is_polled else None

    @admin.display(description=gettext_lazy("headlines a day"))
    def a_day(self, feed: PartnerFeed) -> str:
        return number_format(feed.pace(timezone.now()), 1)

    def get_queryset(self, request: HttpRequest) -> QuerySet[PartnerFeed]:
        return super().get_queryset(request).with_pace(timezone.now())  # type: ignore[attr-defined,no-any-return]

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
        form: Any = super().get_form(request, obj, change, **kwargs)
        form.publication = obj.publication if obj else current_publication(request)
        return form

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        if request.method == "POST" and "_try" in request.POST:
            return self._tried(request, self.get_object(request, object_id) if object_id else None, form_url)
        return super().changeform_view(request, object_id, form_url, extra_context)

    def _tried(self, request: HttpRequest, feed: PartnerFeed | None, form_url: str) -> HttpResponse:
        """The form as it was typed, and beneath it what the feed would bring; nothing is written."""
        if not (self.has_change_permission(request, feed) if feed else self.has_add_permission(request)):
            raise PermissionDenied
        blank, typed = PartnerFeed(publication=current_publication(request)), request.POST.copy()
        if (named := str(typed["_try"])).startswith("http"):
            typed["url"] = named  # the feed that a web page named
        form = self.get_form(request, feed, change=feed is not None)(typed, instance=feed or blank)
        context: dict[str, Any] = {"errors": helpers.AdminErrorList(form, [])}
        if form.is_valid():
            tried = PartnerFeed(publication=form.instance.publication, url=form.cleaned_data["url"])
            outcome = poll.preview(tried)
            context["tried"] = outcome
            if isinstance(outcome, Failed):
                context["trouble"] = capfirst(in_words(outcome.trouble, outcome.detail))
                context["named"] = outcome.detail if outcome.trouble == Trouble.WEB_PAGE else ""
            elif outcome.feed:
                context["headlines"] = preview_headlines(outcome.feed.headlines, timezone.now())
                context["skipped"] = [(RULES.get(one.rule, one.rule), one.what) for one in outcome.feed.skipped]
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
                "skipped": [(RULES.get(rule, rule), what) for rule, what in feed.skipped],
                "headlines": feed.items.all()[:HEADLINES],
                **context,
                "health": self.health(feed),
                "a_day": self.a_day(feed),
                "may_hide": may(request.user, "partner.hide", feed.publication),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    # -- what is done --------------------------------------------------------------------------------------------------

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.publication = current_publication(request)
        try:
            partner_actions.save_feed(obj, by=request.user)
        except Refused as refused:
            raise PermissionDenied(str(refused)) from refused  # the form asked first: it changed meanwhile

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        messages.success(request, _("It is asked within a minute, or at once by the button below."))
        return HttpResponseRedirect(reverse("admin:articles_partnerfeed_change", args=[obj.pk]))

    def fetch_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Asks a feed now, and says what came of it."""
        feed = get_object_or_404(self.get_queryset(request).select_related("publication"), pk=pk)
        if not self.has_change_permission(request, feed):
            raise PermissionDenied
        polled = poll.poll_now(feed)
        if polled.failure:
            messages.error(request, capfirst(in_words(polled.failure.trouble, polled.failure.detail)))
        else:
            said = {"new": polled.ingested.new, "changed": polled.ingested.changed}
            messages.success(request, _("New headlines: %(new)d; changed: %(changed)d.") % said)
        return redirect("admin:articles_partnerfeed_change", pk)

    def headline_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Hides a headline from readers, or shows it again."""
        items = PartnerItem.objects.filter(feed__publication=current_publication(request))
        button = "_hide" if "_hide" in request.POST else "_show"
        named = row_id(request.POST.get(button, ""))
        item = get_object_or_404(items.select_related("feed__publication"), feed=pk, pk=named)
        partner_actions.hide_item(item, by=request.user, hidden=button == "_hide")
        hidden = (
            _("Readers no longer see “%(headline)s”.") if button == "_hide" else _("Readers see “%(headline)s” again.")
        )
        said = hidden % {"headline": item.title}
        self.log_change(request, item.feed, said)
        messages.success(request, said)
        return redirect(f"{reverse('admin:articles_partnerfeed_change', args=[pk])}#headline-{item.pk}")

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        partner_actions.delete_feed(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
