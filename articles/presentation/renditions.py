"""Renditions of images: AVIF, WebP and JPEG files at fixed widths, and crops.

Their names follow from the image's digest, so that a file of one name never changes. They are made in a process of
their own (newsroom/lib/confined.py), one image at a time: a photograph takes seconds and hundreds of megabytes.
"""

import atexit
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from articles.models import Image
from articles.models.image import FORMATS, RATIOS, Rendered
from newsroom.lib import imaging
from newsroom.lib.confined import Confined, outcome
from newsroom.lib.imaging import Prepared, Wanted

MAX_SECONDS = 60.0  # for one image, read or rendered
MAX_DATA_BYTES = 1024 * 1024 * 1024  # of the process: 80 million pixels with transparency, and their copies
_confined = Confined(1, MAX_SECONDS, MAX_DATA_BYTES)  # started by the first image


def end_process() -> None:
    """End the process for images, with its threads here. The next image starts another."""
    _confined.stop()


atexit.register(end_process)


def run(function: Callable[..., Any], *arguments: Any) -> Any:
    """Return what a function of newsroom/lib/imaging.py returns, run in the one process for images.

    Raises what it raises, and Overrun.
    """
    return outcome(_confined.submit(function, *arguments))


def names(image: Image) -> list[str]:
    """Return the storage names of all renditions of an image of the library, crops included."""
    return [*sizes_of(image), *(image.crop_name(ratio) for ratio in RATIOS)]


def sizes_of(image: Rendered) -> list[str]:
    """Return the storage names of the renditions of an image without crops: a partner's image has none."""
    return [image.rendition_name(width, format_) for format_ in FORMATS for width in image.widths_in(format_)]


def stored_names(image: Rendered) -> list[str]:
    """List the files of an image that exist in the storage: renditions, with crops of former focal points, and the
    original, with copies that a storage which does not overwrite made of it under other names.

    `names` lists the renditions that should exist.
    """
    found = []
    for top in ("renditions", "originals"):
        folder = f"{top}/{image.digest[:2]}"
        with suppress(FileNotFoundError):
            files = default_storage.listdir(folder)[1]
            found += [f"{folder}/{name}" for name in files if name.startswith(image.digest[2:16])]
    return sorted(found)


def prepare(source: Path, target: Path) -> Prepared:
    """Read a file of anybody and write it as the library keeps it. Raises imaging.Unusable, Overrun."""
    prepared: Prepared = run(imaging.prepare, str(source), str(target), settings.IMAGE_MAX_PIXELS)
    return prepared


def make(image: Rendered, source: Path) -> None:
    """Write the renditions of an image that are not in the storage yet. `source` is its file, of `image`'s size.

    Raises imaging.Unusable, Overrun.
    """
    wanted = {name: one for name, one in _wanted(image) if not default_storage.exists(name)}
    if not wanted:
        return
    with TemporaryDirectory(prefix="newsroom-renditions-") as folder:
        files = {name: Path(folder) / str(number) for number, name in enumerate(wanted)}
        jobs = [Wanted(str(files[name]), *one) for name, one in wanted.items()]
        run(imaging.render, str(source), jobs, settings.IMAGE_MAX_PIXELS)
        for name, path in files.items():
            with path.open("rb") as file:
                default_storage.save(name, File(file))


def _wanted(image: Rendered) -> Iterator[tuple[str, tuple[Any, ...]]]:
    for width in image.widths:
        height = max(1, round(image.height * width / image.width))
        for format_ in FORMATS:
            if width in image.widths_in(format_):
                yield image.rendition_name(width, format_), ((width, height), format_)
    if isinstance(image, Image):
        for ratio in RATIOS:
            yield image.crop_name(ratio), (image.crop_size(ratio), "jpg", image.crop_box(ratio))
