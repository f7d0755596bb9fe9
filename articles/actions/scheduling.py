"""Doors that set an hour: from then on the clock alone decides what readers have, and nothing has to run.

They are as those of publishing.py: one transaction each, `by` is the person or None for the house, and Forbidden,
Refused, Conflict or Unconfirmed is raised now, never at the hour. Hours are aware moments; forms read them in the
publication's own time zone.
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import checks, listings, notifications
from articles.actions.base import begin_step, log_step, state_before
from articles.actions.going_live import change_hours, checked_notice, record_edition, refuse_unless_ahead, release_draft
from articles.content import Content
from articles.models import Article, Revision, Tag
from articles.workflow import Finding, Pending, Refused, Stage
from newsroom.publications.permissions import SYSTEM

UNSCHEDULABLE_FIELDS = (
    "kind",
    "section_id",
    "slug",
    "author_ids",
    "canonical_url",
    "noindex",
)  # where an article is listed and found

NO_KEYS: tuple[str, ...] = ()


@transaction.atomic
def schedule(
    article: Article, *, by: Any, revision: int, at: dt.datetime, accept: Collection[str] = NO_KEYS
) -> Article:
    """Sets the hour at which readers first get an article: its approved draft."""
    return release_draft("schedule", article, by, revision, accept, at=at)


@transaction.atomic
def schedule_change(
    article: Article, *, by: Any, revision: int, at: dt.datetime, accept: Collection[str] = NO_KEYS
) -> Article:
    """Sets the hour at which readers of a live article get its approved draft.

    It may move nothing by which the article is listed or found: lists and addresses have no hour of their own.
    """
    article, step = begin_step("schedule_change", article, by, revision)
    refuse_unless_ahead(article, at)
    left, draft, live, now = state_before(step, article), article.draft, article.live, timezone.now()
    assert draft is not None and live is not None, "the table lets a draft of a live article only"
    _refuse_unschedulable(live, draft)
    accepted = checks.refuse_or_confirm(
        article, Content.of(draft), now=now, at=at, accept=accept, asks=by is not SYSTEM
    )

    def change() -> None:
        article.next, article.next_at = draft, at
        article.draft, article.approved, article.stage = None, None, Stage.PUBLISHED
        article.set_due(now)
        article.save()
        record_edition(article, draft, live, at=at)

    listings.invalidating(article, change)
    note = " · ".join(filter(None, (article.publication.date(at), checks.accepted_note(accepted))))
    log_step(step, article, by, left=left, revision=draft, note=note)
    notifications.published(article, draft, by=by, at=at)
    return article


@transaction.atomic
def reschedule(article: Article, *, by: Any, at: dt.datetime) -> Article:
    """Gives what waits, an article or a change, another hour."""
    article, step = begin_step("reschedule", article, by)
    refuse_unless_ahead(article, at)
    left, live, now = state_before(step, article), article.live, timezone.now()
    is_change = Pending.CHANGE in article.pending(now)
    waiting = article.next if is_change else live
    assert waiting is not None and live is not None, "the table lets what waits only"
    checks.refuse_blocking(article, Content.of(waiting), now=now, at=at, change=waiting)

    def change() -> None:
        if is_change:
            article.next_at = at
        else:
            article.published_at = at
            article.path = listings.canonical_path(article, None, live)  # it may tell the day
        article.set_due(now)
        article.save()
        listings.copy_hours(article)
        article.editions.filter(revision=waiting).update(published_at=at)

    listings.invalidating(article, change)
    log_step(step, article, by, left=left, revision=waiting, note=article.publication.date(at))
    notifications.published(article, waiting, by=by, at=at)
    return article


@transaction.atomic
def unschedule(article: Article, *, by: Any) -> Article:
    """Takes an article back before its hour; it is an approved draft again. Nor is it to be withdrawn any more."""
    article, step = begin_step("unschedule", article, by)
    left = state_before(step, article)
    waiting = article.live

    def change() -> None:
        _reopen_as_draft(article, waiting)
        article.live, article.published_at, article.path = None, None, ""
        article.live_kind = ""
        article.withdrawn_at, article.withdrawal_notice = None, ""
        article.set_due(timezone.now())
        article.save()
        listings.unlist(article)

    listings.invalidating(article, change)
    log_step(step, article, by, left=left, revision=waiting)
    return article


@transaction.atomic
def unschedule_change(article: Article, *, by: Any) -> Article:
    """Takes a change back before its hour; it is an approved draft again, unless something newer is in work."""
    article, step = begin_step("unschedule_change", article, by)
    left, now = state_before(step, article), timezone.now()
    waiting = article.next

    def change() -> None:
        _reopen_as_draft(article, waiting)
        article.next, article.next_at = None, None
        article.set_due(now)
        article.save()
        article.editions.filter(revision=waiting).delete()

    listings.invalidating(article, change)
    log_step(step, article, by, left=left, revision=waiting)
    return article


@transaction.atomic
def schedule_withdrawal(article: Article, *, by: Any, at: dt.datetime, notice: str) -> Article:
    """Sets the hour at which an article is taken from its readers, who find `notice` in its place from then on."""
    notice = checked_notice(article, notice)

    def change(article: Article) -> None:
        if at <= timezone.now():
            raise Refused([Finding("at", _("This hour has passed."))])
        later = max(filter(None, (article.published_at, article.next_at)))
        if at <= later:
            message = _("Something of it is to come out at that hour or after it (%(hour)s).")
            raise Refused([Finding("at", message % {"hour": article.publication.date(later)})])
        article.withdrawn_at, article.withdrawal_notice = at, notice

    note = f"{article.publication.date(at)} · {notice}"
    article = change_hours("schedule_withdrawal", article, by, change, note)
    notifications.withdrawn(article, by=by, at=at)
    return article


@transaction.atomic
def cancel_withdrawal(article: Article, *, by: Any) -> Article:
    """Leaves an article with its readers that was to be withdrawn at an hour."""

    def change(article: Article) -> None:
        article.withdrawn_at, article.withdrawal_notice = None, ""

    return change_hours("cancel_withdrawal", article, by, change)


def _reopen_as_draft(article: Article, waiting: Revision | None) -> None:
    """What waited is in work again, unless something newer is."""
    if article.draft is None:
        article.draft = article.approved = waiting
        article.stage = Stage.APPROVED


def _refuse_unschedulable(live: Revision, draft: Revision) -> None:
    """Raises Refused where a change is listed or found otherwise than what readers have."""
    moves = any(getattr(live, name) != getattr(draft, name) for name in UNSCHEDULABLE_FIELDS)
    if moves or Tag.resolve(live.tag_ids) != Tag.resolve(draft.tag_ids):
        message = _(
            "A scheduled change leaves kind, section, slug, tags, bylines and what search engines are told as they "
            "are: publish those at once."
        )
        raise Refused([Finding("sorting", message)])
