"""Context of every page of the desk: the publications that the switcher lists."""

from typing import Any

from django.http import HttpRequest

from newsroom.desk.current import current_publication, publications_of


def desk(request: HttpRequest) -> dict[str, Any]:
    """Return the person's publications and the current one; nothing on public pages."""
    if not getattr(request, "is_desk", False) or not hasattr(request, "user") or not request.user.is_authenticated:
        return {}
    return {"desk_publications": publications_of(request), "desk_publication": current_publication(request)}
