"""Publications at the desk."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.fresh import require_fresh_sign_in
from newsroom.desk.base import WritesChangedFields
from newsroom.publications import actions
from newsroom.publications.models import Host, Publication, Role
from newsroom.publications.permissions import may


class RolesField(forms.MultipleChoiceField):
    """Roles, as a column of JSON keeps them."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs: Any):
        known = {name: kwargs[name] for name in ("required", "label", "help_text", "initial") if name in kwargs}
        super().__init__(choices=Role.choices, **known)


class AliasInline(admin.TabularInline):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    model = Host
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Host.objects.aliases()

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "publication.view", obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, "publication.hosts", obj)

    has_add_permission = has_delete_permission = has_change_permission


@admin.register(Publication)
class PublicationAdmin(WritesChangedFields):
    view_verb, add_verb, change_verb = "publication.view", "publication.change", "publication.change"
    list_display = ["name", "domain", "language", "time_zone", "review_required"]
    inlines = [AliasInline]
    fieldsets = [
        (None, {"fields": ["name", "domain", "tagline", "description", "contact_email", "position"]}),
        (_("Language and time"), {"fields": ["language", "kept_names", "time_zone", "date_style"]}),
        (_("Face"), {"fields": ["accent", "face"]}),
        (_("Addresses and review"), {"fields": ["permalink", "review_required"]}),
        (_("Signing in"), {"fields": ["second_factor_roles"]}),
        (_("Feeds and robots"), {"fields": ["feeds_whole", "mining_reserved"]}),
        (_("Comparator"), {"fields": ["compares_prices"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "second_factor_roles":
            kwargs["form_class"] = RolesField
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if may(request.user, "publication.hosts", obj) else ("domain",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Publication.objects.for_user(request.user)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> None:
        if not change or {"domain", "second_factor_roles"} & set(form.changed_data):
            require_fresh_sign_in(request)
        actions.save_publication(obj, by=request.user, columns=form.changed_data)
        if "second_factor_roles" in form.changed_data:
            note = f"second factor: {', '.join(obj.second_factor_roles)}"
            record(Kind.SECURITY, None, by=request.user, publication=obj, note=note)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.has_changed():
            require_fresh_sign_in(request)
        for alias in formset.save(commit=False):
            actions.save_alias(alias, by=request.user)
        for alias in formset.deleted_objects:
            actions.delete_alias(alias, by=request.user)
