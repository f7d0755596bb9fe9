"""Replays of rules and terms over past comments, before they are switched on. Only reads.

A replay says which of the comments that moderators rejected a rule would have caught, and which of those that they
approved. It goes over what people decided, newest first; rules query the rows as they were at each comment's own time.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.utils import timezone

from articles.models import Article
from comments.actions.reporting import distinct_reporters
from comments.models import Comment, CommentSettings, Kind, Report
from comments.policy import Thread
from comments.screening import Rule, Submission
from comments.states import Mode, Status
from comments.terms import Matcher

MAX_COMMENTS = 5000  # of a replay: some seconds
MAX_EXAMPLES = 20


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


def past(settings: CommentSettings, maximum: int = MAX_COMMENTS) -> Iterable[Comment]:
    """Return the comments of a publication that people decided about, the newest first."""
    rows = Comment.objects.filter(publication=settings.publication_id, kind=Kind.COMMENT, reviewed=True, staff=None)
    return rows.filter(status__in=(Status.APPROVED, Status.REJECTED, Status.SPAM)).order_by("-pk")[:maximum]


def of_rule(settings: CommentSettings, rule: Rule, maximum: int = MAX_COMMENTS) -> Replay:
    """Return the replay of one rule with its thresholds, whether it is on or not."""
    rule = replace(rule, is_on=True)
    if rule.name == "reports":
        return _of_reports(list(past(settings, maximum)), rule)
    return _replay(past(settings, maximum), lambda row: rule.check(_as_it_was(row, settings), rule))


def _of_reports(rows: list[Comment], rule: Rule) -> Replay:
    """Which comments as many readers reported as the rule says. One query for all."""
    reporters: dict[int, list[tuple[str, str]]] = defaultdict(list)
    reports = Report.objects.filter(comment__in=[row.pk for row in rows])
    for comment, source, email in reports.values_list("comment", "source", "email"):
        reporters[comment].append((source, email))
    counts = {pk: distinct_reporters(people) for pk, people in reporters.items()}
    return _replay(rows, lambda row: str(counts[row.pk]) if counts.get(row.pk, 0) >= (rule.limit or 1) else None)


def of_terms(settings: CommentSettings, terms: Iterable[str], maximum: int = MAX_COMMENTS) -> Replay:
    """Return the replay of terms, added or not. One query."""
    matcher = Matcher.of(terms)

    def find(row: Comment) -> str | None:
        match = matcher.find(row.text)
        return match[1] if match else None

    return _replay(past(settings, maximum), find)


def _as_it_was(row: Comment, settings: CommentSettings) -> Submission:
    # The thread was open, or there would be no comment: only its mode matters to a rule.
    thread = Thread(Article(pk=row.article_id), settings, Mode(settings.mode), None)
    return Submission(
        thread, text=row.text, email=row.email, sources=(row.source,) if row.source else (), at=row.posted_at,
        took=row.took, edits=row.pk,
        pseudonym=row.pseudonym,
        honeypot="?" if row.rule == "honeypot" else "",
    )  # fmt: skip


def _replay(rows: Iterable[Comment], check: Callable[[Comment], str | None]) -> Replay:
    replay = Replay()
    for row in rows:
        replay.tried += 1
        replay.since = row.posted_at
        matched = check(row)
        is_bad = row.status != Status.APPROVED
        if matched is None:
            replay.passed += is_bad
        elif is_bad:
            replay.caught += 1
            replay.right += [(row, matched)] if len(replay.right) < MAX_EXAMPLES else []
        else:
            replay.wronged += 1
            replay.wrong += [(row, matched)] if len(replay.wrong) < MAX_EXAMPLES else []
    replay.since = replay.since or timezone.now()
    return replay
