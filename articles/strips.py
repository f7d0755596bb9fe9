"""Strips of cards: three queries for all that stand on a page, however many they are and whatever they hold."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from articles.cards import Card, cards, tags_of
from articles.models import Placement, Section, Strip, TaggedArticle
from articles.models.listing import ListedQuerySet
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Shown:
    """A strip with its cards."""

    strip: Strip
    cards: list[Card]


def strips_on(
    publication: Publication, place: str, now: dt.datetime, *, section: Section | None = None, but: int = 0
) -> list[Shown]:
    """What stands at a place of a publication's pages; `but` is a story that is not to stand beside itself."""
    rows = Strip.objects.standing(publication, place).select_related("of")
    if section is not None:
        rows = rows.filter(Q(section=None) | Q(section=section))
    return filled(list(rows), on=publication, now=now, but=but)


def filled(strips: Sequence[Strip], *, on: Publication, now: dt.datetime, but: int = 0) -> list[Shown]:
    """Strips with their cards, those that have any. One query for all cards, one more where tags are asked for."""
    if not strips:
        return []
    wanted = reduce(or_, (Q(pk__in=_newest(strip, now).values("pk")[: strip.count + 1]) for strip in strips))
    rows = list(Placement.objects.filter(wanted).live(now).with_cards().order_by("-published_at", "-article_id"))
    borne = _tags_of(rows, strips)
    told = []
    for strip in strips:
        own = [row for row in rows if row.article_id != but and _belongs(row, strip, borne)][: strip.count]
        if own:
            told.append(Shown(strip, cards(own, on=on, now=now)))
    return told


def _newest(strip: Strip, now: dt.datetime) -> ListedQuerySet:
    """A strip's stories, the newest first: rows of their own site."""
    rows = Placement.objects.filter(publication=strip.of_id, article__publication=strip.of_id).live(now)
    if strip.section_ids:
        rows = rows.filter(section__in=strip.section_ids)
    if strip.tag_ids:
        tagged = TaggedArticle.objects.filter(publication=strip.of_id, tag__in=strip.tag_ids)
        rows = rows.filter(article__in=tagged.values("content_object"))
    return rows.order_by("-published_at", "-article_id")


def _tags_of(rows: Sequence[Any], strips: Sequence[Strip]) -> dict[int, set[int]]:
    """Which of the tags that strips ask for each story bears."""
    asked = {tag for strip in strips for tag in strip.tag_ids}
    borne: dict[int, set[int]] = defaultdict(set)
    if asked:
        links = TaggedArticle.objects.filter(content_object__in=[row.article_id for row in rows], tag__in=asked)
        for story, tag in links.order_by().values_list("content_object", "tag"):
            borne[story].add(tag)
    return borne


def _belongs(row: Any, strip: Strip, borne: dict[int, set[int]]) -> bool:
    """Whether a row is one of a strip's: the query's own conditions, for a row at hand."""
    return (
        row.publication_id == strip.of_id
        and (not strip.section_ids or row.section_id in strip.section_ids)
        and (not strip.tag_ids or not borne[row.article_id].isdisjoint(strip.tag_ids))
    )


def strip_tags(shown: Sequence[Shown]) -> list[str]:
    """What a page that shows strips was made from: the sites that they are of, and their cards."""
    sites = [f"publication:{one.strip.of_id}" for one in shown]
    return [*sites, *(tag for one in shown for tag in tags_of(one.cards))]
