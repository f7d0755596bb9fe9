"""A partner's feed as bytes → headlines: RSS 0.9x to 2.0, Atom, RDF, JSON Feed, in whatever encoding they come.

Pure, and imports nothing of Django's models: it runs in a process of its own (newsroom/lib/confined.py), since what
strangers send can keep any parser busy for ever. Any DTD is refused: no feed needs one, and entities can expand to
anything. JSON Feed: jsonfeed.org/version/1.1.
"""

import calendar
import datetime as dt
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser  # type: ignore[import-untyped]
import nh3
from feedparser.encodings import convert_to_utf8  # type: ignore[import-untyped]

MOST = 100  # headlines of one feed
LONGEST_TITLE = 300
LONGEST_TEASER = 400
LONGEST_ADDRESS = 1_000
MOST_SUBJECTS = 5
LONGEST_SUBJECT = 60
AS_PARSED = "application/xml; charset=utf-8"
SOUP = 3  # times that "&amp;amp;eacute;" is decoded
_NUMBERED = re.compile(rb"&#(?:0*(\d{1,7})|[xX]0*([0-9a-fA-F]{1,6}));")
_NO_TAG = re.compile(r"<(?![a-zA-Z/!][^<>]*>)")  # "a < b"
_HALF = re.compile("[\ud800-\udfff]")  # of a character: what a careless cut leaves
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
# Controls, marks that turn text about.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
)
_SPACES = re.compile(r"[ \t\r\n\f\v\x85]+")  # not those that typography sets: they do not break
_UNFIT = re.compile(r"[\s<>\"\x00-\x1f\ud800-\udfff]")  # in an address
_BLOCK = re.compile(
    r"<(?=/?(?:p|div|br|hr|li|ul|ol|dl|dt|dd|h\d|t[dhr]|blockquote|fig\w+|section|article)\b)", re.IGNORECASE
)
_IMG = re.compile(r"<img\b[^>]{0,2000}?\ssrc=[\"']([^\"'>]{1,1000})[\"']", re.IGNORECASE)
_FEED_LINK = re.compile(rb"<link\b[^>]{0,1000}application/(?:rss|atom|feed)\+(?:xml|json)[^>]{0,1000}>", re.IGNORECASE)
_TWICE = re.compile(r"<(b|i|u|a|p|em|strong|span|sup|sub|small)\b[^<>]{0,500}>([^<>]*)</\1>", re.IGNORECASE)
_ASIDES = ((b"<!--", b"-->"), (b"<?", b"?>"), (b"<![CDATA[", b"]]>"))  # may hold anything
_HREF = re.compile(rb"href=[\"']?([^\"'\s>]{1,1000})", re.IGNORECASE)


