"""A WordPress export file (WXR), read as a stream of dataclasses.

The file is a stranger's and may be of any size: it is parsed piece by piece, only one record of it
is in memory at a time, and a document type declaration (where entity bombs live) is refused.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from django.utils.translation import gettext as _

CHUNK = 64 * 1024
# Far above any story; keeps a hostile record from filling the memory.
RECORD_LIMIT = 64 * 1024 * 1024

_NAMESPACES = (
    (re.compile(r"https?://wordpress\.org/export/1\.[012]/"), "wp"),
    (re.compile(r"https?://wordpress\.org/export/1\.[012]/excerpt/"), "excerpt"),
    (re.compile(r"http://purl\.org/rss/1\.0/modules/content/"), "content"),
    (re.compile(r"http://purl\.org/dc/elements/1\.1/"), "dc"),
)
_RECORDS = frozenset(("wp:author", "wp:category", "wp:tag", "wp:term", "item"))
# expat's codes for a file that stops before its last tag: nothing more, a token, a character, CDATA
_CUT_SHORT = frozenset((3, 5, 6, 20))


class NotAnExport(Exception):
    """The file cannot be imported; the message is a sentence for the person who chose it.

    ``line`` is the line of the file where reading stopped, None where there is none to name.
    """

    def __init__(self, message: str, line: int | None = None) -> None:
        if line is not None:
            message = _("Line %(line)d: %(message)s") % {"line": line, "message": message}
        super().__init__(message)
        self.line = line


@dataclass(frozen=True)
class Site:
    """The site that was exported. ``language`` is as written there ("fr-FR"), perhaps empty."""

    title: str
    base_url: str
    wxr_version: str
    language: str


@dataclass(frozen=True)
class WxrAuthor:
    login: str
    email: str
    display_name: str
    id: int | None


@dataclass(frozen=True)
class Category:
    """A category; ``parent`` is its parent's slug, and empty where an item names its categories."""

    slug: str
    name: str
    parent: str = ""


@dataclass(frozen=True)
class TagTerm:
    slug: str
    name: str


@dataclass(frozen=True)
class Term:
    """A term of any other taxonomy, such as a menu or a post format."""

    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True)
class Comment:
    """A comment. ``approved`` is "1", "0", "spam", "trash"… and ``type`` "comment", "pingback"…"""

    id: int | None
    author: str
    author_email: str
    author_url: str
    author_ip: str
    published: datetime | None
    content: str
    approved: str
    type: str
    parent_id: int
    user_id: int
    meta: dict[str, str]


@dataclass(frozen=True)
class Item:
    """A post, page, attachment or anything else that WordPress keeps as a post.

    Values are as found: ``post_id`` may be absent or taken twice, ``creator`` may name nobody.
    ``position`` counts the file's items from 0 and ``published`` is in UTC.
    """

    position: int
    post_id: int | None
    post_type: str
    status: str
    title: str
    slug: str
    link: str
    guid: str
    creator: str
    published: datetime | None
    body: str
    excerpt: str
    categories: tuple[Category, ...]
    tags: tuple[TagTerm, ...]
    terms: tuple[Term, ...]
    parent_id: int
    menu_order: int
    sticky: bool
    password: str
    comment_status: str
    attachment_url: str
    meta: dict[str, str]
    comments: tuple[Comment, ...]


Record = Site | WxrAuthor | Category | TagTerm | Term | Item


@dataclass
class Summary:
    """What a whole file holds; categories, tags and authors are those it declares."""

    site: Site | None = None
    bytes: int = 0
    items_by_type: Counter[str] = field(default_factory=Counter)
    posts_by_status: Counter[str] = field(default_factory=Counter)
    pages_by_status: Counter[str] = field(default_factory=Counter)
    categories: int = 0
    tags: int = 0
    authors: int = 0
    comments: int = 0

    @property
    def items(self) -> int:
        return self.items_by_type.total()

    @property
    def records(self) -> int:
        """How many records there are to write, custom terms aside."""
        return 1 + self.authors + self.categories + self.tags + self.items

    @property
    def attachments(self) -> int:
        return self.items_by_type["attachment"]


