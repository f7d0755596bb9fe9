"""What a list shows of a story. A sister's story and, later, a partner's headline make the same card as our own."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from articles import cachetags
from articles.models import Article, Image, Revision
from articles.workflow import Kind
from newsroom.publications.models import Publication


@dataclass(frozen=True)
class Card:
    """A headline with what stands around it; `origin` names the sister site when it is not the reader's own."""

    article: Article
    url: str
    headline: str
    kicker: str
    standfirst: str
    image: Image | None
    section: str
    section_url: str
    published_at: dt.datetime
    reading_minutes: int
    kind: str
    kind_label: str
    sponsor: str
    origin: str
    pinned: bool = False  # by hand, to the head of the page

    @property
    def comments_url(self) -> str:
        """Where its thread is: on its own site, wherever the card stands."""
        return f"{self.url}#comments"


def card(story: Article, version: Revision, *, on: Publication) -> Card:
    """The card of a version of a story, as a page of the publication `on` shows it. No query if the row came by
    Listed.page."""
    at_home = story.publication_id == on.pk
    assert story.published_at is not None
    section = version.section
    return Card(
        article=story,
        url=story.path if at_home else story.get_absolute_url(),
        headline=version.headline,
        kicker=version.kicker,
        standfirst=version.standfirst,
        image=version.lead_image,
        section=section.name if section else "",
        section_url=(section.path if at_home else story.publication.origin + section.path) if section else "",
        published_at=story.published_at,
        reading_minutes=version.reading_minutes,
        kind=version.kind,
        kind_label=str(Kind(version.kind).label) if version.kind not in (Kind.NEWS, Kind.SPONSORED) else "",
        sponsor=version.sponsor if version.is_sponsored else "",
        origin="" if at_home else story.publication.name,
    )


def cards(rows: Iterable[Any], *, on: Publication, now: dt.datetime) -> list[Card]:
    """The cards of listed rows (placements, tag links, bylines), in their order."""
    stories: Iterable[Article] = (getattr(row, row.story_field) for row in rows)
    return [card(story, story.version_at(now), on=on) for story in stories]


def tags_of(shown: Iterable[Card]) -> list[str]:
    """The cache tags of a list of cards: each shows its story, and its picture's crop."""
    tags = []
    for one in shown:
        tags.append(cachetags.article(one.article))
        if one.image:
            tags.append(cachetags.image(one.image))
    return tags
