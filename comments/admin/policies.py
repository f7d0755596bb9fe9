"""What differs in a section's threads, or in one article's."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from articles.models import Article, Section
from comments.actions import settings as comment_settings
from comments.models import ThreadPolicy
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication
from newsroom.lib.text import row_id


class PolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # ModelForm has no type parameter at run time
    """Names one thing, of the publication at hand, and says what differs there."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.instance.pk and len([thing for thing in (data.get("section"), data.get("article")) if thing]) != 1:
            raise forms.ValidationError(_("Name a section or an article, one of the two."))
        if not data.get("mode") and data.get("closes_after") is None:
            raise forms.ValidationError(_("Say what differs: who may comment, or for how long."))
        return data


@admin.register(ThreadPolicy)
class PolicyAdmin(DeskAdmin):
    """A section is chosen here; an article's thread is reached from the article or from one of its comments."""

    view_verb = "comment.view"
    add_verb = change_verb = "comment.policy"
    scoped = True
    form = PolicyForm
    actions = None
    list_display = ["__str__", "mode", "closes_after"]
    sortable_by = ()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ["article" if self._article(request) or (obj and obj.article) else "section", "mode", "closes_after"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["section", "article"] if obj else []

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("section", "article")

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> Any:
        """Where an article has a policy already, leads to it."""
        article = self._article(request)
        known = self.get_queryset(request).filter(article=article).first() if article else None
        if known:
            return redirect("admin:comments_threadpolicy_change", known.pk)
        return super().add_view(request, form_url, extra_context)

    def _article(self, request: HttpRequest) -> Article | None:
        pk = row_id(request.POST.get("article", "") or request.GET.get("article", ""))
        return Article.objects.filter(publication=current_publication(request), pk=pk).first() if pk else None

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        here = current_publication(request)
        if db_field.name == "section":
            kwargs["queryset"] = Section.objects.filter(publication=here)
        article = self._article(request)
        if db_field.name == "article" and article:
            kwargs |= {"queryset": Article.objects.filter(pk=article.pk), "initial": article.pk, "empty_label": None}
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            field.widget = field.widget.widget  # without the admin's buttons to add and change one
        return field

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        if not change:
            obj.publication = current_publication(request)
        comment_settings.save_policy(obj, by=request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        comment_settings.delete_policy(obj, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.has_change_permission(request, obj)
