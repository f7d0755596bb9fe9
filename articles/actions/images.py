"""Actions on the image library: add an image, describe it, write its renditions."""

import datetime as dt
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles.actions import image_files
from articles.models import Image
from articles.presentation import cache_tags, renditions
from articles.workflow import Finding, Refused
from newsroom.actions import action
from newsroom.lib.cleaning import clean_line
from newsroom.lib.confined import Overrun
from newsroom.lib.imaging import Unusable
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import require, user_of
from newsroom.worker.queue import enqueue

DESCRIPTION_FIELDS = ("label", "alt", "caption", "credit", "licence_expires", "focal_x", "focal_y", "changed_at")
MIB = 1024 * 1024
RENDERED_WITHIN = dt.timedelta(minutes=2)  # after a focal point moved; longer than one image may take


def add(
    file: BinaryIO,
    *,
    by: Any,
    label: str,
    alt: str = "",
    caption: str = "",
    credit: str = "",
    remarks: list[str] | None = None,
) -> Image:
    """Add an image to the library and write its renditions. The same file again returns the image that exists.

    What is kept is re-encoded: upright, in sRGB, without the camera's metadata (location included), at most 6,000 px a
    side. Raises Forbidden, or Refused saying what is wrong with the file: too large, not an image, damaged, animated…
    What whoever adds it should look at is added to `remarks`, in sentences.
    """
    require(by, "image.create", None)
    data = file.read(settings.IMAGE_MAX_BYTES + 1)
    if len(data) > settings.IMAGE_MAX_BYTES:
        raise Refused([Finding("size", too_large_message())])
    digest = hashlib.sha256(data).hexdigest()
    if held := Image.objects.filter(digest=digest).first():
        return held
    label, alt, caption, credit = map(clean_line, (label[:200] or digest[:12], alt, caption, credit))
    image = Image(label=label, alt=alt, caption=caption, credit=credit, digest=digest, created_by=user_of(by))
    with TemporaryDirectory(prefix="newsroom-image-") as folder, _refused_in_words():
        source, kept = Path(folder) / "source", Path(folder) / "kept"
        source.write_bytes(data)
        prepared = renditions.prepare(source, kept)
        image.width, image.height = prepared.width, prepared.height
        if prepared.has_wrong_profile and remarks is not None:
            remarks.append(_("Its colour profile is broken, or not made for this kind of image: look at its colours."))
        image_files.announce(digest)
        renditions.make(image, kept)
        with kept.open("rb") as original:
            name = f"originals/{digest[:2]}/{digest[2:16]}.{prepared.suffix}"
            image.file.name = default_storage.save(name, File(original))
    try:
        with transaction.atomic():
            image.save()
            image_files.named(digest)
    except IntegrityError:  # somebody added the same file meanwhile
        image_files.named(digest)
        return Image.objects.get(digest=digest)
    return image


@action
def describe(image: Image, *, by: Any) -> Image:
    """Change an image's words, licence and focal point. Raises Forbidden."""
    require(by, "image.change", image)
    before = Image.objects.filter(pk=image.pk).first()
    image.save(update_fields=DESCRIPTION_FIELDS)
    if before and (before.focal_x, before.focal_y) != (image.focal_x, image.focal_y):
        # After the transaction, since it takes seconds. Crops around the former point stay: they were given out. The
        # worker makes those that are missing later: this process may die before it has.
        transaction.on_commit(partial(render_again, image), robust=True)
        enqueue(render_missing, at=timezone.now() + RENDERED_WITHIN, image=image.pk)
    invalidate({cache_tags.image(image)})
    return image


@task
def render_missing(image: int) -> None:
    """Write the renditions that an image (by id) lacks: the worker's part. An image that is gone lacks none."""
    if row := Image.objects.filter(pk=image).first():
        render_again(row)


def render_again(image: Image) -> None:
    """Write an image's missing renditions: its focal point moved, their folder was lost, a version has another size.

    Raises Refused, and OSError if the file is gone.
    """
    with TemporaryDirectory(prefix="newsroom-image-") as folder, _refused_in_words():
        source = Path(folder) / "kept"
        with image.file.open() as original, source.open("wb") as copy:
            shutil.copyfileobj(original, copy)
        renditions.make(image, source)


def too_large_message() -> str:
    """Return what a person is told of a file above settings.IMAGE_MAX_BYTES."""
    return _("The file is larger than %(limit)d MB.") % {"limit": settings.IMAGE_MAX_BYTES // MIB}


@contextmanager
def _refused_in_words() -> Iterator[None]:
    """Context manager: raise Refused, with a sentence, for a file that cannot be used."""
    try:
        yield
    except Unusable as unusable:
        raise Refused([Finding(unusable.check, _why(unusable.check))]) from unusable
    except Overrun as overrun:
        message = _("This image takes too long or too much memory to read: send a smaller one.")
        raise Refused([Finding("heavy", message)]) from overrun


def _why(check: str) -> str:
    limit = settings.IMAGE_MAX_PIXELS // 1_000_000
    return {
        "pixels": _("The image has more than %(limit)d million pixels.") % {"limit": limit},
        "small": _("The image is too small to show."),
        "animated": _("Animated images are not shown here: send a still one, or embed a video."),
        "format": _("This is not an image that can be read: JPEG, PNG, WebP, AVIF, GIF or TIFF."),
        "damaged": _("The image is damaged and cannot be read."),
    }[check]
