"""Strips of cards: four queries for all that stand on a page, however many they are and whatever they hold."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from articles.models import CardStrip, PartnerItem, Placement, Section, TaggedArticle
from articles.models.card_strip import StripSource
from articles.models.listing import ListedQuerySet
from articles.presentation.cards import Card, cards, partners_card, tags_of
from newsroom.publications.models import Publication

SPARE_HEADLINES = 12  # headlines beyond a strip's own, for those that another feed has too
Subjects = dict[int, list[tuple[int, str]]]  # the tags of each article: id and name


@dataclass(frozen=True)
class FilledStrip:
    """A strip with its cards; with none, readers don't see it."""

    strip: CardStrip
    cards: list[Card]
    subjects: tuple[int, ...] = ()  # the tags that its cards name


def strips_on(
    publication: Publication,
    *places: str,
    now: dt.datetime,
    section: Section | None = None,
    exclude_article: int | None = None,
    preview_strip: int | None = None,
) -> list[FilledStrip]:
    """What stands at places of a publication's pages; `exclude_article` is an article that is not to stand beside
    itself, `preview_strip` a strip that readers don't see yet."""
    rows = CardStrip.objects.shown_at(publication, *places, preview_strip=preview_strip).select_related(
        "source_publication"
    )
    if section is not None:
        rows = rows.filter(Q(section=None) | Q(section=section))
    return fill_strips(list(rows), on=publication, now=now, exclude_article=exclude_article)


def fill_strips(
    strips: Sequence[CardStrip], *, on: Publication, now: dt.datetime, exclude_article: int | None = None
) -> list[FilledStrip]:
    """Strips with their cards: one query for all articles, one for their tags, one for all partners' headlines."""
    articles = [strip for strip in strips if strip.source != StripSource.PARTNERS]
    parts = [part for strip in articles for part in _of(strip, now)]
    rows = list(Placement.objects.union_of(parts).with_cards()) if parts else []
    rows.sort(key=lambda row: (row.published_at, row.article_id), reverse=True)
    borne = _subjects(rows)
    names = {article: tuple(name for _tag, name in tags) for article, tags in borne.items()}
    headlines = _headlines([strip for strip in strips if strip.source == StripSource.PARTNERS])
    told: list[FilledStrip] = []
    linked: set[str] = set()
    for strip in strips:
        if strip.source == StripSource.PARTNERS:
            shown = [partners_card(item) for item in _without_duplicates(headlines, strip, linked)]
        else:
            own = [row for row in rows if row.article_id != exclude_article and _belongs_to(row, strip, borne)]
            if strip.source == StripSource.PICKED:  # all of them, however many the others show
                own.sort(key=lambda row: strip.article_ids.index(row.article_id))
            else:
                own = own[: strip.count]
            shown = cards(own, on=on, now=now, subjects=names)
        articles_shown = [card.article.pk for card in shown if card.article]
        told.append(FilledStrip(strip, shown, tuple(tag for pk in articles_shown for tag, _name in borne[pk])))
    return told


def _of(strip: CardStrip, now: dt.datetime) -> list[ListedQuerySet]:
    """A strip's articles, rows of their own site: lists that are cut short, each one index's work."""
    rows = Placement.objects.filter(publication=F("article__publication")).live(now)
    if strip.source == StripSource.PICKED:
        return [rows.filter(article__in=strip.article_ids)]
    rows = rows.filter(publication=strip.source_publication_id)
    if strip.tag_ids:
        return [rows.filter(article__in=_newest_with(tag, strip, now)) for tag in strip.tag_ids]
    if strip.section_ids:
        rows = rows.filter(section__in=strip.section_ids)
    return [rows.order_by("-published_at", "-article_id")[: strip.count + 1]]


def _newest_with(tag: int, strip: CardStrip, now: dt.datetime) -> QuerySet[Any]:
    """The ids of the newest articles of a tag, by the tag's own list."""
    links = TaggedArticle.objects.filter(publication=strip.source_publication_id, tag=tag).live(now)
    if strip.section_ids:
        links = links.filter(
            content_object__placements__publication=strip.source_publication_id,
            content_object__placements__section__in=strip.section_ids,
        )
    return links.order_by("-published_at", "-content_object_id").values("content_object")[: strip.count + 1]


def _subjects(rows: Sequence[Any]) -> Subjects:
    borne: Subjects = defaultdict(list)
    if rows:
        links = TaggedArticle.objects.filter(content_object__in=[row.article_id for row in rows]).order_by("position")
        for article, tag, name in links.values_list("content_object", "tag", "tag__name"):
            borne[article].append((tag, name))
    return borne


def _belongs_to(row: Any, strip: CardStrip, borne: Subjects) -> bool:
    """Whether a row is one of a strip's: the query's own conditions, for a row at hand."""
    if strip.source == StripSource.PICKED:
        return row.article_id in strip.article_ids
    return (
        row.publication_id == strip.source_publication_id
        and (not strip.section_ids or row.section_id in strip.section_ids)
        and (not strip.tag_ids or any(tag in strip.tag_ids for tag, _name in borne[row.article_id]))
    )


def _headlines(strips: Sequence[CardStrip]) -> list[PartnerItem]:
    """The newest headlines of the feeds that strips ask for, those that readers may see."""
    if not strips:
        return []
    most = sum(strip.count for strip in strips) + SPARE_HEADLINES  # each may have to go past what those before it took
    parts: list[QuerySet[PartnerItem]] = [
        PartnerItem.objects.filter(feed__in=strip.feed_ids).shown()[:most] for strip in strips
    ]
    ids = [PartnerItem.objects.filter(pk__in=part.values("pk")).order_by().values("pk") for part in parts]
    wanted = ids[0].union(*ids[1:], all=True) if len(ids) > 1 else ids[0]
    return list(PartnerItem.objects.filter(pk__in=wanted).select_related("feed").order_by("-published_at", "-pk"))


def _without_duplicates(headlines: Sequence[PartnerItem], strip: CardStrip, linked: set[str]) -> list[PartnerItem]:
    """A strip's headlines without those shown on this page already: one article in two feeds shows once."""
    own: list[PartnerItem] = []
    for item in headlines:
        if len(own) < strip.count and item.feed_id in strip.feed_ids and item.link_key not in linked:
            linked.add(item.link_key)
            own.append(item)
    return own


def strip_tags(shown: Sequence[FilledStrip]) -> list[str]:
    """What a page that shows strips was made from: the sites, feeds and articles that they ask for, and their cards."""
    tags: list[str] = []
    for one in shown:
        strip = one.strip
        if strip.source == StripSource.PARTNERS:
            tags += [f"partner:{feed}" for feed in strip.feed_ids]
        elif strip.source == StripSource.PICKED:
            tags += [f"article:{article}" for article in strip.article_ids]
        else:
            tags.append(f"publication:{strip.source_publication_id}")
        tags += [f"tag:{tag}" for tag in (*strip.tag_ids, *one.subjects)]
        tags += tags_of(one.cards)
    return tags
