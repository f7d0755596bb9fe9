"""Paging by a cursor: an address says after which row a page begins, so that page 500 costs what page 1 does.

A list is ordered by (published_at, article) downwards; its cursor is that pair of the last row shown, and the next page
is found by one row comparison, `(published_at, article_id) < (…, …)`, which an index answers. (Django spells tuple
comparison as ORs on SQLite, which no index answers.)
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import BooleanField, DateTimeField, F, Func, IntegerField, Model, QuerySet, Value

Row = TypeVar("Row", bound=Model)


class BadCursor(ValueError):
    """A cursor in an address that `str(Cursor)` did not write."""


@dataclass(frozen=True)
class Cursor:
    """The position of a row in a list: when it was published, and its article's id."""

    published_at: dt.datetime
    article_id: int

    def __str__(self) -> str:
        moment = self.published_at.astimezone(dt.UTC)
        return f"{moment:%Y%m%dT%H%M%S}.{moment.microsecond:06d}-{self.article_id}"

    @classmethod
    def parse(cls, text: str) -> "Cursor":
        """Return the cursor that `str()` wrote. Raises BadCursor on anything else."""
        try:
            moment, _, article_id = text.partition("-")
            if not (article_id.isascii() and article_id.isdigit() and len(article_id) <= 18):
                raise ValueError(text)
            return cls(dt.datetime.strptime(moment, "%Y%m%dT%H%M%S.%f").replace(tzinfo=dt.UTC), int(article_id))
        except ValueError as error:
            raise BadCursor(text) from error


class _RowBefore(Func):
    """(a, b) < (c, d) as SQL's own row comparison."""

    arity = 4
    output_field = BooleanField()
    conditional = True

    def as_sql(  # type: ignore[override]  # a template of four parts, which Func has no place for
        self, compiler: Any, connection: Any, **extra: Any
    ) -> tuple[str, list[Any]]:
        parts = [compiler.compile(expression) for expression in self.source_expressions]
        (a, b, c, d) = (sql for sql, _ in parts)
        return f"(({a}, {b}) < ({c}, {d}))", [value for _, params in parts for value in params]


@dataclass(frozen=True)
class Page(Generic[Row]):
    """One page of a list: its rows, and the cursor of the next page or None at the end."""

    rows: Sequence[Row]
    next: Cursor | None


def page(queryset: QuerySet[Row], size: int, after: Cursor | None = None, tie: str = "article_id") -> "Page[Row]":
    """Return `size` rows of a queryset after the cursor, newest `published_at` first, then greatest `tie`."""
    rows: list[Any] = list(ordered(queryset, after, tie)[: size + 1])
    has_more = len(rows) > size
    rows = rows[:size]
    return Page(rows, Cursor(rows[-1].published_at, getattr(rows[-1], tie)) if has_more else None)


def ordered(queryset: QuerySet[Row], after: Cursor | None = None, tie: str = "article_id") -> QuerySet[Row]:
    """Return a queryset in the order of pages, those after the cursor only."""
    queryset = queryset.order_by("-published_at", f"-{tie}")
    if after:
        queryset = queryset.filter(
            _RowBefore(
                F("published_at"),
                F(tie),
                Value(after.published_at, output_field=DateTimeField()),
                Value(after.article_id, output_field=IntegerField()),
            )
        )
        # The first condition: of two that end a range, SQLite goes by the first, and from the time of now it would read
        # all rows that come before the page.
        conditions = queryset.query.where.children
        conditions.insert(0, conditions.pop())
    return queryset
