"""Accounts for who runs the install, colleagues for a publisher, and the log for both."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from newsroom.accounts.actions import people
from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.fresh import refusal_unless_fresh, require_fresh_sign_in
from newsroom.accounts.models import AccountEvent
from newsroom.desk.base import ReadOnlyAdmin
from newsroom.desk.current import current_publication
from newsroom.desk.sending import AddsOnce
from newsroom.publications.models import Membership


class MembershipInline(admin.TabularInline):  # type: ignore[type-arg]  # Django's class takes no argument at run time
    model = Membership
    extra = 0


class PeopleAdmin(AddsOnce, UserAdmin):  # type: ignore[type-arg]  # as above
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

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._confirmed(request) or super().add_view(request, *args, **kwargs)

    def _confirmed(self, request: HttpRequest) -> HttpResponse | None:
        """Ask who it is before a form with a password is shown; a stale one is not kept in the session."""
        if request.method != "POST":
            require_fresh_sign_in(request)
        elif refusal := refusal_unless_fresh(request):
            messages.error(request, refusal)
            return redirect(request.path)
        return None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        require_fresh_sign_in(request)
        people.save_person(obj, by=request.user, columns=form.changed_data if change else None)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        for membership in formset.save(commit=False):
            people.save_membership(membership, by=request.user)
        for membership in formset.deleted_objects:
            people.delete_membership(membership, by=request.user)

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:
        if response := self._confirmed(request):
            return response
        response = super().user_change_password(request, id, form_url)
        if response.status_code == 302:
            person = get_user_model().objects.get(pk=id)
            record(Kind.SECURITY, person, by=request.user, note="password_set_by_superuser")
        return response

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # what they wrote names them: an account is deactivated


User = get_user_model()
for model in list(admin.site._registry):
    if model in (User, Group) or model._meta.app_label in ("account", "mfa", "usersessions", "axes"):
        admin.site.unregister(model)  # a library's pages for whoever has a permission of Django's
admin.site.register(User, PeopleAdmin)


@admin.register(AccountEvent)
class AccountEventAdmin(ReadOnlyAdmin):
    """The log of accounts: a publisher reads their publication's, who runs the install all of it."""

    view_verb = "people.view"
    list_display = ["at", "kind", "person", "actor", "publication", "network", "note"]
    list_select_related = ["person", "actor", "publication"]
    list_filter = ["kind"]
    list_display_links = None

    def _permission_object(self, request: HttpRequest, obj: Any) -> Any:
        return current_publication(request)

    def get_list_display(self, request: HttpRequest) -> Any:
        shown = list(super().get_list_display(request))
        return (
            shown if request.user.is_superuser else [name for name in shown if name not in ("publication", "network")]
        )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if request.user.is_superuser else rows.filter(publication=current_publication(request))
