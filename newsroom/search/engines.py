"""The two engines: SQLite's FTS5 and PostgreSQL's tsvectors, asked alike for the newest documents that match.

Words come from analyser.py, of letters and digits alone, so nothing in them can be read as syntax; the names of tables
and columns are ours (hence the exceptions of S608).
"""

from collections.abc import Iterable, Sequence
from typing import Any, Protocol

from django.db import DatabaseError, connection

from newsroom.search.models import LAST_ID, Document
from newsroom.search.query import Phrase, Query, Term

Facets = Sequence[Sequence[str]]  # words of find.facet: any of each group
Ids = tuple[int, int]  # from the first one on, below the second
EVERY_ID: Ids = (0, LAST_ID)


class Engine(Protocol):
    """A database's full-text index."""

    def newest(
        self, model: type[Document], query: Query, facets: Facets, ids: Ids, limit: int, *, in_head: bool
    ) -> list[int]:
        """Return the ids of documents that match, the newest first, at most `limit` of those in the range `ids`. One
        query. `in_head`: that have every word in headline, standfirst or names."""

    def forget(self, model: type[Document]) -> None:
        """Make the index's own pages forget what was deleted."""


class FTS5:
    """SQLite's FTS5 (sqlite.org/fts5.html)."""

    PAGES_AT_ONCE = 500

    def newest(
        self, model: type[Document], query: Query, facets: Facets, ids: Ids, limit: int, *, in_head: bool
    ) -> list[int]:
        fields = "headline standfirst names" if in_head else "headline standfirst names body"
        wanted = [f"({{{fields}}} : ({self._term(term)}))" for term in query.terms]
        wanted += [f"(facets : ({_any(self._phrase((facet,)) for facet in group)}))" for group in facets]
        match = " AND ".join(wanted)
        if query.excluded:
            unwanted = _any(map(self._term, query.excluded))
            match = f"({match}) NOT ({{headline standfirst names body}} : ({unwanted}))"
        table = f"{model._meta.db_table}_words"
        statement = f"SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid >= %s AND rowid < %s "  # noqa: S608
        return _ids(f"{statement}ORDER BY rowid DESC LIMIT %s", [match, *ids, limit])

    def forget(self, model: type[Document]) -> None:
        """In steps, each a transaction of its own: "merge" until it has nothing to do."""
        table = f"{model._meta.db_table}_words"
        pages = -self.PAGES_AT_ONCE  # the first call prepares all segments to be merged into one
        with connection.cursor() as cursor:
            while True:
                before = _changes(cursor)
                cursor.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('merge', %s)", [pages])  # noqa: S608
                if _changes(cursor) - before < 2:  # as sqlite.org/fts5.html, 6.8, says it is told
                    return
                pages = self.PAGES_AT_ONCE

    def _term(self, term: Term) -> str:
        return _any(map(self._phrase, (*term.phrases, *term.longer)))

    def _phrase(self, words: Phrase) -> str:
        return '"' + " ".join(word.replace('"', "") for word in words) + '"'


class TSVectors:
    """PostgreSQL's text search (postgresql.org/docs/current/textsearch.html); vectors are made by the database."""

    def newest(
        self, model: type[Document], query: Query, facets: Facets, ids: Ids, limit: int, *, in_head: bool
    ) -> list[int]:
        wanted = [f"({self._term(term)})" for term in query.terms]
        wanted += [f"({_any((self._phrase((facet,)) for facet in group), '|')})" for group in facets]
        values: list[Any] = [" & ".join(wanted)]
        conditions = [f"{'head_words' if in_head else 'all_words'} @@ %s::tsquery"]
        if query.excluded:  # wherever it stands
            conditions.append("NOT all_words @@ %s::tsquery")
            values.append(_any(map(self._term, query.excluded), "|"))
        if ids != EVERY_ID:
            conditions.append("id >= %s AND id < %s")
            values += ids
        table, where = model._meta.db_table, " AND ".join(conditions)
        return _ids(f"SELECT id FROM {table} WHERE {where} ORDER BY id DESC LIMIT %s", [*values, limit])  # noqa: S608

    def forget(self, model: type[Document]) -> None:
        """VACUUM FULL of the tables, which expunging does for all, makes their indexes anew."""

    def _term(self, term: Term) -> str:
        return _any(map(self._phrase, (*term.phrases, *term.longer)), "|")

    def _phrase(self, words: Phrase) -> str:
        return "(" + " <-> ".join("'" + word.replace("'", "").replace("\\", "") + "'" for word in words) + ")"


def engine() -> Engine:
    """Return the engine of the database. Raises DatabaseError where there is none."""
    if connection.vendor == "sqlite":
        return FTS5()
    if connection.vendor == "postgresql":
        return TSVectors()
    raise DatabaseError(f"There is no search on {connection.vendor}.")


def _any(parts: Iterable[str], sign: str = "OR") -> str:
    return f" {sign} ".join(parts)


def _ids(statement: str, values: list[Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


def _changes(cursor: Any) -> int:
    changes: int = cursor.execute("SELECT total_changes()").fetchone()[0]
    return changes
