"""Parsing of partners' feeds, bytes → headlines: RSS 0.9x to 2.0, Atom, RDF, JSON Feed, in any encoding.

Pure, and imports no models: it runs in a process of its own (newsroom/lib/confined.py), since some input keeps any
parser busy for ever. Any DTD is refused: no feed needs one, and entities can expand to anything. JSON Feed:
jsonfeed.org/version/1.1.
"""

import calendar
import datetime as dt
import html
import io
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import feedparser  # type: ignore[import-untyped]  # it ships no types
import nh3
from feedparser.encodings import convert_to_utf8  # type: ignore[import-untyped]  # it ships no types

from articles.partners.identity import identities
from articles.partners.times import FIRST_YEAR, read_time
from newsroom.lib.invisible import without_hidden
from newsroom.lib.text import shortened

MAX_HEADLINES = 100  # of one feed
MAX_TITLE_CHARACTERS = 300
MAX_TEASER_CHARACTERS = 400
MAX_ADDRESS_CHARACTERS = 1_000
MAX_SUBJECTS = 5
MAX_SUBJECT_CHARACTERS = 60
UTF8_XML = "application/xml; charset=utf-8"
MAX_DECODINGS = 3  # of text encoded several times: "&amp;amp;eacute;"
_NUMERIC_REFERENCE = re.compile(rb"&#(?:0*(\d{1,7})|[xX]0*([0-9a-fA-F]{1,6}));")
_NO_TAG = re.compile(r"<(?![a-zA-Z/!][^<>]*>)")  # "a < b"
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character: what cutting text in UTF-16 leaves
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
# Control characters, and what turns the direction of text.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff]")
_SPACES = re.compile(r"[ \t\r\n\f\v\x85]+")  # not the spaces of typography, which do not break
_NOT_IN_ADDRESS = re.compile(r"[\s<>\"\x00-\x1f\ud800-\udfff]")
_LINE_BREAK = re.compile(r"\s*[\r\n\t]\s*")
_UNENCODED = re.compile(r"[\s<>\"]")  # that people leave in addresses as it is
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h\d|t[dhr]|table|caption|pre|blockquote|fig\w+|section|article|header|"
    r"footer|aside|nav|main|address|details|summary|iframe|video|audio)\b)",
    re.IGNORECASE,
)
_UNREAD = {"script", "style"}
_FURNITURE = {"figure", "figcaption", "table", "iframe", "video", "audio", "noscript"}  # no sentence of a teaser
_IMG = re.compile(r"<img\b([^>]{0,3000})>", re.IGNORECASE)
_SRC = re.compile(r"\ssrc=[\"']([^\"'>]{1,1000})[\"']", re.IGNORECASE)
_COUNTER = re.compile(r"\s(?:width|height)=[\"']?[01](?:px)?[\"'\s/]", re.IGNORECASE)  # it counts readers
MAX_IMAGES = 10  # of a text that are looked at
_IMAGE_FILE = re.compile(r"\.(?:jpe?g|png|webp|avif|gif)\Z", re.IGNORECASE)
_BARE_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&(?!#\d{1,7};|#[xX][\da-fA-F]{1,6};|[a-zA-Z][\da-zA-Z]{1,31};)", re.DOTALL
)
_FEED_LINK = re.compile(rb"<link\b[^>]{0,1000}application/(?:rss|atom|feed)\+(?:xml|json)[^>]{0,1000}>", re.IGNORECASE)
_SIMPLE_ELEMENT = re.compile(r"<(b|i|u|a|p|em|strong|span|sup|sub|small)\b[^<>]{0,500}>([^<>]*)</\1>", re.IGNORECASE)
# Comments, processing instructions and CDATA: they may contain anything.
_OPAQUE_SPANS = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<![CDATA[", b"]]>"))
_HREF = re.compile(rb"href=[\"']?([^\"'\s>]{1,1000})", re.IGNORECASE)


