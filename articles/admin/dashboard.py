"""The desk's front page: what waits, asked of the rows each time."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Expunging, Placement
from articles.workflow import Stage
from newsroom.desk.current import current_publication
from newsroom.publications.permissions import may

LINES = 8


def _panel(title: str, query: str, empty: str, rows: Iterable[Article]) -> dict[str, Any]:
    url = f"{reverse('admin:articles_article_changelist')}?{query}"
    return {"title": title, "rows": list(rows), "url": url, "empty": empty}


def _in_work(request: HttpRequest) -> QuerySet[Article]:
    rows = Article.objects.filter(publication=current_publication(request), draft__isnull=False)
    return rows.select_related("section", "first_author")


def _own(request: HttpRequest) -> Q:
    """What this person began or signs."""
    return Q(created_by=request.user.pk) | Q(first_author__user=request.user.pk)


def my_drafts(request: HttpRequest) -> dict[str, Any]:
    """Stories that this person began or signs, and of which readers don't have all."""
    rows = _in_work(request).filter(_own(request))[:LINES]
    return _panel(_("My drafts"), "state=mine", _("You have nothing in work."), rows)


def to_take_up(request: HttpRequest) -> dict[str, Any] | None:
    """A writer's own that an editor sent back."""
    mine = _in_work(request).filter(_own(request), stage=Stage.CHANGES)[:LINES]
    return _panel(_("To take up again"), "state=changes_requested", "", mine) if mine else None


def to_review(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for an editor, the longest first."""
    if not _may(request, "article.review"):
        return None
    rows = _in_work(request).filter(stage=Stage.IN_REVIEW).order_by("saved_at")[:LINES]
    return _panel(_("To review"), "state=in_review", _("Nothing waits to be read."), rows)


def approved(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for a publisher."""
    if not _may(request, "article.publish"):
        return None
    rows = _in_work(request).filter(stage=Stage.APPROVED)[:LINES]
    return _panel(_("Approved"), "state=approved", _("Nothing waits to be published."), rows)


def unreviewed(request: HttpRequest) -> dict[str, Any] | None:
    """What readers have and no editor has read."""
    if not _may(request, "article.review"):
        return None
    rows = Article.objects.filter(publication=current_publication(request), unreviewed=True).live(timezone.now())
    rows = rows.select_related("section", "first_author")[:LINES]
    return _panel(_("Published unreviewed"), "state=unreviewed", "", rows) if rows else None


def drafts(request: HttpRequest) -> dict[str, Any]:
    """Everybody's."""
    rows = _in_work(request).filter(stage=Stage.DRAFT)[:LINES]
    return _panel(_("Drafts of the house"), "state=draft", _("Nothing is in work."), rows)


def scheduled(request: HttpRequest) -> dict[str, Any] | None:
    """What waits for its hour, the next first."""
    here, now = current_publication(request), timezone.now()
    rows = Article.objects.filter(publication=here, live__isnull=False, published_at__gt=now, withdrawn_at=None)
    rows = rows.select_related("section", "first_author").order_by("published_at")[:LINES]
    return {**_panel(_("Scheduled"), "state=scheduled", "", rows), "by_hour": True} if rows else None


def latest(request: HttpRequest) -> dict[str, Any]:
    """What readers got last."""
    here = current_publication(request)
    rows = Placement.objects.filter(publication=here).live(timezone.now())
    newest = rows.select_related("article__section", "article__first_author").order_by("-published_at", "-article_id")
    stories = [row.article for row in newest[: 3 * LINES] if row.article.publication_id == row.publication_id][:LINES]
    return {**_panel(_("Last published"), "state=live", _("Nothing is published yet."), stories), "by_hour": True}


def placed(request: HttpRequest) -> dict[str, Any] | None:
    """Stories of sister sites that stand here."""
    here = current_publication(request)
    if not _may(request, "article.place"):
        return None
    rows = Placement.objects.filter(publication=here).exclude(article__publication=here).live(timezone.now())
    rows = rows.select_related("article__publication", "article__live").order_by("-published_at", "-article_id")
    stories = [row.article for row in rows[:LINES]]
    return {"title": _("From sister sites"), "sisters": stories} if stories else None


def unfinished(request: HttpRequest) -> dict[str, Any] | None:
    """Expungings of which files still hold traces."""
    if not _may(request, "article.expunge"):
        return None
    acts = list(Expunging.objects.filter(finished_at=None)[:LINES])
    return {"title": _("Expunging unfinished: run “manage.py expunge”"), "alarms": acts} if acts else None


def _may(request: HttpRequest, verb: str) -> bool:
    return may(request.user, verb, current_publication(request))


for panel in (unfinished, to_take_up, to_review, approved, scheduled, unreviewed, my_drafts, drafts, latest, placed):
    admin.site.add_panel(panel)  # type: ignore[attr-defined]  # a DeskSite
