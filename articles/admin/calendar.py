"""A month of a publication: what readers got, what waits for its time, and what the desk owes itself."""

import calendar
import datetime as dt
import re
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from newsroom.desk.current import current_publication
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may
from newsroom.timestamps import month_name, months_beside

SHOWN_A_DAY = 6  # in a month; a day that has more leads to a page of its own
MOST = 5_000  # of one kind in a month: four newsrooms like ours
FIRST_YEAR, LAST_YEAR = 1990, 2200


@dataclass(frozen=True, order=True)
class Entry:
    """Something at a set time: `what` names its colour and its words. Its headline is read only where it is shown."""

    at: dt.datetime
    article: int
    what: str
    headline: str = ""

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
    """A day of the grid; `inside` the month, or beside it to fill a week. `more`: how many entries it does not show."""

    date: dt.date
    inside: bool
    is_today: bool
    entries: list[Entry]
    more: int = 0

    @property
    def url(self) -> str:
        return f"?day={self.date:%Y-%m-%d}"


def month(request: HttpRequest) -> HttpResponse:
    """Return a month (`month=2026-11`; by default this one) of the current publication, or a day (`day=2026-11-07`).

    Five queries. A month shows SHOWN_A_DAY entries of a day, a day all of them.
    """
    publication = current_publication(request)
    if publication is None or not may(request.user, "article.view", publication):
        raise PermissionDenied
    language = get_language() or "en"
    today = timezone.now().astimezone(publication.zone).date()
    date = _asked_day(request.GET.get("day", ""))
    year, number = (
        (date.year, date.month) if date else _asked(request.GET.get("month", "")) or (today.year, today.month)
    )
    context: dict[str, Any] = {
        **admin.site.each_context(request),
        "opts": Article._meta,
        "labels": LABELS.items(),
        "month": (f"{year:04d}-{number:02d}", month_name(year, number, language)),
    }
    if date:
        entries = _with_headlines(_entries(publication, [date])).get(date, [])
        context |= {"title": formats.date_format(date, "l j F Y").capitalize(), "entries": entries}
        return TemplateResponse(request, "admin/articles/article/calendar_day.html", context)
    grid = calendar.Calendar().monthdatescalendar(year, number)
    inside = [date for week in grid for date in week if date.month == number]
    by_day = _entries(publication, inside)
    shown = _with_headlines({date: by_day[date][:SHOWN_A_DAY] for date in inside})
    preceding, following = months_beside(year, number)
    context |= {
        "title": month_name(year, number, language).capitalize(),
        "weeks": [
            [
                Day(date, date.month == number, date == today, shown.get(date, []), len(by_day[date]) - SHOWN_A_DAY)
                for date in week
            ]
            for week in grid
        ],
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


def _asked_day(text: str) -> dt.date | None:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) and _asked(text[:7]):
        with suppress(ValueError):
            return dt.date.fromisoformat(text)
    return None


def _entries(publication: Publication, days: list[dt.date]) -> dict[dt.date, list[Entry]]:
    """Return the entries of days that follow each other, without headlines: publications, changes, withdrawals,
    deadlines, in the order of their times.

    A withdrawn article keeps the entry of its publication. Only the index of each column is read.
    """
    now, zone = timezone.now(), publication.zone
    start, end = (dt.datetime.combine(day, dt.time(), zone) for day in (days[0], days[-1] + dt.timedelta(days=1)))
    found = []
    for what, column, rows in (
        ("published", "published_at", Q(live__isnull=False)),
        ("change", "next_at", Q()),
        ("withdrawal", "withdrawn_at", Q(live__isnull=False)),
        ("deadline", "deadline", Q(draft__isnull=False)),
    ):
        between = {f"{column}__gte": start, f"{column}__lt": end}
        times = Article.objects.filter(rows, publication=publication, **between).order_by(column)
        for pk, moment in times.values_list("pk", column)[:MOST]:
            found.append(Entry(moment, pk, "scheduled" if what == "published" and moment > now else what))
    by_day: dict[dt.date, list[Entry]] = defaultdict(list)
    for entry in sorted(found):
        by_day[entry.at.astimezone(zone).date()].append(entry)
    return by_day


def _with_headlines(by_day: dict[dt.date, list[Entry]]) -> dict[dt.date, list[Entry]]:
    """Return the same entries with the headlines of their articles. One query."""
    articles = {entry.article for entries in by_day.values() for entry in entries}
    headlines = dict(Article.objects.filter(pk__in=articles).values_list("pk", "desk_headline"))
    return {
        day: [replace(entry, headline=headlines[entry.article]) for entry in entries] for day, entries in by_day.items()
    }
