"""Which sister sites' stories the publication at hand mixes with its own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import fronts
from articles.models import Section, Taken
from articles.workflow import Refused
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import posted_publication
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may


class TakeForm(forms.Form):
    """A sister site, whole or one of its sections."""

    what = forms.ChoiceField(label=gettext_lazy("Take"))

    def __init__(self, publication: Publication, data: Any = None) -> None:
        super().__init__(data)
        sisters = Publication.objects.exclude(pk=publication.pk).prefetch_related("sections")
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (
                sister.name,
                [(f"{sister.pk}:", _("all of %(site)s") % {"site": sister.name})]
                + [(f"{sister.pk}:{section.pk}", section.name) for section in sister.sections.all()],
            )
            for sister in sisters
        ]

    def take(self, publication: Publication, by: Any) -> Taken:
        """For a valid form. Raises Forbidden, Refused."""
        sister, _colon, section = self.cleaned_data["what"].partition(":")
        of_section = Section.objects.filter(pk=section).first() if section else None
        return fronts.take(publication, Publication.objects.get(pk=sister), of_section, by=by)


@admin.register(Taken)
class StreamAdmin(DeskAdmin):
    view_verb = add_verb = change_verb = "stream.change"
    scoped = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # on the list itself

    def change_view(self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None) -> Any:
        return redirect("admin:articles_taken_changelist")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """One page: what is taken, a button each to leave it, a form to take more."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, "stream.change", publication):
            raise PermissionDenied
        form = TakeForm(publication, request.POST if "_take" in request.POST else None)
        if request.method == "POST" and self._done(request, publication, form):
            return redirect("admin:articles_taken_changelist")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Sister sites’ stories"),
            "rows": Taken.objects.filter(publication=publication).select_related("sister", "section"),
            "form": form,
            "publication": publication,
        }
        return TemplateResponse(request, "admin/articles/stream.html", context)

    def _done(self, request: HttpRequest, publication: Publication, form: TakeForm) -> bool:
        try:
            if "_leave" in request.POST:
                rows = Taken.objects.filter(publication=publication).select_related("publication")
                row = rows.filter(pk=row_id(request.POST["_leave"])).first()
                if row:
                    fronts.leave(row, by=request.user)
                messages.success(request, _("No longer mixed in."))
                return True
            if form.is_valid():
                form.take(publication, request.user)
                messages.success(request, _("Mixed in from now on."))
                return True
        except Forbidden as error:
            raise PermissionDenied(str(error)) from error
        except Refused as refused:
            form.add_error(None, str(refused))
        return False
