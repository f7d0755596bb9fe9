"""Actions of moderators: decide about chosen comments, about all that match a question, and undo either.

A decision names the version of each comment that it judged; one that was edited or decided about meanwhile is left as
it is, and the answer says so. Each decision is a batch with one ModerationAction a comment. A decision about all that
match is done in portions, each a transaction, so that nobody waits for a hundred thousand rows: the first at once, the
others by the worker, which can be killed between any two. It reaches the comments that there were when the moderator
decided, and none that came since.

Rows are locked in one order: the batch, then comments by their ids, then articles by theirs.
"""

import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import F, Max, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from comments import sources
from comments.actions import counts, notifications, subscriptions
from comments.models import BlockedSender, Comment, ModerationAction, ModerationBatch, Report
from comments.queue import Question
from comments.refusals import Refused
from comments.states import GONE, STATUS_AFTER, Decision, Status
from newsroom.actions import action
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require, user_of
from newsroom.worker.queue import enqueue

PORTION_ROWS = 400  # of which a mail for each takes 0.15 s: the first portion is done while a moderator waits
PAUSE_SECONDS = 0.1  # between two portions: SQLite has one writer at a time, and a waiting one retries as often
MAX_REASON_CHARACTERS = 500
State = tuple[str, bool, bool]  # status, reviewed, featured


@dataclass(frozen=True)
class SeenVersion:
    """A comment, by its id, at the version that the moderator saw."""

    pk: int
    version: int


@dataclass
class Outcome:
    """The result of a decision about chosen comments. `refused`: by id, why a comment was left as it was."""

    batch: ModerationBatch | None = None
    done: list[Comment] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


@action
def decide(
    publication: Publication,
    seen: Collection[SeenVersion],
    decision: Decision,
    *,
    by: Any,
    reason: str = "",
    tells: bool = True,
) -> Outcome:
    """Decide about chosen comments of a publication, each at the version that was seen. Raises Forbidden.

    Those beyond PORTION_ROWS are left. `tells`: mail authors the reasons of a rejection, where the publication does so.
    The outcome has no batch where all were left.
    """
    require(by, "comment.moderate", publication)
    outcome = Outcome()
    versions = {one.pk: one.version for one in seen}
    for pk in list(versions)[PORTION_ROWS:]:
        outcome.refused[pk] = _("At most %(n)d at once: decide about this one again.") % {"n": PORTION_ROWS}
        del versions[pk]
    rows = {row.pk: row for row in _locked(Comment.objects.filter(publication=publication, pk__in=versions))}
    chosen = []
    for pk, version in versions.items():
        row = rows.get(pk)
        if row is None:
            outcome.refused[pk] = _("There is no such comment here.")
        elif why := _why_left(row, version, decision):
            outcome.refused[pk] = why
        else:
            chosen.append(row)
    if chosen:
        outcome.batch = _begin(publication, decision, by, reason, tells)
        outcome.done = _apply(outcome.batch, chosen)
        _finish(outcome.batch)
    return outcome


@action
def decide_all(
    publication: Publication,
    question: Question,
    decision: Decision,
    *,
    by: Any,
    reason: str = "",
    tells: bool = False,
    up_to: int | None = None,
) -> ModerationBatch:
    """Decide about all comments that match a question. Raises Forbidden; Refused where none does.

    `up_to` is the id of the last comment when the moderator's page was made, `question.as_of` its time: comments that
    came or were edited since are left. Returns the batch after its first portion; the worker goes on with the rest.
    """
    require(by, "comment.moderate", publication)
    question = replace(question, as_of=question.as_of or timezone.now().isoformat())
    rows = question.rows(publication)
    last = (rows if up_to is None else rows.filter(pk__lte=up_to)).aggregate(last=Max("pk"))["last"]
    if last is None:
        raise Refused("", _("Nothing matches any more."))
    batch = _begin(publication, decision, by, reason, tells, question=question.as_json, up_to=last)
    return _first_portion(batch)


@action
def undo(batch: ModerationBatch, *, by: Any) -> ModerationBatch:
    """Put back what a batch changed, save what changed again since; stop the batch where it is under way.

    Returns the batch that does so, after its first portion. Raises Forbidden; Refused where it was undone already.
    """
    require(by, "comment.moderate", batch.publication)
    batch = ModerationBatch.objects.select_for_update(of=("self",)).select_related("publication").get(pk=batch.pk)
    if ModerationBatch.objects.filter(undoes=batch).exists():
        raise Refused("", _("This was undone already."))
    if batch.finished_at is None:
        _finish(batch)
    last = batch.actions.aggregate(last=Max("pk"))["last"] or 0
    undoing = _begin(batch.publication, Decision.UNDO, by, "", tells=False, undoes=batch, up_to=last)
    _restore_blocks(batch, undoing)
    return _first_portion(undoing)


