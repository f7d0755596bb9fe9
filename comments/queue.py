"""The queues of moderators: tabs, and the questions by which each is a queryset over comments, never a stored list."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comments.models import Comment, Report
from comments.states import Status
from newsroom.lib.text import fold, whole_number
from newsroom.publications.models import Publication

Rows = QuerySet[Comment]
MAX_COUNTED = 1000


def _reported(rows: Rows) -> Rows:
    """Those with a report that no decision has answered."""
    return rows.filter(pk__in=Report.objects.open().values("comment"))


@dataclass(frozen=True)
class Tab:
    """A queue by its name in an address. `rows` narrows the comments of a publication to those of the queue."""

    name: str
    label: Any
    rows: Callable[[Rows], Rows]
    oldest_first: bool  # what waits for a moderator is shown in the order in which it came


TABS = {
    tab.name: tab
    for tab in (
        Tab("new", _("New"), lambda rows: rows.new(), True),  # type: ignore[attr-defined]  # a method of our queryset
        Tab("held", _("Held"), lambda rows: rows.filter(status=Status.HELD), True),
        Tab("reported", _("Reported"), _reported, True),
        Tab("spam", _("Spam"), lambda rows: rows.filter(status=Status.SPAM), False),
        Tab("rejected", _("Rejected"), lambda rows: rows.filter(status=Status.REJECTED), False),
        Tab("approved", pgettext_lazy("comments", "Approved"), lambda rows: rows.filter(status=Status.APPROVED), False),
        Tab("all", pgettext_lazy("comments", "All"), lambda rows: rows, False),
    )
}


@dataclass(frozen=True)
class Question:
    """Which comments of a publication: a tab, and what narrows it. Stored with a batch about all that match."""

    tab: str = "new"
    words: str = ""
    article: int = 0
    reader: int = 0  # the id of a comment: those of the same e-mail or source
    rule: str = ""
    as_of: str = ""  # a time (ISO 8601): a comment edited since is another text, and does not match
    by_email: bool = True  # whether words are looked for in e-mails too, which not every member of the staff may see

    def rows(self, publication: Publication) -> Rows:
        """Return all that match, in no order."""
        rows = TABS[self.tab].rows(Comment.objects.filter(publication=publication))
        if self.article:
            rows = rows.filter(article=self.article)
        if self.rule:
            rows = rows.filter(rule=self.rule)
        if self.words:
            matching = Q(search_key__contains=fold(self.words))
            if self.by_email:
                matching |= Q(email__contains=self.words.lower())
            if number := whole_number(self.words.lstrip("#")):
                matching |= Q(pk=number)
            rows = rows.filter(matching)
        if self.as_of:
            rows = rows.exclude(edited_at__gt=dt.datetime.fromisoformat(self.as_of))
        if self.reader:
            rows = rows.filter(same_reader(Comment.objects.filter(publication=publication, pk=self.reader).first()))
        return rows

    def ordered_rows(self, publication: Publication) -> Rows:
        """Return all that match, in the order in which a moderator works through them."""
        return self.rows(publication).order_by("pk" if TABS[self.tab].oldest_first else "-pk")

    @property
    def as_json(self) -> dict[str, Any]:
        """The arguments that make the same question again."""
        return asdict(self)


def same_reader(comment: Comment | None) -> Q:
    """Return the condition for comments of the same e-mail or of the same source; itself alone, if it has neither."""
    if comment is None or not (comment.email or comment.source):
        return Q(pk=comment.pk if comment else None)
    by_email = Q(email=comment.email) if comment.email else Q()
    return by_email | Q(source=comment.source) if comment.source else by_email


def capped(rows: Rows, maximum: int = MAX_COUNTED) -> str:
    """Return how many rows there are, counted no further than `maximum`: "12", "1000+". One query."""
    number = len(rows.order_by().values_list("pk")[: maximum + 1])
    return f"{maximum}+" if number > maximum else str(number)
