"""Strips of cards as pages show them.

All strips of a page take four queries, however many they are and whatever fills them: the strips, their articles, the
tags of these, partners' headlines.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from articles.models import CardStrip, PartnerItem, Placement, Section, TaggedArticle
from articles.models.card_strip import StripSource
from articles.models.listing import ListedQuerySet
from articles.presentation import cache_tags
from articles.presentation.cards import Card, cards, partners_card, tags_of
from newsroom.publications.models import Publication

# How many more headlines are read than the strips show, to replace those that are in two feeds and are shown once.
SPARE_HEADLINES = 12
TagsByArticle = dict[int, list[tuple[int, str]]]  # by an article's id: the id and name of each of its tags, in order


@dataclass(frozen=True)
class FilledStrip:
    """A strip with its cards. Readers do not see one without cards."""

    strip: CardStrip
    cards: list[Card]
    subjects: tuple[int, ...] = ()  # ids of the tags that its cards name


def strips_on(
    publication: Publication,
    *areas: str,
    now: dt.datetime,
    section: Section | None = None,
    exclude: Collection[int] = (),
    shown: Collection[int] = (),
    preview_strip: int | None = None,
) -> list[FilledStrip]:
    """Return the filled strips in these areas (StripArea) of a publication's page, in order. Four queries.

    `section`: the page's section, for strips that are shown on one section's page only. `exclude`: ids of
    articles that no strip shows; `shown`: of those that the page shows above, which only an editor's pick repeats.
    `preview_strip`: the id of a strip to show though readers do not
    see it yet.
    """
    rows = CardStrip.objects.shown_at(publication, *areas, preview_strip=preview_strip).select_related(
        "source_publication"
    )
    if section is not None:
        rows = rows.filter(Q(section=None) | Q(section=section))
    return fill_strips(list(rows), on=publication, now=now, exclude=exclude, shown=shown)


def fill_strips(
    strips: Sequence[CardStrip],
    *,
    on: Publication,
    now: dt.datetime,
    exclude: Collection[int] = (),
    shown: Collection[int] = (),
) -> list[FilledStrip]:
    """Return strips with their cards, in the order given.

    One query for all articles, one for their tags, one for all partners' headlines.
    """
    of_articles = [strip for strip in strips if strip.source != StripSource.PARTNERS]
    parts = [part for strip in of_articles for part in _candidates(strip, now, strip.count + len(exclude) + len(shown))]
    rows = list(Placement.objects.union_of(parts).with_cards()) if parts else []
    rows.sort(key=lambda row: (row.published_at, row.article_id), reverse=True)
    tags_by_article = _tags_by_article(rows)
    names = {article: tuple(name for _tag, name in tags) for article, tags in tags_by_article.items()}
    headlines = _headlines([strip for strip in strips if strip.source == StripSource.PARTNERS])
    filled: list[FilledStrip] = []
    used_links: set[str] = set()
    for strip in strips:
        if strip.source == StripSource.PARTNERS:
            strip_cards = [partners_card(item) for item in _without_duplicates(headlines, strip, used_links)]
        else:
            others = (row for row in rows if row.article_id not in exclude)
            own = [row for row in others if _belongs_to(row, strip, tags_by_article)]
            if strip.source == StripSource.PICKED:  # all of them, whatever strip.count is
                own.sort(key=lambda row: strip.article_ids.index(row.article_id))
            else:
                own = [row for row in own if row.article_id not in shown][: strip.count]
            strip_cards = cards(own, on=on, now=now, subjects=names)
        article_ids = [card.article.pk for card in strip_cards if card.article]
        tag_ids = tuple(tag for pk in article_ids for tag, _name in tags_by_article[pk])
        filled.append(FilledStrip(strip, strip_cards, tag_ids))
    return filled


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
    tags_by_article: TagsByArticle = defaultdict(list)
    if rows:
        links = TaggedArticle.objects.filter(content_object__in=[row.article_id for row in rows]).order_by("position")
        for article, tag, name in links.values_list("content_object", "tag", "tag__name"):
            tags_by_article[article].append((tag, name))
    return tags_by_article


def _belongs_to(row: Any, strip: CardStrip, tags_by_article: TagsByArticle) -> bool:
    """Whether a row that was read for all strips fills this one: the conditions of _candidates() again."""
    if strip.source == StripSource.PICKED:
        return row.article_id in strip.article_ids
    return (
        row.publication_id == strip.source_publication_id
        and (not strip.section_ids or row.section_id in strip.section_ids)
        and (not strip.tag_ids or any(tag in strip.tag_ids for tag, _name in tags_by_article[row.article_id]))
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
    """Return the cache tags of a page that shows strips: of the sites, feeds, articles and tags that fill them, and of
    their cards."""
    tags: list[str] = []
    for filled in strips:
        strip = filled.strip
        if strip.source == StripSource.PARTNERS:
            tags += [cache_tags.of_id("partner", feed) for feed in strip.feed_ids]
        elif strip.source == StripSource.PICKED:
            tags += [cache_tags.of_id("article", article) for article in strip.article_ids]
        else:
            tags.append(cache_tags.of_id("publication", strip.source_publication_id or 0))
        tags += [cache_tags.of_id("tag", tag) for tag in (*strip.tag_ids, *filled.subjects)]
        tags += tags_of(filled.cards)
    return tags
