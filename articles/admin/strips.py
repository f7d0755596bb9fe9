"""Strips of cards on the publication at hand: arranged by keyboard or drag, looked at before readers see them."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from articles import fronts
from articles.models import Section, Strip, Tag
from articles.strips import filled
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication, posted_publication
from newsroom.lib.text import whole_number
from newsroom.publications.permissions import Forbidden, may


class StripForm(forms.ModelForm):  # type: ignore[type-arg]
    """A strip, with the sections and tags that it is of by their names."""

    sections = forms.MultipleChoiceField(
        label=gettext_lazy("Of these sections"), required=False, help_text=gettext_lazy("None: all of the site.")
    )
    tags = forms.CharField(
        label=gettext_lazy("With one of these tags"),
        required=False,
        max_length=500,
        help_text=gettext_lazy("Separated by commas. None: any."),
    )

    class Meta:
        model = Strip
        fields = ("title", "place", "section", "of", "count", "is_live")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sections = Section.objects.select_related("publication").order_by("publication__position", "position")
        self.fields["sections"].choices = [(str(row.pk), f"{row.publication} · {row}") for row in sections]  # type: ignore[attr-defined]
        self.initial["sections"] = [str(pk) for pk in self.instance.section_ids]
        names = Tag.objects.in_bulk(self.instance.tag_ids)
        self.initial["tags"] = ", ".join(names[pk].name for pk in self.instance.tag_ids if pk in names)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        of, chosen = said.get("of"), [int(pk) for pk in said.get("sections", [])]
        if of and len(chosen) != of.sections.filter(pk__in=chosen).count():
            self.add_error("sections", _("These are not all sections of %(site)s.") % {"site": of})
        names = [name.strip() for name in said.get("tags", "").split(",") if name.strip()]
        found = {name: Tag.objects.filter(folded=Tag.key(name)).first() for name in names}
        if unknown := [name for name, tag in found.items() if tag is None]:
            self.add_error("tags", _("No such tag: %(names)s.") % {"names": ", ".join(unknown)})
        self.instance.section_ids = chosen
        self.instance.tag_ids = list(dict.fromkeys(tag.standing.pk for tag in found.values() if tag))
        return said


@admin.register(Strip)
class StripAdmin(DeskAdmin):
    view_verb = add_verb = change_verb = "stream.change"
    scoped = True
    form = StripForm
    fields = ("title", "place", "section", "of", "sections", "tags", "count", "is_live")
    actions = None
    change_form_template = "admin/articles/strip_form.html"

    def get_urls(self) -> list[Any]:
        arrange = self.admin_site.admin_view(require_POST(self.arrange_view))
        return [path("arrange/", arrange, name="articles_strip_arrange"), *super().get_urls()]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.filter(publication=current_publication(request))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """All strips by their places, each with buttons to move it; a drag does the same."""
        publication = current_publication(request)
        if publication is None or not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Strips of cards"),
            "rows": Strip.objects.filter(publication=publication).select_related("of", "section"),
            "publication": publication,
        }
        return TemplateResponse(request, "admin/articles/strips.html", context)

    def arrange_view(self, request: HttpRequest) -> HttpResponse:
        """The order that the page asks for: a whole one after a drag, or one strip moved a step."""
        publication = posted_publication(request)
        if publication is None or not may(request.user, "stream.change", publication):
            raise PermissionDenied
        order = [pk for pk in map(whole_number, request.POST.getlist("order")) if pk]
        for button, step in (("_up", -1), ("_down", 1)):
            pk = whole_number(request.POST.get(button, ""))
            if pk in order:
                at = order.index(pk)
                order.insert(max(0, at + step), order.pop(at))
        fronts.arrange_strips(publication, order, by=request.user)
        messages.success(request, _("Moved."))
        return redirect("admin:articles_strip_changelist")

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Beneath the form, what the strip as it is saved would show readers now."""
        strip = kwargs.get("obj")
        if strip is not None:
            now = timezone.now()
            context["shown"] = filled([strip], on=strip.publication, now=now)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.publication = current_publication(request)
        try:
            fronts.save_strip(obj, by=request.user)
        except Forbidden as error:
            raise PermissionDenied(str(error)) from error

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: Any = None) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:articles_strip_change", args=[obj.pk]))

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        fronts.drop_strip(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
