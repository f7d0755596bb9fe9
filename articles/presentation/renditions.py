"""Renditions of images: AVIF, WebP and JPEG files at fixed widths, and crops.

Their names follow from the image's digest, so that a file of one name never changes.
"""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow

from articles.models import Image
from articles.models.image import FORMATS, RATIOS, Rendered

_RESAMPLING = Pillow.Resampling.LANCZOS
# Visually close to each other at these settings; AVIF's speed 8 costs a few percent of size and saves seconds.
SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 52, "speed": 8},
    "webp": {"format": "WEBP", "quality": 74, "method": 3},
    "jpg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}


def names(image: Image) -> list[str]:
    """Return the storage names of all renditions of an image of the library, crops included."""
    return [*sizes_of(image), *(image.crop_name(ratio) for ratio in RATIOS)]


def sizes_of(image: Rendered) -> list[str]:
    """Return the storage names of the renditions of an image without crops: a partner's image has none."""
    return [image.rendition_name(width, format_) for format_ in FORMATS for width in image.widths_in(format_)]


def stored_names(image: Rendered) -> list[str]:
    """List the rendition files of an image that exist in the storage, including crops of former focal points.

    `names` lists those that should exist.
    """
    folder, prefix = f"renditions/{image.digest[:2]}", f"{image.digest[2:16]}-"
    try:
        return [f"{folder}/{name}" for name in default_storage.listdir(folder)[1] if name.startswith(prefix)]
    except FileNotFoundError:
        return []


def make(image: Rendered, decoded: Pillow.Image) -> None:
    """Write the renditions of an image that are not in the storage yet. `decoded` is its file, decoded and upright."""
    _write(_sizes(image, decoded))
    if isinstance(image, Image):
        make_crops(image, decoded)


def make_crops(image: Image, decoded: Pillow.Image) -> None:
    """Write the crops of an image around its focal point that are not in the storage yet."""
    _write(
        (image.crop_name(ratio), decoded.resize(image.crop_size(ratio), _RESAMPLING, image.crop_box(ratio)), "jpg")
        for ratio in RATIOS
    )


def _write(jobs: Iterator[tuple[str, Pillow.Image, str]]) -> None:
    # Threads help: Pillow releases the interpreter's lock while it encodes.
    with ThreadPoolExecutor(max_workers=4) as pool:
        for name, data in pool.map(lambda job: (job[0], _encode(*job[1:])), jobs):
            if not default_storage.exists(name):
                default_storage.save(name, ContentFile(data))


def _sizes(image: Rendered, decoded: Pillow.Image) -> Iterator[tuple[str, Pillow.Image, str]]:
    for width in image.widths:
        height = max(1, round(decoded.height * width / decoded.width))
        resized = decoded.resize((width, height), _RESAMPLING)
        for format_ in FORMATS:
            if width in image.widths_in(format_):
                yield image.rendition_name(width, format_), resized, format_


def _encode(decoded: Pillow.Image, format_: str) -> bytes:
    if format_ == "jpg":
        decoded = flatten(decoded)
    buffer = io.BytesIO()
    decoded.save(buffer, **SAVE_OPTIONS[format_])
    return buffer.getvalue()


def flatten(decoded: Pillow.Image) -> Pillow.Image:
    """Return an image in RGB, its transparent parts on white."""
    if decoded.mode == "RGB":
        return decoded
    white = Pillow.new("RGB", decoded.size, "white")
    white.paste(decoded, mask=decoded.getchannel("A"))
    return white
