"""The desk's front page: what waits, asked of the rows each time."""

from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles.actions import due
from articles.admin.audience import most_read
from articles.admin.links import article_url
from articles.admin.placing import placed_on
from articles.models import Article, Expunging, PartnerFeed, Placement
from articles.models.partner import Trouble
from articles.workflow import Stage
from newsroom.desk.current import current_publication
from newsroom.pagecache.edges import delivery
from newsroom.publications.permissions import may
from newsroom.worker import queue
from newsroom.worker.models import Mail

LINES = 8
MOST_COUNTED = 100
WORRYING = 3  # failures of a partner feed in a row


def _panel(title: str, query: str, empty: str, rows: Iterable[Article]) -> dict[str, Any]:
    url = f"{reverse('admin:articles_article_changelist')}?{query}"
    return {"title": title, "rows": list(rows), "url": url, "empty": empty}


def _in_work(request: HttpRequest) -> QuerySet[Article]:
    rows = Article.objects.filter(publication=current_publication(request), draft__isnull=False)
    return rows.select_related("desk_section", "desk_first_author")


def _own(request: HttpRequest) -> Q:
    """Return the condition of articles that this person began or signs."""
    return Q(created_by=request.user.pk) | Q(desk_first_author__user=request.user.pk)


def my_drafts(request: HttpRequest) -> dict[str, Any]:
    """Return the panel of articles that this person began or signs, and of which readers don't have all."""
    rows = _in_work(request).filter(_own(request))[:LINES]
    return _panel(_("My drafts"), "state=mine", _("You have nothing in work."), rows)


