"""Template tags of public pages: dates in house style, images in several sizes, addresses of feeds."""

import datetime as dt
from typing import Any

from django import template
from django.core.files.storage import default_storage
from django.utils.html import format_html

from articles.models import Image
from articles.models.image import FORMATS
from articles.presentation.links import feed_url
from newsroom.publications.models import Publication

register = template.Library()
MIME = {"avif": "image/avif", "webp": "image/webp"}


@register.simple_tag(takes_context=True)
def house_time(context: dict[str, Any], moment: dt.datetime, publication: Publication | None = None) -> str:
    """Return a moment as a `<time>` element, in the style and time zone of the publication (the page's by default).

    `<time datetime="2025-02-10T11:30:00+01:00">10 Fév. 2025 • 11:30</time>`
    """
    publication = publication or context["publication"]
    iso = moment.astimezone(publication.zone).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', iso, publication.date(moment))


@register.filter
def in_house_style(text: str, publication: Publication) -> str:
    """Return a text that all publications share (a library caption, a credit) in the typography of this one."""
    return publication.typeset(text)


@register.filter
def feed_of(list_url: str, format_: str = "") -> str:
    """Return the address of a list's feed: `{{ list_url|feed_of:"atom" }}`; without a format, its RSS."""
    return feed_url(list_url, format_)


@register.inclusion_tag("articles/parts/picture.html")
def picture(image: Image, sizes: str, loading: str = "lazy", alt: str | None = None) -> dict[str, Any]:
    """Render a `<picture>` in AVIF, WebP and JPEG.

    `sizes` is the HTML attribute; `alt=""` where the text beside the image says what it shows.
    """
    sets = {
        format_: ", ".join(f"{rendition_url(image, width, format_)} {width}w" for width in image.widths_in(format_))
        for format_ in FORMATS
    }
    return {
        "image": image,
        "sizes": sizes,
        "eager": loading == "eager",
        "alt": image.alt if alt is None else alt,
        "sources": [(MIME[format_], sets[format_]) for format_ in MIME],
        "jpeg_set": sets["jpg"],
        "fallback": rendition_url(image, image.widths_in("jpg")[0], "jpg"),
    }


@register.inclusion_tag("articles/parts/social_image.html")
def social_image(image: Image, origin: str) -> dict[str, Any]:
    """Render the Open Graph elements of an image, cropped to 16:9 as social cards show it."""
    width, height = image.crop_size("16x9")
    url = origin + default_storage.url(image.crop_name("16x9"))
    return {"url": url, "width": width, "height": height, "alt": image.alt}


@register.simple_tag
def rendition_url(image: Image, width: int, format_: str = "jpg") -> str:
    """Return the address of one rendition: the widest of at most `width` pixels, or the narrowest there is."""
    widths = image.widths_in(format_)
    chosen = max((w for w in widths if w <= width), default=widths[0])
    return default_storage.url(image.rendition_name(chosen, format_))
