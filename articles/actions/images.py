"""Actions on the picture library: add a picture, describe it, write its renditions."""

import hashlib
import io
import warnings
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps, UnidentifiedImageError

from articles.models import Image
from articles.presentation import cache_tags, renditions
from articles.workflow import Finding, Refused
from newsroom.actions import action
from newsroom.lib.shrink import narrowed
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import require, user_of

READABLE_FORMATS = ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP")
MIN_SIDE_PX = 16
DESCRIPTION_FIELDS = ("label", "alt", "caption", "credit", "licence_expires", "focal_x", "focal_y", "changed_at")
MIB = 1024 * 1024


def add(
    file: BinaryIO,
    *,
    by: Any,
    label: str,
    alt: str = "",
    caption: str = "",
    credit: str = "",
) -> Image:
    """Add a picture to the library and write its renditions. The same file again returns the picture that exists.

    What is kept is re-encoded: upright, in sRGB, without the camera's metadata (location included). Raises Forbidden,
    or Refused saying what is wrong with the file: too large, not a picture, damaged, animated…
    """
    require(by, "image.create", None)
    data = file.read(settings.PICTURE_MAX_BYTES + 1)
    digest = hashlib.sha256(data).hexdigest()
    if held := Image.objects.filter(digest=digest).first():
        return held
    picture = _decode(data)
    stored, suffix = _encode_original(picture)
    image = Image(
        label=label[:200] or digest[:12], alt=alt, caption=caption, credit=credit, digest=digest, created_by=user_of(by)
    )
    image.width, image.height = picture.size
    renditions.make(image, picture)
    name = default_storage.save(f"originals/{digest[:2]}/{digest[2:16]}.{suffix}", ContentFile(stored))
    image.file.name = name
    try:
        with transaction.atomic():
            image.save()
    except IntegrityError:  # somebody added the same file meanwhile
        return Image.objects.get(digest=digest)
    return image


@action
def describe(image: Image, *, by: Any) -> Image:
    """Change a picture's words, licence and focal point. Raises Forbidden."""
    require(by, "image.change", image)
    before = Image.objects.filter(pk=image.pk).first()
    image.save(update_fields=DESCRIPTION_FIELDS)
    if before and (before.focal_x, before.focal_y) != (image.focal_x, image.focal_y):
        renditions.make_crops(image, _original(image))  # those around the former point stay: they were given out
    invalidate({cache_tags.image(image)})
    return image


def render_again(image: Image) -> None:
    """Write a picture's missing renditions: their folder was lost, or this version of Newsroom has another size."""
    renditions.make(image, _original(image))


def _original(image: Image) -> Pillow.Image:
    """Return the original that the library keeps."""
    with image.file.open() as file:
        return _read(file.read())


def _refuse(check: str, message: str) -> Refused:
    return Refused([Finding(check, message)])


def _too_many_pixels() -> Refused:
    limit = settings.PICTURE_MAX_PIXELS // 1_000_000
    return _refuse("pixels", _("The picture has more than %(limit)d million pixels.") % {"limit": limit})


def _decode(data: bytes) -> Pillow.Image:
    """Return an upright picture in sRGB (RGB or RGBA) from a file's bytes. Raises Refused."""
    if len(data) > settings.PICTURE_MAX_BYTES:
        limit = settings.PICTURE_MAX_BYTES // MIB
        raise _refuse("size", _("The file is larger than %(limit)d MB.") % {"limit": limit})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on sloppy metadata and on size: our own bound follows
            return _read(data)
    except UnidentifiedImageError as error:
        raise _refuse(
            "format", _("This is not a picture that can be read: JPEG, PNG, WebP, AVIF, GIF or TIFF.")
        ) from error
    except Pillow.DecompressionBombError as error:  # Pillow's own bound, far above ours
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, RuntimeError, TypeError, ArithmeticError) as error:
        raise _refuse("damaged", _("The picture is damaged and cannot be read.")) from error


def _read(data: bytes) -> Pillow.Image:
    """Return what _decode returns; raises whatever Pillow raises on a damaged file."""
    picture = Pillow.open(io.BytesIO(data), formats=READABLE_FORMATS)
    width, height = picture.size
    if width * height > settings.PICTURE_MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE_PX:
        raise _refuse("small", _("The picture is too small to show."))
    if getattr(picture, "n_frames", 1) > 1 and picture.format not in ("TIFF", "MPO"):
        raise _refuse("animated", _("Animated pictures are not shown here: send a still one, or embed a video."))
    picture.load()
    return _upright(picture)


def _upright(picture: Pillow.Image) -> Pillow.Image:
    profile = picture.info.get("icc_profile")
    picture = ImageOps.exif_transpose(picture)
    if picture.mode.startswith("I"):
        picture = narrowed(picture)
    has_alpha = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            mode = "RGBA" if has_alpha and picture.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(
                picture, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=mode
            )
            picture = converted or picture
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the numbers as they are serve better than a refusal
    picture = picture.convert("RGBA" if has_alpha else "RGB")
    picture.info = {}
    return picture


def _encode_original(picture: Pillow.Image) -> tuple[bytes, str]:
    """Return the bytes to keep, and their suffix: enough to make any rendition again, without the camera's metadata."""
    buffer = io.BytesIO()
    if picture.mode == "RGBA":
        picture.save(buffer, "PNG", optimize=False)
        return buffer.getvalue(), "png"
    picture.save(buffer, "JPEG", quality=93, subsampling=0)
    return buffer.getvalue(), "jpg"
