"""Doors between the desk and its readers; those that set an hour are scheduling.py's. transitions.py lists both.

Each opens one transaction in which it locks the article, asks whether the step is open to this person, checks, writes,
logs one event, and records which pages it touches. All take the article and `by`, the person (None for the house), and
answer the article as it is now; all raise Forbidden or Refused. Those that judge a version name it by its id
(`revision`), and raise Conflict if it is no longer the one at hand. Those that put an article before its readers raise
Unconfirmed while what the checks ask is not in `accept` (keys of findings).
"""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import checks, listings, notifications
from articles.actions.base import begin_step, locked, log, log_step, require, state_before
from articles.actions.going_live import change_hours, checked_notice, release_draft, set_live
from articles.content import Content
from articles.models import Article, Edition, Placement
from articles.presentation import cache_tags
from articles.workflow import Finding, Kind, Pending, Refused, Stage, Verb
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM

NO_KEYS: tuple[str, ...] = ()


# -- review ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(article: Article, *, by: Any) -> Article:
    """Sends the draft for review."""
    return _move_stage("submit", article, by)


@transaction.atomic
def take_back(article: Article, *, by: Any) -> Article:
    """Takes a draft back from review, to go on writing."""
    return _move_stage("take_back", article, by)


@transaction.atomic
def request_changes(article: Article, *, by: Any, revision: int, note: str) -> Article:
    """Sends the draft back to its writer, with a note of what to change."""
    note = note.strip()
    if not note:
        raise Refused([Finding("note", _("Say what to change: the writer has nothing else to go by."))])
    article = _move_stage("request_changes", article, by, revision, note)
    notifications.changes_requested(article, by=by, note=note)
    return article


@transaction.atomic
def approve(article: Article, *, by: Any, revision: int) -> Article:
    """Says yes to exactly this version."""
    return _move_stage("approve", article, by, revision)


@transaction.atomic
def mark_read(article: Article, *, by: Any, revision: int) -> Article:
    """Somebody has read what was published unreviewed."""
    article, step = begin_step("mark_read", article, by, revision)
    left = state_before(step, article)
    article.unreviewed = False
    article.save()
    log_step(step, article, by, left=left, revision=article.live)
    return article


def _move_stage(name: str, article: Article, by: Any, revision: int | None = None, note: str = "") -> Article:
    """A step of the desk's own work, which readers don't notice. Raises Refused where others are to read a change to
    what readers have, and nobody says what it is."""
    article, step = begin_step(name, article, by, revision)
    if step.to in (Stage.IN_REVIEW, Stage.APPROVED):
        checks.refuse_without_change_class(article, timezone.now())
    left = state_before(step, article)
    article.stage = Stage(str(step.to))
    article.approved = article.draft if article.stage == Stage.APPROVED else None
    article.save()
    log_step(step, article, by, left=left, revision=article.draft, note=note)
    return article


# -- to the readers ----------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(article: Article, *, by: Any, revision: int, accept: Collection[str] = NO_KEYS) -> Article:
    """Points readers to the approved draft. A withdrawn article stays withdrawn until reinstate() is called."""
    return release_draft("publish", article, by, revision, accept)


@transaction.atomic
def approve_and_publish(article: Article, *, by: Any, revision: int, accept: Collection[str] = NO_KEYS) -> Article:
    """Both at once, for who may do both: two events."""
    article = approve(article, by=by, revision=revision)
    return publish(article, by=by, revision=revision, accept=accept)


@transaction.atomic
def publish_unreviewed(article: Article, *, by: Any, revision: int, accept: Collection[str] = NO_KEYS) -> Article:
    """Points readers to a draft that nobody else has read, where the publication allows it; mark_read() follows."""
    return release_draft("publish_unreviewed", article, by, revision, accept)


