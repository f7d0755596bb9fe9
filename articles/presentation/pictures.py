"""Images as pages show them: `<picture>` in several sizes, and the address of one rendition."""

from django.core.files.storage import default_storage
from django.utils.safestring import SafeString, mark_safe
from markupsafe import escape

from articles.models import Image
from articles.models.image import FORMATS
from articles.models.partner import PartnerImage

MIME = {"avif": "image/avif", "webp": "image/webp"}


def picture(image: Image | PartnerImage, sizes: str, loading: str = "lazy", alt: str | None = None) -> SafeString:
    """Return a `<picture>` in AVIF, WebP and JPEG.

    `sizes` is the HTML attribute; `alt=""` where the text beside the image says what it shows. Written without a
    template: a page has dozens.
    """
    base = escape(default_storage.url(image.rendition_base))
    widths = {format_: image.widths_in(format_) for format_ in FORMATS}
    sets = {
        format_: ", ".join([f"{base}{width}.{format_} {width}w" for width in widths[format_]]) for format_ in FORMATS
    }
    sizes, words = escape(sizes), escape(image.alt if alt is None else alt)
    sources = "".join(
        f'<source type="{type_}" srcset="{sets[format_]}" sizes="{sizes}">' for format_, type_ in MIME.items()
    )
    when = 'fetchpriority="high"' if loading == "eager" else 'loading="lazy"'
    return mark_safe(  # noqa: S308 (escaped)
        f'<picture>{sources}<img src="{base}{widths["jpg"][0]}.jpg" srcset="{sets["jpg"]}" sizes="{sizes}" '
        f'width="{image.width}" height="{image.height}" alt="{words}" class="{image.focal_classes}" {when} '
        f'decoding="async"></picture>'
    )


def rendition_url(image: Image, width: int, format_: str = "jpg") -> str:
    """Return the address of one rendition: the widest of at most `width` pixels, or the narrowest there is."""
    widths = image.widths_in(format_)
    chosen = max((w for w in widths if w <= width), default=widths[0])
    return default_storage.url(image.rendition_name(chosen, format_))
