"""Context processor of public pages: publication, menu and footer. Nothing is made unless a template uses it."""

from typing import Any, cast

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.presentation import menu
from newsroom.requests import SiteRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `publication`, and its `menu` and `footer` as parts; nothing at the desk.

    A view whose page stands in a section sets `request.in_section`: its id, and whether the page is the section's list.
    """
    publication = getattr(request, "publication", None)
    if publication is None:
        return {}
    page = cast(SiteRequest, request).page
    section, is_list = getattr(request, "in_section", (0, False))
    return {
        "publication": publication,
        "menu": SimpleLazyObject(lambda: page.place(menu.menu, publication.pk, section, is_list)),
        "footer": SimpleLazyObject(lambda: page.place(menu.footer, publication.pk)),
    }
