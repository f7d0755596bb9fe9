"""What every door does first and last: lock the row, fold what time has decided, ask whether the step is open, log it.

`steps_open_to` is what buttons and bulk actions offer; `take` is what doors obey: one rule for both.
"""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.models import Article, Event, Revision
from articles.workflow import (
    APPROVED,
    TRANSITIONS,
    Conflict,
    Finding,
    Pending,
    Refused,
    Stage,
    Standing,
    Transition,
    Verb,
)
from newsroom.publications.permissions import SYSTEM, Forbidden, may, user_of


def require(by: Any, verb: str, obj: Any, message: str = "") -> None:
    """Raise Forbidden unless the actor `by`, a user or SYSTEM, may do `verb` to `obj`."""
    if not may(by, verb, obj):
        raise Forbidden(message or _("This is not yours to do here."))


def locked(article: Article) -> Article:
    """The row as it is now, locked until the transaction ends (SQLite's IMMEDIATE transactions queue by themselves).

    What the clock has decided since is folded into it first, so that no door has to think of it.
    """
    row = _locked_row(article)
    _apply_due(row, timezone.now())
    return row


def _locked_row(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("publication").get(pk=article.pk)


@transaction.atomic
def apply_due(article: Article, now: dt.datetime) -> bool:
    """Writes into an article's row and log what the clock has decided by now; False if it was written already.

    Readers notice nothing: they have had it since its hour (the pages to purge were recorded when the hour was set).
    """
    return _apply_due(_locked_row(article), now)


def _apply_due(article: Article, now: dt.datetime) -> bool:
    due = article.due_at
    if due is None or due > now:
        return False
    for what, hour in sorted(article.hours.items(), key=lambda one: one[1]):
        if due <= hour <= now:
            _APPLY[what](article, hour)
    article.set_due(now)
    article.save()
    return True


def _log_publication(article: Article, at: dt.datetime) -> None:
    log(
        Verb.PUBLISHED, article, SYSTEM,
        from_state=Standing.SCHEDULED, to_state=article.standing(at), revision=article.live, at=at,
    )  # fmt: skip


def _switch_to_next(article: Article, at: dt.datetime) -> None:
    left = article.standing(at - dt.timedelta.resolution)
    article.updated_at = article.public_updated_at(at)
    article.live, article.next, article.next_at, article.unreviewed = article.next, None, None, False
    log(Verb.PUBLISHED, article, SYSTEM, from_state=left, to_state=article.standing(at), revision=article.live, at=at)


def _log_withdrawal(article: Article, at: dt.datetime) -> None:
    left = article.standing(at - dt.timedelta.resolution)
    log(
        Verb.WITHDRAWN, article, SYSTEM,
        from_state=left, to_state=article.standing(at), revision=article.live, note=article.withdrawal_notice, at=at,
    )  # fmt: skip


_APPLY = {Pending.PUBLICATION: _log_publication, Pending.CHANGE: _switch_to_next, Pending.WITHDRAWAL: _log_withdrawal}


def log(
    verb: Verb,
    article: Article,
    by: Any,
    *,
    from_state: str = "",
    to_state: str = "",
    revision: Revision | None = None,
    note: str = "",
    at: dt.datetime | None = None,
) -> None:
    """Writes the event of what a door just did, or of what the clock did at an hour (`at`)."""
    Event.objects.create(
        verb=verb, article=article, revision=revision, actor=user_of(by), from_state=from_state, to_state=to_state,
        at=at or timezone.now(), note=note,
    )  # fmt: skip


def display_name(person: Any) -> str:
    """Return how messages name who did something: a user, or nobody (None, SYSTEM)."""
    user = user_of(person)
    return (user.get_full_name() or user.get_username()) if user else _("the house")


def available_steps(by: Any, article: Article, now: dt.datetime) -> list[Transition]:
    """The transitions that a person may take on an article now, in the table's order. An article not saved yet counts
    as its first draft."""
    return [step for step in TRANSITIONS.values() if why_not_open(step, article, by, now) is None]


def begin_step(name: str, article: Article, by: Any, revision: int | None = None) -> tuple[Article, Transition]:
    """Begins a step inside a door's transaction: the locked article, and its row of the table.

    `revision` is the id of the version that was read, for the steps that judge one. Raises Forbidden, Refused,
    Conflict.
    """
    step = TRANSITIONS[name]
    article = locked(article)
    if stands_in_the_way := why_not_open(step, article, by, timezone.now()):
        raise stands_in_the_way
    at_hand = revision_for_step(step, article)
    if step.requires_revision and (at_hand is None or revision != at_hand.pk):
        raise Conflict([Finding("conflict", _("Another version was saved since this one was read."))])
    return article, step


def log_step(
    step: Transition, article: Article, by: Any, *, left: str, revision: Revision | None = None, note: str = ""
) -> None:
    """Writes the event of a step taken; `left` is the stage or standing that the article had before."""
    reached: str = article.stage if isinstance(step.to, Stage) else article.standing(timezone.now())
    log(step.verb, article, by, from_state=left, to_state=reached, revision=revision, note=note)


def state_before(step: Transition, article: Article) -> str:
    """What an article leaves by a step: a stage of the desk's work, or what readers had."""
    return article.standing(timezone.now()) if step.is_about_readers else article.stage


def revision_for_step(step: Transition, article: Article) -> Revision | None:
    """The version that a step is about: the change that waits, what readers have, or the draft."""
    if not step.is_about_readers:
        return article.draft
    if article.live is None:
        return None
    return article.next if article.next and step.requires_pending else article.version_at(timezone.now())


def why_not_open(step: Transition, article: Article, by: Any, now: dt.datetime) -> Forbidden | Refused | None:
    """Why a step is not open to a person; None if it is."""
    if step.only_without_review and article.publication.review_required:
        return Forbidden(
            _("On %(publication)s an article is read by an editor before it is published.")
            % {"publication": article.publication}
        )
    if not all(may(by, right, article) for right in step.rights):
        return Forbidden(_("This is not yours to do here: %(step)s.") % {"step": step.name_in_words})
    if article.stage not in step.stages:
        return Refused([Finding("stage", _why_not_at_stage(step, article))])
    standing, waits = article.standing(now), article.pending(now)
    if step.is_open_in(article.stage, standing, waits):
        return None
    if step.blocked_by_pending & waits and article.next_at:
        message = _("A change waits for its hour (%(hour)s), and would undo this then: take it off the schedule first.")
        return Refused([Finding("standing", message % {"hour": article.publication.date(article.next_at)})])
    if standing not in step.standings:
        message = _("What readers have of this article doesn’t allow it: %(standing)s.")
        return Refused([Finding("standing", message % {"standing": Standing(standing).label})])
    return Refused([Finding("standing", _("Nothing of this article waits for an hour."))])


def _why_not_at_stage(step: Transition, article: Article) -> str:
    approved, draft = article.approved, article.draft
    if step.stages == {APPROVED} and approved and draft and approved.pk != draft.pk:
        return _(
            "Version %(approved)d was approved, and %(who)s saved version %(draft)d since: somebody must read it "
            "before it is published."
        ) % {"approved": approved.number, "draft": draft.number, "who": display_name(draft.created_by)}
    if article.stage == Stage.PUBLISHED:
        return _("There is nothing new to publish.")
    return _("The work on this article doesn’t allow it: %(stage)s.") % {"stage": Stage(article.stage).label}
