"""« Les derniers articles »: a publication's own stories mixed with those it takes from its sisters, by their hours.

Each site's list is one index; so each is read as far as a page needs, and the pages are merged: a query a sister,
however many stories there are. One cursor serves all of them, since it names an hour and a story.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from articles.models import Placement, Taken
from articles.models.listing import ListedQuerySet
from newsroom.lib.keyset import Cursor, Page
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Stream:
    """Several lists read as one; it has what views ask of a list."""

    sources: tuple[ListedQuerySet, ...]
    cache_tags: tuple[str, ...] = ()  # of the sisters whose news changes it

    def exclude(self, **conditions: Any) -> "Stream":
        return Stream(tuple(rows.exclude(**conditions) for rows in self.sources), self.cache_tags)

    def live(self, now: dt.datetime) -> "Stream":
        return Stream(tuple(rows.live(now) for rows in self.sources), self.cache_tags)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        """`size` rows, newest first, each story once: one that was placed here by hand is this site's own row."""
        pages = [rows.page(size, after) for rows in self.sources]
        found: dict[int, Any] = {}
        for part in pages:  # this site's own come first
            for row in part.rows:
                found.setdefault(row.article_id, row)
        ordered = sorted(found.values(), key=lambda row: (row.published_at, row.article_id), reverse=True)
        shown = ordered[:size]
        more = len(ordered) > size or any(part.next for part in pages)
        return Page(shown, Cursor(shown[-1].published_at, shown[-1].article_id) if shown and more else None)


def stream_of(publication: Publication) -> Stream:
    """What a publication lists as its latest stories. One query, for what it takes."""
    taken: dict[int, list[int | None]] = defaultdict(list)
    for sister, section in Taken.objects.filter(publication=publication).order_by().values_list("sister", "section"):
        taken[sister].append(section)
    sources: list[ListedQuerySet] = [Placement.objects.listed_on(publication)]
    for sister, sections in taken.items():
        rows = Placement.objects.filter(publication=sister, article__publication=sister)
        sources.append(rows if None in sections else rows.filter(section__in=sections))
    return Stream(tuple(sources), tuple(f"publication:{sister}" for sister in taken))
