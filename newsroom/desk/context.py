"""What every page of the desk shows: the switcher. Nothing on public pages."""

from typing import Any

from django.http import HttpRequest

from newsroom.desk.current import current_publication, publications_of


def desk(request: HttpRequest) -> dict[str, Any]:
    if not getattr(request, "is_desk", False) or not hasattr(request, "user") or not request.user.is_authenticated:
        return {}
    return {"desk_publications": publications_of(request), "desk_publication": current_publication(request)}