def read(path: Path | str, *, time_zone: tzinfo) -> Iterator[Record]:
    """Yield the site, then every author, category, tag, term and item in the order of the file.

    ``time_zone`` is the exported site's, for dates given only in its local time. Raises
    NotAnExport where the file is not, or stops being, a WordPress export (``check`` finds that
    out beforehand), and OSError if it cannot be opened.
    """
    return _records(Path(path), time_zone, lambda _size: None)


def check(
    path: Path | str, *, time_zone: tzinfo, progress: Callable[[int], None] | None = None
) -> Summary:
    """Read the file through to its end and return what it holds, keeping none of it.

    ``progress`` is called with the number of bytes read so far. Raises what ``read`` raises.
    """
    path = Path(path)
    summary = Summary()
    for record in _records(path, time_zone, progress or (lambda _size: None)):
        match record:
            case Site():
                summary.site = record
            case WxrAuthor():
                summary.authors += 1
            case Category():
                summary.categories += 1
            case TagTerm():
                summary.tags += 1
            case Item():
                summary.items_by_type[record.post_type] += 1
                summary.comments += len(record.comments)
                if record.post_type == "post":
                    summary.posts_by_status[record.status] += 1
                elif record.post_type == "page":
                    summary.pages_by_status[record.status] += 1
    summary.bytes = path.stat().st_size
    return summary


def _records(path: Path, zone: tzinfo, progress: Callable[[int], None]) -> Iterator[Record]:
    if path.is_dir():
        raise NotAnExport(_("This is a directory, not an export file."))
    with path.open("rb") as stream:
        _refuse_other_files(stream.read(CHUNK))
        stream.seek(0)
        site, position = None, 0
        for element in _elements(stream, progress):
            if site is None:
                # The channel's own fields come first in the file: they have all been read.
                site = _site(element)
                yield site
            if element.tag == "item":
                yield _item(element, position, zone)
                position += 1
            elif element.tag in _RECORDS:
                yield _declaration(element)


def _refuse_other_files(start: bytes) -> None:
    if not start.strip():
        raise NotAnExport(_("The file is empty."))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which is full of zero bytes
        return
    if b"\0" in start:
        raise NotAnExport(_("The file is binary, not XML; if it is an archive, unpack it first."))
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise NotAnExport(_("the file is not XML."), 1)


def _elements(stream: BinaryIO, progress: Callable[[int], None]) -> Iterator[Element]:
    """Yield the channel once its own fields are read, then each record; both whole."""
    channel = _Channel()
    parser = DefusedXMLParser(target=channel, forbid_dtd=True)
    channel.line = lambda: parser.parser.CurrentLineNumber
    size = 0
    while chunk := stream.read(CHUNK):
        with _explained(channel):
            parser.feed(chunk)
        size += len(chunk)
        progress(size)
        yield from channel.take()
    with _explained(channel):
        parser.close()
    yield from channel.take()


@contextmanager
def _explained(channel: "_Channel") -> Iterator[None]:
    """Tell the parser's errors in our words."""
    try:
        yield
    except ParseError as error:
        line = error.position[0]
        if error.code in _CUT_SHORT:
            raise NotAnExport(_("the file is cut short; export or copy it again."), line) from error
        message = _("the XML is not well-formed (%(reason)s).") % {"reason": error}
        raise NotAnExport(message, line) from error
    except DefusedXmlException as error:
        message = _("the file has a document type declaration, which no export needs.")
        raise NotAnExport(message, channel.line()) from error
    except (LookupError, ValueError) as error:  # an encoding that Python does not know
        message = _("the text cannot be decoded (%(reason)s).") % {"reason": error}
        raise NotAnExport(message, channel.line()) from error


