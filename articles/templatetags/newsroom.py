"""Template tags of public pages: dates in house style, images in several sizes, addresses of feeds."""

import datetime as dt
from typing import Any

from django import template
from django.core.files.storage import default_storage
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from articles.models import Image
from articles.models.image import FORMATS
from articles.models.partner import PartnerImage
from articles.presentation.links import feed_url
from newsroom.publications.models import Publication

register = template.Library()
MIME = {"avif": "image/avif", "webp": "image/webp"}


@register.simple_tag(takes_context=True)
def house_time(context: dict[str, Any], moment: dt.datetime, publication: Publication | None = None) -> SafeString:
    """Return a moment as a `<time>` element, in the style and time zone of the publication (the page's by default).

    `<time datetime="2025-02-10T11:30:00+01:00">10 Fév. 2025 • 11:30</time>`
    """
    publication = publication or context["publication"]
    local = moment.astimezone(publication.zone)
    iso, shown = local.isoformat(timespec="seconds"), escape(publication.date(local))
    return mark_safe(f'<time datetime="{iso}">{shown}</time>')  # noqa: S308 (escaped)


@register.filter
def in_house_style(text: str, publication: Publication) -> str:
    """Return a text that all publications share (a library caption, a credit) in the typography of this one."""
    return publication.typeset(text)


@register.filter
def feed_of(list_url: str, format_: str = "") -> str:
    """Return the address of a list's feed: `{{ list_url|feed_of:"atom" }}`; without a format, its RSS."""
    return feed_url(list_url, format_)


@register.simple_tag
def picture(image: Image | PartnerImage, sizes: str, loading: str = "lazy", alt: str | None = None) -> SafeString:
    """Return a `<picture>` in AVIF, WebP and JPEG.

    `sizes` is the HTML attribute; `alt=""` where the text beside the image says what it shows. Written without a
    template: a page has dozens.
    """
    base = escape(default_storage.url(image.rendition_base))
    sets = {
        format_: ", ".join(f"{base}{width}.{format_} {width}w" for width in image.widths_in(format_))
        for format_ in FORMATS
    }
    sizes, words = escape(sizes), escape(image.alt if alt is None else alt)
    sources = "".join(
        f'<source type="{type_}" srcset="{sets[format_]}" sizes="{sizes}">' for format_, type_ in MIME.items()
    )
    when = 'fetchpriority="high"' if loading == "eager" else 'loading="lazy"'
    return mark_safe(  # noqa: S308 (escaped)
        f'<picture>{sources}<img src="{base}{image.widths_in("jpg")[0]}.jpg" srcset="{sets["jpg"]}" sizes="{sizes}" '
        f'width="{image.width}" height="{image.height}" alt="{words}" class="{image.focal_classes}" {when} '
        f'decoding="async"></picture>'
    )


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
