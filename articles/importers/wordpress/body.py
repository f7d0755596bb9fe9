"""Conversion of the body of a WordPress post into our own HTML.

Two steps: `Markup` replaces what only WordPress understands (block comments, shortcodes, addresses alone on a line) by
markup; then a `Converter` goes through the parsed elements and writes those of our vocabulary into a `Flow`, which
makes the paragraphs. The result is well formed but not safe: it must still be sanitised.
"""

import re
from dataclasses import dataclass

from lxml import etree

from articles.importers.wordpress import containers, media
from articles.importers.wordpress.converter import BodyImage, Converter
from articles.importers.wordpress.markup import Markup
from articles.importers.wordpress.pieces import Losses
from newsroom.lib.cleaning import clean_text

# They have no meaning in a body, and the parser would drop what follows their ends.
_PAGE_TAG = re.compile(r"</?(?:html|head|body|frameset|noframes)\b[^<>]*>?", re.IGNORECASE)
# Tags that cannot nest, kept when there is too much nesting for the parser.
_NESTING_TAG = re.compile(r"</?(?!(?:p|br|hr|img|script|style)\b)[a-z][^<>]*>", re.IGNORECASE)


@dataclass
class Converted:
    """A converted body: its HTML, a sentence for each kind of loss, and its images."""

    html: str
    losses: list[str]
    images: list[BodyImage]


def convert(body: str) -> Converted:
    """Return our own HTML for a WordPress body, classic or made of blocks. Never raises."""
    text = clean_text(body)
    classic = "<!-- wp:" not in text
    losses = Losses()
    converter = Converter(
        losses, classic=classic, leaves=media.LEAVES, containers={**media.CONTAINERS, **containers.CONTAINERS}
    )
    blocks = converter.flow(_parse(Markup(text, losses, classic=classic).expand()), 0).blocks
    # A character reference may have named another control character.
    return Converted(clean_text("\n".join(blocks)), list(losses), converter.images)


def _parse(markup: str) -> etree._Element:
    markup = _PAGE_TAG.sub("", markup)
    root, too_deep = _parse_once(markup)
    if too_deep:  # the parser has stopped there, and lost what follows
        root, too_deep = _parse_once(_NESTING_TAG.sub(" ", markup))
    return root


def _parse_once(markup: str) -> tuple[etree._Element, bool]:
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(f"<div>{markup}</div>".encode("utf-8", "replace"), parser)
    return root, "Excessive depth" in str(parser.error_log)
