"""Why was my comment held? The rules that it meets before a moderator does: in this order, the first verdict ends it.

Each rule is a small function of the submission and the rule's thresholds. It returns what in the submission matched (""
is a match without words), or None where it does not match. A publication switches rules on and off and sets their
thresholds; their order is fixed here. A rule queries the rows as they were at the submission's time, so that it can be
replayed over the past (backtest.py).
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from django.contrib.auth import get_user_model
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from articles.models import Author
from comments import sources, terms, text
from comments.models import BlockedSender, Comment, CommentSettings, Message, RuleSetting, Term
from comments.policy import Thread
from comments.states import Status
from newsroom.lib.text import slugify

MAX_MATCH_CHARACTERS = 300
User = get_user_model()


@dataclass(frozen=True, kw_only=True)
class Writing(ABC):
    """What most rules judge: something that a reader wrote, about to be stored, or a past one that is replayed."""

    settings: CommentSettings
    text: str
    email: str
    at: dt.datetime
    sources: tuple[str, ...] = ()  # the hashes of where it came from, under today's data key and earlier ones
    took: float | None = None  # seconds between the form and the sending; None where nobody knows
    honeypot: str = ""

    @property
    @abstractmethod
    def earlier(self) -> Any:
        """The publication's rows of its kind before it."""

    def since(self, minutes: int) -> dt.datetime:
        return self.at - dt.timedelta(minutes=minutes)

    @cached_property
    def digest(self) -> str:
        return text.digest(self.text)


@dataclass(frozen=True, kw_only=True)
class Submission(Writing):
    """A comment."""

    thread: Thread
    pseudonym: str = ""
    edits: int | None = None  # the comment that it is a new text of

    @property
    def earlier(self) -> Any:
        rows = Comment.objects.filter(publication=self.settings.publication_id, posted_at__lt=self.at)
        return rows.exclude(pk=self.edits) if self.edits else rows


@dataclass(frozen=True, kw_only=True)
class SentMessage(Writing):
    """A message to the desk: judged by the rules that are not OF_COMMENTS_ALONE, among other messages."""

    @property
    def earlier(self) -> Any:
        return Message.objects.filter(publication=self.settings.publication_id, posted_at__lt=self.at)


@dataclass(frozen=True)
class Verdict:
    """What screening says, and why: the rule, and what in the submission matched."""

    status: Status
    rule: str = ""
    matched: str = ""


CHECKED = gettext_lazy("An automatic check asks that a person reads it first.")
MANY_AT_ONCE = gettext_lazy("Many comments arrive at this moment: a moderator reads this one before it appears.")


@dataclass(frozen=True)
class Rule:
    """A rule with its defaults. `limit` and `minutes` are its threshold, where it has one.

    `told` says to the author of a held comment why it waits. Rules that look for spam share one sentence, which names
    neither the word nor the number that was found: it would be a recipe.
    """

    name: str
    check: "Callable[[Any, Rule], str | None]"
    label: str | Promise
    help: str | Promise
    verdict: Status = Status.HELD
    is_on: bool = True
    limit: int | None = None
    minutes: int | None = None
    is_fixed: bool = False  # neither switched off nor given another verdict
    told: str | Promise = CHECKED


def honeypot(submission: Writing, rule: Rule) -> str | None:
    """A field that no person sees was filled in."""
    return submission.honeypot or None


def too_fast(submission: Writing, rule: Rule) -> str | None:
    """Sent sooner after the form was there than anybody types."""
    if submission.took is None or rule.limit is None or submission.took >= rule.limit:
        return None
    return _("%(n).1f s") % {"n": submission.took}


def rate(submission: Writing, rule: Rule) -> str | None:
    """More than `limit` from one source within `minutes`."""
    if not submission.sources or rule.limit is None or rule.minutes is None:
        return None
    recent = submission.earlier.filter(source__in=submission.sources, posted_at__gt=submission.since(rule.minutes))
    return _so_many(recent, rule.limit, rule.minutes)


def surge(submission: Writing, rule: Rule) -> str | None:
    """More than `limit` on the whole publication within `minutes`, wherever they come from: a flood."""
    if rule.limit is None or rule.minutes is None:
        return None
    recent = submission.earlier.filter(posted_at__gt=submission.since(rule.minutes))
    return _so_many(recent, rule.limit, rule.minutes)


