"""Articles as feeds tell them: four queries for a list, whatever it holds."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any
from urllib.parse import urljoin

from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from articles.models import Article, Byline, Image, TaggedArticle
from articles.presentation import body as article_body
from articles.presentation import cache_tags
from articles.presentation.cards import Card, cards, tags_of
from articles.presentation.links import author_url
from newsroom.lib.feedwriters import Entry, Picture
from newsroom.lib.text import plain
from newsroom.publications.models import Publication

FOUNDED = dt.date(2026, 1, 1)  # of the ids below: any day on which the domain was the house's (RFC 4151)
PICTURE = 1280  # px
_TAG = re.compile(r'<[a-zA-Z](?:[^<>"]|"[^"]*")*>')
_ADDRESS = re.compile(r'(?<= )(href|src|poster)="([^"]*)"')
_SET = re.compile(r' srcset="([^"]*)"')
_DRESS = re.compile(r' (?:tabindex|class|loading|decoding|fetchpriority|sizes|data-player)="[^"]*"')
_FACADE = re.compile(r"<svg.*?</svg>|<span class=\"facade-note\">.*?</span>", re.DOTALL)
_SOURCE = re.compile(r"<source [^>]*>|</?picture>")


@dataclass(frozen=True)
class FeedEntries:
    """Entries, and what they show: the cache tags of articles, people, subjects, sections, pictures."""

    entries: list[Entry]
    tags: list[str]


def entries(rows: Sequence[Any], *, on: Publication, now: dt.datetime, whole: bool) -> FeedEntries:
    """The entries of listed rows, in their order, as a feed of the publication `on` tells them; `whole` with the text.

    A sister's article is told under its own address, with the teaser alone: its text is hers to give.
    """
    shown = cards(rows, on=on, now=now)
    articles = [card.article for card in shown if card.article]
    homes, tags = {article.pk: article.publication for article in articles}, tags_of(shown)
    people: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for line in Byline.objects.filter(article__in=articles).select_related("author").order_by("position"):
        home = homes[line.article_id]
        people[line.article_id].append((line.author.name, home.origin + author_url(home, line.author)))
        tags.append(cache_tags.author(line.author))
    subjects: dict[int, list[str]] = defaultdict(list)
    for link in TaggedArticle.objects.filter(content_object__in=articles).select_related("tag").order_by("position"):
        subjects[link.content_object_id].append(link.tag.name)
        tags.append(cache_tags.tag(link.tag))
    versions = {article.pk: article.version_at(now) for article in articles}
    wanted = {pk for version in versions.values() for pk in version.image_ids} if whole else set()
    images = Image.objects.in_bulk(wanted) if wanted else {}
    tags += [cache_tags.image(image) for image in images.values()]
    tags += [cache_tags.section(version.section) for version in versions.values() if version.section]
    told = []
    for card, article in zip(shown, articles, strict=True):  # lists hold articles only, no partner's headlines
        body = versions[article.pk].body if whole and not card.origin else ""
        markup = article_body.render(body, images, on=on, sponsored=bool(card.sponsor)) if body else ""
        told.append(_entry(card, article, on, now, markup, people[article.pk], subjects[article.pk]))
    return FeedEntries(told, tags)


def _entry(
    card: Card,
    article: Article,
    on: Publication,
    now: dt.datetime,
    body: str,
    people: list[tuple[str, str]],
    subjects: list[str],
) -> Entry:
    version = article.version_at(now)
    marks = [name for name in (card.section, card.sponsor, card.origin) if name]
    return Entry(
        id=f"tag:{article.publication.domain},{FOUNDED:%Y-%m-%d}:article-{article.pk}",
        url=article.get_absolute_url(),
        title=f"{_('Advertisement')} · {card.headline}" if card.sponsor else card.headline,
        summary=card.standfirst or plain(version.body)[:280],
        html=for_readers_elsewhere(body, article.get_absolute_url()),
        published_at=card.published_at.astimezone(on.zone),
        updated_at=(article.public_updated_at(now) or card.published_at).astimezone(on.zone),
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


def for_readers_elsewhere(body: str, page: str) -> str:
    """A body as its page shows it, for programs that have neither our addresses nor our stylesheet nor our script."""

    def bare(tag: re.Match[str]) -> str:
        return _ADDRESS.sub(whole, _SET.sub("", _DRESS.sub("", tag[0])))

    def whole(address: re.Match[str]) -> str:
        return f'{address[1]}="{escape(_joined(page, unescape(address[2])))}"'

    return _TAG.sub(bare, _SOURCE.sub("", _FACADE.sub("", body))).strip()


def _joined(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:
        return address
