"""The latest articles (« Les derniers articles ») of a publication: its own and those of sisters it subscribes to.

Each site's list is read from one index, as far as a page needs it; one query reads all of them, however many sisters
and articles there are. They share one cursor, which names a time and an article.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from articles.models import Placement, StreamSource
from articles.models.listing import ListedQuerySet
from articles.presentation import cache_tags
from newsroom.lib.keyset import Cursor, Page, ordered
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Stream:
    """Several lists read as one, with the methods of ListedQuerySet that views call."""

    publication: Publication  # on whose page it is shown
    sources: tuple[ListedQuerySet, ...]
    cache_tags: tuple[str, ...] = ()  # of the sisters that it lists

    def exclude(self, **conditions: Any) -> "Stream":
        """Return the stream without the rows that meet the conditions."""
        return Stream(self.publication, tuple(rows.exclude(**conditions) for rows in self.sources), self.cache_tags)

    def live(self, now: dt.datetime) -> "Stream":
        """Return the stream of what readers see at `now`."""
        return Stream(self.publication, tuple(rows.live(now) for rows in self.sources), self.cache_tags)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        """Return `size` rows after a cursor, the newest first, with their cards' rows. One query.

        Each article is listed once: of one that an editor placed on this site too, this site's Placement is taken.
        """
        parts = [ordered(rows, after)[: size + 1] for rows in self.sources]
        by_article: dict[int, Any] = {}
        for row in Placement.objects.union_of(parts).with_cards():
            if row.publication_id == self.publication.pk or row.article_id not in by_article:
                by_article[row.article_id] = row
        rows = sorted(by_article.values(), key=lambda row: (row.published_at, row.article_id), reverse=True)
        listed = rows[:size]
        return Page(listed, Cursor(listed[-1].published_at, listed[-1].article_id) if len(rows) > size else None)


def stream_of(publication: Publication) -> Stream:
    """Return what a publication lists as its latest articles. One query, for its subscriptions."""
    sections_by_sister: dict[int, list[int | None]] = defaultdict(list)
    for sister, section in (
        StreamSource.objects.filter(publication=publication).order_by().values_list("sister", "section")
    ):
        sections_by_sister[sister].append(section)
    sources: list[ListedQuerySet] = [Placement.objects.listed_on(publication)]
    for sister, sections in sections_by_sister.items():
        rows = Placement.objects.filter(publication=sister, article__publication=sister)
        sources.append(rows if None in sections else rows.filter(section__in=sections))
    return Stream(
        publication, tuple(sources), tuple(cache_tags.of_id("publication", sister) for sister in sections_by_sister)
    )