class _Channel:
    """The parser's target: builds the channel's children one by one and forgets them once taken."""

    def __init__(self) -> None:
        self.line: Callable[[], int] = lambda: 1
        self._depth = 0
        self._size = 0
        self._builder = TreeBuilder()
        self._fields = Element("channel")
        self._announced = False
        self._ready: list[Element] = []

    def take(self) -> list[Element]:
        ready, self._ready = self._ready, []
        return ready

    def start_ns(self, prefix: str, uri: str) -> None:
        # expat does not mind, but XML Namespaces 1.0 wants an address, and those are ASCII.
        if not uri.isascii():
            message = _("the namespace “%(uri)s” is not a valid address.") % {"uri": uri}
            raise NotAnExport(message, self.line())

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth == 1 and tag != "rss":
            raise NotAnExport(_("the file is XML but not RSS, as exports are."), self.line())
        if self._depth == 2 and tag != "channel":
            raise NotAnExport(_("the file has no channel, as exports have."), self.line())
        if self._depth == 3:
            self._builder, self._size = TreeBuilder(), 0
        if self._depth >= 3:
            self._grow(100 + len(tag))
            self._builder.start(_name(tag), attributes)

    def data(self, text: str) -> None:
        if self._depth >= 3:
            self._grow(len(text))
            self._builder.data(text)

    def end(self, tag: str) -> None:
        if self._depth >= 3:
            self._builder.end(_name(tag))
        if self._depth == 3:
            self._finish(self._builder.close())
        elif self._depth == 2:
            self._announce()
        self._depth -= 1

    def close(self) -> None:
        if not self._announced:
            raise NotAnExport(_("the file has no channel, as exports have."), self.line())

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > RECORD_LIMIT:
            raise NotAnExport(_("one record of the file is too large."), self.line())

    def _finish(self, element: Element) -> None:
        if element.tag in _RECORDS:
            self._announce()
            self._ready.append(element)
        elif not self._announced and len(element) == 0:
            self._fields.append(element)

    def _announce(self) -> None:
        if self._announced:
            return
        version = _Fields(self._fields).line("wp:wxr_version")
        if not version:
            message = _("no WXR version is given before this, so this is no WordPress export.")
            raise NotAnExport(message, self.line())
        if not re.fullmatch(r"[0-9]+\.[0-9]+", version):
            message = _("the WXR version “%(version)s” is not valid.") % {"version": version}
            raise NotAnExport(message, self.line())
        self._announced = True
        self._ready.append(self._fields)


@lru_cache(maxsize=64)
def _prefix(uri: str) -> str | None:
    return next((prefix for pattern, prefix in _NAMESPACES if pattern.fullmatch(uri)), None)


def _name(tag: str) -> str:
    """Turn "{http://wordpress.org/export/1.2/}status" into "wp:status"; leave strangers alone."""
    uri, _brace, local = tag[1:].partition("}") if tag.startswith("{") else ("", "", tag)
    prefix = _prefix(uri) if uri else None
    return f"{prefix}:{local}" if prefix else tag


class _Fields:
    """The fields of a record: ``line`` for short ones, ``text`` for those kept as they are."""

    def __init__(self, element: Element) -> None:
        # Of two of a name the first counts, as in WordPress's own importer.
        self._texts = {child.tag: child.text or "" for child in reversed(element)}

    def text(self, name: str) -> str:
        return self._texts.get(name, "")

    def line(self, *names: str) -> str:
        """Return the first of these fields that is not blank, without surrounding space."""
        return next((value for name in names if (value := self.text(name).strip())), "")

    def number(self, name: str) -> int | None:
        value = self.line(name)
        return int(value) if re.fullmatch(r"-?[0-9]{1,18}", value) else None


def _site(channel: Element) -> Site:
    fields = _Fields(channel)
    return Site(
        title=fields.line("title"),
        base_url=fields.line("wp:base_blog_url", "wp:base_site_url", "link"),
        wxr_version=fields.line("wp:wxr_version"),
        language=fields.line("language"),
    )


def _declaration(element: Element) -> WxrAuthor | Category | TagTerm | Term:
    fields = _Fields(element)
    match element.tag:
        case "wp:author":
            return WxrAuthor(
                login=fields.line("wp:author_login"),
                email=fields.line("wp:author_email"),
                display_name=fields.line("wp:author_display_name"),
                id=fields.number("wp:author_id"),
            )
        case "wp:category":
            return Category(
                slug=unquote(fields.line("wp:category_nicename")),
                name=fields.line("wp:cat_name"),
                parent=unquote(fields.line("wp:category_parent")),
            )
        case "wp:tag":
            return TagTerm(unquote(fields.line("wp:tag_slug")), fields.line("wp:tag_name"))
        case _:
            return Term(
                taxonomy=fields.line("wp:term_taxonomy"),
                slug=unquote(fields.line("wp:term_slug")),
                name=fields.line("wp:term_name"),
            )


