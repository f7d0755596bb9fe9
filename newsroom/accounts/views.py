"""Pages of signing in that differ from allauth's: the way in, a new password, sessions, invitations."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.account.views import LoginView, PasswordResetFromKeyView, ReauthenticateView
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.base.views import ReauthenticateView as ReauthenticateByCodeView
from allauth.mfa.webauthn.views import ReauthenticateWebAuthnView, RemoveWebAuthnView
from allauth.usersessions.models import UserSession
from allauth.usersessions.views import ListUserSessionsView
from django.contrib import admin, messages
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from newsroom.accounts import guessing
from newsroom.accounts.actions import invitations
from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.forms import JoinForm
from newsroom.accounts.models import AccountEvent, Invitation
from newsroom.lib.browsers import browser_in_words
from newsroom.lib.text import row_id

SIGN_INS_SHOWN = 20
INVITATION_KEY = "invitation"  # in the session: the token of the link that was followed


class SignIn(LoginView):
    """The way in. Who is signed in and may not use the desk (any more) is signed out, not sent around in a circle."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if request.user.is_authenticated and not admin.site.has_permission(request):
            get_adapter(request).logout(request)
        return super().dispatch(request, *args, **kwargs)


class NewPassword(PasswordResetFromKeyView):
    """A new password, by a link from a mail. The device on which it is set is one of the account's from now on."""

    def form_valid(self, form: Any) -> Any:
        response = super().form_valid(form)
        guessing.remember_device(self.request, response, self.reset_user)
        return response


class RemovePasskey(RemoveWebAuthnView):
    """Remove a passkey, but not the last second factor of somebody who must have one."""

    def form_valid(self, form: Any) -> Any:
        adapter = get_second_factor_adapter()
        if not adapter.can_delete_authenticator(self.get_object()):
            messages.error(self.request, str(adapter.error_messages["cannot_delete_authenticator"]))
            return redirect("mfa_list_webauthn")
        return super().form_valid(form)


class Sessions(ListUserSessionsView):
    """Where somebody is signed in, and has lately tried to; a session is ended by itself, or all others at once."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        events = AccountEvent.objects.filter(person=self.request.user).exclude(network=None)
        for session in context["sessions"]:
            session.browser = browser_in_words(session.user_agent)
        return {**context, "account_events": events[:SIGN_INS_SHOWN]}

    def form_valid(self, form: Any) -> Any:
        number = self.request.POST.get("session", "")
        person: Any = self.request.user
        if number:
            others = UserSession.objects.filter(user=person).exclude(session_key=self.request.session.session_key)
            session = others.filter(pk=row_id(number)).first()
            if session is None:  # it ended by itself meanwhile
                return redirect("usersessions_list")
            session.end()
            messages.success(self.request, _("The session has been ended."))
        record(Kind.SESSIONS_ENDED, person, by=person, network=guessing.network_of(self.request))
        return redirect("usersessions_list") if number else super().form_valid(form)


sign_in = SignIn.as_view()
new_password = NewPassword.as_view()
remove_passkey = RemovePasskey.as_view()
sessions = Sessions.as_view()


class _LogsConfirmations:
    """A page that asks again who it is, whose answers are logged."""

    def form_valid(self, form: Any) -> Any:
        request: Any = self.request  # type: ignore[attr-defined]  # a view's
        record(Kind.CONFIRMED, request.user, by=request.user, network=guessing.network_of(request))
        return super().form_valid(form)  # type: ignore[misc]  # allauth's view comes next


class ConfirmByPassword(_LogsConfirmations, ReauthenticateView):
    """By password."""


class ConfirmByCode(_LogsConfirmations, ReauthenticateByCodeView):
    """By the code of an app."""


class ConfirmByKey(_LogsConfirmations, ReauthenticateWebAuthnView):
    """By a passkey."""


confirm_by_password = ConfirmByPassword.as_view()
confirm_by_code = ConfirmByCode.as_view()
confirm_by_key = ConfirmByKey.as_view()


@never_cache
@require_safe
def invitation_link(request: HttpRequest, token: str) -> HttpResponse:
    """Remember the invitation of a link, and lead to its page: whose address, in logs and histories, lets nobody in."""
    if invitations.invitation_of(token) is None:
        return render(request, "accounts/invitation_over.html", status=410)
    request.session[INVITATION_KEY] = token
    return redirect("invitation")


@never_cache
@sensitive_post_parameters("password1", "password2")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest) -> HttpResponse:
    """Show the invitation whose link was followed, and have them join."""
    token = request.session.get(INVITATION_KEY, "")
    row = invitations.invitation_of(token)
    if row is None:
        return render(request, "accounts/invitation_over.html", status=410)
    owner = User.objects.filter(email__iexact=row.email, is_active=True).first()
    if owner is not None:
        return _join_with_account(request, token, row, owner)
    form = JoinForm(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        typed = form.cleaned_data
        who = invitations.Newcomer(
            typed["username"],
            typed["first_name"],
            typed["last_name"],
            make_password(typed["password1"]) if form.wants_password else "",
        )
        try:
            person = invitations.accept(token, who)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return _signed_in(request, person, form.wants_password)
    return render(request, "accounts/invitation.html", {"invitation": row, "form": form})


def _join_with_account(request: HttpRequest, token: str, row: Invitation, owner: User) -> HttpResponse:
    """Have somebody join who has an account: they sign in with it first."""
    is_owner = request.user == owner
    if request.method == "POST" and is_owner:
        try:
            invitations.accept(token, owner)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(request.path)
        messages.success(request, _("You work for %(name)s from now on.") % {"name": row.publication.name})
        return redirect("admin:index")
    return render(request, "accounts/invitation.html", {"invitation": row, "owner": owner, "is_owner": is_owner})


def _signed_in(request: HttpRequest, person: User, has_password: bool) -> HttpResponse:
    """Sign a newcomer in, who has just shown that the invited e-mail is theirs."""
    if request.user.is_authenticated:
        get_adapter(request).logout(request)
    request.session.pop(INVITATION_KEY, None)
    record_authentication(request, person, method="invitation")
    onward = reverse("admin:index") if has_password else reverse("mfa_add_webauthn")
    response: HttpResponse = perform_login(request, person, email_verification="none", redirect_url=onward)
    return response
