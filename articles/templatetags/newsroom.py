"""What public templates need: dates in house style, pictures in sizes, addresses."""

import datetime as dt
from typing import Any

from django import template
from django.core.files.storage import default_storage
from django.utils.html import format_html

from articles.models import Image
from articles.models.image import FORMATS
from newsroom.lib.typography import typeset
from newsroom.publications.models import Publication

register = template.Library()
MIME = {"avif": "image/avif", "webp": "image/webp"}


@register.simple_tag(takes_context=True)
def house_time(context: dict[str, Any], moment: dt.datetime, publication: Publication | None = None) -> str:
    """`<time datetime="2025-02-10T11:30:00+01:00">10 Fév. 2025 • 11:30</time>`, in the publication's style and zone."""
    house = publication or context["publication"]
    machine = moment.astimezone(house.zone).isoformat(timespec="seconds")
    return format_html('<time datetime="{}">{}</time>', machine, house.date(moment))


@register.filter
def in_house_style(text: str, publication: Publication) -> str:
    """Text of the whole house's (a library caption, a credit) in the typography of the publication that shows it."""
    return typeset(text, publication.language)


@register.inclusion_tag("articles/parts/picture.html")
def picture(image: Image, sizes: str, loading: str = "lazy", alt: str | None = None) -> dict[str, Any]:
    """A `<picture>` in AVIF, WebP and JPEG. `sizes` is the HTML attribute; `alt=""` where the text beside says it."""
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


@register.inclusion_tag("articles/parts/card_picture.html")
def social_picture(image: Image, origin: str) -> dict[str, Any]:
    """The Open Graph elements of a picture, cut as social cards show it."""
    width, height = image.crop_size("16x9")
    url = origin + default_storage.url(image.crop_name("16x9"))
    return {"url": url, "width": width, "height": height, "alt": image.alt}


@register.simple_tag
def rendition_url(image: Image, width: int, format_: str = "jpg") -> str:
    """The address of one rendition: the widest at most `width` px wide, or the narrowest there is."""
    widths = image.widths_in(format_)
    best = max((w for w in widths if w <= width), default=widths[0])
    return default_storage.url(image.rendition_name(best, format_))
