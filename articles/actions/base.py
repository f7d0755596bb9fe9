"""What every action on an article does first and last: lock the row, check that a step is open, log the event.

`available_steps` is what buttons and bulk actions offer, `begin_step` is what actions obey: both ask `why_not_open`.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import maps
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
from newsroom.actions import action
from newsroom.publications.permissions import SYSTEM, Forbidden, may, user_of


def display_name(actor: Any) -> str:
    """Return how messages name who did something: a user, or nobody (None, SYSTEM)."""
    user = user_of(actor)
    return (user.get_full_name() or user.get_username()) if user else _("the system")


# -- the row -----------------------------------------------------------------------------------------------------------


def locked(article: Article) -> Article:
    """Return the row as it is now, locked until the transaction ends, with what is due by now applied to it.

    On SQLite, IMMEDIATE transactions come one at a time by themselves.
    """
    row = _locked_row(article)
    _apply_due(row, timezone.now())
    return row


@action
def apply_due(article: Article, now: dt.datetime) -> bool:
    """Write into an article's row and log what has become due by `now`. Return False if there was nothing to do.

    Readers have had it since its time, without this: the tags to invalidate were written when the time was set.
    """
    return _apply_due(_locked_row(article), now)


def _locked_row(article: Article) -> Article:
    return Article.objects.select_for_update(of=("self",)).select_related("publication").get(pk=article.pk)


def _apply_due(article: Article, now: dt.datetime) -> bool:
    due = article.due_at
    if due is None or due > now:
        return False
    map_changed_at = article.map_changed_at(now)
    for pending, moment in sorted(article.times.items(), key=lambda item: item[1]):
        if due <= moment <= now:
            _APPLY[pending](article, moment)
    article.set_due(now)
    article.save()
    if map_changed_at:
        maps.note_change(article, map_changed_at)
    return True


def _log_publication(article: Article, at: dt.datetime) -> None:
    log(
        Verb.PUBLISHED, article, SYSTEM,
        from_state=Standing.SCHEDULED, to_state=article.standing(at), revision=article.live, at=at,
    )  # fmt: skip


def _switch_to_next(article: Article, at: dt.datetime) -> None:
    before = article.standing(at - dt.timedelta.resolution)
    article.updated_at = article.public_updated_at(at)
    article.live, article.next, article.next_at, article.unreviewed = article.next, None, None, False
    log(
        Verb.PUBLISHED, article, SYSTEM,
        from_state=before, to_state=article.standing(at), revision=article.live, at=at,
    )  # fmt: skip


def _log_withdrawal(article: Article, at: dt.datetime) -> None:
    before = article.standing(at - dt.timedelta.resolution)
    log(
        Verb.WITHDRAWN, article, SYSTEM,
        from_state=before, to_state=article.standing(at), revision=article.live, note=article.withdrawal_notice, at=at,
    )  # fmt: skip


_APPLY = {
    Pending.PUBLICATION: _log_publication,
    Pending.CHANGE: _switch_to_next,
    Pending.WITHDRAWAL: _log_withdrawal,
}


# -- the log -----------------------------------------------------------------------------------------------------------


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
) -> Event:
    """Write and return the event of what was just done, or of what became due (`at`: its time)."""
    return Event.objects.create(
        verb=verb, article=article, revision=revision, actor=user_of(by), from_state=from_state, to_state=to_state,
        at=at or timezone.now(), note=note,
    )  # fmt: skip


# -- the steps of the workflow -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """A transition that is being taken: the locked article, who takes it, and the state that the article was in."""

    transition: Transition
    article: Article
    by: Any
    from_state: str  # a stage of the desk's work, or a standing with readers, whichever the transition changes

    def log(self, *, revision: Revision | None = None, note: str = "") -> Event:
        """Write and return the event of the step, with the state that the article has come to."""
        article = self.article
        is_of_the_desk = isinstance(self.transition.to, Stage)
        to_state: str = article.stage if is_of_the_desk else article.standing(timezone.now())
        return log(
            self.transition.verb, article, self.by,
            from_state=self.from_state, to_state=to_state, revision=revision, note=note,
        )  # fmt: skip


def begin_step(name: str, article: Article, by: Any, revision: int | None = None) -> Step:
    """Lock an article and check that a transition, by its name in the table, is open to the actor.

    `revision` is the id of the revision that the person read, for transitions that require one. Raises Forbidden,
    Refused; Conflict if another revision was saved since.
    """
    transition = TRANSITIONS[name]
    article = locked(article)
    if refusal := why_not_open(transition, article, by, timezone.now()):
        raise refusal
    current = revision_for_step(transition, article)
    if transition.requires_revision and (current is None or revision != current.pk):
        raise Conflict([Finding("conflict", _("Another revision was saved since this one was read."))])
    from_state = article.standing(timezone.now()) if transition.is_about_readers else article.stage
    return Step(transition, article, by, from_state)


def available_steps(by: Any, article: Article, now: dt.datetime) -> list[Transition]:
    """Return the transitions open to an actor, in the table's order. An unsaved article counts as its first draft."""
    return [transition for transition in TRANSITIONS.values() if why_not_open(transition, article, by, now) is None]


def revision_for_step(transition: Transition, article: Article) -> Revision | None:
    """Return the revision that a transition is about: the pending change, what readers have, or the draft."""
    if not transition.is_about_readers:
        return article.draft
    if article.live is None:
        return None
    return article.next if article.next and transition.requires_pending else article.revision_at(timezone.now())


def why_not_open(transition: Transition, article: Article, by: Any, now: dt.datetime) -> Forbidden | Refused | None:
    """Return why a transition is not open to an actor, as the exception to raise; None if it is open."""
    if transition.only_without_review and article.publication.review_required:
        return Forbidden(
            _("On %(publication)s an article is read by an editor before it is published.")
            % {"publication": article.publication}
        )
    if not all(may(by, right, article) for right in transition.rights):
        return Forbidden(_("This is not yours to do here: %(step)s.") % {"step": transition.name_in_words})
    if article.stage not in transition.stages:
        return Refused([Finding("stage", _why_not_at_stage(transition, article))])
    standing, pending = article.standing(now), article.pending(now)
    if transition.is_open_in(article.stage, standing, pending):
        return None
    if transition.blocked_by_pending & pending and article.next_at:
        message = _("A change waits for its time (%(time)s), and would undo this then: take it off the schedule first.")
        return Refused([Finding("standing", message % {"time": article.publication.date(article.next_at)})])
    if standing not in transition.standings:
        message = _("What readers have of this article doesn’t allow it: %(standing)s.")
        return Refused([Finding("standing", message % {"standing": Standing(standing).label})])
    return Refused([Finding("standing", _("Nothing of this article is scheduled."))])


def _why_not_at_stage(transition: Transition, article: Article) -> str:
    approved, draft = article.approved, article.draft
    if transition.stages == {APPROVED} and approved and draft and approved.pk != draft.pk:
        return _(
            "Revision %(approved)d was approved, and %(who)s saved revision %(draft)d since: somebody must read it "
            "before it is published."
        ) % {"approved": approved.number, "draft": draft.number, "who": display_name(draft.created_by)}
    if article.stage == Stage.PUBLISHED:
        return _("There is nothing new to publish.")
    return _("The work on this article doesn’t allow it: %(stage)s.") % {"stage": Stage(article.stage).label}
