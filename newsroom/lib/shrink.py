"""Images of strangers made small, in a confined process (confined.py): so it imports nothing of Django's."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

MAX_WIDTH_PX = 640  # what a card shows
MAX_HEIGHT_PX = 1280
MAX_PIXELS = 24_000_000
MIN_SIDE_PX = 40  # below it is a spacer or a counter, no image
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class NoImage(Exception):
    """A file that is no image that can be shown."""


def narrowed(image: Image.Image) -> Image.Image:
    """Return an image of 16 bits a pixel in 8, in grey: Pillow's own conversion clips it to white."""
    grey = image.convert("I").point(lambda value: value / 256).convert("L")
    grey.info.pop("transparency", None)
    return grey


def flatten(image: Image.Image) -> Image.Image:
    """Return an RGB or RGBA image in RGB, its transparent parts on white."""
    if image.mode == "RGB":
        return image
    white = Image.new("RGB", image.size, "white")
    white.paste(image, mask=image.getchannel("A"))
    return white


@dataclass(frozen=True)
class Small:
    """An RGB image at most MAX_WIDTH_PX wide: its raw bytes, three a pixel."""

    width: int
    height: int
    data: bytes


def shrink_file(path: str) -> Small:
    """Return the first frame of an image file, upright, on white, small. Raises NoImage, MemoryError.

    It is made small before anything else: each copy at full size would take four bytes a pixel.
    """
    Image.init()  # every format's code is in before an image fills the memory
    try:
        with Image.open(io.BytesIO(Path(path).read_bytes()), formats=FORMATS) as image:
            if image.width * image.height > MAX_PIXELS or min(image.size) < MIN_SIDE_PX:
                raise NoImage(f"{image.width} × {image.height}")
            image.draft("RGB", (MAX_WIDTH_PX, MAX_HEIGHT_PX))  # JPEG alone: decoded at a fraction of its size
            image.load()
            smaller = narrowed(image) if image.mode.startswith("I") else image
            if smaller.mode in ("1", "P", "PA", "LA"):
                smaller = smaller.convert("RGBA")
            smaller.thumbnail((MAX_HEIGHT_PX, MAX_HEIGHT_PX))
            small = ImageOps.exif_transpose(smaller).convert("RGBA")
            small.thumbnail((MAX_WIDTH_PX, MAX_HEIGHT_PX))
    except (NoImage, MemoryError):
        raise
    except Exception as error:  # Pillow raises whatever a damaged file makes it raise
        raise NoImage(f"{type(error).__name__}: {error}"[:200]) from error
    flat = flatten(small)
    return Small(flat.width, flat.height, flat.tobytes())
