"""Strips of cards as pages show them.

All strips of a page take four queries, however many they are and whatever fills them: the strips, the ids of their
articles (with their tags, where strips are told apart by these), partners' headlines, rankings of what is read most;
each only where a strip needs it. Cards are parts.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.models import CardStrip, PartnerItem, Placement, Section, TaggedArticle
from articles.models.card_strip import StripArea, StripSource
from articles.models.listing import ListedQuerySet
from articles.presentation import cache_tags
from articles.presentation.cards import Card, card_key, partners_card
from articles.presentation.most_read import rankings
from newsroom.pagecache.fragments import Fragment
from newsroom.pagecache.parts import Making, part
from newsroom.publications.models import Publication
from newsroom.publications.parts import publication_of, rendered

# How many more headlines are read than the strips show, to replace those that are in two feeds and are shown once.
SPARE_HEADLINES = 12
TagsByArticle = dict[int, set[int]]  # by an article's id: the ids of its tags


@dataclass(frozen=True)
class FilledStrip:
    """A strip with the ids of its articles, or its cards of partners' headlines.

    Readers do not see one without. `spare`: how many of the articles are there to take another's position. `ranked`:
    those among which the ones that are read most were chosen.
    """

    strip: CardStrip
    articles: list[int]
    headlines: list[Card] = field(default_factory=list)
    spare: int = 0
    ranked: list[int] = field(default_factory=list)

    def tags(self) -> list[str]:
        """Return the cache tags of what fills it: its lists, partners, articles. Cards have their own."""
        strip = self.strip
        if strip.source == StripSource.PARTNERS:
            return [cache_tags.of_id("partner", feed) for feed in strip.feed_ids]
        if strip.source == StripSource.PICKED:
            return [cache_tags.of_id("article", article) for article in strip.article_ids]
        if strip.source == StripSource.MOST_READ:
            order = cache_tags.most_read(strip.publication_id, strip.period)
            return [order, *(cache_tags.of_id("article", article) for article in self.ranked)]
        if strip.tag_ids:
            return [cache_tags.list_of("tag", tag) for tag in strip.tag_ids] + [
                cache_tags.list_of("section", section) for section in strip.section_ids
            ]
        if strip.section_ids:
            return [cache_tags.list_of("section", section) for section in strip.section_ids]
        return [cache_tags.list_of("publication", strip.source_publication_id or 0)]

    def fragment(self, on: Publication, reading: Making) -> Fragment:
        """Return the strip as HTML of a page of `on`, with its cards as parts; empty where it has none."""
        making = Making(reading.reading)
        style = "beside" if self.strip.area == StripArea.BESIDE else "strip"
        options = [(pk, card_key(on.pk, pk, style)) for pk in self.articles]
        return rendered(
            making, "articles/parts/strip.html", on, is_optional=True, strip=self.strip, headlines=self.headlines,
            cards=making.choose(options, len(options) - self.spare),
        )  # fmt: skip


def strips_on(
    publication: Publication,
    *areas: str,
    now: dt.datetime,
    section: Section | None = None,
    shown: Collection[int] = (),
    spare: int = 0,
    preview_strip: int | None = None,
) -> list[FilledStrip]:
    """Return the filled strips in these areas (StripArea) of a publication's page, in order. Three queries to five.

    `section`: the page's section, for strips that are shown on one section's page only. `shown`: the ids of articles
    that the page shows above, which only an editor's pick and what is read most repeat. `spare`: for how many articles
    each has another. `preview_strip`: the id of a strip to show though readers do not see it yet.
    """
    rows = CardStrip.objects.shown_at(publication, *areas, preview_strip=preview_strip)
    if section is not None:
        rows = rows.filter(Q(section=None) | Q(section=section))
    return fill_strips(list(rows), now=now, shown=shown, spare=spare)


def fill_strips(
    strips: Sequence[CardStrip], *, now: dt.datetime, shown: Collection[int] = (), spare: int = 0
) -> list[FilledStrip]:
    """Return strips with what fills them, in the order given; `shown` and `spare` as for strips_on.

    One query for all articles, one for their tags if strips are of tags, one for all partners' headlines, one for what
    is read most.
    """
    of_articles = [strip for strip in strips if strip.source in (StripSource.SITE, StripSource.PICKED)]
    lists = [rows for strip in of_articles for rows in _candidates(strip, now, strip.count + spare + len(shown))]
    rows = Placement.objects.all().rows_of(lists) if lists else []
    rows.sort(key=lambda row: (row.published_at, row.article_id), reverse=True)
    tags_by_article = _tags_by_article(rows) if any(strip.tag_ids for strip in of_articles) else {}
    headlines = _headlines([strip for strip in strips if strip.source == StripSource.PARTNERS])
    most_read = [strip for strip in strips if strip.source == StripSource.MOST_READ]
    ranked = rankings({(strip.publication_id, strip.period) for strip in most_read}, now)
    filled: list[FilledStrip] = []
    used_links: set[str] = set()
    for strip in strips:
        if strip.source == StripSource.PARTNERS:
            items = _without_duplicates(headlines, strip, used_links)
            filled.append(FilledStrip(strip, [], [partners_card(item) for item in items]))
            continue
        if strip.source == StripSource.MOST_READ:
            ranking = ranked[strip.publication_id, strip.period]
            articles = ranking.shown[: strip.count + spare]
            filled.append(FilledStrip(strip, articles, spare=max(0, len(articles) - strip.count), ranked=ranking.all))
            continue
        own = [row.article_id for row in rows if _belongs_to(row, strip, tags_by_article)]
        if strip.source == StripSource.PICKED:  # all of them, whatever strip.count is
            filled.append(FilledStrip(strip, sorted(own, key=strip.article_ids.index)))
        else:
            own = [pk for pk in own if pk not in shown][: strip.count + spare]
            filled.append(FilledStrip(strip, own, spare=max(0, len(own) - strip.count)))
    return filled


@part
def strips_of(making: Making, publication: int) -> list[CardStrip]:
    """Return the live strips beside and after a publication's articles. One query."""
    making.tag(cache_tags.of_id("front", publication))
    on = publication_of(making, publication)
    return list(CardStrip.objects.shown_at(on, StripArea.BESIDE, StripArea.AFTER))


