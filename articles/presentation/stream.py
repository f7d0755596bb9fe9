"""The latest articles (« Les derniers articles ») of a publication: its own and those of sisters it subscribes to.

Each site's list is read from one index, as far as a page needs it; one query reads all of them, however many sisters
and articles there are. They share one cursor, which names a time and an article.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from articles.models import Placement, StreamSource
from articles.models.listing import ListedQuerySet
from articles.presentation import cache_tags
from articles.presentation.cards import card_key
from newsroom.lib.keyset import Cursor, Page, ordered
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part
from newsroom.publications.parts import publication_of, rendered

LATEST_CARDS = 6


@dataclass(frozen=True)
class Stream:
    """Several lists read as one, with the methods of ListedQuerySet that views call."""

    sources: tuple[ListedQuerySet, ...]
    cache_tags: tuple[str, ...]  # of the lists that it mixes

    def exclude(self, **conditions: Any) -> "Stream":
        """Return the stream without the rows that meet the conditions."""
        return Stream(tuple(rows.exclude(**conditions) for rows in self.sources), self.cache_tags)

    def live(self, now: dt.datetime) -> "Stream":
        """Return the stream of what readers see at `now`."""
        return Stream(tuple(rows.live(now) for rows in self.sources), self.cache_tags)

    def page(self, size: int, after: Cursor | None = None) -> Page[Any]:
        """Return `size` rows after a cursor, the newest first: their article's id and time. One query.

        Each article is listed once, however many of the sites list it.
        """
        parts = [ordered(rows, after)[: size + 1] for rows in self.sources]
        by_article = {row.article_id: row for row in Placement.objects.all().rows_of(parts)}
        rows = sorted(by_article.values(), key=lambda row: (row.published_at, row.article_id), reverse=True)
        listed = rows[:size]
        return Page(listed, Cursor(listed[-1].published_at, listed[-1].article_id) if len(rows) > size else None)


@part
def sisters(making: Making, publication: int) -> dict[int, list[int | None]]:
    """Return what a publication mixes in: by the id of each sister, those of her sections, None for all. One query."""
    making.tag(cache_tags.of_id("front", publication))
    sections_by_sister: dict[int, list[int | None]] = defaultdict(list)
    rows = StreamSource.objects.filter(publication=publication).order_by()
    for sister, section in rows.values_list("sister", "section"):
        sections_by_sister[sister].append(section)
    return dict(sections_by_sister)


def stream_of(making: Making, publication: int) -> Stream:
    """Return what a publication lists as its latest articles. No query while its sisters are held."""
    sources: list[ListedQuerySet] = [Placement.objects.filter(publication=publication)]
    tags = [cache_tags.list_of("publication", publication)]
    for sister, sections in making.get(sisters, publication).items():
        rows = Placement.objects.filter(publication=sister, article__publication=sister)
        if None in sections:
            tags.append(cache_tags.list_of("publication", sister))
        else:
            rows = rows.filter(section__in=sections)
            tags += [cache_tags.list_of("section", section) for section in sections if section]
        sources.append(rows)
    return Stream(tuple(sources), tuple(tags))


@part
def latest(making: Making, publication: int) -> Fragment:
    """Make the latest articles of a publication as they stand beside an article, which they leave out. One query."""
    stream = stream_of(making, publication)
    making.tag(*stream.cache_tags)
    rows = stream.live(timezone.now()).page(LATEST_CARDS + 1).rows
    options = [(row.article_id, card_key(publication, row.article_id, "beside")) for row in rows]
    return rendered(
        making, "articles/parts/beside.html", publication_of(making, publication), is_optional=True,
        cards=making.choose(options, LATEST_CARDS),
    )  # fmt: skip
