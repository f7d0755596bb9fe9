"""A month of a publication: what readers got, what waits for its time, and what the desk owes itself."""

import calendar
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from newsroom.desk.current import current_publication
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may
from newsroom.timestamps import month_name, month_span, months_beside

SHOWN_A_DAY = 6  # the others are folded
MOST = 2_000  # of one kind in a month: two newsrooms like ours
FIRST_YEAR, LAST_YEAR = 1990, 2200


@dataclass(frozen=True, order=True)
class Entry:
    """Something at a set time: `what` names its colour and its words."""

    at: dt.datetime
    headline: str
    article: int
    what: str

    @property
    def url(self) -> str:
        return reverse("admin:articles_article_change", args=[self.article])

    @property
    def label(self) -> Any:
        return LABELS[self.what]


LABELS = {
    "published": _("published"),
    "scheduled": _("scheduled"),
    "change": _("change scheduled"),
    "withdrawal": _("withdrawal"),
    "deadline": _("deadline"),
}


@dataclass(frozen=True)
class Day:
    """A day of the grid; `inside` the month, or beside it to fill a week."""

    date: dt.date
    inside: bool
    is_today: bool
    entries: list[Entry]

    @property
    def shown(self) -> list[Entry]:
        return self.entries[:SHOWN_A_DAY]

    @property
    def folded(self) -> list[Entry]:
        return self.entries[SHOWN_A_DAY:]


def month(request: HttpRequest) -> HttpResponse:
    """Return a month (`month=2026-11`; by default this one) of the current publication. Four queries."""
    publication = current_publication(request)
    if publication is None or not may(request.user, "article.view", publication):
        raise PermissionDenied
    today = timezone.now().astimezone(publication.zone).date()
    year, number = _asked(request.GET.get("month", "")) or (today.year, today.month)
    preceding, following = months_beside(year, number)
    start, end = month_span(year, number, publication.zone)
    by_day: dict[dt.date, list[Entry]] = defaultdict(list)
    for entry in sorted(_entries(publication, start, end)):
        by_day[entry.at.astimezone(publication.zone).date()].append(entry)
    weeks = [
        [Day(date, date.month == number, date == today, by_day[date] if date.month == number else []) for date in week]
        for week in calendar.Calendar().monthdatescalendar(year, number)
    ]
    language = get_language() or "en"
    context = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "title": month_name(year, number, language).capitalize(),
        "weeks": weeks,
        "labels": LABELS.items(),
        "earlier": (f"{preceding[0]:04d}-{preceding[1]:02d}", month_name(*preceding, language)),
        "later": (f"{following[0]:04d}-{following[1]:02d}", month_name(*following, language)),
        "is_current": (year, number) == (today.year, today.month),
    }
    return TemplateResponse(request, "admin/articles/article/calendar.html", context)


def _asked(text: str) -> tuple[int, int] | None:
    named = re.fullmatch(r"(\d{4})-(\d{2})", text, re.ASCII)
    if named and FIRST_YEAR <= int(named[1]) <= LAST_YEAR and 1 <= int(named[2]) <= 12:
        return int(named[1]), int(named[2])
    return None


def _entries(publication: Publication, start: dt.datetime, end: dt.datetime) -> Iterator[Entry]:
    """Yield the calendar entries from `start` to `end`: publications, changes, withdrawals, deadlines.

    A withdrawn article keeps the entry of its publication.
    """
    now = timezone.now()
    for what, column, rows in (
        ("published", "published_at", Q(live__isnull=False)),
        ("change", "next_at", Q()),
        ("withdrawal", "withdrawn_at", Q(live__isnull=False)),
        ("deadline", "deadline", Q(draft__isnull=False)),
    ):
        between = {f"{column}__gte": start, f"{column}__lt": end}
        found = Article.objects.filter(rows, publication=publication, **between).order_by(column)
        for pk, headline, moment in found.values_list("pk", "desk_headline", column)[:MOST]:
            yield Entry(moment, headline, pk, "scheduled" if what == "published" and moment > now else what)