def available_decisions(row: Comment, *, is_reported: bool) -> list[Decision]:
    """Return what a moderator can still decide about a comment, in the order of its buttons.

    Approving a reported one answers its reports.
    """
    if row.status in GONE:
        return []
    offered = [Decision.APPROVE] if is_reported or not (row.is_visible and row.reviewed) else []
    offered += [decision for decision in (Decision.REJECT, Decision.SPAM) if STATUS_AFTER[decision] != row.status]
    offered += [Decision.BLOCK]
    offered += [Decision.HOLD] if row.status != Status.HELD else []
    if row.is_visible:
        offered += [Decision.UNFEATURE if row.featured else Decision.FEATURE]
    return offered


@task
def continue_batch(batch: int) -> None:
    """Work through what is left of a batch. Run twice, it goes on where the first run stopped."""
    while not _portion(batch):
        time.sleep(PAUSE_SECONDS)


# -- batches -----------------------------------------------------------------------------------------------------------


def _begin(
    publication: Publication, decision: Decision, by: Any, reason: str, tells: bool, **fields: Any
) -> ModerationBatch:
    reason = " ".join(reason.split())[:MAX_REASON_CHARACTERS]
    return ModerationBatch.objects.create(
        publication=publication, decision=decision, by=user_of(by), at=timezone.now(), reason=reason, tells=tells,
        **fields,
    )  # fmt: skip


def _finish(batch: ModerationBatch) -> None:
    batch.finished_at = timezone.now()
    batch.save(update_fields=["finished_at"])


def _first_portion(batch: ModerationBatch) -> ModerationBatch:
    if not _portion(batch.pk):
        enqueue(continue_batch, batch=batch.pk)
    batch.refresh_from_db()
    return batch


@action
def _portion(batch_id: int) -> bool:
    """Do the next portion of a batch; return whether it was the last."""
    batch = ModerationBatch.objects.select_for_update(of=("self",)).select_related("publication").get(pk=batch_id)
    if batch.finished_at is not None:
        return True
    ids = _undo_some(batch) if batch.undoes_id else _decide_some(batch)
    batch.reached = max(ids, default=batch.up_to)
    is_last = len(ids) < PORTION_ROWS
    batch.finished_at = timezone.now() if is_last else None
    batch.save(update_fields=["reached", "skipped", "finished_at"])
    return is_last


def _decide_some(batch: ModerationBatch) -> list[int]:
    """Decide about the next portion of those that match; return their ids."""
    question = Question(**(batch.question or {}))
    rows = question.rows(batch.publication).filter(pk__gt=batch.reached, pk__lte=batch.up_to)
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[:PORTION_ROWS])
    decision = Decision(batch.decision)
    # 1. Another moderator decides about one of these comments. 2. The lock waits for them. 3. The question is put
    # again: what they decided no longer matches.
    locked = _locked(Comment.objects.filter(pk__in=ids).defer("text"))
    matching = set(question.rows(batch.publication).filter(pk__in=ids).values_list("pk", flat=True))
    chosen = [row for row in locked if row.pk in matching and not _why_left(row, row.version, decision)]
    _apply(batch, chosen)
    batch.skipped += len(ids) - len(chosen)
    return ids


def _undo_some(batch: ModerationBatch) -> list[int]:
    """Put back the next portion of what the undone batch changed; return the ids of its actions."""
    assert batch.undoes is not None
    actions = batch.undoes.actions.filter(pk__gt=batch.reached, pk__lte=batch.up_to).order_by("pk")[:PORTION_ROWS]
    portion = {action.comment_id: action for action in actions}
    rows = [
        row
        for row in _locked(Comment.objects.filter(pk__in=portion).defer("text"))
        if row.version == portion[row.pk].version_after and row.status not in GONE
    ]
    states: dict[int, State] = {
        row.pk: (portion[row.pk].from_status, portion[row.pk].from_reviewed, portion[row.pk].from_featured)
        for row in rows
    }
    _write(batch, rows, states)
    Report.objects.filter(batch=batch.undoes, comment__in=[row.pk for row in rows]).update(
        decided_at=None, upheld=None, batch=None
    )
    if redone := batch.undoes.undoes:  # an undo is undone: the reports that were answered first are answered again
        reports = Report.objects.open().filter(comment__in=[row.pk for row in rows])
        if redone.decision not in (Decision.HOLD, Decision.FEATURE, Decision.UNFEATURE):
            upheld = redone.decision != Decision.APPROVE
            reports.update(decided_at=timezone.now(), upheld=upheld, batch=redone)
    batch.skipped += len(portion) - len(rows)
    return [action.pk for action in portion.values()]


# -- comments ----------------------------------------------------------------------------------------------------------


def _locked(rows: QuerySet[Comment]) -> list[Comment]:
    """Rows as they are now, locked in the order of their ids, so that two actions never wait for each other."""
    return list(rows.select_for_update(of=("self",)).order_by("pk"))


