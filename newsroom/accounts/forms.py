"""Forms of signing in that differ from allauth's, and those of people and invitations."""

from collections.abc import Callable, Collection
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm
from allauth.core import context as allauth_context
from allauth.mfa.adapter import get_adapter as get_second_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as AllauthReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.contrib.auth import password_validation
from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from newsroom.accounts.actions import invitations, resetting
from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.guessing import network_of
from newsroom.accounts.models import Invitation
from newsroom.publications.models import Role

MAX_NAME_CHARACTERS = 254  # an e-mail's
MAX_CODE_CHARACTERS = 40
MAX_CREDENTIAL_CHARACTERS = 20_000


class ResetPasswordForm(forms.Form):
    """The e-mail of whoever forgot a password. Whether it is anybody's is looked up later, by the worker."""

    email = forms.EmailField(
        label=gettext_lazy("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email", "autofocus": True})
    )

    def save(self, request: HttpRequest) -> None:
        resetting.ask_for_link(self.cleaned_data["email"], get_language() or "")


class SignInForm(LoginForm):
    """The name and the password."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.fields["login"].max_length = MAX_NAME_CHARACTERS
        self.fields["login"].validators.append(MaxLengthValidator(MAX_NAME_CHARACTERS))


class _CountedCode:
    """A form of a second factor's code: tries are counted with those at passwords, by where they come from."""

    user: User

    def clean_code(self) -> str:
        request, credentials = allauth_context.request, {"username": self.user.username}
        if not AxesProxyHandler.is_allowed(request, credentials):
            raise get_adapter().validation_error("too_many_login_attempts")
        if len(self.cleaned_data["code"]) > MAX_CODE_CHARACTERS:  # type: ignore[attr-defined]  # a form's
            raise get_second_factor_adapter().validation_error("incorrect_code")
        return str(super().clean_code())  # type: ignore[misc]  # allauth's form comes next

    def _emit_authentication_failed(self, authenticator: Authenticator) -> None:
        request = allauth_context.request
        record(Kind.CODE_REFUSED, self.user, by=None, network=network_of(request))
        AxesProxyHandler.user_login_failed(__name__, {"username": self.user.username}, request)
        super()._emit_authentication_failed(authenticator)  # type: ignore[misc]  # as above


class AuthenticateForm(_CountedCode, AllauthAuthenticateForm):
    """The code of a second factor, at a sign-in."""


class ReauthenticateForm(_CountedCode, AllauthReauthenticateForm):
    """The code of a second factor, asked again before a dangerous step."""


class CredentialField(forms.JSONField):
    """What a browser says of a passkey: a small object without broken characters."""

    def to_python(self, value: Any) -> Any:
        try:
            found = super().to_python(value) if len(value or "") <= MAX_CREDENTIAL_CHARACTERS else None
            str(value).encode()
        except (ValueError, RecursionError):
            found = None
        if value and not isinstance(found, dict):
            raise get_second_factor_adapter().validation_error("incorrect_code")
        return found

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial  # what was sent is not shown again

    def has_changed(self, initial: Any, data: Any) -> bool:
        return bool(data)


class _ReadsKey:
    """A form with a passkey's answer: one that cannot be read is a wrong one, and no fault of ours."""

    def _cleaned_by_allauth(self, clean: Callable[[], Any]) -> Any:
        try:
            return clean()
        except ValidationError:
            raise
        except Exception as error:  # its parser of attestations raises whatever its input makes it
            raise get_second_factor_adapter().validation_error("incorrect_code") from error


class _KeyAnswer(_ReadsKey):
    def clean_credential(self) -> Any:
        try:
            return self._cleaned_by_allauth(super().clean_credential)  # type: ignore[misc]  # allauth's comes next
        except ValidationError:
            request = allauth_context.request
            record(Kind.CODE_REFUSED, getattr(self, "user", None), by=None, network=network_of(request), note="passkey")
            raise


class KeySignInForm(_KeyAnswer, LoginWebAuthnForm):
    """A passkey, at a sign-in."""

    credential = CredentialField(widget=forms.HiddenInput)