@transaction.atomic
def publish_imported(article: Article, *, at: dt.datetime) -> Article:
    """What readers had elsewhere they have here, as it was: the importer's. Nothing is held against it but an embargo
    and a change that waits, which are this desk's.

    `at` is the hour of its first publication, which can be yet to come. Raises Refused.
    """
    article, now = locked(article), timezone.now()
    if article.draft is None:
        raise Refused([Finding("stage", _("There is nothing new to publish."))])
    if Pending.CHANGE in article.pending(now):
        raise Refused([Finding("standing", _("A change waits for its hour here."))])
    checks.refuse_under_embargo(article, max(at, now))
    left, revision = article.stage, article.draft
    article.approved = revision
    set_live(article, Content.of(revision), at=None if article.live_id else at)
    log(Verb.PUBLISHED, article, SYSTEM, from_state=left, to_state=article.standing(timezone.now()), revision=revision)
    return article


# -- from the readers, and back ----------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(article: Article, *, by: Any, notice: str) -> Article:
    """Takes an article from its readers, who find `notice` in its place (410)."""
    notice = checked_notice(article, notice)
    now = timezone.now()

    def change(article: Article) -> None:
        article.withdrawn_at, article.withdrawal_notice = now, notice

    planned = article.withdrawn_at if Pending.WITHDRAWAL in article.pending(now) else None
    instead = _("instead of %(hour)s") % {"hour": article.publication.date(planned)} if planned else ""
    article = change_hours("withdraw", article, by, change, " · ".join(filter(None, (instead, notice))))
    notifications.withdrawn(article, by=by, at=now)
    return article


@transaction.atomic
def reinstate(article: Article, *, by: Any) -> Article:
    """Gives a withdrawn article back to its readers as it was. Not before its embargo ends."""

    def change(article: Article) -> None:
        checks.refuse_under_embargo(article, timezone.now())
        article.withdrawn_at, article.withdrawal_notice = None, ""

    return change_hours("reinstate", article, by, change)


@transaction.atomic
def hide_difference(edition: Edition, *, by: Any, hidden: bool) -> Edition:
    """Keeps from readers what a change changed, or shows it again; its notice and hour stay. Raises Forbidden."""
    article = locked(edition.article)
    require(by, "article.hide_difference", article)
    edition = article.editions.select_related("revision").get(pk=edition.pk)
    if edition.hidden != hidden:
        edition.hidden = hidden
        edition.save()
        invalidate({cache_tags.article(article)})
        verb = Verb.DIFFERENCE_HIDDEN if hidden else Verb.DIFFERENCE_SHOWN
        log(verb, article, by, revision=edition.revision)
    return edition


# -- on a sister site --------------------------------------------------------------------------------------------------


@transaction.atomic
def place(article: Article, *, on: Publication, by: Any, note: str = "") -> Article:
    """Lists a live article of a sister site on `on` too, as a card that leads to its one address.

    `note` says why, for the log. Placing twice is placing once. Raises Forbidden, Refused.
    """
    require(by, "article.place", on)
    article = locked(article)
    live, since = article.live, article.published_at
    if (
        not live
        or not since
        or not article.is_live(timezone.now())
        or live.kind == Kind.PAGE
        or article.publication_id == on.pk
    ):
        raise Refused([Finding("standing", _("Only a live article of a sister site can be placed here."))])
    if article.placements.filter(publication=on).exists():
        return article

    def change() -> None:
        Placement.objects.create(
            article=article, publication=on, kind=live.kind,
            published_at=since, withdrawn_at=article.withdrawn_at,
        )  # fmt: skip

    listings.invalidating(article, change)
    log(Verb.PLACED, article, by, revision=article.live, note=" · ".join(filter(None, (on.name, note))))
    return article


@transaction.atomic
def unplace(article: Article, *, on: Publication, by: Any) -> Article:
    """Takes a sister site's article off `on`'s lists. Raises Forbidden, Refused."""
    require(by, "article.place", on)
    article = locked(article)
    placed = article.placements.filter(publication=on).exclude(publication=article.publication_id)
    if not placed.exists():
        raise Refused([Finding("standing", _("This article is not placed here."))])

    def change() -> None:
        placed.delete()

    listings.invalidating(article, change)
    log(Verb.UNPLACED, article, by, revision=article.live, note=on.name)
    return article
