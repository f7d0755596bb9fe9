"""Who is at the desk, asked before a request is read."""

from typing import Any

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest, parse_cookie


def may_upload(environ: dict[str, Any]) -> bool:
    """Whether a request's cookies are those of somebody who is signed in at the desk (WSGI environment, no body)."""
    key = parse_cookie(environ.get("HTTP_COOKIE", "")).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return False
    request = HttpRequest()
    request.session = SessionStore(key)
    user = get_user(request)
    return user.is_active and getattr(user, "is_staff", False)
