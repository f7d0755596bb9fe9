"""Moving the pointers to what readers have, with all that follows: used by publishing.py and scheduling.py only.

To follow *publish*: `publishing.publish` → `release_draft` → `begin_step` (lock, rights, state) → `checks` → `set_live`
(pointers, address, lists, edition, invalidated tags) → the event → the mails.
"""

import datetime as dt
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import changes, checks, listings, notifications
from articles.actions.base import begin_step
from articles.content import Content
from articles.models import Article, Edition, Revision
from articles.workflow import Change, Finding, Refused, Stage
from newsroom.extensions import extensions
from newsroom.publications.permissions import SYSTEM


def release_draft(
    name: str, article: Article, by: Any, revision: int, accept: Collection[str], at: dt.datetime | None = None
) -> Article:
    """Publish the draft by the transition `name`: now, or at `at` (a first publication only).

    `revision` is the id of the revision that the person read, `accept` the keys of accepted warnings. Checks, moves the
    pointers, logs, and queues the mail. Returns the locked article. Raises Forbidden, Refused, Conflict, Unconfirmed.
    """
    step = begin_step(name, article, by, revision)
    article, draft, now = step.article, step.article.draft, timezone.now()
    assert draft is not None, "the table lets a draft only before readers"
    if at:
        refuse_unless_ahead(article, at)
    is_first = not article.was_published_by(now)
    content = Content.of(draft)
    accepted = checks.refuse_or_confirm(article, content, now=now, at=at, accept=accept, asks=by is not SYSTEM)
    set_live(article, content, at=at if at or article.live_id else now)
    when = article.publication.date(at) if at else ""
    step.log(revision=draft, note=" · ".join(filter(None, (when, checks.accepted_note(accepted)))))
    if is_first:
        notifications.published(article, draft, by=by, at=at or now)
    return article


def set_live(article: Article, content: Content, *, at: dt.datetime | None) -> None:
    """Move the draft to `live`, and update address, lists, edition and cache tags. Checks and logs nothing.

    `at` is the time of first publication; None keeps the one that the article has.
    """
    draft = article.draft
    assert draft is not None
    now = timezone.now()
    before = article.live if article.was_published_by(now) else None
    with listings.invalidating(article):
        if at is not None:
            article.published_at = at
        elif draft.change == Change.UPDATE:
            article.updated_at = now
        article.unreviewed = article.approved_id != draft.pk
        article.live, article.draft, article.approved = draft, None, None
        article.live_kind = draft.kind
        article.stage = Stage.PUBLISHED
        article.path = listings.assign_canonical_path(article, before, draft)
        is_elsewhere = draft.canonical_url.rstrip("/") not in ("", article.get_absolute_url().rstrip("/"))
        article.is_indexable = not draft.noindex and not is_elsewhere
        article.set_due(now)
        article.save()
        listings.sync_listings(article, content)
        record_edition(article, draft, before, at=now if before else article.published_at or now)


def record_edition(article: Article, revision: Revision, before: Revision | None, *, at: dt.datetime) -> None:
    """Record that readers get a revision from `at` on, in the place of an edition that was pending.

    `before` is what they had, None if this is the first. A correction is told to whoever waits for it.
    """
    article.editions.filter(published_at__gt=timezone.now()).delete()
    edition = Edition.objects.create(
        article=article, publication=article.publication, published_at=at, withdrawn_at=article.withdrawn_at,
        revision=revision, previous=before, change=changes.change_class(before, revision) if before else "",
        hidden=before is not None and not changes.characters_changed(before, revision),  # there is none to show
    )  # fmt: skip
    if edition.change == Change.CORRECTION:
        for follow in extensions("corrections"):
            follow(edition)


@contextmanager
def changing_times(name: str, article: Article, by: Any, note: str = "") -> Iterator[Article]:
    """Context manager for a transition that changes only times. Yields the locked article.

    The caller sets `published_at`, `next_at` or `withdrawn_at`. On exit the row is saved, its lists get the times, and
    the event is logged with `note`. Raises Forbidden, Refused.
    """
    step = begin_step(name, article, by)
    article = step.article
    with listings.invalidating(article):
        yield article
        article.set_due(timezone.now())
        article.save()
        listings.copy_times(article)
    step.log(revision=article.live, note=note)


def refuse_unless_ahead(article: Article, at: dt.datetime) -> None:
    """Raise Refused unless `at` is a future time at which the article is not withdrawn already."""
    if at <= timezone.now():
        raise Refused([Finding("at", _("This time has passed."))])
    if article.withdrawn_at and timezone.now() < article.withdrawn_at <= at:
        message = _("It is to be withdrawn before that time (%(time)s).")
        raise Refused([Finding("at", message % {"time": article.publication.date(article.withdrawn_at)})])


def checked_notice(article: Article, notice: str) -> str:
    """Return the notice that readers find in a withdrawn article's place, typeset. Raises Refused if it is empty."""
    notice = article.publication.typeset(notice.strip())
    if not notice:
        raise Refused([Finding("notice", _("Say in a sentence why it is withdrawn: readers find it in its place."))])
    return notice
