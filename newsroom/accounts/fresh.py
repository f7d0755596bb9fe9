"""Dangerous steps ask again who it is, where the last answer is older than ACCOUNT_REAUTHENTICATION_TIMEOUT."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest


def is_fresh(request: HttpRequest) -> bool:
    """Return whether this session's person signed in, or confirmed who they are, a short while ago."""
    if not request.user.is_authenticated:
        return False
    moments = [record.get("at", 0) for record in get_authentication_records(request, request.user)]
    return max(moments, default=0) > time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


def require_fresh_sign_in(request: HttpRequest) -> None:
    """Raise ReauthenticationRequired unless the sign-in is fresh.

    allauth's middleware then asks for password, passkey or code, and afterwards goes on with the request, with what was
    typed in it.
    """
    if not is_fresh(request):
        raise ReauthenticationRequired