def _so_many(rows: Any, limit: int, minutes: int) -> str | None:
    """Counts no further than the limit."""
    if len(rows.order_by().values_list("pk")[:limit]) < limit:
        return None
    words = ngettext("%(n)d or more in %(minutes)d min.", "%(n)d or more in %(minutes)d min.", limit)
    return words % {"n": limit, "minutes": minutes}


def duplicate(submission: Writing, rule: Rule) -> str | None:
    """The same words again within `minutes`, from anybody, under any article, if they have `limit` characters."""
    if rule.minutes is None or len(submission.text) < (rule.limit or 0):
        return None
    twin = submission.earlier.filter(digest=submission.digest, posted_at__gt=submission.since(rule.minutes)).first()
    return f"#{twin.pk}" if twin else None


def banned(submission: Writing, rule: Rule) -> str | None:
    """Holds a term that this publication bans."""
    return _term(submission, Term.Kind.BANNED)


def suspect(submission: Writing, rule: Rule) -> str | None:
    """Holds a term at which a moderator wants to look."""
    return _term(submission, Term.Kind.SUSPECT)


def _term(submission: Writing, kind: str) -> str | None:
    settings = submission.settings
    found = terms.matcher(settings.publication_id, kind, settings.terms_version).find(submission.text)
    if found is None:
        return None
    term, words = found
    return words if terms.folded(term) == terms.folded(words) else f"{words} ({term})"


def links(submission: Writing, rule: Rule) -> str | None:
    """More than `limit` links."""
    found = text.links_in(submission.text)
    return " ".join(found) if rule.limit is not None and len(found) > rule.limit else None


def blocked(submission: Writing, rule: Rule) -> str | None:
    """From a source or an e-mail that a moderator blocked."""
    known = [*submission.sources, *sources.keys(submission.email)]
    rows = BlockedSender.objects.filter(
        publication=submission.settings.publication_id, key__in=known, at__lt=submission.at
    )
    block = rows.active(submission.at).first() if known else None
    return block.get_what_display() if block else None


def borrowed_name(submission: Submission, rule: Rule) -> str | None:
    """Under the name of somebody who signs articles or answers here: the staff answers from the desk, and is marked."""
    slug = slugify(terms.folded(text.bare(submission.pseudonym)))
    if not slug:
        return None
    people = User.objects.filter(memberships__publication=submission.settings.publication_id).distinct()
    named = {slugify(person.get_full_name() or person.get_username()) for person in people}  # as answers are signed
    return submission.pseudonym if slug in named or Author.objects.filter(slug=slug).exists() else None


def newcomer(submission: Submission, rule: Rule) -> str | None:
    """From an e-mail and a source of which this publication has approved fewer than `limit` comments together. An
    e-mail alone proves nothing: anybody can type it."""
    wanted = rule.limit or 1
    if submission.email and submission.sources:
        same = submission.earlier.filter(email=submission.email, source__in=submission.sources)
        if len(same.filter(status=Status.APPROVED).values_list("pk")[:wanted]) >= wanted:
            return None
    return ""


def trusted(submission: Submission, rule: Rule) -> str | None:
    """From an e-mail *and* a source of which moderators have approved `limit` comments together, and rejected none.

    An e-mail alone proves nothing here either.
    """
    if not submission.email or not submission.sources or rule.limit is None:
        return None
    same = submission.earlier.filter(email=submission.email, source__in=submission.sources)
    if len(same.filter(status=Status.APPROVED, reviewed=True).values_list("pk")[: rule.limit]) < rule.limit:
        return None
    return None if same.filter(status__in=(Status.REJECTED, Status.SPAM)).exists() else ""


def premoderated(submission: Submission, rule: Rule) -> str | None:
    """Here a moderator reads everything first."""
    return "" if submission.thread.is_premoderated else None


def reports(submission: Submission, rule: Rule) -> str | None:
    """Return None always: this rule is applied when a report arrives (actions/reporting.py).

    It is here for its settings.
    """
    return None


