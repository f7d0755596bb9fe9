"""Queries that are written as any other, and whose SQL Django writes once: for the few that every page asks, where to
write it takes several times as long as to run it.

    NEWEST = Compiled(lambda site, now: Placement.objects.filter(publication=site).live(now).values_list("article")[:7])
    NEWEST.rows([(1, now)])
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.db import connection
from django.db.models import QuerySet

Row = tuple[Any, ...]
# What stands for the arguments while the SQL is written, and is looked for in its parameters.
_NUMBERS = range(7_340_033, 7_340_053)
_MOMENT = dt.datetime(2001, 2, 3, 4, 5, 6, 789, tzinfo=dt.UTC)


@dataclass
class _Written:
    """SQL, where each of its parameters comes from (an argument's number, or a value), and how columns are read."""

    sql: str
    sources: list[tuple[int | None, Any]]
    converters: list[tuple[int, list[Any], Any]]


@dataclass
class Compiled:
    """The query that `build` returns for its arguments: ids, and `now` as the last one. By values_list, sliced or not.

    The condition may not depend on the arguments in another way than by their values.
    """

    build: Callable[..., QuerySet[Any, Any]]
    numbers: int  # how many ids it takes
    written: dict[str, _Written] = field(default_factory=dict)  # by the engine of the database
    lock: Lock = field(default_factory=Lock)

    def rows(self, each: Sequence[tuple[Any, ...]]) -> list[Row]:
        """Return the rows of the query for several sets of arguments, one after the other. One query."""
        if not each:
            return []
        written = self.written.get(connection.vendor) or self._write()
        sql = " UNION ALL ".join(f"SELECT * FROM ({written.sql}) AS list{n}" for n in range(len(each)))  # noqa: S608
        parameters = [
            value if number is None else _adapted(arguments[number])
            for arguments in each
            for number, value in written.sources
        ]
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters)
            found = cursor.fetchall()
        return [_read(row, written.converters) for row in found]

    def _write(self) -> _Written:
        with self.lock:
            stand_ins = (*_NUMBERS[: self.numbers], _MOMENT)
            compiler = self.build(*stand_ins).query.get_compiler(connection=connection)
            sql, parameters = compiler.as_sql()
            adapted = [_adapted(value) for value in stand_ins]
            sources: list[tuple[int | None, Any]] = [
                (adapted.index(value), None) if value in adapted else (None, value) for value in parameters
            ]
            expressions = [expression for expression, _sql, _alias in compiler.select]
            converters = [
                (column, functions, expression)
                for column, (functions, expression) in compiler.get_converters(expressions).items()
            ]
            self.written[connection.vendor] = _Written(sql, sources, converters)
            return self.written[connection.vendor]


def _adapted(value: Any) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, dt.datetime) else value


def _read(row: Row, converters: list[tuple[int, list[Any], Any]]) -> Row:
    if not converters:
        return row
    values = list(row)
    for column, functions, expression in converters:
        for function in functions:
            values[column] = function(values[column], expression, connection)
    return tuple(values)
