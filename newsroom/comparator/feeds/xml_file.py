"""Feeds in XML: RSS 2.0 or Atom with Google's namespace, and the like of networks. Read piece by piece.

Any DTD is refused: no feed needs one, and entities can expand to anything. An item is kept until it is yielded, its
texts within bounds, so that a feed of any size takes the memory of one piece.
"""

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser

from newsroom.comparator.feeds.fields import plain_name
from newsroom.comparator.feeds.source import Source, Unreadable

ITEMS = frozenset(("item", "entry", "product", "produit", "prod", "offer"))
GOOGLE = "{http://base.google.com/ns/1.0}"
MAX_VALUE_CHARACTERS = 10_000
MAX_VALUES = 500  # of one item
MAX_DEPTH = 30


def rows(source: Source) -> Iterator[dict[str, str]]:
    """Yield each item as values by plain names. Raises Unreadable."""
    items = _Items()
    parser = DefusedXMLParser(target=items, forbid_dtd=True)
    try:
        for chunk in source.chunks():
            parser.feed(chunk)
            yield from items.taken()
        parser.close()
    except DefusedXmlException as error:
        raise Unreadable("dtd") from error
    except (ParseError, ValueError, LookupError) as error:  # an encoding that nobody knows is a LookupError
        raise Unreadable("malformed", str(error)[:200]) from error
    yield from items.taken()


class _Items:
    """What the parser tells of each element, made into items."""

    def __init__(self) -> None:
        self._done: list[dict[str, str]] = []
        self._item: dict[str, str] | None = None
        self._path: list[str] = []  # of the elements that are open in the item
        self._text: list[str] = []
        self._size = 0

    def taken(self) -> list[dict[str, str]]:
        """Return the items that are whole, and forget them."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _name(tag)
        if self._item is None:
            if name in ITEMS:
                self._item, self._path = {}, []
            return
        self._path.append(tag)
        if len(self._path) > MAX_DEPTH:
            raise ValueError("nested too deep")
        self._text, self._size = [], 0
        if name == "link" and attributes.get("href") and attributes.get("rel", "alternate") == "alternate":
            self._item.setdefault("link", attributes["href"])  # Atom's

    def data(self, text: str) -> None:
        if self._item is not None and self._path and self._size < MAX_VALUE_CHARACTERS:
            self._text.append(text[: MAX_VALUE_CHARACTERS - self._size])
            self._size += len(text)

    def end(self, tag: str) -> None:
        if self._item is None:
            return
        if not self._path:
            self._done.append(self._item)
            self._item = None
            return
        self._keep(self._item, "".join(self._text).strip())
        self._path.pop()
        self._text, self._size = [], 0

    def close(self) -> None:
        """Called by the parser at the end."""

    def _keep(self, item: dict[str, str], text: str) -> None:
        """Keep what an element says: Google's before RSS's of the same name, the parts of g:shipping as one line."""
        tag, name = self._path[-1], _name(self._path[-1])
        above = _name(self._path[-2]) if len(self._path) > 1 else ""
        if name == "shipping" and not text:
            parts = [item.pop(f"shipping {part}", "") for part in ("country", "region", "service", "price")]
            if parts[-1]:
                item["shipping"] = ",".join(filter(None, (item.get("shipping", ""), ":".join(parts))))
        elif above == "shipping":
            item[f"shipping {name}"] = text.replace(":", " ")
        elif text and (tag.startswith(GOOGLE) or name not in item) and len(item) < MAX_VALUES:
            item[name] = text


def _name(tag: str) -> str:
    return plain_name(tag.rpartition("}")[2])


def is_xml(sample: bytes) -> bool:
    """Return whether a file is XML, by its first bytes."""
    head: Any = sample[:200].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return bool(head.startswith(b"<"))
