"""Actions that move an article between the desk and its readers; those that set a time are in scheduling.py.

registry.py lists both. Each takes the article and `by` (a user or SYSTEM), and returns the article as it is now; all
raise Forbidden or Refused. Those about a revision take its id (`revision`), and raise Conflict if it is no longer the
current one. Those that put an article before its readers raise Unconfirmed while a warning of the checks is not in
`accept` (keys of findings).
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import checks, listings, notifications
from articles.actions.base import begin_step, locked, log
from articles.actions.going_live import changing_times, checked_notice, release_draft, set_live
from articles.content import Content
from articles.models import Article, Edition, Placement
from articles.presentation import cache_tags
from articles.workflow import Finding, Kind, Pending, Refused, Stage, Verb
from newsroom.actions import action
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM, require

NO_KEYS: tuple[str, ...] = ()


# -- review ------------------------------------------------------------------------------------------------------------


@action
def submit(article: Article, *, by: Any) -> Article:
    """Send the draft for review."""
    return _move_stage("submit", article, by)


@action
def take_back(article: Article, *, by: Any) -> Article:
    """Take a draft back from review, to go on writing."""
    return _move_stage("take_back", article, by)


@action
def request_changes(article: Article, *, by: Any, revision: int, note: str) -> Article:
    """Send the draft back to its writer, with a note of what to change."""
    note = note.strip()
    if not note:
        raise Refused([Finding("note", _("Say what to change: the writer has nothing else to go by."))])
    return _move_stage("request_changes", article, by, revision, note)


@action
def approve(article: Article, *, by: Any, revision: int) -> Article:
    """Approve exactly this revision."""
    return _move_stage("approve", article, by, revision)


@action
def mark_read(article: Article, *, by: Any, revision: int) -> Article:
    """Mark as read what was published without review."""
    step = begin_step("mark_read", article, by, revision)
    article = step.article
    article.unreviewed = False
    article.save()
    step.log(revision=article.live)
    return article


def _move_stage(name: str, article: Article, by: Any, revision: int | None = None, note: str = "") -> Article:
    """Take a transition of the desk's own work, which readers don't notice.

    Raises Refused if a change to a published article is sent for review or approved without the class that it needs.
    """
    step = begin_step(name, article, by, revision)
    article, stage = step.article, Stage(str(step.transition.to))
    if stage in (Stage.IN_REVIEW, Stage.APPROVED):
        checks.refuse_without_change_class(article, timezone.now())
    article.stage = stage
    article.approved = article.draft if stage == Stage.APPROVED else None
    article.save()
    event = step.log(revision=article.draft, note=note)
    if stage == Stage.CHANGES:
        notifications.changes_requested(article, event, by=by)
    return article


# -- to the readers ----------------------------------------------------------------------------------------------------


@action
def publish(article: Article, *, by: Any, revision: int, accept: Collection[str] = NO_KEYS) -> Article:
    """Point readers to the approved draft. A withdrawn article stays withdrawn until it is reinstated."""
    return release_draft("publish", article, by, revision, accept)


@action
def approve_and_publish(article: Article, *, by: Any, revision: int, accept: Collection[str] = NO_KEYS) -> Article:
    """Approve and publish at once, for who may do both: two events."""
    article = approve(article, by=by, revision=revision)
    return publish(article, by=by, revision=revision, accept=accept)


@action
def publish_unreviewed(article: Article, *, by: Any, revision: int, accept: Collection[str] = NO_KEYS) -> Article:
    """Point readers to a draft that nobody else has read, where the publication allows it; mark_read() follows."""
    return release_draft("publish_unreviewed", article, by, revision, accept)


@action
def publish_imported(article: Article, *, at: dt.datetime) -> Article:
    """Publish what readers had on another system, as it was. Only an embargo or a pending change can stop it.

    `at` is the time of its first publication, which can be in the future. Raises Refused.
    """
    article, now = locked(article), timezone.now()
    if article.draft is None:
        raise Refused([Finding("stage", _("There is nothing new to publish."))])
    if Pending.CHANGE in article.pending(now):
        raise Refused([Finding("standing", _("A change waits for its time here."))])
    checks.refuse_under_embargo(article, max(at, now))
    stage, revision = article.stage, article.draft
    article.approved = revision
    set_live(article, Content.of(revision), at=None if article.live_id else at)
    standing = article.standing(timezone.now())
    log(Verb.PUBLISHED, article, SYSTEM, from_state=stage, to_state=standing, revision=revision)
    return article


# -- from the readers, and back ----------------------------------------------------------------------------------------


@action
def withdraw(article: Article, *, by: Any, notice: str) -> Article:
    """Take an article from its readers, who find `notice` in its place (410)."""
    notice = checked_notice(article, notice)
    article, now = locked(article), timezone.now()
    planned = article.withdrawn_at if Pending.WITHDRAWAL in article.pending(now) else None
    instead = _("instead of %(time)s") % {"time": article.publication.date(planned)} if planned else ""
    note = " · ".join(filter(None, (instead, notice)))
    with changing_times("withdraw", article, by, note) as article:
        article.withdrawn_at, article.withdrawal_notice = now, notice
    notifications.withdrawn(article, by=by, at=now)
    return article


@action
def reinstate(article: Article, *, by: Any) -> Article:
    """Give a withdrawn article back to its readers as it was. Not before its embargo ends."""
    with changing_times("reinstate", article, by) as article:
        checks.refuse_under_embargo(article, timezone.now())
        article.withdrawn_at, article.withdrawal_notice = None, ""
    return article


@action
def hide_difference(edition: Edition, *, by: Any, hidden: bool) -> Edition:
    """Hide from readers what a change changed, or show it again; its notice and time stay. Raises Forbidden."""
    article = locked(edition.article)
    require(by, "article.hide_difference", article)
    edition = article.editions.select_related("revision").get(pk=edition.pk)
    if edition.hidden != hidden:
        edition.hidden = hidden
        edition.save(update_fields=["hidden"])
        invalidate({cache_tags.article(article)})
        verb = Verb.DIFFERENCE_HIDDEN if hidden else Verb.DIFFERENCE_SHOWN
        log(verb, article, by, revision=edition.revision)
    return edition


# -- on a sister site --------------------------------------------------------------------------------------------------


@action
def place(article: Article, *, on: Publication, by: Any, note: str = "") -> Article:
    """List a live article of a sister site on `on` too, as a card that leads to its one address.

    `note` says why, for the log. Placing twice is placing once. Raises Forbidden, Refused.
    """
    require(by, "article.place", on)
    article = locked(article)
    live, published_at = article.live, article.published_at
    if (
        not live
        or not published_at
        or not article.is_live(timezone.now())
        or live.kind == Kind.PAGE
        or article.publication_id == on.pk
    ):
        raise Refused([Finding("standing", _("Only a live article of a sister site can be placed here."))])
    if article.placements.filter(publication=on).exists():
        return article
    with listings.invalidating(article):
        Placement.objects.create(
            article=article, publication=on, kind=live.kind,
            published_at=published_at, withdrawn_at=article.withdrawn_at,
        )  # fmt: skip
    log(Verb.PLACED, article, by, revision=article.live, note=" · ".join(filter(None, (on.name, note))))
    return article


@action
def unplace(article: Article, *, on: Publication, by: Any) -> Article:
    """Take a sister site's article off the lists of `on`. Raises Forbidden, Refused."""
    require(by, "article.place", on)
    article = locked(article)
    placed = article.placements.filter(publication=on).exclude(publication=article.publication_id)
    if not placed.exists():
        raise Refused([Finding("standing", _("This article is not placed here."))])
    with listings.invalidating(article):
        placed.delete()
    log(Verb.UNPLACED, article, by, revision=article.live, note=on.name)
    return article
