"""Strips of cards: four queries for all that stand on a page, however many they are and whatever they hold."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from articles.models import PartnerItem, Placement, Section, Strip, TaggedArticle
from articles.models.listing import ListedQuerySet
from articles.models.strip import Source
from articles.presentation.cards import Card, cards, partners_card, tags_of
from newsroom.publications.models import Publication

SPARE = 12  # headlines beyond a strip's own, for those that another feed has too
Subjects = dict[int, list[tuple[int, str]]]  # the tags of each story: id and name


@dataclass(frozen=True)
class Shown:
    """A strip with its cards; with none, readers don't see it."""

    strip: Strip
    cards: list[Card]
    subjects: tuple[int, ...] = ()  # the tags that its cards name


def strips_on(
    publication: Publication,
    *places: str,
    now: dt.datetime,
    section: Section | None = None,
    but: int = 0,
    also: int = 0,
) -> list[Shown]:
    """What stands at places of a publication's pages; `but` is a story that is not to stand beside itself, `also` a
    strip that readers don't see yet."""
    rows = Strip.objects.standing(publication, *places, also=also).select_related("of")
    if section is not None:
        rows = rows.filter(Q(section=None) | Q(section=section))
    return filled(list(rows), on=publication, now=now, but=but)


def filled(strips: Sequence[Strip], *, on: Publication, now: dt.datetime, but: int = 0) -> list[Shown]:
    """Strips with their cards: one query for all stories, one for their tags, one for all partners' headlines."""
    stories = [strip for strip in strips if strip.source != Source.PARTNERS]
    parts = [part for strip in stories for part in _of(strip, now)]
    rows = list(Placement.objects.of_any(parts).with_cards()) if parts else []
    rows.sort(key=lambda row: (row.published_at, row.article_id), reverse=True)
    borne = _subjects(rows)
    names = {story: tuple(name for _tag, name in tags) for story, tags in borne.items()}
    headlines = _headlines([strip for strip in strips if strip.source == Source.PARTNERS])
    told: list[Shown] = []
    linked: set[str] = set()
    for strip in strips:
        if strip.source == Source.PARTNERS:
            shown = [partners_card(item) for item in _once(headlines, strip, linked)]
        else:
            own = [row for row in rows if row.article_id != but and _belongs(row, strip, borne)]
            if strip.source == Source.PICKED:  # all of them, however many the others show
                own.sort(key=lambda row: strip.story_ids.index(row.article_id))
            else:
                own = own[: strip.count]
            shown = cards(own, on=on, now=now, subjects=names)
        stories_shown = [card.article.pk for card in shown if card.article]
        told.append(Shown(strip, shown, tuple(tag for pk in stories_shown for tag, _name in borne[pk])))
    return told


def _of(strip: Strip, now: dt.datetime) -> list[ListedQuerySet]:
    """A strip's stories, rows of their own site: lists that are cut short, each one index's work."""
    rows = Placement.objects.filter(publication=F("article__publication")).live(now)
    if strip.source == Source.PICKED:
        return [rows.filter(article__in=strip.story_ids)]
    rows = rows.filter(publication=strip.of_id)
    if strip.tag_ids:
        return [rows.filter(article__in=_newest_with(tag, strip, now)) for tag in strip.tag_ids]
    if strip.section_ids:
        rows = rows.filter(section__in=strip.section_ids)
    return [rows.order_by("-published_at", "-article_id")[: strip.count + 1]]


def _newest_with(tag: int, strip: Strip, now: dt.datetime) -> QuerySet[Any]:
    """The ids of the newest stories of a tag, by the tag's own list."""
    links = TaggedArticle.objects.filter(publication=strip.of_id, tag=tag).live(now)
    if strip.section_ids:
        links = links.filter(
            content_object__placements__publication=strip.of_id,
            content_object__placements__section__in=strip.section_ids,
        )
    return links.order_by("-published_at", "-content_object_id").values("content_object")[: strip.count + 1]


def _subjects(rows: Sequence[Any]) -> Subjects:
    borne: Subjects = defaultdict(list)
    if rows:
        links = TaggedArticle.objects.filter(content_object__in=[row.article_id for row in rows]).order_by("position")
        for story, tag, name in links.values_list("content_object", "tag", "tag__name"):
            borne[story].append((tag, name))
    return borne


def _belongs(row: Any, strip: Strip, borne: Subjects) -> bool:
    """Whether a row is one of a strip's: the query's own conditions, for a row at hand."""
    if strip.source == Source.PICKED:
        return row.article_id in strip.story_ids
    return (
        row.publication_id == strip.of_id
        and (not strip.section_ids or row.section_id in strip.section_ids)
        and (not strip.tag_ids or any(tag in strip.tag_ids for tag, _name in borne[row.article_id]))
    )


def _headlines(strips: Sequence[Strip]) -> list[PartnerItem]:
    """The newest headlines of the feeds that strips ask for, those that readers may see."""
    if not strips:
        return []
    most = sum(strip.count for strip in strips) + SPARE  # each may have to go past what those before it took
    parts: list[QuerySet[PartnerItem]] = [
        PartnerItem.objects.filter(feed__in=strip.feed_ids).shown()[:most] for strip in strips
    ]
    ids = [PartnerItem.objects.filter(pk__in=part.values("pk")).order_by().values("pk") for part in parts]
    wanted = ids[0].union(*ids[1:], all=True) if len(ids) > 1 else ids[0]
    return list(PartnerItem.objects.filter(pk__in=wanted).select_related("feed").order_by("-published_at", "-pk"))


def _once(headlines: Sequence[PartnerItem], strip: Strip, linked: set[str]) -> list[PartnerItem]:
    """A strip's headlines, without those of pages that stand on this one already: one story in two feeds shows once."""
    own: list[PartnerItem] = []
    for item in headlines:
        if len(own) < strip.count and item.feed_id in strip.feed_ids and item.link_key not in linked:
            linked.add(item.link_key)
            own.append(item)
    return own


def strip_tags(shown: Sequence[Shown]) -> list[str]:
    """What a page that shows strips was made from: the sites, feeds and stories that they ask for, and their cards."""
    tags: list[str] = []
    for one in shown:
        strip = one.strip
        if strip.source == Source.PARTNERS:
            tags += [f"partner:{feed}" for feed in strip.feed_ids]
        elif strip.source == Source.PICKED:
            tags += [f"article:{story}" for story in strip.story_ids]
        else:
            tags.append(f"publication:{strip.of_id}")
        tags += [f"tag:{tag}" for tag in (*strip.tag_ids, *one.subjects)]
        tags += tags_of(one.cards)
    return tags
