"""Replays of rules and terms over past comments, before they are switched on. Only reads.

A replay says which of the comments that moderators rejected a rule would have caught, and which of those that they
approved. It goes over what people decided, newest first; rules query the rows as they were at each comment's own time.
All of it takes seconds: a replay stops after a time that it is given, and goes on from there when it is called again.
"""

import datetime as dt
import math
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.db.models import QuerySet
from django.utils import timezone

from articles.models import Article
from comments.actions.reporting import distinct_reporters
from comments.models import Comment, CommentSettings, Kind, Report
from comments.policy import Thread
from comments.screening import Rule, Submission
from comments.states import Mode, Status
from comments.terms import Matcher

MAX_COMMENTS = 5000  # of a replay
ROWS_AT_ONCE = 100  # that are read
MAX_EXAMPLES = 20


Check = Callable[[Comment], str | None]  # what in a comment matched


@dataclass
class Replay:
    """The result of a replay. `right` and `wrong` hold the first MAX_EXAMPLES, each with what matched."""

    tried: int = 0
    since: dt.datetime | None = None
    caught: int = 0  # what moderators rejected or called spam
    wronged: int = 0  # what moderators approved, and the rule would have caught
    passed: int = 0  # what moderators rejected, and the rule would have let through
    right: list[tuple[Comment, str]] = field(default_factory=list)
    wrong: list[tuple[Comment, str]] = field(default_factory=list)
    last: int = 0  # the id of the comment that was tried last
    is_over: bool = False

    def add(self, row: Comment, matched: str | None) -> None:
        """Count a comment by what matched in it; None where nothing did."""
        self.tried, self.since, self.last = self.tried + 1, row.posted_at, row.pk
        is_bad = row.status != Status.APPROVED
        if matched is None:
            self.passed += is_bad
        elif is_bad:
            self.caught += 1
            self.right += [(row, matched)] if len(self.right) < MAX_EXAMPLES else []
        else:
            self.wronged += 1
            self.wrong += [(row, matched)] if len(self.wrong) < MAX_EXAMPLES else []


def past(settings: CommentSettings, before: int = 0) -> QuerySet[Comment]:
    """Return the comments of a publication that people decided about, the newest first, from id `before` on."""
    rows = Comment.objects.filter(publication=settings.publication_id, kind=Kind.COMMENT, reviewed=True, staff=None)
    rows = rows.filter(pk__lt=before) if before else rows
    return rows.filter(status__in=(Status.APPROVED, Status.REJECTED, Status.SPAM)).order_by("-pk")


def of_rule(settings: CommentSettings, rule: Rule, replay: Replay | None = None, seconds: float = math.inf) -> Replay:
    """Return the replay of one rule with its thresholds, whether it is on or not: `replay`, taken further."""
    rule = replace(rule, is_on=True)
    if rule.name == "reports":
        return _go_on(settings, lambda rows: _check_of_reports(rows, rule), replay, seconds)
    return _go_on(settings, lambda rows: lambda row: rule.check(_as_it_was(row, settings), rule), replay, seconds)


def _check_of_reports(rows: list[Comment], rule: Rule) -> Check:
    """Which comments as many readers reported as the rule says. One query for all."""
    reporters: dict[int, list[tuple[str, str]]] = defaultdict(list)
    reports = Report.objects.filter(comment__in=[row.pk for row in rows])
    for comment, source, email in reports.values_list("comment", "source", "email"):
        reporters[comment].append((source, email))
    counts = {pk: distinct_reporters(people) for pk, people in reporters.items()}
    return lambda row: str(counts[row.pk]) if counts.get(row.pk, 0) >= (rule.limit or 1) else None


def of_terms(
    settings: CommentSettings, terms: Iterable[str], replay: Replay | None = None, seconds: float = math.inf
) -> Replay:
    """Return the replay of terms, added or not: `replay`, taken further. One query for each ROWS_AT_ONCE."""
    matcher = Matcher.of(terms)

    def find(row: Comment) -> str | None:
        match = matcher.find(row.text)
        return match[1] if match else None

    return _go_on(settings, lambda rows: find, replay, seconds)


def _as_it_was(row: Comment, settings: CommentSettings) -> Submission:
    # The thread was open, or there would be no comment: only its mode matters to a rule.
    thread = Thread(Article(pk=row.article_id), settings, Mode(settings.mode), None)
    return Submission(
        thread=thread, settings=settings, text=row.text, email=row.email,
        sources=(row.source,) if row.source else (), at=row.posted_at,
        took=row.took, edits=row.pk,
        pseudonym=row.pseudonym,
        honeypot="?" if row.rule == "honeypot" else "",
    )  # fmt: skip


def _go_on(
    settings: CommentSettings, check_of: Callable[[list[Comment]], Check], replay: Replay | None, seconds: float
) -> Replay:
    """Try the next comments, one at least, until `seconds` are over. `check_of` makes the check of some rows."""
    replay, until = replay or Replay(), time.monotonic() + seconds
    while not replay.is_over:
        wanted = min(ROWS_AT_ONCE, MAX_COMMENTS - replay.tried)
        rows = list(past(settings, replay.last)[: max(wanted, 0)])
        check = check_of(rows)
        for row in rows:
            replay.add(row, check(row))
            if time.monotonic() > until:
                return replay
        replay.is_over = len(rows) < ROWS_AT_ONCE
    replay.since = replay.since or timezone.now()
    return replay
