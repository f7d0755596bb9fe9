"""Doors between the desk and its readers, one for each row of workflow.TRANSITIONS.

Each opens one transaction in which it locks the story, asks whether the step is open to this person, checks, writes,
logs one event, and records which pages it touches. All take the story and `by`, the person (None for the house), and
answer the story as it is now; all raise Forbidden or Refused. Those that judge a version name it by its id
(`revision`), and raise Conflict if it is no longer the one at hand. Those that put a story before its readers raise
Unconfirmed while what the checks ask is not in `accept` (keys of findings).
"""

import datetime as dt
from collections.abc import Callable, Collection
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import checks, listings
from articles.content import Content
from articles.doors import left_by, locked, log, log_step, require, take
from articles.models import Article, Change, Placement
from articles.workflow import Finding, Kind, Refused, Stage, Standing, Verb
from newsroom.lib.typography import typeset
from newsroom.publications.models import Publication

NOTHING: tuple[str, ...] = ()


# -- review ------------------------------------------------------------------------------------------------------------


@transaction.atomic
def submit(article: Article, *, by: Any) -> Article:
    """Sends the draft for review."""
    return _move("submit", article, by)


@transaction.atomic
def take_back(article: Article, *, by: Any) -> Article:
    """Takes a draft back from review, to go on writing."""
    return _move("take_back", article, by)


@transaction.atomic
def request_changes(article: Article, *, by: Any, revision: int, note: str) -> Article:
    """Sends the draft back to its writer, with a note of what to change."""
    note = note.strip()
    if not note:
        raise Refused([Finding("note", _("Say what to change: the writer has nothing else to go by."))])
    return _move("request_changes", article, by, revision, note)


@transaction.atomic
def approve(article: Article, *, by: Any, revision: int) -> Article:
    """Says yes to exactly this version."""
    return _move("approve", article, by, revision)


@transaction.atomic
def mark_read(article: Article, *, by: Any, revision: int) -> Article:
    """Somebody has read what was published unreviewed."""
    article, step = take("mark_read", article, by, revision)
    left = left_by(step, article)
    article.unreviewed = False
    article.save()
    log_step(step, article, by, left=left, revision=article.live)
    return article


def _move(name: str, article: Article, by: Any, revision: int | None = None, note: str = "") -> Article:
    """A step of the desk's own work, which readers don't notice."""
    article, step = take(name, article, by, revision)
    left = left_by(step, article)
    article.stage = Stage(step.to)
    article.approved = article.draft if article.stage == Stage.APPROVED else None
    article.save()
    log_step(step, article, by, left=left, revision=article.draft, note=note)
    return article


# -- to the readers ----------------------------------------------------------------------------------------------------


@transaction.atomic
def publish(article: Article, *, by: Any, revision: int, accept: Collection[str] = NOTHING) -> Article:
    """Points readers to the approved draft. A withdrawn story stays withdrawn: reinstate() is a decision of its own."""
    return _put_before_readers("publish", article, by, revision, accept)


@transaction.atomic
def approve_and_publish(article: Article, *, by: Any, revision: int, accept: Collection[str] = NOTHING) -> Article:
    """Both at once, for who may do both: two events."""
    article = approve(article, by=by, revision=revision)
    return publish(article, by=by, revision=revision, accept=accept)


@transaction.atomic
def publish_unreviewed(article: Article, *, by: Any, revision: int, accept: Collection[str] = NOTHING) -> Article:
    """Points readers to a draft that nobody else has read, where the publication allows it; mark_read() follows."""
    return _put_before_readers("publish_unreviewed", article, by, revision, accept)


@transaction.atomic
def schedule(
    article: Article, *, by: Any, revision: int, at: dt.datetime, accept: Collection[str] = NOTHING
) -> Article:
    """Sets the hour at which readers get the approved draft; nothing has to run then. Refused now, not at the hour."""
    if at <= timezone.now():
        raise Refused([Finding("at", _("This hour has passed."))])
    return _put_before_readers("schedule", article, by, revision, accept, at=at)


@transaction.atomic
def unschedule(article: Article, *, by: Any) -> Article:
    """Takes a story back before its hour; it is an approved draft again."""
    article, step = take("unschedule", article, by)
    left = left_by(step, article)
    waiting = article.live

    def change() -> None:
        if article.draft is None:
            article.draft = article.approved = waiting
            article.stage = Stage.APPROVED
        article.live, article.published_at, article.path = None, None, ""
        article.save()
        listings.leave(article)

    listings.touching(article, change)
    log_step(step, article, by, left=left, revision=waiting)
    return article


