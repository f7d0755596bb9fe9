"""Middleware of accounts: sessions that slide, and the second factor that a publication asks of a role."""

import time
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from newsroom.accounts import second_factor
from newsroom.accounts.context import ACCOUNT_PATHS
from newsroom.desk.current import publications_of
from newsroom.requests import SiteRequest

Handler = Callable[[SiteRequest], HttpResponse]
SEEN_KEY = "seen_at"  # in the session, from the sign-in on
SLIDE_EVERY_SECONDS = 3600
# Where somebody gets a second factor, or goes: reached without one.
OPEN_PATHS = (*ACCOUNT_PATHS, "/admin/language/", "/admin/jsi18n/")


def slide_session(get_response: Handler) -> Handler:
    """Move a session's end on with each hour in which it is used, and keep when and where that was."""

    def middleware(request: SiteRequest) -> HttpResponse:
        if request.is_desk and request.user.is_authenticated:
            seen_at = request.session.get(SEEN_KEY)
            if seen_at is not None and time.time() - seen_at > SLIDE_EVERY_SECONDS:
                request.session[SEEN_KEY] = time.time()  # a change: the cookie is sent anew, with another end
                UserSession.objects.create_from_request(request)
        return get_response(request)

    return middleware


def ask_second_factor(get_response: Handler) -> Handler:
    """Lead to the page of second factors whoever has none and must have one, or has no way to sign in again."""

    def middleware(request: SiteRequest) -> HttpResponse:
        if not request.is_desk or request.path.startswith(OPEN_PATHS) or not request.user.is_authenticated:
            return get_response(request)
        has_password = request.user.has_usable_password()
        if has_password and not second_factor.is_required(request.user, publications_of(request)):
            return get_response(request)
        if second_factor.has_one(request.user):
            return get_response(request)
        if has_password:
            messages.warning(request, _("Your role asks for a second factor: add a passkey or an authenticator app."))
        else:  # who joined with a passkey, and has not made it yet
            messages.warning(request, _("Add a passkey, or set a password: without, you could not sign in again."))
        return redirect("mfa_index")

    return middleware
