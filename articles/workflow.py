"""The states of an article, the transitions between them, and the checks before publication. Pure data.

An article has two states at once. Its *stage* is that of the desk's work on it, and is stored; its *standing* is what
readers have of it meanwhile, and is computed. A live article that is being reworked is at `draft` and `live`. Beside
both, something of it may be *pending*: it happens at a set time, and nobody has to do anything then. Which role has
which right is in articles/roles.py; docs/rights.md prints both tables as one.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Stage(TextChoices):
    """The state of the desk's work on an article. Stored in Article.stage."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    CHANGES = "changes_requested", _("changes requested")
    APPROVED = "approved", _("approved")
    PUBLISHED = "published", _("nothing in work")  # there is no draft beside what readers have or will have


class Standing(TextChoices):
    """What readers have of an article. Never stored: computed from its pointers and times (Article.standing)."""

    UNPUBLISHED = "unpublished", _("not published")
    SCHEDULED = "scheduled", _("scheduled")
    UNREVIEWED = "unreviewed", _("published unreviewed")
    LIVE = "live", _("live")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Pending(TextChoices):
    """What happens to an article at a future time. Never stored: computed from its times (Article.pending)."""

    PUBLICATION = "publication", _("its publication")  # the standing SCHEDULED, and no other
    CHANGE = "change", _("a change")
    WITHDRAWAL = "withdrawal", _("its withdrawal")


class Verb(TextChoices):
    """What an action did, as the log (Event.verb) has it. Namespaced; a verb that is in a log is never renamed."""

    CREATED = "article.created", _("begun")
    SAVED = "article.saved", _("saved")
    RESTORED = "article.restored", _("an old revision taken up again")
    SUBMITTED = "article.submitted", _("sent for review")
    TAKEN_BACK = "article.taken_back", _("taken back from review")
    CHANGES_REQUESTED = "article.changes_requested", _("sent back")
    APPROVED = "article.approved", pgettext_lazy("done", "approved")
    PUBLISHED = "article.published", _("published")
    SCHEDULED = "article.scheduled", pgettext_lazy("done", "scheduled")
    UNSCHEDULED = "article.unscheduled", _("taken off the schedule")
    RESCHEDULED = "article.rescheduled", _("rescheduled")
    CHANGE_SCHEDULED = "article.change_scheduled", _("change scheduled")
    CHANGE_UNSCHEDULED = "article.change_unscheduled", _("change taken off the schedule")
    WITHDRAWAL_SCHEDULED = "article.withdrawal_scheduled", _("withdrawal scheduled")
    WITHDRAWAL_CANCELLED = "article.withdrawal_cancelled", _("withdrawal called off")
    EMBARGOED = "article.embargoed", _("put under embargo")
    EMBARGO_LIFTED = "article.embargo_lifted", _("freed of its embargo")
    ASSIGNED = "article.assigned", _("assigned")
    SHARED = "article.shared", _("shown outside by a link")
    LINK_REVOKED = "article.link_revoked", _("link revoked")
    PINNED = "article.pinned", _("pinned to the head of a page")
    UNPINNED = "article.unpinned", _("unpinned")
    DIFFERENCE_HIDDEN = "article.difference_hidden", _("a difference hidden from readers")
    DIFFERENCE_SHOWN = "article.difference_shown", _("a difference shown to readers")
    READ = "article.read", _("read after publication")
    WITHDRAWN = "article.withdrawn", pgettext_lazy("done", "withdrawn")
    REINSTATED = "article.reinstated", _("put back online")
    PLACED = "article.placed", _("placed on a sister site")
    UNPLACED = "article.unplaced", _("taken off a sister site")
    EXPUNGED = "article.expunged", _("expunged")
    TAG_MERGED = "tag.merged", _("tags merged")


class Change(TextChoices):
    """The class of a change after publication: what it means to readers."""

    TYPO = "typo", _("typo")
    UPDATE = "update", _("update")
    CORRECTION = "correction", _("correction")


class Kind(TextChoices):
    """The kind of an article, as a revision has it."""

    NEWS = "news", _("news")
    REVIEW = "review", _("review")
    LIVE = "live", _("live coverage")
    DEAL = "deal", _("deal")
    PAGE = "page", _("static page")
    SPONSORED = "sponsored", _("sponsored")


# -- the transitions ---------------------------------------------------------------------------------------------------


class Need(Enum):
    """What a person must give with a transition: the name of the argument of its action."""

    NOTE = "note"  # to the writer: what to change
    NOTICE = "notice"  # to readers, shown in the article's place
    TIME = "at"  # when it happens


DRAFT, IN_REVIEW, CHANGES, APPROVED, PUBLISHED = Stage
UNPUBLISHED, SCHEDULED, UNREVIEWED, LIVE, WITHDRAWN = Standing
ANY_STAGE, ANY_STANDING = frozenset(Stage), frozenset(Standing)
NONE: frozenset[Pending] = frozenset()