class Unreadable(Exception):
    """Not a feed that can be read. `code` names why: dtd, web_page, not_a_feed, malformed."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)  # as they came, so that it survives the way out of its process
        self.code = code
        self.detail = detail


@dataclass(frozen=True)
class Headline:
    """One item of a feed, as plain text. `published_at` is None where the feed names no hour that can be read."""

    guid: str
    url: str
    title: str
    teaser: str = ""
    published_at: dt.datetime | None = None
    picture: str = ""
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True)
class Skipped:
    """An item that makes no headline: which rule says so, and what the feed had in its place."""

    rule: str  # address, title
    what: str


@dataclass(frozen=True)
class Feed:
    """What a feed says of itself, and its items in its own order."""

    title: str
    site_url: str
    headlines: tuple[Headline, ...]
    skipped: tuple[Skipped, ...] = ()


def parse_file(path: str, url: str, content_type: str) -> Feed:
    """The same for a body in a file: what the confined process is given."""
    return parse(Path(path).read_bytes(), url=url, content_type=content_type)


def parse(body: bytes, *, url: str, content_type: str = "") -> Feed:
    """The headlines of a feed found at `url`. Raises Unreadable."""
    head = body[:1024].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    if head.startswith(b"{") or "json" in content_type.lower():
        found = _of_json(body, url)
    else:
        found = _of_xml(body, url, content_type)
    return found


# -- XML ---------------------------------------------------------------------------------------------------------------


def _of_xml(body: bytes, url: str, content_type: str) -> Feed:
    headers = {"content-type": content_type, "content-location": url}
    try:
        data = convert_to_utf8(headers, body, feedparser.FeedParserDict()) or b""
        data = _NUMBERED.sub(lambda found: b"" if _is_half(found) else found[0], data)
        _refuse_other_kinds(data, url)
        # A stream, since bytes that name a file or an address would be taken for it.
        told = feedparser.parse(io.BytesIO(data), response_headers={**headers, "content-type": AS_PARSED})
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # whatever it trips over: the feed is at fault, and this feed alone
        raise Unreadable("malformed", f"{type(error).__name__}: {error}"[:200]) from error
    if not told.entries and not told.get("version"):
        raise Unreadable("not_a_feed", str(told.get("bozo_exception", ""))[:200])
    declared = told.get("version", "").startswith("atom")
    items = [_of_entry(entry, url, declared) for entry in told.entries[:MOST]]
    return _feed(told.feed.get("title"), told.feed.get("link"), url, items)


def _is_half(numbered: re.Match[bytes]) -> bool:
    value = int(numbered[1]) if numbered[1] else int(numbered[2], 16)
    return 0xD800 <= value <= 0xDFFF


def _refuse_other_kinds(data: bytes, url: str) -> None:
    page = re.match(rb"<!doctype\s+html\b|<html\b", _from(data, b"<"), re.IGNORECASE)
    if page and not re.search(rb"<(?:rss|feed|rdf:rdf)\b", data[:2_000], re.IGNORECASE):
        raise Unreadable("web_page", _named_feed(data, url))
    if _from(data, b"<!"):
        raise Unreadable("dtd")


def _from(data: bytes, start: bytes) -> bytes:
    """The beginning of the first thing that starts so and is no comment, processing instruction or CDATA; b"" if there
    is none. An aside that does not end is none: what follows it is read."""
    at = data.find(start)
    while at >= 0:
        close = next((close for opening, close in _ASIDES if data.startswith(opening, at)), None)
        if close is None:
            return data[at : at + 100]
        at = data.find(start, max(at + 2, data.find(close, at + 2)))
    return b""


def _named_feed(page: bytes, url: str) -> str:
    """The feed that a web page names, "" if none."""
    link = _FEED_LINK.search(page[:200_000])
    href = _HREF.search(link[0]) if link else None
    return urljoin(url, html.unescape(href[1].decode("utf-8", "replace"))) if href else ""


def _of_entry(entry: Any, base: str, declared: bool) -> Headline | Skipped:
    markup = _first(*(_markup(part, declared) for part in _bodies(entry)))
    return _headline(
        guid=entry.get("id"),
        link=entry.get("link"),
        title=_markup(entry.get("title_detail") or {}, declared),
        teaser=markup,
        moment=_moment(entry),
        pictures=[*_media(entry), *_drawn(entry, markup)],
        subjects=[tag.get("label") or tag.get("term") for tag in entry.get("tags", [])],
        base=base,
    )


def _bodies(entry: Any) -> list[Any]:
    """An entry's texts, the summary first. feedparser copies a content to a summary that is lacking, without its type,
    and a picture's description over a summary's details."""
    summary, detail, contents = entry.get("summary"), entry.get("summary_detail") or {}, entry.get("content", [])
    if any(summary == part.get("value") for part in contents):
        return [*contents]
    return [detail if detail.get("value") == summary else {"value": summary}, *contents]


def _markup(part: Any, declared: bool) -> str:
    """A text of an entry as HTML. Atom declares of which type one is (RFC 4287, 3.1.1); of RSS it is a guess."""
    value = part.get("value") or ""
    return html.escape(value, quote=False) if declared and part.get("type") == "text/plain" else value


def _moment(entry: Any) -> dt.datetime | None:
    for name in ("published_parsed", "updated_parsed", "created_parsed"):
        told = dict.get(entry, name)  # its own get takes one hour for another, and warns that it will not
        if told:
            try:
                return dt.datetime.fromtimestamp(calendar.timegm(told), dt.UTC)
            except (ValueError, OverflowError, OSError):
                continue
    return None


def _media(entry: Any) -> Iterator[str]:
    """Pictures that an entry names: media:content, media:thumbnail, enclosures, itunes:image."""
    for one in entry.get("media_content", []):
        if one.get("medium") == "image" or str(one.get("type", "")).startswith("image/"):
            yield one.get("url", "")
    for one in entry.get("media_thumbnail", []):
        yield one.get("url", "")
    for one in entry.get("enclosures", []):
        if str(one.get("type", "")).startswith("image/"):
            yield one.get("href", "")
    yield (entry.get("image") or {}).get("href", "")


def _drawn(entry: Any, summary: str) -> Iterator[str]:
    """The first picture in its text."""
    for markup in (summary, *(part.get("value") or "" for part in entry.get("content", []))):
        if found := _IMG.search(markup):
            yield html.unescape(found[1])


# -- JSON --------------------------------------------------------------------------------------------------------------


def _of_json(body: bytes, url: str) -> Feed:
    try:
        return _of_told(json.loads(body), url)
    except (Unreadable, MemoryError):
        raise
    except Exception as error:  # as of XML
        raise Unreadable("malformed", f"{type(error).__name__}: {error}"[:200]) from error


def _of_told(told: Any, url: str) -> Feed:
    if not isinstance(told, dict) or "jsonfeed.org" not in str(told.get("version", "")):
        raise Unreadable("not_a_feed", "JSON")
    items = told.get("items")
    found = [
        _of_item(item, url) for item in (items if isinstance(items, list) else [])[:MOST] if isinstance(item, dict)
    ]
    return _feed(told.get("title"), told.get("home_page_url"), url, found)


def _of_item(item: dict[str, Any], base: str) -> Headline | Skipped:
    def text(name: str) -> str:
        return value if isinstance(value := item.get(name), str) else ""

    markup = _first(text("summary"), text("content_html"), html.escape(text("content_text")))
    tags = item.get("tags")
    return _headline(
        guid=str(item.get("id", "")),
        link=_first(text("url"), text("external_url")),
        title=html.escape(text("title")),  # plain text in JSON Feed
        teaser=markup,
        moment=_iso(text("date_published")) or _iso(text("date_modified")),
        pictures=[text("image"), text("banner_image"), *(html.unescape(src) for src in _IMG.findall(markup)[:1])],
        subjects=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
        base=base,
    )


def _iso(text: str) -> dt.datetime | None:
    try:
        moment = dt.datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)).astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


# -- both --------------------------------------------------------------------------------------------------------------


def _feed(title: Any, site: Any, url: str, items: list[Headline | Skipped]) -> Feed:
    headlines = [item for item in items if isinstance(item, Headline)]
    skipped = [item for item in items if isinstance(item, Skipped)]
    return Feed(plain(title or "", 120), _address(site, url), tuple(headlines), tuple(skipped))


def _headline(
    *,
    guid: Any,
    link: Any,
    title: Any,
    teaser: str,
    moment: dt.datetime | None,
    pictures: list[str],
    subjects: list[Any],
    base: str,
) -> Headline | Skipped:
    url = _address(link, base)
    words, text = plain(title or "", LONGEST_TITLE), plain(teaser, LONGEST_TEASER)
    if not url:
        return Skipped("address", plain(html.escape(str(link or words)), 200))
    if not words and not text:
        return Skipped("title", url[:200])
    if not words:
        words, text = plain(teaser, 100), ""  # once is enough
    named = [plain(str(one), LONGEST_SUBJECT) for one in subjects if one]
    return Headline(
        guid=str(guid or url),
        url=url,
        title=words,
        teaser=text if text != words else "",
        published_at=moment,
        picture=next((found for one in pictures if (found := _address(one, base))), ""),
        subjects=tuple(dict.fromkeys(name for name in named if name))[:MOST_SUBJECTS],
    )


def plain(markup: str, longest: int) -> str:
    """Text of markup on one line: tags gone, entities decoded as often as they were encoded, cut at a word's end."""
    text = html.unescape(nh3.clean(_BLOCK.sub(" <", _NO_TAG.sub("&lt;", _HALF.sub("", markup))), tags=set()))
    for _time in range(SOUP):
        if not _ENTITY.search(text):
            break
        text = html.unescape(text)
    text = _TWICE.sub(r"\2", text)
    text = _SPACES.sub(" ", _CONTROL.sub("", text)).strip()
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–—-") + "…"


def _address(found: Any, base: str) -> str:
    """A whole http or https address, "" for anything else."""
    try:
        url = urljoin(base, str(found).strip()) if found else ""
        parts = urlsplit(url)
        fits = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
        return url if fits and len(url) <= LONGEST_ADDRESS and not _UNFIT.search(url) else ""
    except ValueError:
        return ""


def _first(*texts: Any) -> str:
    return next((text for text in texts if isinstance(text, str) and text.strip()), "")
