"""Actions on the image library: add an image, describe it, write its renditions."""

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
    """Add an image to the library and write its renditions. The same file again returns the image that exists.

    What is kept is re-encoded: upright, in sRGB, without the camera's metadata (location included). Raises Forbidden,
    or Refused saying what is wrong with the file: too large, not an image, damaged, animated…
    """
    require(by, "image.create", None)
    data = file.read(settings.IMAGE_MAX_BYTES + 1)
    digest = hashlib.sha256(data).hexdigest()
    if held := Image.objects.filter(digest=digest).first():
        return held
    decoded = _decode(data)
    stored, suffix = _encode_original(decoded)
    image = Image(
        label=label[:200] or digest[:12], alt=alt, caption=caption, credit=credit, digest=digest, created_by=user_of(by)
    )
    image.width, image.height = decoded.size
    renditions.make(image, decoded)
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
    """Change an image's words, licence and focal point. Raises Forbidden."""
    require(by, "image.change", image)
    before = Image.objects.filter(pk=image.pk).first()
    image.save(update_fields=DESCRIPTION_FIELDS)
    if before and (before.focal_x, before.focal_y) != (image.focal_x, image.focal_y):
        renditions.make_crops(image, _original(image))  # those around the former point stay: they were given out
    invalidate({cache_tags.image(image)})
    return image


def render_again(image: Image) -> None:
    """Write an image's missing renditions: their folder was lost, or this version of Newsroom has another size."""
    renditions.make(image, _original(image))


def _original(image: Image) -> Pillow.Image:
    """Return the original that the library keeps."""
    with image.file.open() as file:
        return _read(file.read())


def _refuse(check: str, message: str) -> Refused:
    return Refused([Finding(check, message)])


def _too_many_pixels() -> Refused:
    limit = settings.IMAGE_MAX_PIXELS // 1_000_000
    return _refuse("pixels", _("The image has more than %(limit)d million pixels.") % {"limit": limit})


def _decode(data: bytes) -> Pillow.Image:
    """Return an upright image in sRGB (RGB or RGBA) from a file's bytes. Raises Refused."""
    if len(data) > settings.IMAGE_MAX_BYTES:
        limit = settings.IMAGE_MAX_BYTES // MIB
        raise _refuse("size", _("The file is larger than %(limit)d MB.") % {"limit": limit})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on sloppy metadata and on size: our own bound follows
            return _read(data)
    except UnidentifiedImageError as error:
        raise _refuse(
            "format", _("This is not an image that can be read: JPEG, PNG, WebP, AVIF, GIF or TIFF.")
        ) from error
    except Pillow.DecompressionBombError as error:  # Pillow's own bound, far above ours
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError, EOFError, LookupError, RuntimeError, TypeError, ArithmeticError) as error:
        raise _refuse("damaged", _("The image is damaged and cannot be read.")) from error


def _read(data: bytes) -> Pillow.Image:
    """Return what _decode returns; raises whatever Pillow raises on a damaged file."""
    decoded = Pillow.open(io.BytesIO(data), formats=READABLE_FORMATS)
    width, height = decoded.size
    if width * height > settings.IMAGE_MAX_PIXELS:
        raise _too_many_pixels()
    if min(width, height) < MIN_SIDE_PX:
        raise _refuse("small", _("The image is too small to show."))
    if getattr(decoded, "n_frames", 1) > 1 and decoded.format not in ("TIFF", "MPO"):
        raise _refuse("animated", _("Animated images are not shown here: send a still one, or embed a video."))
    decoded.load()
    return _upright(decoded)


def _upright(decoded: Pillow.Image) -> Pillow.Image:
    profile = decoded.info.get("icc_profile")
    decoded = ImageOps.exif_transpose(decoded)
    if decoded.mode.startswith("I"):
        decoded = narrowed(decoded)
    has_alpha = decoded.mode in ("RGBA", "LA", "PA") or "transparency" in decoded.info
    if profile and decoded.mode in ("RGB", "RGBA", "CMYK", "L"):
        try:
            mode = "RGBA" if has_alpha and decoded.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(
                decoded, ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB"), outputMode=mode
            )
            decoded = converted or decoded
        except (ImageCms.PyCMSError, OSError):
            pass  # a broken profile: the numbers as they are serve better than a refusal
    decoded = decoded.convert("RGBA" if has_alpha else "RGB")
    decoded.info = {}
    return decoded


def _encode_original(decoded: Pillow.Image) -> tuple[bytes, str]:
    """Return the bytes to keep, and their suffix: enough to make any rendition again, without the camera's metadata."""
    buffer = io.BytesIO()
    if decoded.mode == "RGBA":
        decoded.save(buffer, "PNG", optimize=False)
        return buffer.getvalue(), "png"
    decoded.save(buffer, "JPEG", quality=93, subsampling=0)
    return buffer.getvalue(), "jpg"