@dataclass(frozen=True)
class Transition:
    """A row of the table: from which states an article goes to which, by whom, and on which conditions."""

    name: str  # of its action: registry.ACTIONS
    label: Any  # on its button
    verb: Verb  # in the log
    rights: tuple[str, ...]  # of articles/roles.py; the person needs all of them
    stages: frozenset[Stage]  # from any of these
    standings: frozenset[Standing]  # and any of these
    to: Stage | Standing | None  # None: neither changes, but something becomes pending or no longer is
    needs: tuple[Need, ...] = ()
    requires_revision: bool = False  # the revision that was read is given, and is refused if it is no longer the newest
    only_without_review: bool = False  # only on a publication that does not require review
    requires_pending: frozenset[Pending] = NONE  # only while one of these is pending
    blocked_by_pending: frozenset[Pending] = NONE  # only while none of these is pending

    @property
    def is_about_readers(self) -> bool:
        """Whether it concerns what readers have, at any stage; else it concerns the draft."""
        return self.stages == ANY_STAGE

    @property
    def goes_live(self) -> bool:
        """Whether it publishes the draft, now or at a set time: then the checks of articles/actions/checks.py apply."""
        return not self.is_about_readers and isinstance(self.to, Standing)

    def is_open_in(self, stage: str, standing: str, pending: frozenset[Pending]) -> bool:
        """Return whether an article in these states can make the transition. Rights are not considered."""
        return (
            stage in self.stages
            and standing in self.standings
            and not self.blocked_by_pending & pending
            and bool(not self.requires_pending or self.requires_pending & pending)
        )

    @property
    def name_in_words(self) -> str:
        """Its label without the "…" that announces a form."""
        return str(self.label).rstrip("…")


def _row(
    name: str, label: Any, verb: Verb, rights: str, stages: Any, standings: Any, to: Stage | Standing | None,
    **rest: Any,
) -> Transition:  # fmt: skip
    return Transition(name, label, verb, tuple(rights.split()), frozenset(stages), frozenset(standings), to, **rest)


# What can be published now: all but an article whose publication is pending, which is taken off the schedule first. A
# pending change blocks publishing another for the same reason: at its time it would undo that one.
_OPEN = ANY_STANDING - {SCHEDULED}
_CHANGE = frozenset({Pending.CHANGE})
_HAVE, _WILL_HAVE = frozenset({UNREVIEWED, LIVE}), frozenset({SCHEDULED, UNREVIEWED, LIVE})

TRANSITIONS: Mapping[str, Transition] = {
    row.name: row
    for row in (
        # the desk's work: draft → in review → changes requested or approved
        _row("submit", _("Send for review"), Verb.SUBMITTED, "article.submit",
             {DRAFT, CHANGES}, ANY_STANDING, IN_REVIEW),
        _row("take_back", _("Take back"), Verb.TAKEN_BACK, "article.submit",
             {IN_REVIEW}, ANY_STANDING, DRAFT),
        _row("request_changes", _("Send back…"), Verb.CHANGES_REQUESTED, "article.review",
             {IN_REVIEW, APPROVED}, ANY_STANDING, CHANGES, needs=(Need.NOTE,), requires_revision=True),
        _row("approve", _("Approve"), Verb.APPROVED, "article.review",
             {DRAFT, IN_REVIEW, CHANGES}, ANY_STANDING, APPROVED, requires_revision=True),
        # from the desk to its readers: exactly the revision that was approved
        _row("publish", _("Publish"), Verb.PUBLISHED, "article.publish",
             {APPROVED}, _OPEN, LIVE, requires_revision=True, blocked_by_pending=_CHANGE),
        _row("approve_and_publish", _("Approve and publish"), Verb.PUBLISHED, "article.review article.publish",
             {DRAFT, IN_REVIEW, CHANGES}, _OPEN, LIVE, requires_revision=True, blocked_by_pending=_CHANGE),
        # what an editor sent back isn't published past them
        _row("publish_unreviewed", _("Publish without review"), Verb.PUBLISHED, "article.publish_unreviewed",
             {DRAFT, IN_REVIEW, APPROVED}, _OPEN, UNREVIEWED,
             only_without_review=True, requires_revision=True, blocked_by_pending=_CHANGE),
        # at a set time; no worker has to run then
        _row("schedule", _("Schedule…"), Verb.SCHEDULED, "article.schedule",
             {APPROVED}, {UNPUBLISHED, SCHEDULED}, SCHEDULED, needs=(Need.TIME,), requires_revision=True),
        _row("schedule_change", _("Schedule this change…"), Verb.CHANGE_SCHEDULED, "article.schedule",
             {APPROVED}, {LIVE}, LIVE, needs=(Need.TIME,), requires_revision=True),
        _row("reschedule", _("Reschedule…"), Verb.RESCHEDULED, "article.schedule",
             ANY_STAGE, {SCHEDULED, LIVE}, None,
             needs=(Need.TIME,), requires_pending={Pending.PUBLICATION, Pending.CHANGE}),
        _row("unschedule", _("Take off the schedule"), Verb.UNSCHEDULED, "article.schedule",
             ANY_STAGE, {SCHEDULED}, UNPUBLISHED),
        _row("unschedule_change", _("Take the change off the schedule"), Verb.CHANGE_UNSCHEDULED, "article.schedule",
             ANY_STAGE, ANY_STANDING, None, requires_pending=_CHANGE),
        # once readers have it
        _row("mark_read", _("Mark as read"), Verb.READ, "article.review",
             ANY_STAGE, {UNREVIEWED}, LIVE, requires_revision=True),
        _row("withdraw", _("Withdraw…"), Verb.WITHDRAWN, "article.withdraw",
             ANY_STAGE, _HAVE, WITHDRAWN, needs=(Need.NOTICE,)),
        _row("schedule_withdrawal", _("Schedule a withdrawal…"), Verb.WITHDRAWAL_SCHEDULED, "article.withdraw",
             ANY_STAGE, _WILL_HAVE, None, needs=(Need.TIME, Need.NOTICE)),
        _row("cancel_withdrawal", _("Call the withdrawal off"), Verb.WITHDRAWAL_CANCELLED, "article.withdraw",
             ANY_STAGE, _WILL_HAVE, None, requires_pending={Pending.WITHDRAWAL}),
        _row("reinstate", _("Put back online"), Verb.REINSTATED, "article.reinstate",
             ANY_STAGE, {WITHDRAWN}, LIVE),
    )
}  # fmt: skip