# A thread that is closed comes before all of them: posting refuses it, and nothing is stored. Banned terms come before
# what counts and measures, so that a word has the same fate at whatever speed it comes.
RULES: tuple[Rule, ...] = (
    Rule(
        "honeypot", honeypot, gettext_lazy("Trap"), gettext_lazy("A field that no person sees is filled in."),
        Status.SPAM,
    ),
    Rule(
        "banned", banned, gettext_lazy("Banned term"), gettext_lazy("Holds a term of the banned list."),
        Status.REJECTED,
    ),
    Rule(
        "too_fast", too_fast, gettext_lazy("Too fast"), gettext_lazy("Sent within this many seconds of the form."),
        limit=2,
    ),
    Rule(
        "rate", rate, gettext_lazy("Rate of a source"),
        gettext_lazy("This many from one source within so many minutes."), limit=5, minutes=10, told=MANY_AT_ONCE,
    ),
    Rule(
        "surge", surge, gettext_lazy("Flood"),
        gettext_lazy("This many on the whole site within so many minutes, from anywhere."), limit=60, minutes=1,
        told=MANY_AT_ONCE,
    ),
    Rule(
        "duplicate", duplicate, gettext_lazy("Same words again"),
        gettext_lazy("The same text within so many minutes, if it has this many characters."), limit=20, minutes=1440,
    ),
    Rule("suspect", suspect, gettext_lazy("Suspect term"), gettext_lazy("Holds a term of the suspect list.")),
    Rule("links", links, gettext_lazy("Links"), gettext_lazy("More links than this."), limit=2),
    Rule(
        "blocked", blocked, gettext_lazy("Blocked source"),
        gettext_lazy("From a source or an e-mail that was blocked."), Status.SPAM,
    ),
    Rule(
        "borrowed", borrowed_name, gettext_lazy("Staff name"),
        gettext_lazy("Under the name of somebody who signs articles."),
    ),
    Rule(
        "newcomer", newcomer, gettext_lazy("Newcomer"), gettext_lazy("Fewer approved comments than this."),
        is_on=False, limit=1, told=gettext_lazy("A moderator reads the first comments of each reader."),
    ),
    Rule(
        "trusted", trusted, gettext_lazy("Trusted reader"),
        gettext_lazy("This many approved by moderators, from one e-mail and source: through, premoderated or not."),
        Status.APPROVED, limit=5,
    ),
    Rule(
        "premoderated", premoderated, gettext_lazy("Premoderation"), gettext_lazy("The thread is premoderated."),
        is_fixed=True, told=gettext_lazy("Here a moderator reads each comment before it appears."),
    ),
    Rule(
        "reports", reports, gettext_lazy("Reports"),
        gettext_lazy("Reported by this many readers: taken back until a moderator decides."), limit=3,
        told=gettext_lazy("Readers have reported it: a moderator reads it again and decides."),
    ),
)  # fmt: skip
BY_NAME = {rule.name: rule for rule in RULES}
# The others judge messages to the desk too; one that they find waits to be checked there, whatever their verdict.
OF_COMMENTS_ALONE = {"borrowed", "newcomer", "trusted", "premoderated", "reports"}


@dataclass
class Screen:
    """The rules as a publication has set them. One query."""

    settings: CommentSettings
    rules: list[Rule] = field(default_factory=list)

    @classmethod
    def of(cls, settings: CommentSettings) -> "Screen":
        rows = {row.name: row for row in RuleSetting.objects.filter(publication=settings.publication_id)}
        return cls(settings, [as_set(rule, rows.get(rule.name)) for rule in RULES])

    def rule(self, name: str) -> Rule:
        return next(rule for rule in self.rules if rule.name == name)

    def judge(self, submission: Writing) -> Verdict:
        """The first verdict of the rules that are on; approved where none has one."""
        is_comment = isinstance(submission, Submission)
        for rule in self.rules:
            if (
                rule.is_on
                and (is_comment or rule.name not in OF_COMMENTS_ALONE)
                and (matched := rule.check(submission, rule)) is not None
            ):
                return Verdict(rule.verdict, rule.name, matched[:MAX_MATCH_CHARACTERS])
        return Verdict(Status.APPROVED)


def as_set(rule: Rule, row: RuleSetting | None) -> Rule:
    """A rule as a publication's row sets it."""
    if row is None or rule.is_fixed:
        return rule
    return replace(
        rule,
        is_on=row.is_on,
        verdict=Status(row.verdict),
        limit=row.limit if rule.limit is not None else None,
        minutes=row.minutes if rule.minutes is not None else None,
    )


def told(name: str) -> str:
    """Return the words for its author about why a rule held a comment; general ones where no rule did."""
    return str(BY_NAME[name].told if name in BY_NAME else Rule.told)


def label(name: str) -> str:
    """A rule's name in words; the name itself where there is no longer such a rule."""
    return str(BY_NAME[name].label) if name in BY_NAME else name