def _item(element: Element, position: int, zone: tzinfo) -> Item:
    fields = _Fields(element)
    labels = _labels(element)
    return Item(
        position=position,
        post_id=fields.number("wp:post_id"),
        post_type=fields.line("wp:post_type"),
        status=fields.line("wp:status"),
        title=fields.line("title"),
        slug=unquote(fields.line("wp:post_name")),
        link=fields.line("link"),
        guid=fields.line("guid"),
        creator=fields.line("dc:creator"),
        published=_published(fields, "wp:post_date", zone) or _rfc_date(fields.line("pubDate")),
        body=fields.text("content:encoded"),
        excerpt=fields.text("excerpt:encoded"),
        categories=tuple(Category(x.slug, x.name) for x in labels if x.taxonomy == "category"),
        tags=tuple(TagTerm(x.slug, x.name) for x in labels if x.taxonomy in ("post_tag", "tag")),
        terms=tuple(x for x in labels if x.taxonomy not in ("", "category", "post_tag", "tag")),
        parent_id=fields.number("wp:post_parent") or 0,
        menu_order=fields.number("wp:menu_order") or 0,
        sticky=fields.line("wp:is_sticky") == "1",
        password=fields.line("wp:post_password"),
        comment_status=fields.line("wp:comment_status"),
        attachment_url=fields.line("wp:attachment_url"),
        meta=_meta(element, "wp:postmeta"),
        comments=tuple(_comment(each, zone) for each in element if each.tag == "wp:comment"),
    )


def _labels(item: Element) -> list[Term]:
    """Return the terms of all taxonomies that the item bears."""
    labels = [
        Term(
            taxonomy=label.get("domain", ""),
            slug=unquote(label.get("nicename", "").strip()),
            name=(label.text or "").strip(),
        )
        for label in item.iterfind("category")
    ]
    # WXR 1.0 gives each label twice, once without its slug.
    complete = {(label.taxonomy, label.name) for label in labels if label.slug}
    return [x for x in labels if x.slug or (x.taxonomy, x.name) not in complete]


def _comment(element: Element, zone: tzinfo) -> Comment:
    fields = _Fields(element)
    return Comment(
        id=fields.number("wp:comment_id"),
        author=fields.line("wp:comment_author"),
        author_email=fields.line("wp:comment_author_email"),
        author_url=fields.line("wp:comment_author_url"),
        author_ip=fields.line("wp:comment_author_IP"),
        published=_published(fields, "wp:comment_date", zone),
        content=fields.text("wp:comment_content"),
        approved=fields.line("wp:comment_approved"),
        # WordPress before 5.5 left the type of ordinary comments empty.
        type=fields.line("wp:comment_type") or "comment",
        parent_id=fields.number("wp:comment_parent") or 0,
        user_id=fields.number("wp:comment_user_id") or 0,
        meta=_meta(element, "wp:commentmeta"),
    )


def _meta(element: Element, tag: str) -> dict[str, str]:
    """Return the custom fields of a post or comment; of a repeated key the last value."""
    pairs = (_Fields(child) for child in element if child.tag == tag)
    return {pair.line("wp:meta_key"): pair.text("wp:meta_value") for pair in pairs}


def _published(fields: _Fields, name: str, zone: tzinfo) -> datetime | None:
    """Return the date that a pair of fields gives, in UTC: the GMT one, else the local one."""
    return _date(fields.line(f"{name}_gmt"), UTC) or _date(fields.line(name), zone)


def _date(text: str, zone: tzinfo) -> datetime | None:
    # WordPress writes "0000-00-00 00:00:00" for no date, which is no date for Python either.
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _rfc_date(text: str) -> datetime | None:
    """Read a feed's date; WordPress writes the year -0001 for a draft's."""
    if "-0001" in text:
        return None
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
