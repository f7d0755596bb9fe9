"""Before a rule, a term or a threshold is switched on: what it would have caught of the past, and whom it would have
wronged. Only reads.

The past is what a person decided, newest first. Rules ask the rows as they were at each comment's own hour.
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

MOST = 5000  # comments; some seconds
SHOWN = 20


@dataclass
class Replay:
    """What a rule says of the past. Lists hold the first `SHOWN`, with what matched."""

    asked: int = 0
    since: dt.datetime | None = None
    caught: int = 0  # what moderators rejected or called spam
    wronged: int = 0  # what moderators approved, and it would have held
    passed: int = 0  # what moderators rejected, and it would have let through
    right: list[tuple[Comment, str]] = field(default_factory=list)
    wrong: list[tuple[Comment, str]] = field(default_factory=list)


def past(settings: CommentSettings, most: int = MOST) -> Iterable[Comment]:
    """What people decided on a publication, the newest first."""
    rows = Comment.objects.filter(publication=settings.publication_id, kind=Kind.COMMENT, reviewed=True, staff=None)
    return rows.filter(status__in=(Status.APPROVED, Status.REJECTED, Status.SPAM)).order_by("-pk")[:most]


def of_rule(settings: CommentSettings, rule: Rule, most: int = MOST) -> Replay:
    """Replays one rule with the limits at hand, whether it is on or not."""
    rule = replace(rule, is_on=True)
    if rule.name == "reports":
        return _of_reports(list(past(settings, most)), rule)
    return _replay(past(settings, most), lambda row: rule.check(_as_it_was(row, settings), rule))


def _of_reports(rows: list[Comment], rule: Rule) -> Replay:
    """Which comments as many readers had reported before anybody decided. One query for all."""
    who: dict[int, list[tuple[str, str]]] = defaultdict(list)
    made = Report.objects.filter(comment__in=[row.pk for row in rows])
    for comment, source, email in made.values_list("comment", "source", "email"):
        who[comment].append((source, email))
    found = {pk: distinct_reporters(told) for pk, told in who.items()}
    return _replay(rows, lambda row: str(found[row.pk]) if found.get(row.pk, 0) >= (rule.limit or 1) else None)


def of_terms(settings: CommentSettings, terms: Iterable[str], most: int = MOST) -> Replay:
    """Replays terms that nobody has added yet."""
    matcher = Matcher.of(terms)

    def find(row: Comment) -> str | None:
        found = matcher.find(row.text)
        return found[1] if found else None

    return _replay(past(settings, most), find)


def _as_it_was(row: Comment, settings: CommentSettings) -> Submission:
    # The thread was open, or there were no comment: only its mode matters to a rule.
    thread = Thread(Article(pk=row.article_id), settings, Mode(settings.mode), None)
    return Submission(
        thread, text=row.text, email=row.email, source=row.source, at=row.posted_at, took=row.took, edits=row.pk,
        pseudonym=row.pseudonym,
        honeypot="?" if row.rule == "honeypot" else "",
    )  # fmt: skip


def _replay(rows: Iterable[Comment], check: Callable[[Comment], str | None]) -> Replay:
    replay = Replay()
    for row in rows:
        replay.asked += 1
        replay.since = row.posted_at
        matched = check(row)
        is_bad = row.status != Status.APPROVED
        if matched is None:
            replay.passed += is_bad
        elif is_bad:
            replay.caught += 1
            replay.right += [(row, matched)] if len(replay.right) < SHOWN else []
        else:
            replay.wronged += 1
            replay.wrong += [(row, matched)] if len(replay.wrong) < SHOWN else []
    replay.since = replay.since or timezone.now()
    return replay
