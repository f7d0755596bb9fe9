"""Entries of the feeds (RSS, Atom, JSON) of a list of articles."""

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
from newsroom.lib.feedwriters import Entry, EntryImage
from newsroom.lib.text import teaser
from newsroom.publications.models import Publication

# The date in entries' ids (tag URIs, RFC 4151): any day on which the publisher owned the domain. Never changes.
TAG_URI_DATE = dt.date(2026, 1, 1)
MAX_IMAGE_WIDTH = 1280  # px
SUMMARY_CHARACTERS = 280  # of an article without a standfirst
_TAG = re.compile(r'<[a-zA-Z](?:[^<>"]|"[^"]*")*>')
_URL_ATTRIBUTE = re.compile(r'(?<= )(href|src|poster)="([^"]*)"')
_SRCSET = re.compile(r' srcset="([^"]*)"')
_PAGE_ATTRIBUTE = re.compile(r' (?:tabindex|class|loading|decoding|fetchpriority|sizes|data-player)="[^"]*"')
_FACADE = re.compile(r"<svg.*?</svg>|<span class=\"facade-note\">.*?</span>", re.DOTALL)
_SOURCE = re.compile(r"<source [^>]*>|</?picture>")


@dataclass(frozen=True)
class FeedEntries:
    """The entries of a feed, and the cache tags of all that they show."""

    entries: list[Entry]
    tags: list[str]


def entries(rows: Sequence[Any], *, on: Publication, now: dt.datetime, whole: bool) -> FeedEntries:
    """Return the entries of listed rows, in their order, for a feed of the publication `on`; `whole` with their text.

    A sister site's article has its address there and its summary alone: only its own site gives its text.
    Three queries at most, however many rows: bylines, tags and, for whole entries, the images of the bodies.
    """
    row_cards = cards(rows, on=on, now=now)
    articles = [card.article for card in row_cards if card.article]
    homes, tags = {article.pk: article.publication for article in articles}, tags_of(row_cards)
    authors: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for byline in Byline.objects.filter(article__in=articles).select_related("author").order_by("position"):
        home = homes[byline.article_id]
        authors[byline.article_id].append((byline.author.name, home.origin + author_url(home, byline.author)))
        tags.append(cache_tags.author(byline.author))
    subjects: dict[int, list[str]] = defaultdict(list)
    for link in TaggedArticle.objects.filter(content_object__in=articles).select_related("tag").order_by("position"):
        subjects[link.content_object_id].append(link.tag.name)
        tags.append(cache_tags.tag(link.tag))
    revisions = {article.pk: article.revision_at(now) for article in articles}
    image_ids = {pk for revision in revisions.values() for pk in revision.image_ids} if whole else set()
    images = Image.objects.in_bulk(image_ids) if image_ids else {}
    tags += [cache_tags.image(image) for image in images.values()]
    tags += [cache_tags.section(revision.section) for revision in revisions.values() if revision.section]
    feed: list[Entry] = []
    for card, article in zip(row_cards, articles, strict=True):  # listed rows are articles, never partners' headlines
        body = revisions[article.pk].body if whole and not card.origin else ""
        markup = article_body.render(body, images, on=on, sponsored=bool(card.sponsor)) if body else ""
        feed.append(_entry(card, article, on, now, markup, authors[article.pk], subjects[article.pk]))
    return FeedEntries(feed, tags)


def _entry(
    card: Card,
    article: Article,
    on: Publication,
    now: dt.datetime,
    body: str,
    authors: list[tuple[str, str]],  # name and address of each
    subjects: list[str],
) -> Entry:
    revision = article.revision_at(now)
    labels = [name for name in (card.section, card.sponsor, card.origin) if name]
    return Entry(
        id=f"tag:{article.publication.domain},{TAG_URI_DATE:%Y-%m-%d}:article-{article.pk}",
        url=article.get_absolute_url(),
        title=f"{_('Advertisement')} · {card.headline}" if card.sponsor else card.headline,
        summary=card.standfirst or teaser(revision.body, SUMMARY_CHARACTERS),
        html=for_readers_elsewhere(body, article.get_absolute_url()),
        published_at=card.published_at.astimezone(on.zone),
        updated_at=(article.public_updated_at(now) or card.published_at).astimezone(on.zone),
        authors=tuple(authors),
        categories=tuple(dict.fromkeys([*labels, *subjects])),
        image=_entry_image(card.image, on) if isinstance(card.image, Image) else None,
    )


def _entry_image(image: Image, on: Publication) -> EntryImage:
    """A rendition in JPEG, which every feed reader can show."""
    widths = image.widths_in("jpg")
    width = max((width for width in widths if width <= MAX_IMAGE_WIDTH), default=widths[0])
    url = default_storage.url(image.rendition_name(width, "jpg"))
    height = max(1, round(image.height * width / image.width))
    return EntryImage(absolute(url, on), "image/jpeg", width, height, image.alt, image.credit)


def absolute(address: str, on: Publication) -> str:
    """Return an address with its origin: a path of the publication `on` made absolute, any other address as it is."""
    return on.origin + address if address.startswith("/") else address


def for_readers_elsewhere(body: str, page: str) -> str:
    """Return a rendered body for programs that have no stylesheet or script of the site and do not know its origin.

    Addresses are made absolute against `page`, the article's address; what serves only the page itself is removed.
    """

    def portable_tag(tag: re.Match[str]) -> str:
        return _URL_ATTRIBUTE.sub(absolute_attribute, _SRCSET.sub("", _PAGE_ATTRIBUTE.sub("", tag[0])))

    def absolute_attribute(attribute: re.Match[str]) -> str:
        return f'{attribute[1]}="{escape(_joined(page, unescape(attribute[2])))}"'

    return _TAG.sub(portable_tag, _SOURCE.sub("", _FACADE.sub("", body))).strip()


def _joined(page: str, address: str) -> str:
    try:
        return urljoin(page, address)
    except ValueError:
        return address
