"""The figures of objects: their last hours one by one, and all of their visits."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Sum

from newsroom.audience.models import Span, VisitCount
from newsroom.audience.writing import start_of

HOURS = 48  # the last ones, of which each has a row still (writing.HOURS_KEPT)


@dataclass(frozen=True)
class Hours:
    """The visits of an object in each of the last hours, the oldest first; the last is the one that is not over."""

    ends: dt.datetime  # of the last hour
    visits: tuple[int, ...]

    @property
    def sum(self) -> int:
        return sum(self.visits)

    def last(self, hours: int) -> int:
        """Return the visits of the last so many hours."""
        return sum(self.visits[-hours:])

    @property
    def busiest(self) -> dt.datetime:
        """The beginning of the hour with the most visits, the latest of several."""
        ago = self.visits[::-1].index(max(self.visits)) + 1
        return self.ends - dt.timedelta(hours=ago)


def begin_of(now: dt.datetime, hours: int = HOURS) -> dt.datetime:
    """Return the beginning of the last so many hours, of which the last is the one that is not over."""
    return start_of(Span.HOUR, now) - dt.timedelta(hours=hours - 1)


def last_hours(object_ids: Collection[int], now: dt.datetime, hours: int = HOURS) -> dict[int, Hours]:
    """Return the last hours of each object, all without a visit among them. `hours`: at most HOURS. One query."""
    begins = begin_of(now, hours)
    ends = begins + dt.timedelta(hours=hours)
    visits = {object_id: [0] * hours for object_id in object_ids}
    rows = VisitCount.objects.filter(object_id__in=visits, span=Span.HOUR, begins__gte=begins, begins__lt=ends)
    for object_id, moment, number in rows.values_list("object_id", "begins", "visits"):
        visits[object_id][int((moment - begins).total_seconds()) // 3600] = number
    return {object_id: Hours(ends, tuple(numbers)) for object_id, numbers in visits.items()}


def total(object_id: int) -> int:
    """Return all visits of an object. One query."""
    return VisitCount.objects.filter(object_id=object_id).aggregate(sum=Sum("visits"))["sum"] or 0
