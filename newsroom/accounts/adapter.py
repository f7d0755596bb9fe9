"""What allauth asks of a project: who may sign in, what is counted and logged, how mails go out."""

import time
import uuid
from base64 import urlsafe_b64encode
from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import STATE_SESSION_KEY
from allauth.account.internal.stagekit import clear_login
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from axes.handlers.proxy import AxesProxyHandler
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsroom.accounts import guessing, second_factor
from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.fresh import is_fresh
from newsroom.accounts.middleware import SEEN_KEY
from newsroom.keys.ring import Purpose, data_keys
from newsroom.publications.models import Publication
from newsroom.worker.mail import post

REFUSAL = _(
    "Name or password are not right, or too many tries were made: then wait a quarter of an hour, sign in with a "
    "passkey, or from where you usually do."
)


class AccountAdapter(DefaultAccountAdapter):
    """Accounts at the desk: by invitation only, by people of the desk only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for all of it: what was typed decides nothing about which accounts there are.
        **dict.fromkeys(("email_password_mismatch", "username_password_mismatch", "too_many_login_attempts"), REFUSAL),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        return guessing.network_of(request)

    def is_safe_url(self, url: str) -> bool:
        """Return whether a page to go on to is one of the desk's: a path, and no other host's."""
        return url.startswith("/") and url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    # -- signing in ----------------------------------------------------------------------------------------------------

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Refuse a try too many before a password is looked at, and without a row written."""
        if not AxesProxyHandler.is_allowed(request, credentials):
            raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        person = guessing.person_named(request, credentials.get("username") or credentials.get("email") or "")
        network = guessing.network_of(request)
        record(Kind.REFUSED, person, by=None, network=network)
        if getattr(request, "axes_locked_out", False):
            record(Kind.LOCKED, person, by=None, network=network)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        if user.is_active and user.is_staff:
            return super().pre_login(request, user, **kwargs)
        record(Kind.REFUSED, user, by=None, network=guessing.network_of(request), note="deactivated")
        clear_login(request)
        return self.respond_user_inactive(request, user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        request.session[SEEN_KEY] = time.time()
        # What somebody else sent from this browser, and was asked to sign in for, is not done by who signs in.
        request.session.pop(STATE_SESSION_KEY, None)
        guessing.forget_failures(request, user)
        guessing.remember_device(request, response, user)
        record(Kind.SIGNED_IN, user, by=user, network=guessing.network_of(request))
        return response

    def logout(self, request: HttpRequest) -> None:
        person = request.user
        super().logout(request)
        if isinstance(person, User):
            record(Kind.SIGNED_OUT, person, by=person, network=guessing.network_of(request))

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Return False too for who has nothing to confirm with: somebody who joined and has no passkey yet."""
        person = self.request.user
        has_nothing = isinstance(person, User) and not self.get_reauthentication_methods(person)
        return not has_nothing and not is_fresh(self.request)

    # -- mails ---------------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post a mail through our own queue. It is no publication's: no colleague reads it at the desk."""
        desk = SimpleNamespace(name=gettext("The desk"), domain=settings.DESK_HOST)
        known = {"request": self.request, "email": email, "current_site": desk}
        message = self.render_mail(template_prefix, email, {**known, **context})
        with transaction.atomic():
            key = f"account:{uuid.uuid4()}"
            post(key, to=email, subject=str(message.subject), body=str(message.body), publication=None)

    def send_notification_mail(
        self, template_prefix: str, user: Any, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Log a change of the ways in which somebody signs in, and tell them by mail."""
        network = guessing.network_of(self.request)
        record(Kind.SECURITY, user, by=user, network=network, note=template_prefix.rpartition("/")[2])
        if email or user.email:
            super().send_notification_mail(template_prefix, user, context, email or user.email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Second factors: their secrets are stored encrypted, and the last one stays where it must be there."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": _("Your role asks for a second factor: add another one before this is removed."),
    }

    def get_totp_issuer(self) -> str:
        return f"{gettext('The desk')} ({settings.DESK_HOST})"

    def encrypt(self, text: str) -> str:
        return _fernet().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Return the text. Raises ValidationError where its key is lost: another factor is needed then."""
        try:
            return _fernet().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            raise ValidationError(self.error_messages["incorrect_code"], code="incorrect_code") from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Return False for the last factor of somebody who must have one."""
        person: Any = authenticator.user
        if authenticator.type not in second_factor.TYPES:
            return True
        others = Authenticator.objects.filter(user=person, type__in=second_factor.TYPES).exclude(pk=authenticator.pk)
        return others.exists() or not second_factor.is_required(person, Publication.objects.for_user(person))


def _fernet() -> MultiFernet:
    """Raises DataKeyLost."""
    return MultiFernet([Fernet(urlsafe_b64encode(key)) for key in data_keys(Purpose.SECOND_FACTOR)])
