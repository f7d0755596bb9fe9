"""Finding: what the apps whose texts are found call."""

import datetime as dt
from dataclasses import dataclass

from newsroom.search.engines import Facets, engine
from newsroom.search.models import Document, DocumentQuerySet
from newsroom.search.query import Query
from newsroom.search.ranking import ranked
from newsroom.search.spelling import beginning_with

# Of a word that is everywhere, the newest are ranked: as many as this, with it in the head and anywhere.
MOST_IN_HEAD, MOST_ANYWHERE = 200, 200


@dataclass(frozen=True)
class Found:
    """Ids of objects, the best first. `is_all`: there are no others."""

    objects: list[int]
    is_all: bool


def facet(kind: str, value: object) -> str:
    """Return the word of a facet in a document: facet("tag", 12). `kind`: letters, `value`: letters and digits."""
    return f"xf{kind}x{value}"


def find(model: type[Document], query: Query, facets: Facets, now: dt.datetime) -> Found:
    """Return the objects whose documents answer a query, ranked, among those that are shown at `now`.

    Three queries, whose cost the limits above bound.
    """
    if not query:
        return Found([], is_all=True)
    index = engine()
    anywhere = index.newest(model, query, facets, MOST_ANYWHERE, in_head=False, before=None)
    is_all = len(anywhere) < MOST_ANYWHERE
    ids = set(anywhere)
    if not is_all:
        ids |= set(index.newest(model, query, facets, MOST_IN_HEAD, in_head=True, before=None))
    shown = DocumentQuerySet(model).filter(pk__in=ids).shown(now).defer("facets", "spellings")
    return Found(list(dict.fromkeys(row.object_id for row in ranked(shown, query, now))), is_all)


def newest(
    model: type[Document], query: Query, facets: Facets, now: dt.datetime, *, size: int, before: int | None = None
) -> list[tuple[int, int]]:
    """Return the ids of documents and of their objects that answer a query, the newest first. Two queries."""
    if not query:
        return []
    ids = engine().newest(model, query, facets, size, in_head=False, before=before)
    rows = DocumentQuerySet(model).filter(pk__in=ids).shown(now)
    return sorted(rows.values_list("pk", "object_id"), reverse=True)


def with_longer(model: type[Document], query: Query) -> Query:
    """Return the query that also finds words which its last one begins. One query, or none."""
    return query.with_longer(beginning_with(model, query.last)) if query.last else query