@part
def beside_articles(making: Making, publication: int) -> list[FilledStrip]:
    """Return the strips beside and after a publication's articles, each with one card more than it shows."""
    filled = fill_strips(making.get(strips_of, publication), now=timezone.now(), spare=1)
    making.tag(*strip_tags(filled))
    return filled


@part
def strips_in(making: Making, publication: int, area: str) -> Fragment:
    """Make the strips of an area of a publication's articles."""
    on = publication_of(making, publication)
    filled = [row for row in making.get(beside_articles, publication) if row.strip.area == area]
    return Fragment(tuple(row.fragment(on, making) for row in filled), is_optional=True)


def _candidates(strip: CardStrip, now: dt.datetime, limit: int) -> list[ListedQuerySet]:
    """Return querysets of placements for one strip, each sliced to `limit` or limited to chosen ids.

    `fill_strips` runs them as one union.
    """
    rows = Placement.objects.filter(publication=F("article__publication")).live(now)
    if strip.source == StripSource.PICKED:
        return [rows.filter(article__in=strip.article_ids)]
    rows = rows.filter(publication=strip.source_publication_id)
    if strip.tag_ids:
        return [rows.filter(article__in_first=_newest_tagged(tag, strip, now, limit)) for tag in strip.tag_ids]
    if strip.section_ids:
        rows = rows.filter(section__in=strip.section_ids)
    return [rows.order_by("-published_at", "-article_id")[:limit]]


def _newest_tagged(tag: int, strip: CardStrip, now: dt.datetime, limit: int) -> QuerySet[Any]:
    """The ids of the newest articles with a tag, read from the index of TaggedArticle."""
    links = TaggedArticle.objects.filter(publication=strip.source_publication_id, tag=tag).live(now)
    if strip.section_ids:
        links = links.filter(
            content_object__placements__publication=strip.source_publication_id,
            content_object__placements__section__in=strip.section_ids,
        )
    return links.order_by("-published_at", "-content_object_id").values("content_object")[:limit]


def _tags_by_article(rows: Sequence[Any]) -> TagsByArticle:
    tags_by_article: TagsByArticle = defaultdict(set)
    links = TaggedArticle.objects.filter(content_object__in=[row.article_id for row in rows])
    for article, tag in links.values_list("content_object", "tag"):
        tags_by_article[article].add(tag)
    return tags_by_article


def _belongs_to(row: Any, strip: CardStrip, tags_by_article: TagsByArticle) -> bool:
    """Whether a row that was read for all strips fills this one: the conditions of _candidates() again."""
    if strip.source == StripSource.PICKED:
        return row.article_id in strip.article_ids
    return (
        row.publication_id == strip.source_publication_id
        and (not strip.section_ids or row.section_id in strip.section_ids)
        and (not strip.tag_ids or not tags_by_article[row.article_id].isdisjoint(strip.tag_ids))
    )


def _headlines(strips: Sequence[CardStrip]) -> list[PartnerItem]:
    """The newest headlines that readers may see of the feeds of partners' strips."""
    if not strips:
        return []
    # A strip may have to pass over all that the strips before it show.
    limit = sum(strip.count for strip in strips) + SPARE_HEADLINES
    parts: list[QuerySet[PartnerItem]] = [
        PartnerItem.objects.filter(feed__in=strip.feed_ids).shown()[:limit] for strip in strips
    ]
    ids = [PartnerItem.objects.filter(pk__in=part.values("pk")).order_by().values("pk") for part in parts]
    item_ids = ids[0].union(*ids[1:], all=True) if len(ids) > 1 else ids[0]
    return list(
        PartnerItem.objects.filter(pk__in_first=item_ids).select_related("feed").order_by("-published_at", "-pk")
    )


def _without_duplicates(headlines: Sequence[PartnerItem], strip: CardStrip, used_links: set[str]) -> list[PartnerItem]:
    """A strip's headlines without those that are on the page already; adds their keys to `used_links`.

    An article that is in two feeds has one key, and is shown once.
    """
    own: list[PartnerItem] = []
    for item in headlines:
        if len(own) < strip.count and item.feed_id in strip.feed_ids and item.link_key not in used_links:
            used_links.add(item.link_key)
            own.append(item)
    return own


def strip_tags(strips: Sequence[FilledStrip]) -> list[str]:
    """Return the cache tags of a page that shows strips: of the lists, partners and articles that fill them."""
    return [tag for filled in strips for tag in filled.tags()]
