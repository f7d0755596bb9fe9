"""A stranger's picture made small: decoded in a confined process (confined.py), so imports nothing of Django's."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

WIDEST = 640  # px: what a card shows
TALLEST = 1280
MOST_PIXELS = 24_000_000
SMALLEST_SIDE = 40  # below it is a spacer or a counter, no picture
FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")


class NoPicture(Exception):
    """Not a picture that can be shown."""


def narrowed(picture: Image.Image) -> Image.Image:
    """A picture of 16 bits a pixel in 8, in grey: Pillow's own conversion clips it to white."""
    grey = picture.convert("I").point(lambda value: value / 256).convert("L")
    grey.info.pop("transparency", None)
    return grey


@dataclass(frozen=True)
class Small:
    """An RGB picture at most WIDEST wide: its raw bytes, three a pixel."""

    width: int
    height: int
    data: bytes


def shrink_file(path: str) -> Small:
    """The first frame of a picture file, upright, on white, small. Raises NoPicture, MemoryError.

    Made small before anything else: each copy of the whole would take four bytes a pixel.
    """
    Image.init()  # every format's code is in before a picture fills the memory
    try:
        with Image.open(io.BytesIO(Path(path).read_bytes()), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS or min(picture.size) < SMALLEST_SIDE:
                raise NoPicture(f"{picture.width} × {picture.height}")
            picture.draft("RGB", (WIDEST, TALLEST))  # JPEG alone: decoded at a fraction of its size
            picture.load()
            smaller = narrowed(picture) if picture.mode.startswith("I") else picture
            if smaller.mode in ("1", "P", "PA", "LA"):
                smaller = smaller.convert("RGBA")
            smaller.thumbnail((TALLEST, TALLEST))
            small = ImageOps.exif_transpose(smaller).convert("RGBA")
            small.thumbnail((WIDEST, TALLEST))
    except (NoPicture, MemoryError):
        raise
    except Exception as error:  # Pillow raises whatever a damaged file makes it raise
        raise NoPicture(f"{type(error).__name__}: {error}"[:200]) from error
    flat = Image.new("RGB", small.size, "white")
    flat.paste(small, mask=small.getchannel("A"))
    return Small(flat.width, flat.height, flat.tobytes())
