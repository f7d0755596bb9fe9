"""What allauth asks of a project: who may sign in, what is counted and logged, how mails go out."""

import time
import uuid
from base64 import urlsafe_b64encode
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
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


class AccountAdapter(DefaultAccountAdapter):
    """Accounts at the desk: by invitation only, by people of the desk only."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        # One sentence for both: what was typed decides nothing about which accounts there are.
        "email_password_mismatch": _("Name or password are not right."),
        "username_password_mismatch": _("Name or password are not right."),
        "too_many_login_attempts": _(
            "Too many tries. Wait a quarter of an hour, sign in with a passkey, or from where you usually do."
        ),
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

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return whose password this is, or None.

        allauth's backend tries a name as an e-mail too, so an e-mail that is given again would be tried twice, and the
        time would tell that it is somebody's.
        """
        if credentials.get("username"):
            credentials.pop("email", None)
        return super().authenticate(request, **credentials)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        person = guessing.person_named(request, credentials.get("username") or credentials.get("email") or "")
        network = guessing.network_of(request)
        record(Kind.REFUSED, person, by=None, network=network)
        if getattr(request, "axes_locked_out", False):
            record(Kind.LOCKED, person, by=None, network=network)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        if not user.is_staff:
            return self.respond_user_inactive(request, user)
        return super().pre_login(request, user, **kwargs)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        request.session[SEEN_KEY] = time.time()
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
        return not is_fresh(self.request)

    # -- mails ---------------------------------------------------------------------------------------------------------

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Post a mail through our own queue. It is no publication's: no colleague reads it at the desk."""
        message = self.render_mail(template_prefix, email, {"request": self.request, **context})
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
