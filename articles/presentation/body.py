"""An article's stored body: what it refers to, and its HTML as a page shows it.

Figures become images, embeds become facades (a link that loads the player when it is clicked), links get their `rel`.
A stored body is clean (newsroom/lib/html.py), so its markup has one form and a pattern can read it.
"""

import html
import re
from collections.abc import Callable, Mapping
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
_TABLE = re.compile(r"<table>(?:(?!<table>).)*?</table>", re.DOTALL)  # of two nested tables, the inner one


@dataclass(frozen=True)
class Figure:
    """A figure of a stored body: exactly one of `image`, `embed`, `product` and `source` is set."""

    image: int | None  # id of an Image of the library
    embed: str  # address of a video or post elsewhere
    product: int | None  # id of a product of the Comparateur
    source: str  # address of an image that is not in the library yet
    attachment: int | None  # id of that image in the export that it was imported from
    alt: str
    caption: str  # inline HTML


def _figure(match: re.Match[str]) -> Figure:
    data = {name: html.unescape(value) for name, value in _ATTRIBUTE.findall(match[1])}
    caption = _CAPTION.search(match[2])
    return Figure(
        image=int(data["picture"]) if "picture" in data else None,
        embed=data.get("embed", ""),
        product=int(data["product"]) if "product" in data else None,
        source=data.get("source", ""),
        attachment=int(data["attachment"]) if "attachment" in data else None,
        alt=data.get("alt", ""),
        caption=caption[1].strip() if caption else "",
    )


def figures_in(body: str) -> list[Figure]:
    """Return the figures of a stored body, in order."""
    return [_figure(match) for match in _FIGURE.finditer(body)]


def images_in(body: str) -> list[int]:
    """Return the ids of the library's images that a stored body shows, in order, each once."""
    return list(dict.fromkeys(figure.image for figure in figures_in(body) if figure.image))


def without_image(body: str, image: int) -> str:
    """Return a stored body without the figures that show the image of the library with the id `image`."""
    return _FIGURE.sub(lambda match: "" if match[1] and _figure(match).image == image else match[0], body)


def links_in(body: str) -> list[str]:
    """Return the addresses that a stored body links to, in order."""
    return [html.unescape(href) for href in _LINK.findall(body)]


def render(
    body: str,
    images: Mapping[int, Image],
    *,
    on: Publication,
    sponsored: bool = False,
    price_box: Callable[[int], str] = lambda product: "",
) -> SafeString:
    """Return the HTML of a stored body as a page shows it. No query.

    `images` are the images that images_in() names, by their ids: a figure whose image is not among them, or not in
    the library yet, is left out. `on` is the publication that shows the body: links to other sites get a `rel`. Those
    of a sponsored article are marked as paid for, as search engines require
    (https://developers.google.com/search/docs/crawling-indexing/qualify-outbound-links). `price_box` returns the HTML
    of a product's price box, by its id: nothing where it would not follow the prices, in feeds.
    """

    def rendered_figure(match: re.Match[str]) -> str:
        if not match[1]:
            return match[0]  # part of the text: a table or a quotation with its caption
        figure = _figure(match)
        caption = mark_safe(figure.caption)  # noqa: S308 (a stored body is clean)
        if figure.image and (image := images.get(figure.image)):
            return render_to_string(
                "articles/parts/figure.html",
                {"image": image, "caption": caption, "plain_caption": image.caption, "publication": on},
            )
        if figure.embed and (embed := embeds.recognise(figure.embed)):
            return render_to_string("articles/parts/embed.html", {"embed": embed, "caption": caption})
        if figure.product:
            return price_box(figure.product)
        return ""

    def link_with_rel(match: re.Match[str]) -> str:
        href = html.unescape(match[1])
        inside = href.startswith(("/", "#", on.origin + "/", "mailto:", "tel:")) and not href.startswith(("//", "/\\"))
        if inside:
            return match[0]
        return f'{match[0]} rel="{"sponsored nofollow" if sponsored else "noopener"}"'

    body = _FIGURE.sub(rendered_figure, _LINK.sub(link_with_rel, body))
    # Wide tables and code scroll in their own boxes, reachable by keyboard, instead of pushing the page sideways.
    body = body.replace("<pre>", '<pre tabindex="0">')
    body = _TABLE.sub(lambda match: f'<div class="table-box" tabindex="0">{match[0]}</div>', body)
    return mark_safe(body)  # noqa: S308 (cleaned when it was saved; what is added is escaped by its templates)
