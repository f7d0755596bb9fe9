"""Writers of elements that contain paragraphs of their own: quotes, lists, tables."""

from collections.abc import Mapping

from lxml import etree

from articles.importers.wordpress.converter import MAX_DEPTH, Container, Converter, attributes_of, classes_of
from articles.importers.wordpress.flow import Flow
from articles.importers.wordpress.pieces import embed

_QUOTED_POSTS = frozenset(("twitter-tweet", "twitter-video", "bluesky-embed", "mastodon-embed"))


def _quote(converter: Converter, element: etree._Element, flow: Flow, depth: int) -> None:
    if _QUOTED_POSTS & classes_of(element):
        links = [link.get("href") or "" for link in element.iter("a")]
        if player := next(filter(None, map(embed, reversed(links))), None):
            flow.block(player)
            return
    blocks = converter.flow(element, depth).blocks
    if blocks:
        flow.block(f"<blockquote>{''.join(blocks)}</blockquote>")


def _preformatted(converter: Converter, element: etree._Element, flow: Flow, depth: int) -> None:
    for block in converter.flow(element, depth, "pre").blocks:
        flow.block(block)


def _list(converter: Converter, element: etree._Element, flow: Flow, depth: int) -> None:
    """Write a list; its content outside items is added to the item before."""
    if {"wp-block-gallery", "blocks-gallery-grid"} & classes_of(element):
        converter.inside(element, flow, depth)
        return
    items: list[str] = []
    stray = converter.new_flow()
    stray.text(element.text)
    for child in element:
        if child.tag == "li":
            _join(items, stray)
            items.append(converter.flow(child, depth).tight())
            stray = converter.new_flow()
        else:
            converter.write(child, stray, depth)
        stray.text(child.tail)
    _join(items, stray)
    content = "".join(f"<li>{item}</li>" for item in items if item)
    if content:
        flow.block(f"<{element.tag}>{content}</{element.tag}>")


def _table(converter: Converter, element: etree._Element, flow: Flow, depth: int) -> None:
    """Write a table; its content outside cells goes before it, as in browsers."""
    parts: dict[str, list[str]] = {"caption": [], "thead": [], "tbody": []}
    _rows(converter, element, parts, "tbody", flow, depth)
    flow.end_paragraph()
    if not parts["thead"] and not parts["tbody"]:  # a table without rows is not valid: its caption becomes a paragraph
        for caption in parts["caption"]:
            flow.block(f"<p>{caption}</p>")
        return
    content = "".join(f"<caption>{caption}</caption>" for caption in parts["caption"])
    for part in ("thead", "tbody"):
        if parts[part]:
            content += f"<{part}>{''.join(parts[part])}</{part}>"
    flow.block(f"<table>{content}</table>")


def _rows(
    converter: Converter,
    element: etree._Element,
    parts: dict[str, list[str]],
    part: str,
    flow: Flow,
    depth: int,
) -> None:
    flow.text(element.text)
    for child in element:
        tag = str(child.tag)
        if tag == "caption" and not parts["caption"]:
            caption, after = converter.flow(child, depth).inline()
            if caption:
                parts["caption"].append(caption)
            for block in after:
                flow.block(block)
        elif tag in ("thead", "tbody", "tfoot") and depth < MAX_DEPTH:
            _rows(converter, child, parts, "thead" if tag == "thead" else "tbody", flow, depth + 1)
        elif tag == "tr":
            if row := _row(converter, child, flow, depth):
                parts[part].append(f"<tr>{row}</tr>")
        else:
            converter.write(child, flow, depth)
        flow.text(child.tail)


def _row(converter: Converter, element: etree._Element, flow: Flow, depth: int) -> str:
    cells = []
    flow.text(element.text)
    for child in element:
        if child.tag in ("td", "th"):
            content = converter.flow(child, depth).tight()
            cells.append(f"<{child.tag}{attributes_of(child)}>{content}</{child.tag}>")
        else:
            converter.write(child, flow, depth)
        flow.text(child.tail)
    return "".join(cells)


def _join(items: list[str], stray: Flow) -> None:
    """Add content outside a list's items to the last of them, or make it the first."""
    last = items.pop() if items else ""
    items.append(last + stray.tight())


CONTAINERS: Mapping[str, Container] = {
    "blockquote": _quote,
    "pre": _preformatted,
    "ul": _list,
    "ol": _list,
    "table": _table,
}
