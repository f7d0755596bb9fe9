"""Cards: what lists and strips show of an article, a sister site's article or a partner's headline."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from articles.models import Article, Image, PartnerItem, Revision
from articles.models.partner import PartnerImage
from articles.presentation import cache_tags
from articles.workflow import Kind
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Card:
    """A headline with its standfirst, image and details, as a list shows it. The same for an article of the site, of
    a sister site, and for a partner's headline."""

    article: Article | None  # None for a partner's headline
    url: str
    headline: str
    standfirst: str
    image: Image | PartnerImage | None
    published_at: dt.datetime
    origin: str  # name of the sister site or partner that it is from; "" on the article's own site
    kicker: str = ""
    section: str = ""
    section_url: str = ""
    reading_minutes: int = 0
    kind: str = ""
    kind_label: str = ""
    sponsor: str = ""
    subjects: tuple[str, ...] = ()  # names of its tags
    comment_count: int = 0
    item: PartnerItem | None = None  # the partner's headline, if it is one
    pinned: bool = False  # by an editor, to the head of the page

    @property
    def comments_url(self) -> str:
        """The address of the comments: on the article's own site, wherever the card is shown."""
        return f"{self.url}#comments"


def card(article: Article, revision: Revision, *, on: Publication, subjects: tuple[str, ...] = ()) -> Card:
    """Return the card of a revision of an article, as a page of the publication `on` shows it.

    No query if the row came from ListedQuerySet.page() or with_cards().
    """
    is_own = article.publication_id == on.pk
    assert article.published_at is not None
    section = revision.section
    return Card(
        article=article,
        url=article.path if is_own else article.get_absolute_url(),
        headline=revision.headline,
        kicker=revision.kicker,
        standfirst=revision.standfirst,
        image=revision.lead_image,
        section=section.name if section else "",
        section_url=(section.path if is_own else article.publication.origin + section.path) if section else "",
        published_at=article.published_at,
        reading_minutes=revision.reading_minutes,
        kind=revision.kind,
        kind_label=str(Kind(revision.kind).label) if revision.kind not in (Kind.NEWS, Kind.SPONSORED) else "",
        sponsor=revision.sponsor if revision.is_sponsored else "",
        origin="" if is_own else article.publication.name,
        subjects=subjects,
        comment_count=article.comment_count,
    )


def partners_card(item: PartnerItem) -> Card:
    """Return the card of a partner's headline. No query if the row came with its feed."""
    return Card(
        article=None,
        url=item.url,
        headline=item.title,
        standfirst=item.teaser,
        image=item.image,
        published_at=item.published_at,
        origin=item.feed.name,
        subjects=tuple(item.subjects),
        item=item,
    )


def cards(
    rows: Iterable[Any], *, on: Publication, now: dt.datetime, subjects: Mapping[int, tuple[str, ...]] | None = None
) -> list[Card]:
    """Return the cards of listed rows (Placement, TaggedArticle, Byline, Edition), in their order.

    `subjects`: the names of the tags to show, by the article's id. No query if the rows came by with_cards().
    """
    articles: Iterable[Article] = (getattr(row, row.article_field) for row in rows)
    names = subjects or {}
    return [card(article, article.revision_at(now), on=on, subjects=names.get(article.pk, ())) for article in articles]


def tags_of(cards: Iterable[Card]) -> list[str]:
    """Return the cache tags of a list of cards: those of its articles, partners, sister sites and images."""
    tags = []
    for card in cards:
        if card.article:
            tags.append(cache_tags.article(card.article))
            if card.origin:  # the name of a sister site
                tags.append(cache_tags.publication(card.article.publication))
        elif card.item:
            tags.append(cache_tags.partner(card.item.feed))
        if isinstance(card.image, Image):
            tags.append(cache_tags.image(card.image))
    return tags
