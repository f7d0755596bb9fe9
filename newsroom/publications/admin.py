"""Publications and people at the desk."""

from typing import Any

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from newsroom.desk.base import WritesChangedFields
from newsroom.publications import actions
from newsroom.publications.models import Host, Membership, Publication
from newsroom.publications.permissions import may


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
        (_("Language and time"), {"fields": ["language", "time_zone", "date_style"]}),
        (_("Face"), {"fields": ["accent", "face"]}),
        (_("Addresses and review"), {"fields": ["permalink", "review_required"]}),
        (_("Feeds and robots"), {"fields": ["feeds_whole", "mining_reserved"]}),
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_superuser)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return () if may(request.user, "publication.hosts", obj) else ("domain",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return Publication.objects.for_user(request.user)

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().changeform_view(request, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Publication, form: Any, change: bool) -> None:
        actions.save_publication(obj, by=request.user, columns=form.changed_data)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for alias in formset.save(commit=False):
            actions.save_alias(alias, by=request.user)
        for alias in formset.deleted_objects:
            actions.delete_alias(alias, by=request.user)


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # as above
    model = Membership
    extra = 0


class PeopleAdmin(UserAdmin):  # type: ignore[type-arg]  # as above
    """Accounts, for superusers only. What a person may do depends on their memberships."""

    inlines = [MembershipInline]
    list_display = ["username", "first_name", "last_name", "email", "is_active", "is_superuser"]
    list_filter = ["is_active", "is_superuser", "memberships__publication", "memberships__role"]
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email")}),
        (_("Account"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )
    filter_horizontal = ()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        actions.save_person(obj, by=request.user, columns=form.changed_data)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for membership in formset.save(commit=False):
            actions.save_membership(membership, by=request.user)
        for membership in formset.deleted_objects:
            actions.delete_membership(membership, by=request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what they wrote names them: an account is deactivated


User = get_user_model()
for model in (User, Group):
    if admin.site.is_registered(model):
        admin.site.unregister(model)
admin.site.register(User, PeopleAdmin)
