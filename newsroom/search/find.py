"""Finding: what the apps whose texts are found call."""

import datetime as dt
from dataclasses import dataclass

from newsroom.search.engines import Facets, engine
from newsroom.search.models import LAST_ID, Document, DocumentQuerySet, document_id, object_of
from newsroom.search.query import Query
from newsroom.search.ranking import ranked
from newsroom.search.spelling import beginning_with

# Of a word that is everywhere, the newest are ranked: MOST with it in the head, and as many with it anywhere. Of many
# words fewer are, since each word is counted in each document.
MOST, LEAST, MOST_COUNTED = 200, 50, 1_000


@dataclass(frozen=True)
class Span:
    """The time in which what is found was shown first: from `since`, before `until`; None for any."""

    since: dt.datetime | None = None
    until: dt.datetime | None = None

    @property
    def ids(self) -> tuple[int, int]:
        """The least id of its documents, and the id that all are below."""
        first = document_id(self.since, 0) if self.since else 0
        return first, document_id(self.until, 0) if self.until else LAST_ID


@dataclass(frozen=True)
class Found:
    """Ids of objects, the best first. `is_all`: there are no others."""

    objects: list[int]
    is_all: bool


NOTHING, ALWAYS = Found([], is_all=True), Span()


def facet(kind: str, value: object) -> str:
    """Return the word of a facet in a document: facet("tag", 12). `kind`: letters, `value`: letters and digits."""
    return f"xf{kind}x{value}"


def find(model: type[Document], query: Query, facets: Facets, now: dt.datetime, span: Span = ALWAYS) -> Found:
    """Return the objects whose documents answer a query, ranked, among those that are shown at `now`.

    Three queries, whose cost the limits above bound.
    """
    if not query:
        return NOTHING
    index, most = engine(), max(LEAST, min(MOST, MOST_COUNTED // len(query.terms)))
    anywhere = index.newest(model, query, facets, span.ids, most, in_head=False)
    ids, is_all = set(anywhere), len(anywhere) < most
    if not is_all:
        ids |= set(index.newest(model, query, facets, span.ids, most, in_head=True))
    shown = DocumentQuerySet(model).filter(pk__in=ids).shown(now).defer("facets", "spellings")
    return Found(list(dict.fromkeys(row.object_id for row in ranked(shown, query, now))), is_all)


def newest(
    model: type[Document],
    query: Query,
    facets: Facets,
    now: dt.datetime,
    span: Span = ALWAYS,
    size: int = 2 * MOST,
) -> Found:
    """Return the objects whose documents answer a query, the newest first, `size` at most. Two queries."""
    if not query:
        return NOTHING
    ids = engine().newest(model, query, facets, span.ids, size, in_head=False)
    rows = DocumentQuerySet(model).filter(pk__in=ids).shown(now).order_by("-pk")
    return Found(list(dict.fromkeys(rows.values_list("object_id", flat=True))), len(ids) < size)


def newest_of_all(model: type[Document], query: Query, facets: Facets, size: int) -> list[int]:
    """Return the same whenever they are shown: of documents that are shown always. One query."""
    if not query:
        return []
    return [object_of(pk) for pk in engine().newest(model, query, facets, ALWAYS.ids, size, in_head=False)]


def newest_with(model: type[Document], facets: Facets, size: int) -> list[int]:
    """Return the objects whose documents have one of each group of facets, whatever their words. One query."""
    return [object_of(pk) for pk in engine().newest(model, Query(()), facets, ALWAYS.ids, size, in_head=False)]


def with_longer(model: type[Document], query: Query) -> Query:
    """Return the query that also finds words which its last one begins. One query, or none."""
    return query.with_longer(beginning_with(model, query.last)) if query.last else query