def _why_left(row: Comment, version: int, decision: Decision) -> str:
    """Why a decision leaves a comment as it is; "" where it can be done."""
    if row.status in GONE:
        return _("Its author deleted it meanwhile.") if row.status == Status.DELETED else _("It was erased meanwhile.")
    if row.version != version:
        return _what_changed(row)
    if decision in (Decision.FEATURE, Decision.UNFEATURE) and not row.is_visible:
        return _("Only what readers see can be featured.")
    return ""


def _what_changed(row: Comment) -> str:
    """Who changed a comment after the moderator saw it, and how."""
    action = row.actions.select_related("batch__by").first()
    if row.edited_at is not None and (action is None or row.edited_at > action.at):
        return _("Its author edited it meanwhile: read it again.")
    if action is None:
        return _("It changed meanwhile: read it again.")
    who = action.batch.by.get_full_name() or action.batch.by.get_username() if action.batch.by else _("the system")
    what = action.batch.get_decision_display()
    return _("%(who)s was faster: %(what)s.") % {"who": who, "what": what}


def _apply(batch: ModerationBatch, rows: Sequence[Comment]) -> list[Comment]:
    """Write a decision on locked rows; return them."""
    decision = Decision(batch.decision)
    status = STATUS_AFTER[decision]
    states: dict[int, State] = {}
    for row in rows:
        featured = decision == Decision.FEATURE or (row.featured and decision != Decision.UNFEATURE)
        states[row.pk] = (status, decision != Decision.HOLD, featured and status == Status.APPROVED)
    if decision == Decision.BLOCK:
        _block(batch, rows)
    status_before = {row.pk: row.status for row in rows}
    _write(batch, rows, states)
    reports = _decide_reports(batch, rows)
    notifications.decided(batch, [(row, status_before[row.pk]) for row in rows], reports)
    return list(rows)


def _write(batch: ModerationBatch, rows: Sequence[Comment], states: dict[int, State]) -> None:
    """Give locked rows their new states, each an action in the log, and update their articles' counts."""
    groups: dict[State, list[Comment]] = defaultdict(list)
    before, actions = {}, []
    for row in rows:
        before[row.pk] = row.status
        groups[states[row.pk]].append(row)
        actions.append(
            ModerationAction(
                batch=batch, comment=row, from_status=row.status, to_status=states[row.pk][0],
                from_reviewed=row.reviewed, from_featured=row.featured, version_after=row.version + 1, at=batch.at,
            )
        )  # fmt: skip
    for (status, reviewed, featured), group in groups.items():
        for row in group:
            row.status, row.reviewed, row.featured, row.version = status, reviewed, featured, row.version + 1
        Comment.objects.filter(pk__in=[row.pk for row in group]).update(
            status=status, reviewed=reviewed, featured=featured, version=F("version") + 1
        )
    ModerationAction.objects.bulk_create(actions)
    counts.update_counts([(row, before[row.pk]) for row in rows], changed=[row for row in rows if row.is_visible])
    batch.done += len(rows)
    batch.save(update_fields=["done"])


def _decide_reports(batch: ModerationBatch, rows: Iterable[Comment]) -> list[Report]:
    """Close the open reports of comments that were decided about: upheld where readers no longer see them."""
    if batch.decision in (Decision.HOLD, Decision.FEATURE, Decision.UNFEATURE):
        return []
    reports = list(Report.objects.open().filter(comment__in=[row.pk for row in rows]).select_related("comment"))
    upheld = batch.decision != Decision.APPROVE
    Report.objects.filter(pk__in=[report.pk for report in reports]).update(
        decided_at=timezone.now(), upheld=upheld, batch=batch
    )
    return reports


def _block(batch: ModerationBatch, rows: Sequence[Comment]) -> None:
    """Block the senders of these comments."""
    wanted = {(BlockedSender.What.SOURCE, row.source) for row in rows if row.source}
    # An address that nobody confirmed may be somebody else's: a troll would have them blocked.
    confirmed = subscriptions.confirmed_addresses(batch.publication, {row.email for row in rows if row.email})
    wanted |= {(BlockedSender.What.EMAIL, sources.key(email)) for email in confirmed}
    BlockedSender.objects.bulk_create(
        BlockedSender(
            publication=batch.publication, what=what, key=key, reason=batch.reason[:300], by=batch.by, batch=batch,
            at=batch.at,
        )
        for what, key in sorted(wanted)  # each batch has its own, so that undoing one leaves those of others
    )  # fmt: skip


def _restore_blocks(batch: ModerationBatch, undoing: ModerationBatch) -> None:
    """Lift what an undone batch blocked; block it again where the batch that lifted it is undone.

    A block that a moderator lifted by hand stays lifted: its time is not the batch's.
    """
    batch.blocks.filter(lifted_at__isnull=True).update(lifted_at=undoing.at)
    if batch.undoes_id:
        BlockedSender.objects.filter(batch=batch.undoes_id, lifted_at=batch.at).update(lifted_at=None)
