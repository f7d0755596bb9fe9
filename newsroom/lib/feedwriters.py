"""Feeds as bytes: RSS 2.0, Atom (RFC 4287) and JSON Feed 1.1 (jsonfeed.org/version/1.1) of the same entries.

Django's own generators, with what a news site adds: the whole text (content:encoded), its byline (dc:creator), its
image (media:content, Media RSS 1.5.1). In: plain dataclasses; out: bytes, the same for the same entries.
"""

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from typing import Any

from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed

from newsroom.lib.cleaning import cleaned


@dataclass(frozen=True)
class EntryImage:
    """An image of an entry, at an absolute address."""

    url: str
    type: str
    width: int
    height: int
    description: str
    credit: str


@dataclass(frozen=True)
class Entry:
    """An article as feeds give it. Times are aware; `html` is safe and its addresses absolute, "" for a teaser only."""

    id: str
    url: str
    title: str
    summary: str
    html: str
    published_at: dt.datetime
    updated_at: dt.datetime
    authors: tuple[tuple[str, str], ...]  # (name, address)
    categories: tuple[str, ...]
    image: EntryImage | None


@dataclass(frozen=True)
class Channel:
    """What a feed says of itself. `url` is its own address, `page` that of the page whose articles it lists."""

    title: str
    description: str
    language: str
    url: str
    page: str
    icon: str
    updated_at: dt.datetime


class _Rss(Rss201rev2Feed):
    def rss_attributes(self) -> dict[str, str]:
        return {
            **super().rss_attributes(),
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        # A description is HTML: plain text is escaped.
        super().add_item_elements(handler, {**item, "description": escape(item["description"], quote=False)})
        for name in item["creators"]:
            handler.addQuickElement("dc:creator", name)
        if item["html"]:
            handler.addQuickElement("content:encoded", item["html"])
        if image := item["image"]:
            size = {"width": str(image.width), "height": str(image.height)}
            handler.startElement("media:content", {"url": image.url, "type": image.type, "medium": "image", **size})
            if image.description:
                handler.addQuickElement("media:description", image.description, {"type": "plain"})
            if image.credit:
                handler.addQuickElement("media:credit", image.credit)
            handler.endElement("media:content")


class _Atom(Atom1Feed):
    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.addQuickElement("icon", self.feed["icon"])
        # RFC 4287, 4.1.1: each entry has an author, or the feed has.
        handler.startElement("author", {})
        handler.addQuickElement("name", self.feed["title"])
        handler.endElement("author")

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, {**item, "description": None})  # it would be written as HTML
        if item["description"]:
            handler.addQuickElement("summary", item["description"], {"type": "text"})
        for name, url in item["people"]:
            handler.startElement("author", {})
            handler.addQuickElement("name", name)
            if url:
                handler.addQuickElement("uri", url)
            handler.endElement("author")
        if item["html"]:
            handler.addQuickElement("content", item["html"], {"type": "html"})
        if image := item["image"]:
            handler.addQuickElement("link", "", {"rel": "enclosure", "href": image.url, "type": image.type})


def rss(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return a feed as RSS 2.0, in UTF-8."""
    return _written(_Rss, channel, entries)


def atom(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return a feed as Atom (RFC 4287), in UTF-8."""
    return _written(_Atom, channel, entries)


def json_feed(channel: Channel, entries: Sequence[Entry]) -> bytes:
    """Return a feed as JSON Feed 1.1, in UTF-8."""
    channel = cleaned(channel)
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": channel.title,
        "home_page_url": channel.page,
        "feed_url": channel.url,
        "description": channel.description,
        "language": channel.language,
        "icon": channel.icon,
        "items": [_as_json(cleaned(entry)) for entry in entries],
    }
    return json.dumps({name: value for name, value in data.items() if value != ""}, ensure_ascii=False).encode()


def _as_json(entry: Entry) -> dict[str, Any]:
    data = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        **({"content_html": entry.html} if entry.html else {"content_text": entry.summary or entry.title}),
        "image": entry.image.url if entry.image else "",
        "date_published": entry.published_at.isoformat(timespec="seconds"),
        "date_modified": entry.updated_at.isoformat(timespec="seconds"),
        "authors": [{"name": name, **({"url": url} if url else {})} for name, url in entry.authors],
        "tags": list(entry.categories),
    }
    return {name: value for name, value in data.items() if value not in ("", [])}


def _written(writer: Any, channel: Channel, entries: Sequence[Entry]) -> bytes:
    channel = cleaned(channel)
    feed = writer(
        title=channel.title, link=channel.page, description=channel.description or channel.title,
        language=channel.language, feed_url=channel.url, feed_guid=channel.page, icon=channel.icon,
    )  # fmt: skip
    feed.latest_post_date = lambda: channel.updated_at  # Django's is the time of the request
    for entry in map(cleaned, entries):  # whatever older rows hold: XML has no place for it
        feed.add_item(
            title=entry.title, link=entry.url, description=entry.summary, unique_id=entry.id,
            unique_id_is_permalink=False, pubdate=entry.published_at, updateddate=entry.updated_at,
            categories=list(entry.categories), html=entry.html,
            creators=[name for name, _url in entry.authors],
            people=list(entry.authors), image=entry.image,
        )  # fmt: skip
    out = BytesIO()
    feed.write(out, "utf-8")
    return out.getvalue()