# Every state that an article can be in: with no draft, readers have it or will have it.
STATES: Sequence[tuple[Stage, Standing]] = [
    (stage, standing) for standing in Standing for stage in Stage if (stage, standing) != (PUBLISHED, UNPUBLISHED)
]
# What may be pending beside a standing; PUBLICATION is the standing SCHEDULED itself.
MAY_BE_PENDING: Mapping[Standing, Sequence[Pending]] = {
    SCHEDULED: [Pending.WITHDRAWAL],
    UNREVIEWED: [Pending.WITHDRAWAL],
    LIVE: [Pending.CHANGE, Pending.WITHDRAWAL],
    WITHDRAWN: [Pending.CHANGE],
}

# The stage after saving, which is no transition: an approval does not cover what is typed after it, and a request for
# changes remains until the writer sends the article again.
AFTER_SAVING: Mapping[Stage, Stage] = {
    DRAFT: DRAFT,
    IN_REVIEW: IN_REVIEW,
    CHANGES: CHANGES,
    APPROVED: IN_REVIEW,
    PUBLISHED: DRAFT,
}


# -- the checks before publication -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Check:
    """A check of articles/actions/checks.py: its name, and whether it blocks publication or asks for a confirmation."""

    label: Any
    blocks: bool


CHECKS: Mapping[str, Check] = {
    "headline": Check(_("headline"), blocks=True),
    "body": Check(_("body"), blocks=True),
    "section": Check(_("section"), blocks=True),
    "sponsor": Check(_("sponsor"), blocks=True),
    "alt": Check(_("alternative text"), blocks=True),
    "dead_link": Check(_("dead link"), blocks=True),
    "embargo": Check(_("embargo"), blocks=True),
    "change": Check(_("class of change"), blocks=True),
    "notice": Check(_("correction notice"), blocks=True),
    "hidden_link": Check(_("link to what readers don’t have"), blocks=False),
    "headline_length": Check(_("length of the headline"), blocks=False),
    "standfirst": Check(_("standfirst"), blocks=False),
    "lead_image": Check(_("lead image"), blocks=False),
    "byline": Check(_("byline"), blocks=False),
    "licence": Check(_("licence of an image"), blocks=False),
    "sister": Check(_("article of a sister site"), blocks=False),
}


@dataclass(frozen=True)
class Finding:
    """What a check found, or why an action refused."""

    check: str  # a key of CHECKS, or a name of the action's own
    message: str
    blocks: bool = True
    about: str = ""  # distinguishes findings of one check: an image's id, an address
    article: int | None = None  # the id of the sister site's article that it is about
    url: str = ""  # the address of that article

    @property
    def key(self) -> str:
        """What a person who accepts it names; short, since it is part of an address."""
        about = self.about if len(self.about) <= 40 else hashlib.sha256(self.about.encode()).hexdigest()[:16]
        return f"{self.check}:{about}" if about else self.check

    @property
    def label(self) -> Any:
        """The check's name in the desk's language; "" for one that is not in CHECKS."""
        return CHECKS[self.check].label if self.check in CHECKS else ""


class Refused(Exception):
    """Raised by an action that does nothing: the article is as it was. `findings` name each check that forbids it."""

    def __init__(self, findings: Sequence[Finding]):
        self.findings = list(findings)
        super().__init__(" ".join(finding.message for finding in self.findings))


class Unconfirmed(Refused):
    """Raised where nothing forbids an action, but a person must accept its `findings`, by their keys."""


class Conflict(Refused):
    """Raised where somebody else saved the article since this person opened it. `newest`: the last revision's id."""

    def __init__(self, findings: Sequence[Finding], newest: int | None = None):
        super().__init__(findings)
        self.newest = newest
