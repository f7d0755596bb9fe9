"""Who works for a publication: a publisher invites, changes roles, and closes the door behind who leaves."""

from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from newsroom.accounts.actions import invitations, people
from newsroom.accounts.extension import desk
from newsroom.accounts.forms import InviteForm, LeaveForm
from newsroom.accounts.fresh import require_fresh_sign_in
from newsroom.accounts.models import Colleague, Invitation
from newsroom.desk.base import DeskAdmin
from newsroom.desk.current import current_publication, posted_publication
from newsroom.publications.models import Membership, Publication, Role
from newsroom.publications.permissions import Forbidden
from newsroom.worker.models import Mail


def _publication_of(request: HttpRequest) -> Publication | None:
    """Return the publication that a form was drawn for, whatever another tab chose since; the current one elsewhere."""
    return posted_publication(request) if request.method == "POST" else current_publication(request)


class ColleagueList(ChangeList):
    """The list of colleagues, each with the byline, asked for the page at once."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        names = desk().bylines([row.pk for row in self.result_list])
        for row in self.result_list:
            row.byline_name = names.get(row.pk, "")


class RolesForm(forms.ModelForm):  # type: ignore[type-arg]  # no generic at run time
    """The roles of a colleague in the current publication. What else there is to see of them is read only."""

    roles = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Roles"), coerce=Role, widget=forms.CheckboxSelectMultiple
    )
    publication: Publication
    by: Any

    class Meta:
        model = Colleague
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        field: Any = self.fields["roles"]
        field.choices = Role.choices
        field.initial = [row.role for row in self.instance.memberships_here]

    def clean_roles(self) -> list[Role]:
        roles: list[Role] = self.cleaned_data["roles"]
        try:
            people.check_roles(self.instance, self.publication, roles, by=self.by)
        except Forbidden as error:
            raise ValidationError(str(error)) from None
        return roles


@admin.register(Colleague)
class ColleagueAdmin(DeskAdmin):
    """Colleagues of the current publication; invitations that nobody has accepted yet are shown above them."""

    view_verb, add_verb, change_verb = "people.view", "people.change", "people.change"
    scoped = True
    form = RolesForm
    list_display = ["full_name", "email", "roles_here", "signs_as", "ways_in", "last_login"]
    list_display_links = ["full_name"]
    search_fields = ["username", "first_name", "last_name", "email"]
    readonly_fields = ["login_name", "full_name", "email", "signs_as", "ways_in", "last_login"]
    fieldsets = [(None, {"fields": ["full_name", "login_name", "email", "signs_as", "ways_in", "last_login", "roles"]})]
    actions = None
    change_list_template = "admin/accounts/colleagues.html"
    change_form_template = "admin/accounts/colleague.html"

    def _permission_object(self, request: HttpRequest, obj: Any) -> Any:
        return _publication_of(request)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type("RolesHereForm", (form,), {"publication": _publication_of(request), "by": request.user})

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        publication = _publication_of(request)
        if publication is None:
            return Colleague.people.none()
        here = Prefetch("memberships", Membership.objects.filter(publication=publication), to_attr="memberships_here")
        factors = Prefetch("authenticator_set", Authenticator.objects.order_by("type"), to_attr="factors")
        rows: QuerySet[Any] = Colleague.people.of(publication).prefetch_related(here, factors)
        return rows

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ColleagueList

    # -- columns -------------------------------------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("name"), ordering="last_name")
    def full_name(self, row: Any) -> str:
        return str(row)

    @admin.display(description=gettext_lazy("user name"))
    def login_name(self, row: Any) -> str:
        return str(row.get_username())

    @admin.display(description=gettext_lazy("roles"))
    def roles_here(self, row: Any) -> str:
        return ", ".join(str(membership.get_role_display()) for membership in row.memberships_here)

    @admin.display(description=gettext_lazy("byline"))
    def signs_as(self, row: Any) -> str:
        name: str | None = getattr(row, "byline_name", None)
        return name if name is not None else desk().bylines([row.pk]).get(row.pk, "")

    @admin.display(description=gettext_lazy("signs in with"))
    def ways_in(self, row: Any) -> str:
        words = {
            Authenticator.Type.WEBAUTHN: _("passkey"),
            Authenticator.Type.TOTP: _("authenticator app"),
        }
        ways = [_("password")] if row.has_usable_password() else []
        ways += [words[kind] for kind in dict.fromkeys(factor.type for factor in row.factors) if kind in words]
        return ", ".join(ways)

    # -- pages ---------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        return [
            path("<int:pk>/leave/", wrap(self.leave_view), name="accounts_colleague_leave"),
            path("<int:pk>/sessions/", wrap(require_POST(self.sessions_view)), name="accounts_colleague_sessions"),
            path("<int:pk>/factors/", wrap(require_POST(self.factors_view)), name="accounts_colleague_factors"),
            path("invitations/<int:pk>/again/", wrap(require_POST(self.again_view)), name="accounts_colleague_again"),
            path(
                "invitations/<int:pk>/revoke/", wrap(require_POST(self.revoke_view)), name="accounts_colleague_revoke"
            ),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        waiting = Invitation.objects.waiting().filter(publication=current_publication(request))
        rows = list(waiting.select_related("invited_by")[:50])
        about = [invitations.mail_key(row) for row in rows]
        mails = {mail.about: mail for mail in Mail.objects.filter(about__in=about).order_by("pk")}
        waiting_with_mails = [(row, mails.get(invitations.mail_key(row))) for row in rows]
        return super().changelist_view(request, {"invitations": waiting_with_mails, **(extra_context or {})})

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Show the form of an invitation, and send it."""
        publication = self._publication(request)
        require_fresh_sign_in(request)
        form = InviteForm(
            people.grantable_roles(request.user, publication), request.POST if request.method == "POST" else None
        )
        if request.method == "POST" and form.is_valid():
            try:
                invitations.invite(publication, by=request.user, **form.cleaned_data)
            except Forbidden as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("Invited: %(email)s.") % {"email": form.cleaned_data["email"]})
                return redirect("admin:accounts_colleague_changelist")
        title = _("Invite a colleague to %(publication)s") % {"publication": publication.name}
        return self._page(request, "admin/accounts/invite.html", title=title, form=form)

    def change_view(self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            require_fresh_sign_in(request)
        row = self.get_object(request, object_id)
        extra = {"acts_on_account": row is not None and people.may_act_on_account(request.user, row)}
        return super().change_view(request, object_id, *args, **{**kwargs, "extra_context": extra})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        people.set_roles(obj, self._publication(request), form.cleaned_data["roles"], by=request.user)

    def leave_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask who takes over what a colleague works on, and have them leave."""
        publication, person = self._publication(request), self._colleague(request, pk)
        if person is None:
            return self.missing(request)
        require_fresh_sign_in(request)
        form = LeaveForm(desk().successors(publication, person), request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                number = people.leave(person, publication, to=form.cleaned_data["to"], by=request.user)
            except Forbidden as error:
                form.add_error(None, str(error))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                words = _("%(name)s has left. Articles handed over: %(n)d.")
                messages.success(request, words % {"name": person, "n": number})
                return redirect("admin:accounts_colleague_changelist")
        title = _("%(name)s leaves %(publication)s") % {"name": person, "publication": publication.name}
        return self._page(request, "admin/accounts/leave.html", title=title, form=form, original=person)

    def sessions_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """End the sessions of a colleague."""
        publication, person = self._publication(request), self._colleague(request, pk)
        if person is None:
            return self.missing(request)
        require_fresh_sign_in(request)
        number = people.end_sessions(person, by=request.user, publication=publication)
        messages.success(request, _("Sessions ended: %(n)d.") % {"n": number})
        return redirect("admin:accounts_colleague_change", pk)

    def factors_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the second factors from a colleague who lost them."""
        publication, person = self._publication(request), self._colleague(request, pk)
        if person is None:
            return self.missing(request)
        require_fresh_sign_in(request)
        try:
            people.reset_second_factor(person, by=request.user, publication=publication)
        except Forbidden as error:
            messages.error(request, str(error))
            return redirect("admin:accounts_colleague_change", pk)
        messages.success(request, _("Their second factors are gone: they add others when they sign in."))
        return redirect("admin:accounts_colleague_change", pk)

    def again_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Send an invitation again."""
        row = self._invitation(request, pk)
        if row is None:
            return self.missing(request)
        require_fresh_sign_in(request)
        try:
            invitations.send_again(row, by=request.user)
        except Forbidden as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("Invited: %(email)s.") % {"email": row.email})
        return redirect("admin:accounts_colleague_changelist")

    def revoke_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Close the link of an invitation."""
        row = self._invitation(request, pk)
        if row is None:
            return self.missing(request)
        invitations.revoke(row, by=request.user)
        messages.success(request, _("The invitation is revoked."))
        return redirect("admin:accounts_colleague_changelist")

    # -- parts ---------------------------------------------------------------------------------------------------------

    def _publication(self, request: HttpRequest) -> Publication:
        """Return the current publication. Raises PermissionDenied for who may not change its people."""
        publication = _publication_of(request)
        if publication is None or not self.has_change_permission(request):
            raise PermissionDenied
        return publication

    def _colleague(self, request: HttpRequest, pk: int) -> Any:
        return self.get_queryset(request).filter(pk=pk).first()

    def _invitation(self, request: HttpRequest, pk: int) -> Invitation | None:
        publication = self._publication(request)
        return Invitation.objects.waiting().filter(publication=publication, pk=pk).select_related("publication").first()

    def _page(self, request: HttpRequest, template: str, **context: Any) -> HttpResponse:
        shell = self.admin_site.each_context(request)
        return TemplateResponse(request, template, {**shell, "opts": self.opts, "now": timezone.now(), **context})
