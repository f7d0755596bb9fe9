"""What a list shows of an article. A sister's article and a partner's headline make the same card as our own."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from articles.models import Article, Image, PartnerItem, Revision
from articles.models.partner import PartnerPicture
from articles.presentation import cache_tags
from articles.workflow import Kind
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Card:
    """A headline with what stands around it; `origin` names the sister site or the partner that it is from, where it is
    not the reader's own."""

    article: Article | None  # None: a partner's
    url: str
    headline: str
    standfirst: str
    image: Image | PartnerPicture | None
    published_at: dt.datetime
    origin: str
    kicker: str = ""
    section: str = ""
    section_url: str = ""
    reading_minutes: int = 0
    kind: str = ""
    kind_label: str = ""
    sponsor: str = ""
    subjects: tuple[str, ...] = ()
    comment_count: int = 0
    item: PartnerItem | None = None
    pinned: bool = False  # by hand, to the head of the page

    @property
    def comments_url(self) -> str:
        """Where its thread is: on its own site, wherever the card stands."""
        return f"{self.url}#comments"


def card(article: Article, version: Revision, *, on: Publication, subjects: tuple[str, ...] = ()) -> Card:
    """The card of a version of an article, as a page of the publication `on` shows it. No query if the row came by
    Listed.page."""
    at_home = article.publication_id == on.pk
    assert article.published_at is not None
    section = version.section
    return Card(
        article=article,
        url=article.path if at_home else article.get_absolute_url(),
        headline=version.headline,
        kicker=version.kicker,
        standfirst=version.standfirst,
        image=version.lead_image,
        section=section.name if section else "",
        section_url=(section.path if at_home else article.publication.origin + section.path) if section else "",
        published_at=article.published_at,
        reading_minutes=version.reading_minutes,
        kind=version.kind,
        kind_label=str(Kind(version.kind).label) if version.kind not in (Kind.NEWS, Kind.SPONSORED) else "",
        sponsor=version.sponsor if version.is_sponsored else "",
        origin="" if at_home else article.publication.name,
        subjects=subjects,
        comment_count=article.comment_count,
    )


def partners_card(item: PartnerItem) -> Card:
    """The card of a partner's headline. No query if the row came with its feed."""
    return Card(
        article=None,
        url=item.url,
        headline=item.title,
        standfirst=item.teaser,
        image=item.picture,
        published_at=item.published_at,
        origin=item.feed.name,
        subjects=tuple(item.subjects),
        item=item,
    )


def cards(
    rows: Iterable[Any], *, on: Publication, now: dt.datetime, subjects: Mapping[int, tuple[str, ...]] | None = None
) -> list[Card]:
    """The cards of listed rows (placements, tag links, bylines), in their order; with the tags of each article, by its
    id, where they are to be shown."""
    articles: Iterable[Article] = (getattr(row, row.article_field) for row in rows)
    named = subjects or {}
    return [card(article, article.version_at(now), on=on, subjects=named.get(article.pk, ())) for article in articles]


def tags_of(shown: Iterable[Card]) -> list[str]:
    """The cache tags of a list of cards: each shows its article, and its picture's crop."""
    tags = []
    for one in shown:
        if one.article:
            tags.append(cache_tags.article(one.article))
            if one.origin:  # a sister's name
                tags.append(cache_tags.publication(one.article.publication))
        elif one.item:
            tags.append(cache_tags.partner(one.item.feed))
        if isinstance(one.image, Image):
            tags.append(cache_tags.image(one.image))
    return tags
