"""What a moderator is shown of a comment: its words, why it is here, what it answers, who wrote it before."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, QuerySet
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from comments import screening, text
from comments.actions.moderation import available_decisions
from comments.models import Comment, Report
from comments.states import Decision, Status

KEYS = {Decision.APPROVE: "a", Decision.REJECT: "r", Decision.SPAM: "s", Decision.BLOCK: "b"}
SHOWN_OF_HISTORY = (Status.APPROVED, Status.HELD, Status.REJECTED, Status.SPAM)


@dataclass
class Row:
    """A comment in the queue."""

    comment: Comment
    headline: str
    by_email: Counter[str]
    by_source: Counter[str]
    reports: list[Report] = field(default_factory=list)
    now: dt.datetime | None = None

    @property
    def why(self) -> str:
        """The rule that screening named; "" for none."""
        return screening.label(self.comment.rule) if self.comment.rule else ""

    @property
    def html(self) -> SafeString:
        """The words as readers get them, with what the rule matched marked."""
        return marked(text.render(self.comment.text), self.comment.matched)

    @property
    def history(self) -> list[tuple[str, str, int]]:
        """Of the same e-mail, beside this one: (status, its word, how many)."""
        return _history(self.by_email, self.comment.status)

    @property
    def source_history(self) -> list[tuple[str, str, int]]:
        """Of the same source, beside this one."""
        return _history(self.by_source, self.comment.status)

    @property
    def decisions(self) -> list[tuple[str, Any, str]]:
        """What can be decided about it: decision, its word, its key."""
        offered = available_decisions(self.comment, is_reported=bool(self.reports))
        return [(decision.value, decision.label, KEYS.get(decision, "")) for decision in offered]

    @property
    def seen(self) -> str:
        """How a decision names what it judged."""
        return f"{self.comment.pk}:{self.comment.version}"


def _history(counted: Counter[str], own: str) -> list[tuple[str, str, int]]:
    return [
        (status.value, str(status.label), number)
        for status in SHOWN_OF_HISTORY
        if (number := counted[status] - (status == own)) > 0
    ]


def marked(html: SafeString, matched: str) -> SafeString:
    """HTML of a comment with the words that a rule matched marked; as it is where they don't stand in one piece."""
    words = str(conditional_escape(matched.partition(" (")[0]))
    if len(words) < 2 or words not in html or "<" in words:
        return html
    pieces, inside = [], False
    for piece in _pieces(html):
        inside = piece.startswith("<")
        pieces.append(piece if inside else piece.replace(words, format_html("<mark>{}</mark>", mark_safe(words))))  # noqa: S308 (escaped)
    return mark_safe("".join(pieces))  # noqa: S308 (text.render's, and a mark)


def _pieces(html: str) -> Iterable[str]:
    """Tags and what stands between them."""
    start = 0
    while (at := html.find("<", start)) >= 0:
        end = html.find(">", at) + 1
        yield html[start:at]
        yield html[at:end]
        start = end
    yield html[start:]


def with_context(rows: QuerySet[Comment]) -> QuerySet[Comment]:
    """With all that a row shows of its article, and of what it answers."""
    return rows.select_related("article__live", "article__next", "article__publication", "parent", "staff")


def rows_of(comments: list[Comment], now: dt.datetime) -> list[Row]:
    """What is shown of some comments of one publication. Three queries, however many."""
    if not comments:
        return []
    same = Comment.objects.filter(publication=comments[0].publication_id)
    by_email = _counted(same, "email", {row.email for row in comments if row.email})
    by_source = _counted(same, "source", {row.source for row in comments if row.source})
    reports: dict[int, list[Report]] = defaultdict(list)
    for report in Report.objects.open().filter(comment__in=[row.pk for row in comments]).order_by("at"):
        reports[report.comment_id].append(report)
    return [
        Row(
            row,
            row.article.revision_at(now).headline if row.article.live_id else row.article.desk_headline,
            by_email[row.email],
            by_source[row.source],
            reports[row.pk],
            now,
        )
        for row in comments
    ]


def _counted(rows: Any, column: str, values: set[str]) -> dict[str, Counter[str]]:
    """How many of each status, for each value of a column."""
    counted: dict[str, Counter[str]] = defaultdict(Counter)
    if values:
        found = (
            rows.filter(**{f"{column}__in": values}).order_by().values_list(column, "status").annotate(n=Count("pk"))
        )
        for value, status, number in found:
            counted[value][status] = number
    return counted
