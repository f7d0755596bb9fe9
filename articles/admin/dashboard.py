"""The desk's front page: what waits, asked of the rows each time."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Placement
from newsroom.desk.current import current_publication

LINES = 8


def _panel(title: str, query: str, empty: str, rows: Iterable[Article]) -> dict[str, Any]:
    url = f"{reverse('admin:articles_article_changelist')}?{query}"
    return {"title": title, "rows": list(rows), "url": url, "empty": empty}


def _in_work(request: HttpRequest) -> QuerySet[Article]:
    rows = Article.objects.filter(publication=current_publication(request), draft__isnull=False)
    return rows.select_related("section", "first_author")


def my_drafts(request: HttpRequest) -> dict[str, Any]:
    """Stories that this person began or signs, and of which readers don't have all."""
    rows = _in_work(request).filter(Q(created_by=request.user.pk) | Q(first_author__user=request.user.pk))[:LINES]
    return _panel(_("My drafts"), "state=mine", _("You have nothing in work."), rows)


def drafts(request: HttpRequest) -> dict[str, Any]:
    """Everybody's."""
    return _panel(_("Drafts of the house"), "state=draft", _("Nothing is in work."), _in_work(request)[:LINES])


def latest(request: HttpRequest) -> dict[str, Any]:
    """What readers got last."""
    rows = Placement.objects.filter(publication=current_publication(request)).live(timezone.now())
    newest = rows.select_related("article__section", "article__first_author").order_by("-published_at", "-article_id")
    stories = [row.article for row in newest[:LINES]]
    return _panel(_("Last published"), "state=live", _("Nothing is published yet."), stories)


for panel in (my_drafts, drafts, latest):
    admin.site.add_panel(panel)  # type: ignore[attr-defined]  # a DeskSite