class KeyAuthenticateForm(_KeyAnswer, AuthenticateWebAuthnForm):
    """A security key as second factor."""

    credential = CredentialField(widget=forms.HiddenInput)


class KeyReauthenticateForm(_KeyAnswer, ReauthenticateWebAuthnForm):
    """A passkey, asked again before a dangerous step."""

    credential = CredentialField(widget=forms.HiddenInput)


class AddKeyForm(_ReadsKey, AddWebAuthnForm):
    """A new passkey: it signs in by itself, unless told not to."""

    credential = CredentialField(widget=forms.HiddenInput)

    def clean(self) -> Any:
        return self._cleaned_by_allauth(super().clean)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"passwordless": True, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of this key")
        self.fields["passwordless"].label = _("Sign in with this key alone")
        self.fields["passwordless"].help_text = _(
            "The device then asks for a finger, a face or its PIN. Without, it is a second factor beside the password."
        )


class JoinForm(forms.Form):
    """What somebody who was invited says of themselves, and whether they sign in with a passkey or a password."""

    username = forms.CharField(
        label=gettext_lazy("User name"), max_length=150, validators=[UnicodeUsernameValidator()],
        widget=forms.TextInput(attrs={"autocomplete": "username"}),
    )  # fmt: skip
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150)
    password1 = forms.CharField(
        label=gettext_lazy("Password"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    password2 = forms.CharField(
        label=gettext_lazy("Password, once more"), required=False, strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, invitation: Invitation, data: Any = None):
        names = {"first_name": invitation.first_name, "last_name": invitation.last_name}
        super().__init__(data, initial={**names, "username": invitation.email.partition("@")[0][:150]})
        self.invitation = invitation
        self.wants_password = data is not None and "passkey" not in data
        self.fields["password1"].help_text = password_validation.password_validators_help_text_html()

    def clean_username(self) -> str:
        name: str = self.cleaned_data["username"]
        if "@" in name:  # it could be somebody's e-mail
            raise ValidationError(_("A user name has no “@”."))
        if invitations.is_taken(name, self.invitation):
            raise ValidationError(_("Somebody has this name already: choose another."))
        return name

    def clean(self) -> dict[str, Any]:
        typed = self.cleaned_data
        if not self.wants_password:
            return typed
        password = typed.get("password1", "")
        if not password:
            self.add_error("password1", _("Choose a password, or join with a passkey."))
        elif password != typed.get("password2"):
            self.add_error("password2", _("The two passwords are not the same."))
        else:
            known = {name: typed.get(name, "") for name in ("username", "first_name", "last_name")}
            try:
                password_validation.validate_password(password, User(email=self.invitation.email, **known))
            except ValidationError as error:
                self.add_error("password1", error)
        return typed


class InviteForm(forms.Form):
    """Whom a publisher invites: role and byline in one form."""

    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=254)
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=150, required=False)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=150, required=False)
    roles = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Roles"), coerce=Role, widget=forms.CheckboxSelectMultiple
    )
    byline = forms.CharField(
        label=gettext_lazy("Byline"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("The name that their articles are signed with; empty for somebody who signs none."),
    )

    def __init__(self, roles: Collection[Role], data: Any = None):
        super().__init__(data)
        self.fields["roles"].choices = _choices(roles)  # type: ignore[attr-defined]  # a choice field


class LeaveForm(forms.Form):
    """Who takes over what a colleague works on."""

    to = forms.ModelChoiceField(
        label=gettext_lazy("Their unfinished articles go to"), queryset=User.objects.none(), required=False
    )

    def __init__(self, successors: Any, data: Any = None):
        super().__init__(data)
        field: Any = self.fields["to"]
        field.queryset = successors
        field.label_from_instance = lambda person: person.get_full_name() or person.get_username()


def _choices(roles: Collection[Role]) -> list[tuple[str, str]]:
    return [(role.value, str(role.label)) for role in Role if role in roles]
