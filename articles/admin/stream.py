"""Admin of what the current publication takes from sister sites: whole streams, and single articles placed here."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import fronts, publishing
from articles.admin.fields import set_choices
from articles.admin.links import article_of
from articles.admin.placing import placed_on
from articles.models import Article, Section, StreamSource
from articles.workflow import Finding, Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import posted_publication
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may


class PlaceForm(forms.Form):
    """One article of a sister site, by its address or number."""

    article = forms.CharField(
        label=gettext_lazy("Article"),
        max_length=500,
        help_text=gettext_lazy("Its address on the sister site, or its number."),
    )

    def place(self, publication: Publication, by: Any) -> Article:
        """Place the article, for a valid form. Raises Forbidden, Refused."""
        article = article_of(self.cleaned_data["article"].strip(), at=publication)
        if article is None:
            raise Refused([Finding("article", _("No article goes by that address or number."))])
        return publishing.place(article, on=publication, by=by)


class TakeForm(forms.Form):
    """A sister site, whole or one of its sections, that is not taken yet."""

    what = forms.ChoiceField(label=gettext_lazy("Take"))

    def __init__(self, publication: Publication, data: Any = None) -> None:
        super().__init__(data)
        rows = StreamSource.objects.filter(publication=publication).values_list("sister", "section")
        taken = {f"{sister}:{section or ''}" for sister, section in rows}
        choices = []
        for sister in Publication.objects.exclude(pk=publication.pk).prefetch_related("sections"):
            whole = (f"{sister.pk}:", _("all of %(site)s") % {"site": sister.name})
            parts = [(f"{sister.pk}:{section.pk}", section.name) for section in sister.sections.all()]
            if whole[0] not in taken:
                choices.append((sister.name, [choice for choice in (whole, *parts) if choice[0] not in taken]))
        set_choices(self, "what", choices)

    def take(self, publication: Publication, by: Any) -> StreamSource:
        """Subscribe to the sister or section, for a valid form. Raises Forbidden, Refused."""
        sister, _colon, section = self.cleaned_data["what"].partition(":")
        of_section = Section.objects.filter(pk=section).first() if section else None
        return fronts.subscribe(publication, Publication.objects.get(pk=sister), of_section, by=by)


@admin.register(StreamSource)
class StreamAdmin(DeskAdmin):
    """One page for all that a publication takes from its sisters."""

    view_verb = add_verb = change_verb = "stream.change"
    scoped = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # on the list itself

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:articles_streamsource_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """Return the page: what is taken, and two forms to take more; or do what was pressed."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, "stream.change", publication):
            raise PermissionDenied
        form = TakeForm(publication, request.POST if "_take" in request.POST else None)
        place = PlaceForm(request.POST if "_place" in request.POST else None)
        if request.method == "POST" and self._act(request, publication, form, place):
            return redirect("admin:articles_streamsource_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sister sites’ articles"),
            "rows": StreamSource.objects.filter(publication=publication).select_related("sister", "section"),
            "form": form,
            "place_form": place,
            "placed": placed_on(publication) if may(request.user, "article.place", publication) else None,
            "publication": publication,
        }
        return TemplateResponse(request, "admin/articles/stream.html", context)

    def _act(self, request: HttpRequest, publication: Publication, form: TakeForm, place: PlaceForm) -> bool:
        """Do what was pressed; return False if it was refused, with the reason on its form."""
        pressed: forms.Form = place if place.is_bound else form
        try:
            if place.is_bound:
                if not place.is_valid():
                    return False
                article = place.place(publication, request.user)
                params = {"headline": article.revision_at(timezone.now()).headline, "site": publication.name}
                messages.success(request, _("“%(headline)s” stands on %(site)s too.") % params)
                return True
            if "_leave" in request.POST:
                rows = StreamSource.objects.filter(publication=publication).select_related("publication")
                named = rows.filter(pk=row_id(request.POST["_leave"]))
                if row := named.first():
                    self.log_deletions(request, named)
                    fronts.unsubscribe(row, by=request.user)
                    messages.success(request, _("No longer mixed in: %(what)s.") % {"what": row})
                return True
            if form.is_valid():
                row = form.take(publication, request.user)
                self.log_addition(request, row, "")
                messages.success(request, _("Mixed in from now on: %(what)s.") % {"what": row})
                return True
        except Refused as refused:
            pressed.add_error(None, str(refused))
        return False
