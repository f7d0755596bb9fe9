"""Actions that set a time at which what readers have changes by itself: nothing has to run then.

As in publishing.py, `by` is a user or SYSTEM, and Forbidden, Refused, Conflict or Unconfirmed is raised now, never at
the time. Times are aware datetimes; forms read them in the publication's own time zone.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import checks, listings, notifications
from articles.actions.base import begin_step
from articles.actions.going_live import (
    changing_times,
    checked_notice,
    record_edition,
    refuse_unless_ahead,
    release_draft,
)
from articles.content import Content
from articles.models import Article, Revision, Tag
from articles.workflow import Finding, Pending, Refused, Stage
from newsroom.actions import action
from newsroom.publications.permissions import SYSTEM

# By what an article is listed and found: lists and addresses have no time of their own.
UNSCHEDULABLE_FIELDS = ("kind", "section_id", "slug", "author_ids", "canonical_url", "noindex")
NO_KEYS: tuple[str, ...] = ()


@action
def schedule(
    article: Article, *, by: Any, revision: int, at: dt.datetime, accept: Collection[str] = NO_KEYS
) -> Article:
    """Set the time at which readers first get an article: its approved draft."""
    return release_draft("schedule", article, by, revision, accept, at=at)


@action
def schedule_change(
    article: Article, *, by: Any, revision: int, at: dt.datetime, accept: Collection[str] = NO_KEYS
) -> Article:
    """Set the time at which readers of a live article get its approved draft.

    Raises Refused if the draft changes by what the article is listed or found.
    """
    step = begin_step("schedule_change", article, by, revision)
    article = step.article
    refuse_unless_ahead(article, at)
    draft, live, now = article.draft, article.live, timezone.now()
    assert draft is not None and live is not None, "the table lets a draft of a live article only"
    _refuse_unschedulable(live, draft)
    accepted = checks.refuse_or_confirm(
        article, Content.of(draft), now=now, at=at, accept=accept, asks=by is not SYSTEM
    )
    with listings.invalidating(article):
        article.next, article.next_at = draft, at
        article.draft, article.approved, article.stage = None, None, Stage.PUBLISHED
        article.set_due(now)
        article.save()
        record_edition(article, draft, live, at=at)
    note = " · ".join(filter(None, (article.publication.date(at), checks.accepted_note(accepted))))
    step.log(revision=draft, note=note)
    notifications.published(article, draft, by=by, at=at)
    return article


@action
def reschedule(article: Article, *, by: Any, at: dt.datetime) -> Article:
    """Give what is pending, the first publication or a change, another time."""
    step = begin_step("reschedule", article, by)
    article = step.article
    refuse_unless_ahead(article, at)
    live, now = article.live, timezone.now()
    is_change = Pending.CHANGE in article.pending(now)
    pending = article.next if is_change else live
    assert pending is not None and live is not None, "the table lets what is pending only"
    checks.refuse_blocking(article, Content.of(pending), now=now, at=at, change=pending)
    with listings.invalidating(article):
        if is_change:
            article.next_at = at
        else:
            article.published_at = at
            article.path = listings.assign_canonical_path(article, None, live)  # it may hold the day
        article.set_due(now)
        article.save()
        listings.copy_times(article)
        article.editions.filter(revision=pending).update(published_at=at)
    step.log(revision=pending, note=article.publication.date(at))
    notifications.published(article, pending, by=by, at=at)
    return article


@action
def unschedule(article: Article, *, by: Any) -> Article:
    """Take an article off the schedule: it is an approved draft again, and a planned withdrawal is dropped."""
    step = begin_step("unschedule", article, by)
    article, pending = step.article, step.article.live
    with listings.invalidating(article):
        _reopen_as_draft(article, pending)
        article.live, article.live_kind, article.published_at, article.path = None, "", None, ""
        article.withdrawn_at, article.withdrawal_notice = None, ""
        article.set_due(timezone.now())
        article.save()
        listings.unlist(article)
    step.log(revision=pending)
    return article


@action
def unschedule_change(article: Article, *, by: Any) -> Article:
    """Take a change off the schedule: it is an approved draft again, unless there is a newer draft."""
    step = begin_step("unschedule_change", article, by)
    article, pending = step.article, step.article.next
    with listings.invalidating(article):
        _reopen_as_draft(article, pending)
        article.next, article.next_at = None, None
        article.set_due(timezone.now())
        article.save()
        article.editions.filter(revision=pending).delete()
    step.log(revision=pending)
    return article


@action
def schedule_withdrawal(article: Article, *, by: Any, at: dt.datetime, notice: str) -> Article:
    """Set the time at which an article is taken from its readers, who find `notice` in its place from then on."""
    notice = checked_notice(article, notice)
    note = f"{article.publication.date(at)} · {notice}"
    with changing_times("schedule_withdrawal", article, by, note) as article:
        if at <= timezone.now():
            raise Refused([Finding("at", _("This time has passed."))])
        last = max(filter(None, (article.published_at, article.next_at)))
        if at <= last:
            message = _("Something of it is to come out at that time or after it (%(time)s).")
            raise Refused([Finding("at", message % {"time": article.publication.date(last)})])
        article.withdrawn_at, article.withdrawal_notice = at, notice
    notifications.withdrawn(article, by=by, at=at)
    return article


@action
def cancel_withdrawal(article: Article, *, by: Any) -> Article:
    """Leave an article with its readers that was to be withdrawn at a set time."""
    with changing_times("cancel_withdrawal", article, by) as article:
        article.withdrawn_at, article.withdrawal_notice = None, ""
    return article


def _reopen_as_draft(article: Article, pending: Revision | None) -> None:
    """Make the pending revision the approved draft again, unless there is a newer draft."""
    if article.draft is None:
        article.draft = article.approved = pending
        article.stage = Stage.APPROVED


def _refuse_unschedulable(live: Revision, draft: Revision) -> None:
    """Raise Refused if the draft changes by what readers' revision is listed or found."""
    is_moved = any(getattr(live, name) != getattr(draft, name) for name in UNSCHEDULABLE_FIELDS)
    if is_moved or Tag.resolve(live.tag_ids) != Tag.resolve(draft.tag_ids):
        message = _(
            "A scheduled change leaves kind, section, slug, tags, bylines and what search engines are told as they "
            "are: publish those at once."
        )
        raise Refused([Finding("sorting", message)])
