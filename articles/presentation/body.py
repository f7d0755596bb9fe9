"""From a stored body to what a page shows: figures become pictures, embeds become facades, links get their `rel`.

A stored body is clean (newsroom/lib/html.py), so its markup has one form and a pattern can read it.
"""

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.models import Image
from newsroom.lib import embeds
from newsroom.publications.models import Publication

_FIGURE = re.compile(r'<figure((?: data-[a-z]+="[^"]*")*)>(.*?)</figure>', re.DOTALL)
_ATTRIBUTE = re.compile(r' data-([a-z]+)="([^"]*)"')
_CAPTION = re.compile(r"<figcaption>(.*?)</figcaption>", re.DOTALL)
_LINK = re.compile(r'<a (?:(?:title|hreflang)="[^"]*" )*href="([^"]*)"')
_TABLE = re.compile(r"<table>(?:(?!<table>).)*?</table>", re.DOTALL)  # the inner one of two


@dataclass(frozen=True)
class Figure:
    """One figure of a stored body: exactly one of picture, embed, source is set."""

    picture: int | None
    embed: str
    source: str
    attachment: int | None
    alt: str
    caption: str  # inline HTML


def _read(match: re.Match[str]) -> Figure:
    data = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(match[1])}
    caption = _CAPTION.search(match[2])
    return Figure(
        picture=int(data["picture"]) if "picture" in data else None,
        embed=data.get("embed", ""),
        source=data.get("source", ""),
        attachment=int(data["attachment"]) if "attachment" in data else None,
        alt=data.get("alt", ""),
        caption=caption[1].strip() if caption else "",
    )


def figures_in(body: str) -> list[Figure]:
    """The figures of a stored body, in order."""
    return [_read(match) for match in _FIGURE.finditer(body)]


def images_in(body: str) -> list[int]:
    """The ids of the library's pictures that a stored body shows, in order, each once."""
    return list(dict.fromkeys(figure.picture for figure in figures_in(body) if figure.picture))


def without_picture(body: str, picture: int) -> str:
    """A stored body without the figures of one picture of the library."""
    return _FIGURE.sub(lambda match: "" if match[1] and _read(match).picture == picture else match[0], body)


def links_in(body: str) -> list[str]:
    """The addresses that a stored body links to, in order."""
    return [html.unescape(href) for href in _LINK.findall(body)]


def render(body: str, images: Mapping[int, Image], *, on: Publication, sponsored: bool = False) -> SafeString:
    """A stored body as a page shows it.

    `images` holds the pictures that images_in() named (a missing one is left out, as is a picture not held yet);
    `on` is the publication that shows it, so that links elsewhere are told apart; a sponsored article's links say so
    (https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links).
    """

    def figure(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0]  # prose's own: a table or a quotation with its caption
        read = _read(match)
        if read.picture and (image := images.get(read.picture)):
            return render_to_string(
                "articles/parts/figure.html",
                {"image": image, "caption": mark_safe(read.caption), "plain_caption": image.caption, "publication": on},  # noqa: S308 (clean)
            )
        if read.embed and (embed := embeds.recognise(read.embed)):
            return render_to_string(
                "articles/parts/embed.html",
                {"embed": embed, "caption": mark_safe(read.caption)},  # noqa: S308 (clean)
            )
        return ""

    def link(match: re.Match[str]) -> str:
        href = html.unescape(match[1])
        inside = href.startswith(("/", "#", on.origin + "/", "mailto:", "tel:")) and not href.startswith(("//", "/\\"))
        if inside:
            return match[0]
        return f'{match[0]} rel="{"sponsored nofollow" if sponsored else "noopener"}"'

    body = _FIGURE.sub(figure, _LINK.sub(link, body))
    # Wide tables and code scroll in their own boxes, reachable by keyboard, instead of pushing the page sideways.
    body = body.replace("<pre>", '<pre tabindex="0">')
    body = _TABLE.sub(lambda match: f'<div class="table-box" tabindex="0">{match[0]}</div>', body)
    return mark_safe(body)  # noqa: S308 (it was cleaned at the door, and what is added is escaped by its templates)
