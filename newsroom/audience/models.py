"""How often each object was visited, by the hour, the day or the month. Nothing is kept of who visited it."""

import datetime as dt
from typing import Any, Self

from django.db import models
from django.db.models import Sum


class Span(models.TextChoices):
    """What a row sums up; all of them by the clock of UTC, since every publication has a time zone of its own."""

    HOUR = "hour"
    DAY = "day"
    MONTH = "month"


class VisitCountQuerySet(models.QuerySet[Any]):
    def since(self, moment: dt.datetime) -> Self:
        """Return the rows that begin at a moment or later. For moments of which there are hours, or days, still."""
        return self.filter(span__in=[Span.HOUR, Span.DAY], begins__gte=moment)

    def most_visited(self, limit: int) -> list[tuple[int, int]]:
        """Return the objects with the most visits of these rows, and their visits, the most first. One query."""
        sums = self.order_by().values("object_id").annotate(sum=Sum("visits"))
        return list(sums.order_by("-sum", "-object_id").values_list("object_id", "sum")[:limit])


class VisitCount(models.Model):
    """The visits of one object in one hour, day or month. Written by writing.py, which folds hours into days, and days
    into months."""

    object_id = models.PositiveBigIntegerField()
    span = models.CharField(max_length=5, choices=Span)
    begins = models.DateTimeField()
    visits = models.PositiveBigIntegerField()

    objects = VisitCountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_id", "span", "begins"], name="visits_once")]
        indexes = [models.Index(fields=["span", "begins"], name="visits_by_time")]

    def __str__(self) -> str:
        return f"{self.object_id}: {self.visits}"
