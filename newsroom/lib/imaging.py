"""Reading an image file of anybody and writing it in other sizes, in a confined process (confined.py).

So it imports nothing of Django's, and speaks in paths. `prepare` leaves the image in its process: `render` of the same
file needs not read it again.
"""

import io
import warnings
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageCms, ImageOps, PngImagePlugin, UnidentifiedImageError

from newsroom.lib.shrink import flatten, narrowed

READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")
MIN_SIDE_PX = 16
MAX_KEPT_SIDE_PX = 6000  # of what is kept: three times the widest rendition, for crops of a part
ENCODERS = 2
MAX_WHOLE_PIXELS = 40_000_000  # that are resampled at once
_RESAMPLING = Image.Resampling.LANCZOS
# Visually close to each other at these settings; AVIF's speed 8 costs a few percent of size and saves seconds.
SAVE_OPTIONS: dict[str, dict[str, Any]] = {
    "avif": {"format": "AVIF", "quality": 52, "speed": 8},
    "webp": {"format": "WEBP", "quality": 74, "method": 3},
    "jpg": {"format": "JPEG", "quality": 80, "progressive": True, "optimize": True},
}
_DAMAGED = (
    OSError, ValueError, SyntaxError, EOFError, LookupError, RuntimeError, TypeError, ArithmeticError, AttributeError,
)  # fmt: skip
# Of what is written beside a PNG's pixels, unpacked: programs that generate images write how they did.
PngImagePlugin.MAX_TEXT_CHUNK = 16 * 1024 * 1024
_prepared: dict[str, Image.Image] = {}  # the last one, by its path


class Unusable(Exception):
    """A file that is no image we take. `check` says why: format, damaged, pixels, small, animated."""

    def __init__(self, check: str):
        super().__init__(check)
        self.check = check


@dataclass(frozen=True)
class Prepared:
    """The image that was written: its size in px, and the suffix of its format ("jpg", or "png" with transparency).

    `has_wrong_profile`: its colour profile is broken or another kind of image's, so that its colours are a guess.
    """

    width: int
    height: int
    suffix: str
    has_wrong_profile: bool = False


@dataclass(frozen=True)
class Wanted:
    """A file to make of an image: its size in px, the part of the image that it shows (all, if None), its format."""

    path: str
    size: tuple[int, int]
    format: str
    box: tuple[int, int, int, int] | None = None


def prepare(source: str, target: str, max_pixels: int) -> Prepared:
    """Read an image file and write it to `target`: upright, in sRGB, without the camera's metadata, not too large.

    Raises Unusable, MemoryError.
    """
    image, has_wrong_profile = _read(source, max_pixels)
    suffix = "png" if image.mode == "RGBA" else "jpg"
    if suffix == "png":
        image.save(target, "PNG", compress_level=3)
    else:
        image.save(target, "JPEG", quality=93, subsampling=0)
    _prepared.clear()
    _prepared[target] = image
    return Prepared(*image.size, suffix, has_wrong_profile)


def render(source: str, wanted: Iterable[Wanted], max_pixels: int) -> None:
    """Write the files that are wanted of an image, the largest first. Raises Unusable, MemoryError."""
    image = _prepared.get(source) or _read(source, max_pixels)[0]
    # Each smaller one is made of the next larger: of the whole image it would be read again from all its pixels.
    smaller = image
    with ThreadPoolExecutor(ENCODERS) as pool:  # Pillow releases the interpreter's lock while it encodes
        saved = []
        for one in sorted(wanted, key=lambda one: (one.box is not None, -one.size[0])):
            if one.box is not None:
                made = image.resize(one.size, _RESAMPLING, one.box, reducing_gap=3)
            else:
                made = smaller = smaller if smaller.size == one.size else smaller.resize(one.size, _RESAMPLING)
            saved.append(pool.submit(_save, made, one))
        for call in saved:
            call.result()


def _save(image: Image.Image, one: Wanted) -> None:
    if one.format == "jpg":
        image = flatten(image)
    # Of a copy: Pillow keeps the options on the image while it encodes, and two threads that save one image in two
    # formats would take each other's.
    image.copy().save(one.path, **SAVE_OPTIONS[one.format])


def _read(path: str, max_pixels: int) -> tuple[Image.Image, bool]:
    """Return an upright image in sRGB (RGB or RGBA) from a file, and whether its profile was wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on sloppy metadata and on size: our own bound follows
            with Image.open(io.BytesIO(Path(path).read_bytes()), formats=READABLE_FORMATS) as image:
                _check(image, max_pixels)
                # JPEG alone, decoded at a fraction of its size.
                image.draft("RGB", (MAX_KEPT_SIDE_PX, MAX_KEPT_SIDE_PX))
                image.load()
                return _upright(image)
    except Unusable:
        raise
    except UnidentifiedImageError as error:
        raise Unusable("format") from error
    except Image.DecompressionBombError as error:  # Pillow's own bound, far above ours
        raise Unusable("pixels") from error
    except _DAMAGED as error:
        raise Unusable("damaged") from error


def _check(image: Image.Image, max_pixels: int) -> None:
    if image.width * image.height > max_pixels:
        raise Unusable("pixels")
    if min(image.size) < MIN_SIDE_PX:
        raise Unusable("small")
    if getattr(image, "n_frames", 1) > 1 and image.format not in ("TIFF", "MPO"):
        raise Unusable("animated")


def _upright(image: Image.Image) -> tuple[Image.Image, bool]:
    """Return an image upright, in sRGB and not too large, and whether its profile was wrong."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        image = narrowed(image)
    elif image.mode == "F" and cast("tuple[float, float]", image.getextrema())[1] <= 1:
        image = image.point(lambda value: value * 255)  # from 0 for black to 1 for white, as scientists write it
    # Before anything else: the one colour that a PNG or a palette calls transparent is lost with the next step, which
    # changes colours. And each copy at full size takes four bytes a pixel.
    if image.mode in ("LA", "PA") or "transparency" in image.info:
        image = image.convert("LA" if image.mode in ("1", "L", "LA") else "RGBA")
    elif image.mode == "P" or (max(image.size) > MAX_KEPT_SIDE_PX and image.mode not in ("RGB", "RGBA", "L", "CMYK")):
        image = image.convert("RGB")
    if max(image.size) > MAX_KEPT_SIDE_PX:
        if image.width * image.height > MAX_WHOLE_PIXELS:
            image = image.reduce(2)  # plainer than resampling, which copies the whole
        image.thumbnail((MAX_KEPT_SIDE_PX, MAX_KEPT_SIDE_PX), _RESAMPLING)
    image = ImageOps.exif_transpose(image)
    converted = _in_srgb(image, profile) if profile and image.mode in ("RGB", "RGBA", "CMYK", "L", "LA") else image
    # Without a profile that fits, the numbers as they are serve better than a refusal.
    kept = converted or image
    kept = kept.convert("RGBA" if kept.mode in ("RGBA", "LA") else "RGB")
    kept.info = {}
    return kept, converted is None


def _in_srgb(image: Image.Image, profile: bytes) -> Image.Image | None:
    """Return an image converted from its profile, its transparency as it was; None if the profile does not fit it."""
    colours = image.getchannel("L") if image.mode == "LA" else image
    try:
        converted = ImageCms.profileToProfile(
            colours,
            ImageCms.ImageCmsProfile(io.BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode="RGBA" if colours.mode == "RGBA" else "RGB",
        )
    except (ImageCms.PyCMSError, OSError):
        return None
    if converted and image.mode == "LA":
        converted.putalpha(image.getchannel("A"))
    return converted
