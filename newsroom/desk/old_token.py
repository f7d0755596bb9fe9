"""A form of the desk whose token is old: somebody signed in again in another tab, or its cookie has ended."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from newsroom.requests import is_from_here


def old_token(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page that keeps all that was sent, with a new token, to be sent again; files have to be chosen again.

    CSRF_FAILURE_VIEW. What comes from another site's page gets nothing of the kind.
    """
    context: dict[str, Any] = {"title": _("This was not sent yet")}
    if is_from_here(request) and request.user.is_authenticated:
        pairs = [
            (name, value) for name, values in request.POST.lists() for value in values if name != "csrfmiddlewaretoken"
        ]
        context |= {"posted": pairs, "files": [file.name for _name, files in request.FILES.lists() for file in files]}
        return render(request, "desk/old_token.html", context, status=403)
    context["words"] = _("The page that it was sent from is too old, or of another site. Go back, and load it again.")
    return render(request, "desk/error.html", context, status=403)
