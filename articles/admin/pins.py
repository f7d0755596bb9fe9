"""Admin of pinned articles: which are at the head of each page of a publication, in which order, until when."""

import datetime as dt
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import fronts
from articles.admin.fields import HeadField, LocalTimeField
from articles.admin.page_actions import PIN_HOURS
from articles.admin.states import state_badges
from articles.models import Article, FrontPageSlot, Pin, Placement
from articles.workflow import Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import posted_publication
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may

MAX_CHOICES = 100  # the latest articles listed on a site, sisters' included


class PinForm(forms.Form):
    """An article listed on a publication, the page to whose head it is pinned, until when."""

    article = forms.ChoiceField(label=gettext_lazy("Article"))
    page = HeadField()
    publication = forms.IntegerField(widget=forms.HiddenInput)  # whatever another tab switched to meanwhile
    until = LocalTimeField(
        label=gettext_lazy("Until when"), help_text=gettext_lazy("In the site’s own time."), required=True
    )

    def __init__(self, publication: Publication, data: Any = None):
        until = timezone.now() + dt.timedelta(hours=PIN_HOURS)
        super().__init__(data, initial={"publication": publication.pk, "until": until})
        rows = Placement.objects.listed_on(publication).select_related(
            "article__publication", "article__live", "article__next"
        )
        self.articles = [row.article for row in rows.order_by("-published_at", "-article_id")[:MAX_CHOICES]]
        article, page = self.fields["article"], self.fields["page"]
        assert isinstance(article, forms.ChoiceField) and isinstance(page, HeadField)
        page.queryset = publication.sections.all()
        article.choices = [("", "—"), *((str(row.pk), self.title_of(row, publication)) for row in self.articles)]

    @staticmethod
    def title_of(article: Article, publication: Publication) -> str:
        """Return the headline of the site's own article as the desk has it; of a sister's, as its readers have it."""
        if article.publication_id == publication.pk:
            return article.desk_headline
        return f"{article.revision_at(timezone.now()).headline} ({article.publication})"

    def pin(self, on: Publication, by: Any) -> None:
        """Pin the article, for a valid form. Raises Forbidden, Refused."""
        data = self.cleaned_data
        article = next(row for row in self.articles if str(row.pk) == data["article"])
        fronts.pin(article, on=on, by=by, section=data["page"], until=data["until"])


@admin.register(FrontPageSlot)
class PinsAdmin(DeskAdmin):
    """One page for all slots (heads of pages) of a publication; a slot is no row that people edit."""

    view_verb = add_verb = change_verb = "article.pin"
    scoped = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # a page's slot is made when it is first needed

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:articles_frontpageslot_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the page, or do what was pressed: move a pin up or down, take it off, pin another article.

        Times are shown and read in the publication's own zone.
        """
        publication = posted_publication(request)
        if publication is None or not may(request.user, self.view_verb, publication):
            raise PermissionDenied
        with timezone.override(publication.zone):
            return self._respond(request, publication)

    def _respond(self, request: HttpRequest, publication: Publication) -> HttpResponse:
        form = PinForm(publication, request.POST if "_pin" in request.POST else None)
        if request.method == "POST":
            try:
                message = self._act(request, publication, form)
            except Refused as refused:
                for finding in refused.findings:
                    form.add_error(finding.check if finding.check in form.fields else None, finding.message)
            else:
                if message:
                    messages.success(request, message)
                    return redirect("admin:articles_frontpageslot_changelist")
        return self._page(request, publication, form)

    def _act(self, request: HttpRequest, publication: Publication, form: PinForm) -> str:
        """Do what was pressed; return the message of success, "" if the form has errors. Raises Refused."""
        if "_pin" in request.POST:
            if not form.is_valid():
                return ""
            form.pin(publication, request.user)
            return _("It stands at the head of the page.")
        button = next((name for name in ("_up", "_down", "_off") if name in request.POST), "")
        if not button:
            return ""
        rows = Pin.objects.filter(slot__publication=publication).select_related("slot__publication", "article")
        pin = rows.filter(pk=row_id(request.POST[button])).first()
        if pin is None:
            return _("It is no longer pinned there.")
        if button == "_off":
            fronts.unpin(pin, by=request.user)
            return _("It no longer stands at the head of that page.")
        order = [row.pk for row in pin.slot.pins.current(timezone.now())]
        if pin.pk in order:
            index = order.index(pin.pk)
            order.insert(max(0, index + (-1 if button == "_up" else 1)), order.pop(index))
            fronts.arrange(pin.slot, order, by=request.user)
        return _("Moved.")

    def _page(self, request: HttpRequest, publication: Publication, form: PinForm) -> HttpResponse:
        pins = Pin.objects.current(timezone.now()).filter(slot__publication=publication)
        slots: dict[FrontPageSlot, list[Pin]] = {}
        related = ("slot__section", "slot__publication", "article__publication", "article__live", "article__next")
        ordered = pins.select_related(*related).order_by("slot__section__position", "slot", "position", "pk")
        for pin in ordered:
            pin.is_own = pin.article.publication_id == publication.pk
            pin.badges = state_badges(pin.article) if pin.is_own else ""  # a sister's work is not shown
            pin.title = PinForm.title_of(pin.article, publication)
            slots.setdefault(pin.slot, []).append(pin)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Top articles"),
            "slots": list(slots.items()),
            "form": form,
        }
        response = TemplateResponse(request, "admin/articles/pins.html", context)
        return response.render()  # in the publication's own time