def assigned(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what this person is to write, the nearest deadline first."""
    rows = (
        _in_work(request).filter(assigned_to=request.user.pk).order_by(F("deadline").asc(nulls_last=True), "pk")[:LINES]
    )
    return {**_panel(_("For you to write"), "state=assigned", "", rows), "by_deadline": True} if rows else None


def late(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what is not done though its deadline has passed: an editor's to know."""
    if not _may(request, "article.assign"):
        return None
    rows = _in_work(request).filter(deadline__lt=timezone.now()).order_by("deadline")[:LINES]
    return {**_panel(_("Past their deadline"), "state=late", "", rows), "by_deadline": True} if rows else None


def overdue(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what did not happen: side effects late or failed, mails that may not have arrived."""
    here, now = current_publication(request), timezone.now()
    if not _may(request, "worker.view"):
        return None
    alarms = [
        _alarm(_("Not applied since its time: %(what)s") % {"what": row}, row.due_at, article_url(row))
        for row in Article.objects.filter(publication=here).due(now - due.OVERDUE_AFTER).order_by("due_at")[:LINES]
    ]
    mails = Mail.objects.needing_attention().filter(publication=here)[:LINES]
    alarms += [
        _alarm(
            f"{row.get_state_display()}: {row} → {row.to}",
            row.tried_at or row.created_at,
            reverse("admin:worker_mail_change", args=[row.pk]),
        )
        for row in mails
    ]
    feeds = PartnerFeed.objects.filter(Q(failures__gte=WORRYING) | Q(trouble=Trouble.GONE), publication=here)[:LINES]
    alarms += [
        _alarm(
            _("Partner feed: %(name)s, %(why)s") % {"name": feed, "why": feed.get_trouble_display()},
            feed.good_at or feed.created_at,
            reverse("admin:articles_partnerfeed_change", args=[feed.pk]),
        )
        for feed in feeds
    ]
    if tasks := len(queue.overdue(now).values_list("pk")[: MOST_COUNTED + 1]):
        message = ngettext(
            "%(n)s side effect is overdue or failed: is a worker running?",
            "%(n)s side effects are overdue or failed: is a worker running?",
            tasks,
        )
        url = reverse("admin:django_tasks_database_dbtaskresult_changelist") if request.user.is_superuser else ""
        alarms.append(_alarm(message % {"n": tasks if tasks <= MOST_COUNTED else f"{MOST_COUNTED}+"}, None, url))
    url = reverse("admin:pagecache_edgestate_changelist") if request.user.is_superuser else ""
    alarms += [
        _alarm(_("Readers may get old pages: %(edge)s was not told of changes") % {"edge": late.edge}, late.since, url)
        for late in delivery.late(now)
    ]
    return {"title": _("Overdue"), "alarms": alarms} if alarms else None


def _alarm(text: str, since: Any, url: str = "") -> dict[str, Any]:
    return {"text": text, "since": since, "url": url}


def to_take_up(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of a writer's own articles that an editor sent back."""
    mine = _in_work(request).filter(_own(request), stage=Stage.CHANGES)[:LINES]
    return _panel(_("To take up again"), "state=changes_requested", "", mine) if mine else None


def to_review(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what waits for an editor, the longest first."""
    if not _may(request, "article.review"):
        return None
    rows = _in_work(request).filter(stage=Stage.IN_REVIEW).order_by("saved_at")[:LINES]
    return _panel(_("To review"), "state=in_review", _("Nothing waits to be read."), rows)


def approved(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what waits for a publisher."""
    if not _may(request, "article.publish"):
        return None
    rows = _in_work(request).filter(stage=Stage.APPROVED)[:LINES]
    return _panel(_("Approved"), "state=approved", _("Nothing waits to be published."), rows)


def unreviewed(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what readers have and no editor has read."""
    if not _may(request, "article.review"):
        return None
    rows = Article.objects.filter(publication=current_publication(request)).unreviewed(timezone.now())
    rows = rows.select_related("desk_section", "desk_first_author")[:LINES]
    return _panel(_("Published unreviewed"), "state=unreviewed", "", rows) if rows else None


def drafts(request: HttpRequest) -> dict[str, Any]:
    """Return the panel of all drafts of the current publication."""
    rows = _in_work(request).filter(stage=Stage.DRAFT)[:LINES]
    return _panel(_("All drafts"), "state=draft", _("Nothing is in work."), rows)


def scheduled(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of what waits for its time, articles, changes and withdrawals, the next first."""
    here, now = current_publication(request), timezone.now()
    rows = Article.objects.filter(publication=here, due_at__gt=now)
    rows = rows.select_related("desk_section", "desk_first_author").order_by("due_at")[:LINES]
    return {**_panel(_("Scheduled"), "state=ahead", "", rows), "by_due": True} if rows else None


def latest(request: HttpRequest) -> dict[str, Any]:
    """Return the panel of what readers got last."""
    here = current_publication(request)
    rows = Placement.objects.filter(publication=here).live(timezone.now())
    newest = rows.select_related("article__desk_section", "article__desk_first_author").order_by(
        "-published_at", "-article_id"
    )
    articles = [row.article for row in newest[: 3 * LINES] if row.article.publication_id == row.publication_id][:LINES]
    return {**_panel(_("Last published"), "state=live", _("Nothing is published yet."), articles), "by_time": True}


def placed(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of articles of sister sites that stand here."""
    here = current_publication(request)
    if not _may(request, "article.place"):
        return None
    assert here is not None, "a right is had somewhere"
    articles = placed_on(here, LINES)
    return {"title": _("From sister sites"), "sisters": articles} if articles else None


def unfinished(request: HttpRequest) -> dict[str, Any] | None:
    """Return the panel of expungings of which files still hold traces: of articles here, and of images, which all
    publications share."""
    if not _may(request, "article.expunge"):
        return None
    about = Q(article__publication=current_publication(request)) | Q(article=None)
    acts = [_alarm(str(act), act.at) for act in Expunging.objects.filter(about, finished_at=None)[:LINES]]
    return {"title": _("Expunging unfinished: run “manage.py expunge”"), "alarms": acts} if acts else None


def _may(request: HttpRequest, verb: str) -> bool:
    return may(request.user, verb, current_publication(request))


PANELS = (
    overdue, unfinished, to_take_up, assigned, to_review, approved, late, scheduled, unreviewed, my_drafts, drafts,
    latest, most_read, placed,
)  # fmt: skip