class Unreadable(Exception):
    """The bytes are no feed that can be read. `code` says why: dtd, web_page, not_a_feed, malformed."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)  # the same arguments, so that it can be pickled
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Headline:
    """An item of a feed, as plain text. `published_at` is None where the feed gives no time that can be read."""

    guid: str
    url: str
    title: str
    teaser: str = ""
    published_at: dt.datetime | None = None
    image: str = ""
    subjects: tuple[str, ...] = ()

    @property
    def hour(self) -> str:
        """When it was published, to the hour; "" where the feed gives no time."""
        return f"{self.published_at:%Y-%m-%dT%H}" if self.published_at else ""


@dataclass(frozen=True)
class Skipped:
    """An item that makes no headline: why, and what the feed has there."""

    reason: str  # address, title, item, repeated, beyond
    what: str


@dataclass(frozen=True)
class Feed:
    """A feed: its title, its site, and its items in its own order."""

    title: str
    site_url: str
    headlines: tuple[Headline, ...]
    skipped: tuple[Skipped, ...] = ()


def parse_file(path: str, url: str, content_type: str) -> Feed:
    """Parse a feed in a file, as the confined process is given it. As `parse`."""
    return parse(Path(path).read_bytes(), url=url, content_type=content_type)


def parse(body: bytes, *, url: str, content_type: str = "") -> Feed:
    """Return the feed whose bytes came from `url`. Raises Unreadable."""
    head = body[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{") or "json" in content_type.lower():
        return _parse_json(body, url)
    return _parse_xml(body, url, content_type)


# -- XML ---------------------------------------------------------------------------------------------------------------


def _parse_xml(body: bytes, url: str, content_type: str) -> Feed:
    headers = {"content-type": content_type, "content-location": url}
    try:
        data = convert_to_utf8(headers, body, feedparser.FeedParserDict()) or b""
        data = _NUMERIC_REFERENCE.sub(lambda reference: b"" if _is_surrogate(reference) else reference[0], data)
        _refuse_other_kinds(data, url)
        # Outside of CDATA; feedparser would make "R&D;" of "R&D".
        data = _BARE_AMPERSAND.sub(lambda match: b"&amp;" if match[0] == b"&" else match[0], data)
        # As a stream: feedparser would open bytes that are the name of a file or an address.
        parsed = feedparser.parse(io.BytesIO(data), response_headers={**headers, "content-type": UTF8_XML})
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever the parser fails on, this feed is at fault
        raise Unreadable("malformed", f"{type(error).__name__}: {error}"[:200]) from error
    if not parsed.entries and not parsed.get("version"):
        raise Unreadable("not_a_feed", str(parsed.get("bozo_exception", ""))[:200])
    is_atom = parsed.get("version", "").startswith("atom")
    items = [_headline_of_entry(entry, url, is_atom) for entry in parsed.entries[:MAX_HEADLINES]]
    items += _beyond(len(parsed.entries))
    return _feed(parsed.feed.get("title"), parsed.feed.get("link"), url, items)


def _is_surrogate(reference: re.Match[bytes]) -> bool:
    value = int(reference[1]) if reference[1] else int(reference[2], 16)
    return 0xD800 <= value <= 0xDFFF


def _refuse_other_kinds(data: bytes, url: str) -> None:
    page = re.match(rb"<!doctype\s+html\b|<html\b", _first_tag(data, b"<"), re.IGNORECASE)
    if page and not re.search(rb"<(?:rss|feed|rdf:rdf)\b", data[:2_000], re.IGNORECASE):
        raise Unreadable("web_page", _linked_feed(data, url))
    if _first_tag(data, b"<!"):
        raise Unreadable("dtd")


def _first_tag(data: bytes, start: bytes) -> bytes:
    """Return 100 bytes from where `start` is first found outside comments, processing instructions and CDATA; b"" if it
    is not found. One of these that has no end counts as ended at once: what follows it is read."""
    at = data.find(start)
    while at >= 0:
        close = next((close for opening, close in _OPAQUE_SPANS if data.startswith(opening, at)), None)
        if close is None:
            return data[at : at + 100]
        at = data.find(start, max(at + 2, data.find(close, at + 2)))
    return b""


def _linked_feed(page: bytes, url: str) -> str:
    """Return the address of the feed that a web page links to, "" if none."""
    link = _FEED_LINK.search(page[:200_000])
    href = _HREF.search(link[0]) if link else None
    return urljoin(url, html.unescape(href[1].decode("utf-8", "replace"))) if href else ""


def _headline_of_entry(entry: Any, base: str, is_atom: bool) -> Headline | Skipped:
    markup = _first(*(_markup(part, is_atom) for part in _bodies(entry)))
    title, detail = entry.get("title"), entry.get("title_detail") or {}
    return _headline(
        guid=entry.get("id"),
        link=entry.get("link") or _whole(entry.get("id")) * ("link" in entry),  # <link></link>
        # feedparser copies an image's title over a title's details.
        title=_markup(detail if detail.get("value") == title else {"value": title}, is_atom),
        teaser=markup,
        published_at=_time(entry),
        images=[*_media_images(entry), *_text_images(entry, markup)],
        subjects=[tag.get("label") or tag.get("term") for tag in entry.get("tags", [])],
        base=base,
    )


def _bodies(entry: Any) -> list[Any]:
    """Return an entry's texts, the summary first. Where there is no summary, feedparser copies a content there without
    its type, and it copies an image's description over a summary's details."""
    summary, detail, contents = entry.get("summary"), entry.get("summary_detail") or {}, entry.get("content", [])
    if any(summary == part.get("value") for part in contents):
        return [*contents]
    return [detail if detail.get("value") == summary else {"value": summary}, *contents]


def _markup(part: Any, is_atom: bool) -> str:
    """Return a text of an entry as HTML. Atom declares its type (RFC 4287, 3.1.1); for RSS feedparser guesses it."""
    value = part.get("value") or ""
    return html.escape(value, quote=False) if is_atom and part.get("type") == "text/plain" else value


def _time(entry: Any) -> dt.datetime | None:
    for name in ("published", "updated", "created"):
        # Not entry.get: it gives one time in place of another, with a deprecation warning. As written first: feedparser
        # passes over PM and the names of zones.
        if moment := read_time(str(dict.get(entry, name) or "")[:100]):
            return moment
        if parts := dict.get(entry, f"{name}_parsed"):
            try:
                return dt.datetime.fromtimestamp(calendar.timegm(parts), dt.UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _media_images(entry: Any) -> Iterator[str]:
    """Yield the images that an entry gives: media:content, media:thumbnail, enclosures, itunes:image."""
    for media in entry.get("media_content", []):
        if media.get("medium") == "image" or _is_image(media, media.get("url")):
            yield media.get("url", "")
    for thumbnail in entry.get("media_thumbnail", []):
        yield thumbnail.get("url", "")
    for enclosure in entry.get("enclosures", []):
        if _is_image(enclosure, enclosure.get("href")):
            yield enclosure.get("href", "")
    yield (entry.get("image") or {}).get("href", "")


def _is_image(media: Any, url: Any) -> bool:
    """Return whether a medium is an image: by its type, or by its address where it has none that says anything."""
    type_ = str(media.get("type") or media.get("medium") or "")
    says_nothing = type_ in ("", "application/octet-stream")
    return type_.startswith("image/") or (says_nothing and bool(_IMAGE_FILE.search(str(url).partition("?")[0])))


def _text_images(entry: Any, summary: str) -> Iterator[str]:
    """Yield the images of each text of an entry."""
    for markup in (summary, *(part.get("value") or "" for part in entry.get("content", []))):
        yield from _images_in(markup)


def _images_in(markup: str) -> Iterator[str]:
    """Yield the addresses of the images of a text, but for those that nobody should see."""
    for image in islice(_IMG.finditer(markup), MAX_IMAGES):
        if (source := _SRC.search(image[1])) and not _COUNTER.search(f"{image[1]} "):
            yield html.unescape(source[1])


# -- JSON --------------------------------------------------------------------------------------------------------------


def _parse_json(body: bytes, url: str) -> Feed:
    try:
        return _feed_of_json(json.loads(body), url)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # as for XML
        raise Unreadable("malformed", f"{type(error).__name__}: {error}"[:200]) from error


def _feed_of_json(data: Any, url: str) -> Feed:
    if not isinstance(data, dict) or "jsonfeed.org" not in str(data.get("version", "")):
        raise Unreadable("not_a_feed", "JSON")
    items = items if isinstance(items := data.get("items"), list) else []
    headlines = [
        _headline_of_item(item, url)
        if isinstance(item, dict)
        else Skipped("item", plain(html.escape(str(item)[:400]), 200))
        for item in items[:MAX_HEADLINES]
    ]
    headlines += _beyond(len(items))
    return _feed(data.get("title"), data.get("home_page_url"), url, headlines)


def _headline_of_item(item: dict[str, Any], base: str) -> Headline | Skipped:
    def text(name: str) -> str:
        return value if isinstance(value := item.get(name), str) else ""

    markup = _first(text("summary"), text("content_html"), html.escape(text("content_text")))
    tags = item.get("tags")
    return _headline(
        guid=str(item.get("id", "")),
        link=_first(text("url"), text("external_url"), _whole(item.get("id"))),
        title=html.escape(text("title")),  # plain text in JSON Feed
        teaser=markup,
        published_at=_iso(text("date_published")) or _iso(text("date_modified")),
        images=[text("image"), text("banner_image"), *_images_in(markup)],
        subjects=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        base=base,
    )


def _iso(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return read_time(text[:100])


# -- both --------------------------------------------------------------------------------------------------------------


def _feed(title: Any, site: Any, url: str, items: list[Headline | Skipped]) -> Feed:
    skipped, site_url = [item for item in items if isinstance(item, Skipped)], _address(site, url)
    headlines: dict[str, Headline] = {}
    for known_by, item in identities([item for item in items if isinstance(item, Headline)], url, site_url):
        if known_by in headlines:
            skipped.append(Skipped("repeated", item.title))
        else:
            headlines[known_by] = replace(item, guid=known_by)
    return Feed(plain(title or "", 120), site_url, tuple(headlines.values()), tuple(skipped))


def _beyond(number: int) -> list[Skipped]:
    """Return what says how many items of a feed are not read, if any."""
    return [Skipped("beyond", str(number - MAX_HEADLINES))] if number > MAX_HEADLINES else []


def _headline(
    *,
    guid: Any,
    link: Any,
    title: Any,
    teaser: str,
    published_at: dt.datetime | None,
    images: list[str],
    subjects: list[Any],
    base: str,
) -> Headline | Skipped:
    url = _address(link, base)
    headline, text = plain(title or "", MAX_TITLE_CHARACTERS), plain(teaser, MAX_TEASER_CHARACTERS, _FURNITURE)
    if not url:
        return Skipped("address", plain(html.escape(str(link or headline)), 200))
    if not headline and not text:
        return Skipped("title", url[:200])
    if not headline:
        headline, text = plain(teaser, 100, _FURNITURE), ""  # not the same text twice
    names = [plain(str(subject), MAX_SUBJECT_CHARACTERS) for subject in subjects if subject]
    return Headline(
        guid=str(guid or url),
        url=url,
        title=headline,
        teaser=text if text != headline else "",
        published_at=published_at if published_at and published_at.year >= FIRST_YEAR else None,
        image=next(filter(None, (_address(image, base) for image in images)), ""),
        subjects=tuple(dict.fromkeys(name for name in names if name))[:MAX_SUBJECTS],
    )


def plain(markup: str, max_characters: int, without: Collection[str] = ()) -> str:
    """Return the text of markup on one line, cut at the end of a word: no tags, entities decoded as often as they were
    encoded. What stands in the elements `without` is left out."""
    markup = _BLOCK.sub(" <", _NO_TAG.sub("&lt;", _SURROGATE.sub("", markup)))
    text = html.unescape(nh3.clean(markup, tags=set(), attributes={}, clean_content_tags=_UNREAD.union(without)))
    for _round in range(MAX_DECODINGS):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    text = _SIMPLE_ELEMENT.sub(r"\2", text)
    return shortened(_SPACES.sub(" ", without_hidden(_CONTROL.sub("", text))).strip(), max_characters)


def _address(value: Any, base: str) -> str:
    """Return a whole http or https address, its spaces encoded; "" for anything else."""
    try:
        typed = _LINE_BREAK.sub("", str(value or "").strip())
        url = urljoin(base, _UNENCODED.sub(lambda sign: quote(sign[0]), typed)) if typed else ""
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and parts.hostname and not set("@%") & set(parts.netloc)
        return url if is_usable and len(url) <= MAX_ADDRESS_CHARACTERS and not _NOT_IN_ADDRESS.search(url) else ""
    except ValueError:
        return ""


def _whole(value: Any) -> str:
    """Return an id that is a whole address, as it should be of an item without a link; "" for another."""
    return value if isinstance(value, str) and value.startswith(("http://", "https://")) else ""


def _first(*texts: Any) -> str:
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")
