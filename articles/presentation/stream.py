"""« Les derniers articles »: a publication's own articles mixed with those it takes from its sisters, by their hours.

Each site's list is one index, read as far as a page needs; one query asks for all of them, however many sisters and
articles there are. One cursor serves all, since it names an hour and an article.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from articles.models import Placement, StreamSource
from articles.models.listing import ListedQuerySet
from newsroom.lib.keyset import Cursor, Page, ordered
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Stream:
    """Several lists read as one; it has what views ask of a list."""

    publication: Publication  # whose page it stands on
    sources: tuple[ListedQuerySet, ...]
    cache_tags: tuple[str, ...] = ()  # of the sisters whose news changes it

    def exclude(self, **conditions: Any) -> "Stream":
        return Stream(self.publication, tuple(rows.exclude(**conditions) for rows in self.sources), self.cache_tags)

    def live(self, now: dt.datetime) -> "Stream":
        return Stream(self.publication, tuple(rows.live(now) for rows in self.sources), self.cache_tags)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        """`size` rows, newest first, each article once: one that was placed here by hand is this site's own row."""
        parts = [ordered(rows, after)[: size + 1] for rows in self.sources]
        found: dict[int, Any] = {}
        for row in Placement.objects.union_of(parts).with_cards():
            if row.publication_id == self.publication.pk or row.article_id not in found:
                found[row.article_id] = row
        rows = sorted(found.values(), key=lambda row: (row.published_at, row.article_id), reverse=True)
        shown = rows[:size]
        return Page(shown, Cursor(shown[-1].published_at, shown[-1].article_id) if len(rows) > size else None)


def stream_of(publication: Publication) -> Stream:
    """What a publication lists as its latest articles. One query, for what it takes."""
    sections_by_sister: dict[int, list[int | None]] = defaultdict(list)
    for sister, section in (
        StreamSource.objects.filter(publication=publication).order_by().values_list("sister", "section")
    ):
        sections_by_sister[sister].append(section)
    sources: list[ListedQuerySet] = [Placement.objects.listed_on(publication)]
    for sister, sections in sections_by_sister.items():
        rows = Placement.objects.filter(publication=sister, article__publication=sister)
        sources.append(rows if None in sections else rows.filter(section__in=sections))
    return Stream(publication, tuple(sources), tuple(f"publication:{sister}" for sister in sections_by_sister))
