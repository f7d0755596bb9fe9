"""Stories as feeds tell them: four queries for a list, whatever it holds."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from articles import bodies
from articles.cards import Card, cards
from articles.links import author_url
from articles.models import Article, Byline, Image, TaggedArticle
from newsroom.lib.feedwriters import Entry, Picture
from newsroom.lib.text import plain
from newsroom.publications.models import Publication

FOUNDED = dt.date(2026, 1, 1)  # of the ids below: any day on which the domain was the house's (RFC 4151)
PICTURE = 1280  # px
_OWN = re.compile(r'(?<= )(href|src|poster)="/(?!/)')
_SET = re.compile(r' srcset="([^"]*)"')
_DRESS = re.compile(r' (?:tabindex|class|loading|decoding|fetchpriority|sizes|data-player)="[^"]*"')
_FACADE = re.compile(r"<svg.*?</svg>|<span class=\"facade-note\">.*?</span>", re.DOTALL)
_SOURCE = re.compile(r"<source [^>]*>|</?picture>")


def entries(rows: Sequence[Any], *, on: Publication, now: dt.datetime, whole: bool) -> list[Entry]:
    """The entries of listed rows, in their order, as a feed of the publication `on` tells them; `whole` with the text.

    A sister's story is told under its own address, with the teaser alone: its text is hers to give.
    """
    shown = cards(rows, on=on, now=now)
    stories = [card.article for card in shown if card.article]
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for line in Byline.objects.filter(article__in=stories).select_related("author").order_by("position"):
        people[line.article_id].append((line.author.name, on.origin + author_url(on, line.author)))
    subjects: dict[int, list[str]] = defaultdict(list)
    for link in TaggedArticle.objects.filter(content_object__in=stories).select_related("tag").order_by("position"):
        subjects[link.content_object_id].append(link.tag.name)
    versions = {story.pk: story.version_at(now) for story in stories}
    wanted = {pk for version in versions.values() for pk in version.image_ids} if whole else set()
    images = Image.objects.in_bulk(wanted) if wanted else {}
    told = []
    for card, story in zip(shown, stories, strict=True):  # lists hold stories only, no partner's headlines
        body = versions[story.pk].body if whole and not card.origin else ""
        markup = bodies.render(body, images, on=on, sponsored=bool(card.sponsor)) if body else ""
        told.append(_entry(card, story, on, now, markup, people[story.pk], subjects[story.pk]))
    return told


def _entry(
    card: Card,
    story: Article,
    on: Publication,
    now: dt.datetime,
    body: str,
    people: list[tuple[str, str]],
    subjects: list[str],
) -> Entry:
    version = story.version_at(now)
    marks = [name for name in (card.section, card.sponsor, card.origin) if name]
    return Entry(
        id=f"tag:{story.publication.domain},{FOUNDED:%Y-%m-%d}:article-{story.pk}",
        url=story.get_absolute_url(),
        title=f"{_('Advertisement')} · {card.headline}" if card.sponsor else card.headline,
        summary=card.standfirst or plain(version.body)[:280],
        html=for_readers_elsewhere(body, on.origin),
        published_at=card.published_at.astimezone(on.zone),
        updated_at=(story.told_updated_at(now) or card.published_at).astimezone(on.zone),
        authors=tuple(people),
        categories=tuple(dict.fromkeys([*marks, *subjects])),
        picture=_picture(card.image, on) if isinstance(card.image, Image) else None,
    )


def _picture(image: Image, on: Publication) -> Picture:
    """The JPEG that every reader of feeds shows."""
    widths = image.widths_in("jpg")
    width = max((width for width in widths if width <= PICTURE), default=widths[0])
    address = default_storage.url(image.rendition_name(width, "jpg"))
    height = max(1, round(image.height * width / image.width))
    return Picture(absolute(address, on), "image/jpeg", width, height, image.alt, image.credit)


def absolute(address: str, on: Publication) -> str:
    """An address of ours, whole."""
    return on.origin + address if address.startswith("/") else address


def for_readers_elsewhere(body: str, origin: str) -> str:
    """A body as a page shows it, for programs that have neither our addresses nor our stylesheet nor our script."""
    body = _SOURCE.sub("", _FACADE.sub("", body))
    body = _OWN.sub(lambda match: f'{match[1]}="{origin}/', _SET.sub("", _DRESS.sub("", body)))
    return body.strip()
