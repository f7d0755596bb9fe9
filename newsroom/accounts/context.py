"""Context of the account's pages, which allauth draws: the desk's shell around them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

ACCOUNT_PATHS = ("/admin/account/", "/admin/login/", "/admin/logout/", "/admin/password_change/")


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return what the admin gives its own pages (sidebar, titles); nothing elsewhere."""
    if not request.path.startswith(ACCOUNT_PATHS):
        return {}
    if not request.user.is_authenticated:  # guessers see this page most: no sidebar is worked out for them
        return {"site_title": admin.site.site_title, "site_header": admin.site.site_header}
    context = admin.site.each_context(request)
    return {**context, "title": "", "is_nav_sidebar_enabled": context["has_permission"]}
