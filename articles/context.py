"""Context processor of public pages: publication, menu and footer. Queries run only when a template uses them."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from articles.presentation.links import archive_url, corrections_url
from articles.presentation.static_pages import footer_pages


def site(request: HttpRequest) -> dict[str, Any]:
    """Return `publication`, `menu` (its sections), `footer_pages` and two addresses; nothing at the desk."""
    publication = getattr(request, "publication", None)
    if publication is None:
        return {}
    return {
        "publication": publication,
        "menu": SimpleLazyObject(lambda: list(publication.sections.filter(in_menu=True))),
        "footer_pages": SimpleLazyObject(lambda: footer_pages(publication)),
        "archive_url": archive_url(publication),
        "corrections_url": corrections_url(publication),
    }
