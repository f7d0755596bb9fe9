"""Writing visits: what a process counted, and folding: hours into days, days into months.

So an article has at most 72 rows of hours, 121 of days and 12 of months a year, however often it is read.
"""

import datetime as dt
from collections import Counter
from collections.abc import Mapping

from django.db import connection, transaction

from newsroom.audience.models import Span, VisitCount

HOURS_KEPT = dt.timedelta(hours=48)  # after a day's end; then the day has one row
DAYS_KEPT = dt.timedelta(days=90)  # after a month's end; then the month has one row

# One statement a row, whether it is there or not: SQLite and PostgreSQL spell it alike.
_ADD = """
    INSERT INTO audience_visitcount (object_id, span, begins, visits) VALUES (%s, %s, %s, %s)
    ON CONFLICT (object_id, span, begins) DO UPDATE SET visits = audience_visitcount.visits + excluded.visits
"""


def start_of(span: Span, moment: dt.datetime) -> dt.datetime:
    """Return the beginning of the hour, day or month (of UTC) that a moment is in."""
    start = moment.astimezone(dt.UTC).replace(minute=0, second=0, microsecond=0)
    if span == Span.HOUR:
        return start
    return start.replace(hour=0) if span == Span.DAY else start.replace(hour=0, day=1)


def end_of(span: Span, moment: dt.datetime) -> dt.datetime:
    """Return the end of the hour, day or month that a moment is in."""
    longest = {Span.HOUR: dt.timedelta(hours=1), Span.DAY: dt.timedelta(days=1), Span.MONTH: dt.timedelta(days=31)}
    return start_of(span, start_of(span, moment) + longest[span])


@transaction.atomic
def add(visits: Mapping[int, int], at: dt.datetime, span: Span = Span.HOUR) -> None:
    """Add visits, by the id of their object, to the hour (or day, or month) of a moment. One short transaction.

    Rows are locked in the order of ids, so that processes that do so at once wait for each other and never block.
    """
    begins = connection.ops.adapt_datetimefield_value(start_of(span, at))
    rows = [(object_id, span.value, begins, visits[object_id]) for object_id in sorted(visits)]
    with connection.cursor() as cursor:
        cursor.executemany(_ADD, rows)


def fold(now: dt.datetime) -> None:
    """Fold the hours of each day that ended HOURS_KEPT ago, and the days of each month that ended DAYS_KEPT ago."""
    _fold(Span.HOUR, Span.DAY, start_of(Span.DAY, now - HOURS_KEPT))
    _fold(Span.DAY, Span.MONTH, start_of(Span.MONTH, now - DAYS_KEPT))


def _fold(short: Span, long: Span, until: dt.datetime) -> None:
    rows = VisitCount.objects.filter(span=short, begins__lt=until)
    while earliest := rows.order_by("begins").values_list("begins", flat=True).first():
        _fold_one(short, long, earliest)


@transaction.atomic
def _fold_one(short: Span, long: Span, moment: dt.datetime) -> None:
    """Fold the rows of one day, or month. Nobody adds to them any more."""
    begins, ends = start_of(long, moment), end_of(long, moment)
    rows = VisitCount.objects.filter(span=short, begins__gte=begins, begins__lt=ends)
    sums: Counter[int] = Counter()
    if connection.features.has_select_for_update:
        rows = rows.select_for_update()
    folded = list(rows.order_by("pk").values_list("pk", "object_id", "visits"))
    for _pk, object_id, visits in folded:
        sums[object_id] += visits
    add(sums, begins, long)
    VisitCount.objects.filter(span=short, begins__gte=begins, begins__lt=ends).delete()