@transaction.atomic
def carry_over(article: Article, *, at: dt.datetime) -> Article:
    """What readers had elsewhere they have here, as it was: the importer's. Nothing is held against it.

    `at` is the hour of its first publication, which can be yet to come.
    """
    article = locked(article)
    if article.draft is None:
        raise Refused([Finding("stage", _("There is nothing new to publish."))])
    left, revision = article.stage, article.draft
    article.approved = revision
    _point_readers(article, Content.of(revision), at=None if article.live_id else at)
    log(Verb.PUBLISHED, article, None, from_state=left, to_state=article.standing(timezone.now()), revision=revision)
    return article


def _put_before_readers(
    name: str, article: Article, by: Any, revision: int, accept: Collection[str], at: dt.datetime | None = None
) -> Article:
    article, step = take(name, article, by, revision)
    left, draft, now = left_by(step, article), article.draft, timezone.now()
    assert draft is not None, "the table lets a draft only before readers"
    content = Content.of(draft)
    accepted = checks.pass_or_refuse(article, content, now=now, accept=accept, asks=by is not None)
    _point_readers(article, content, at=at if at or article.live_id else now)
    hour = article.publication.date(at) if at else ""
    note = " · ".join(filter(None, (hour, checks.in_spite_of(accepted))))
    log_step(step, article, by, left=left, revision=draft, note=note)
    return article


def _point_readers(article: Article, content: Content, *, at: dt.datetime | None) -> None:
    """Makes the draft what readers have, from `at` on; None leaves the hour of first publication as it is."""
    draft = article.draft
    assert draft is not None
    now = timezone.now()
    before = article.live if article.standing(now) not in (Standing.UNPUBLISHED, Standing.SCHEDULED) else None

    def change() -> None:
        if at is not None:
            article.published_at = at
        elif draft.change == Change.UPDATE:
            article.updated_at = now
        article.unreviewed = article.approved_id != draft.pk
        article.live, article.draft, article.approved = draft, None, None
        article.stage = Stage.PUBLISHED
        article.path = listings.address(article, before, draft)
        article.save()
        listings.enter(article, content)

    listings.touching(article, change)


# -- from the readers, and back ----------------------------------------------------------------------------------------


@transaction.atomic
def withdraw(article: Article, *, by: Any, notice: str) -> Article:
    """Takes a story from its readers, who find `notice` in its place (410)."""
    notice = typeset(notice.strip(), article.publication.language)
    if not notice:
        raise Refused([Finding("notice", _("Say in a sentence why it is withdrawn: readers find it in its place."))])

    def change(article: Article) -> None:
        article.withdrawn_at, article.withdrawal_notice = timezone.now(), notice

    return _change_hours("withdraw", article, by, change, notice)


@transaction.atomic
def reinstate(article: Article, *, by: Any) -> Article:
    """Gives a withdrawn story back to its readers as it was."""

    def change(article: Article) -> None:
        article.withdrawn_at, article.withdrawal_notice = None, ""

    return _change_hours("reinstate", article, by, change)


def _change_hours(name: str, article: Article, by: Any, change: Callable[[Article], None], note: str = "") -> Article:
    article, step = take(name, article, by)
    left = left_by(step, article)

    def apply() -> None:
        change(article)
        article.save()
        listings.follow_hours(article)

    listings.touching(article, apply)
    log_step(step, article, by, left=left, revision=article.live, note=note)
    return article


# -- on a sister site --------------------------------------------------------------------------------------------------


@transaction.atomic
def place(article: Article, *, on: Publication, by: Any, note: str = "") -> Article:
    """Lists a live story of a sister site on `on` too, as a card that leads to its one address.

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
        raise Refused([Finding("standing", _("Only a live story of a sister site can be placed here."))])
    if article.placements.filter(publication=on).exists():
        return article

    def change() -> None:
        Placement.objects.create(
            article=article, publication=on, kind=live.kind,
            published_at=since, withdrawn_at=article.withdrawn_at,
        )  # fmt: skip

    listings.touching(article, change)
    log(Verb.PLACED, article, by, revision=article.live, note=" · ".join(filter(None, (on.name, note))))
    return article


@transaction.atomic
def unplace(article: Article, *, on: Publication, by: Any) -> Article:
    """Takes a sister site's story off `on`'s lists. Raises Forbidden, Refused."""
    require(by, "article.place", on)
    article = locked(article)
    placed = article.placements.filter(publication=on).exclude(publication=article.publication_id)
    if not placed.exists():
        raise Refused([Finding("standing", _("This story is not placed here."))])

    def change() -> None:
        placed.delete()

    listings.touching(article, change)
    log(Verb.UNPLACED, article, by, revision=article.live, note=on.name)
    return article


# A door for each row of the table: what the desk's buttons and bulk actions go through.
DOORS: dict[str, Callable[..., Article]] = {
    door.__name__: door
    for door in (
        submit, take_back, request_changes, approve, publish, approve_and_publish, publish_unreviewed, schedule,
        unschedule, mark_read, withdraw, reinstate,
    )
}  # fmt: skip
