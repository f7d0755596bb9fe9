"""Dangerous steps ask again who it is, where the last answer is older than ACCOUNT_REAUTHENTICATION_TIMEOUT."""

import time

from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _


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
        # allauth goes on with a POST where its path is the address to go on to: a query would keep it from that. What
        # the query said is kept with the rest.
        request.META["QUERY_STRING"] = "" if request.method == "POST" else request.META.get("QUERY_STRING", "")
        raise ReauthenticationRequired


def refusal_unless_fresh(request: HttpRequest) -> str:
    """Return what to say beside a form that was not carried out; "" where the sign-in is fresh.

    For forms with a secret in them, which `require_fresh_sign_in` would keep in the session.
    """
    if is_fresh(request):
        return ""
    words = _('Nothing was done: <a href="{}" target="_blank">confirm who you are</a>, then send this again.')
    return format_html(words, reverse("account_reauthenticate"))
