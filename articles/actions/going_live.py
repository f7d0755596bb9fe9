"""Moving the pointers to what readers have, with all that follows from them. For publishing.py and scheduling.py only,
inside their transactions."""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import changes, checks, listings, notifications
from articles.actions.base import begin_step, log_step, state_before
from articles.content import Content
from articles.models import Article, Edition, Revision
from articles.workflow import Change, Finding, Refused, Stage
from newsroom.lib.typography import typeset
from newsroom.publications.permissions import SYSTEM


def release_draft(
    name: str, article: Article, by: Any, revision: int, accept: Collection[str], at: dt.datetime | None = None
) -> Article:
    """Takes a step by which readers get the draft, now or (for a first publication) at an hour."""
    article, step = begin_step(name, article, by, revision)
    left, draft, now = state_before(step, article), article.draft, timezone.now()
    assert draft is not None, "the table lets a draft only before readers"
    if at:
        refuse_unless_ahead(article, at)
    is_first = not article.was_published_by(now)
    content = Content.of(draft)
    accepted = checks.refuse_or_confirm(article, content, now=now, at=at, accept=accept, asks=by is not SYSTEM)
    set_live(article, content, at=at if at or article.live_id else now)
    hour = article.publication.date(at) if at else ""
    note = " · ".join(filter(None, (hour, checks.accepted_note(accepted))))
    log_step(step, article, by, left=left, revision=draft, note=note)
    if is_first:
        notifications.published(article, draft, by=by, at=at or now)
    return article


def set_live(article: Article, content: Content, *, at: dt.datetime | None) -> None:
    """Makes the draft what readers have, from `at` on; None leaves the hour of first publication as it is."""
    draft = article.draft
    assert draft is not None
    now = timezone.now()
    before = article.live if article.was_published_by(now) else None

    def change() -> None:
        if at is not None:
            article.published_at = at
        elif draft.change == Change.UPDATE:
            article.updated_at = now
        article.unreviewed = article.approved_id != draft.pk
        article.live, article.draft, article.approved = draft, None, None
        article.live_kind = draft.kind
        article.stage = Stage.PUBLISHED
        article.path = listings.canonical_path(article, before, draft)
        elsewhere = draft.canonical_url.rstrip("/") not in ("", article.get_absolute_url().rstrip("/"))
        article.is_indexable = not draft.noindex and not elsewhere
        article.set_due(now)
        article.save()
        listings.sync_listings(article, content)
        record_edition(article, draft, before, at=now if before else article.published_at or now)

    listings.invalidating(article, change)


def record_edition(article: Article, revision: Revision, before: Revision | None, *, at: dt.datetime) -> None:
    """Records what readers get from an hour on, in the place of what waited for one."""
    article.editions.filter(published_at__gt=timezone.now()).delete()
    Edition.objects.create(
        article=article, publication=article.publication, published_at=at, withdrawn_at=article.withdrawn_at,
        revision=revision, previous=before, change=changes.change_class(before, revision) if before else "",
        hidden=before is not None and not changes.characters_changed(before, revision),  # there is none to show
    )  # fmt: skip


def change_hours(name: str, article: Article, by: Any, change: Callable[[Article], None], note: str = "") -> Article:
    """Takes a step that changes nothing but the hours of what readers have."""
    article, step = begin_step(name, article, by)
    left = state_before(step, article)

    def apply() -> None:
        change(article)
        article.set_due(timezone.now())
        article.save()
        listings.copy_hours(article)

    listings.invalidating(article, apply)
    log_step(step, article, by, left=left, revision=article.live, note=note)
    return article


def refuse_unless_ahead(article: Article, at: dt.datetime) -> None:
    """Raises Refused unless `at` is an hour to come, and one at which the article is not withdrawn already."""
    if at <= timezone.now():
        raise Refused([Finding("at", _("This hour has passed."))])
    if article.withdrawn_at and timezone.now() < article.withdrawn_at <= at:
        message = _("It is to be withdrawn before that hour (%(hour)s).")
        raise Refused([Finding("at", message % {"hour": article.publication.date(article.withdrawn_at)})])


def checked_notice(article: Article, notice: str) -> str:
    """What readers will find in an article's place, as it may be stored. Raises Refused where there is nothing."""
    notice = typeset(notice.strip(), article.publication.language)
    if not notice:
        raise Refused([Finding("notice", _("Say in a sentence why it is withdrawn: readers find it in its place."))])
    return notice
