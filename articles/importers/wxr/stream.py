"""From an export's bytes to its records as XML elements, one at a time."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import BinaryIO
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError
from django.utils.translation import gettext as _

CHUNK = 64 * 1024
# Far above any article; keeps a hostile record from filling the memory.
RECORD_LIMIT = 64 * 1024 * 1024

_NAMESPACES = (
    (re.compile(r"https?://wordpress\.org/export/1\.[012]/"), "wp"),
    (re.compile(r"https?://wordpress\.org/export/1\.[012]/excerpt/"), "excerpt"),
    (re.compile(r"http://purl\.org/rss/1\.0/modules/content/"), "content"),
    (re.compile(r"http://purl\.org/dc/elements/1\.1/"), "dc"),
)
RECORDS = frozenset(("wp:author", "wp:category", "wp:tag", "wp:term", "item"))
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


def refuse_other_files(start: bytes) -> None:
    """Raise NotAnExport if the first bytes of a file are not those of XML."""
    if not start.strip():
        raise NotAnExport(_("The file is empty."))
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16, which is full of zero bytes
        return
    if b"\0" in start:
        raise NotAnExport(_("The file is binary, not XML; if it is an archive, unpack it first."))
    if not start.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<"):
        raise NotAnExport(_("the file is not XML."), 1)


def elements(stream: BinaryIO, progress: Callable[[int], None]) -> Iterator[Element]:
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
    """Raise the parser's errors in our words."""
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
        if element.tag in RECORDS:
            self._announce()
            self._ready.append(element)
        elif not self._announced and len(element) == 0:
            self._fields.append(element)

    def _announce(self) -> None:
        if self._announced:
            return
        version = (self._fields.findtext("wp:wxr_version") or "").strip()
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
