"""A picture in several sizes and formats, from renditions that were read with the page.

Wagtail's own `{% picture %}` gives the same element, but parses every specification again for each picture: with
fifteen pictures of twelve renditions that was nine of thirty milliseconds.
"""

from typing import Any

from django import template
from django.utils.html import format_html
from wagtail_site.newspaper.models import FORMATS, WIDTHS

register = template.Library()


@register.simple_tag
def picture(image: Any, sizes: str, alt: str = "", loading: str = "lazy") -> str:
    """Return the `<picture>` of an image whose `prefetched_renditions` were read."""
    urls = {rendition.filter_spec: rendition.url for rendition in image.prefetched_renditions}
    sets = {
        format_: ", ".join(f"{urls[f'format-{format_}|width-{width}']} {width}w" for width in WIDTHS)
        for format_ in FORMATS
    }
    return format_html(
        '<picture><source type="image/avif" srcset="{avif}" sizes="{sizes}">'
        '<source type="image/webp" srcset="{webp}" sizes="{sizes}">'
        '<img src="{src}" srcset="{jpeg}" sizes="{sizes}" width="{width}" height="{height}" alt="{alt}"'
        ' loading="{loading}" decoding="async"></picture>',
        **sets, sizes=sizes, src=urls["format-jpeg|width-640"], width=image.width, height=image.height, alt=alt,
        loading=loading,
    )  # fmt: skip
