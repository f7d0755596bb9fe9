"""What differs in a section's threads, or in one story's."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext as _

from articles.models import Article, Section
from comments import ruling
from comments.models import ThreadPolicy
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication
from newsroom.lib.text import row_id


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Names one thing, of the publication at hand."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        things = [said.get("section"), said.get("article")]
        if len([thing for thing in things if thing]) != 1:
            raise forms.ValidationError(_("Name a section or a story, one of the two."))
        if not said.get("mode") and said.get("closes_after") is None:
            raise forms.ValidationError(_("Say what differs: who may comment, or for how long."))
        return said


@admin.register(ThreadPolicy)
class PolicyAdmin(DeskAdmin):
    view_verb = "comment.view"
    add_verb = change_verb = "comment.policy"
    scoped = True
    form = PolicyForm
    fields = ("section", "article", "mode", "closes_after")
    autocomplete_fields = ("article",)
    list_display = ["__str__", "mode", "closes_after"]
    sortable_by = ()

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("section", "article")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        here = current_publication(request)
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.filter(publication=here)
        if db_field.name == "article":
            kwargs["queryset"] = Article.objects.filter(publication=here)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"article": row_id(request.GET.get("article", "")) or None}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.publication = current_publication(request)
        ruling.save_policy(obj, by=request.user)

    actions = None

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        ruling.drop_policy(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
