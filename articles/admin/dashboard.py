"""The desk's front page: what waits, asked of the rows each time."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article
from articles.workflow import Stage
from newsroom.desk.current import current_publication
from newsroom.desk.site import DeskSite

LINES = 8


def _panel(request: HttpRequest, title: str, query: str, empty: str, **question: Any) -> dict[str, Any]:
    rows = Article.objects.filter(publication=current_publication(request), **question)
    return {
        "title": title,
        "rows": list(rows.select_related("section", "first_author", "publication")[:LINES]),
        "url": f"{reverse('admin:articles_article_changelist')}?{query}",
        "empty": empty,
    }


def my_drafts(request: HttpRequest) -> dict[str, Any]:
    """Stories this person began and that readers don't have all of."""
    return _panel(request, _("My drafts"), "state=mine", _("You have nothing in work."), stage=Stage.DRAFT, created_by=request.user)


def drafts(request: HttpRequest) -> dict[str, Any]:
    """Everybody's."""
    return _panel(request, _("Drafts of the house"), "state=draft", _("Nothing is in work."), stage=Stage.DRAFT)


def latest(request: HttpRequest) -> dict[str, Any]:
    """What readers got last."""
    panel = _panel(request, _("Last published"), "state=live", _("Nothing is published yet."), live__isnull=False)
    rows = Article.objects.filter(publication=current_publication(request)).live(timezone.now())
    return {**panel, "rows": list(rows.select_related("section", "first_author", "publication").order_by("-published_at")[:LINES])}


def register(desk: DeskSite) -> None:
    for panel in (my_drafts, drafts, latest):
        desk.add_panel(panel)


register(admin.site)  # type: ignore[arg-type]
