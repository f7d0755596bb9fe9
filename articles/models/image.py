"""Images of the library, and the names and sizes of the renditions of any image."""

from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.timestamps import Timestamped

WIDTHS = (320, 640, 960, 1280, 1920)  # px
FALLBACK_WIDTHS = (640, 1280)  # px; JPEG, for programs that read neither AVIF nor WebP: mail, social cards
FORMATS = ("avif", "webp", "jpg")
# The crops that search engines and social cards ask for, around the focal point, in JPEG.
RATIOS = {"16x9": (16, 9), "4x3": (4, 3), "1x1": (1, 1)}
MAX_CROP_WIDTH = 1200  # px


class Rendered:
    """An image with renditions. Their names and sizes follow from its fields, so that pages need no query for them."""

    digest: Any
    width: Any
    height: Any
    focal_x: Any = 50
    focal_y: Any = 50

    @property
    def rendition_base(self) -> str:
        """The beginning of the storage names of its renditions."""
        return f"renditions/{self.digest[:2]}/{self.digest[2:16]}-"

    def rendition_name(self, width: int, format_: str) -> str:
        """Return the storage name of a rendition, `width` px wide."""
        return f"{self.rendition_base}{width}.{format_}"

    @property
    def widths(self) -> list[int]:
        """The widths in px of its renditions: none above its own, one at least."""
        return [width for width in WIDTHS[:-1] if width < self.width] + [min(self.width, WIDTHS[-1])]

    def widths_in(self, format_: str) -> list[int]:
        """Return the widths in px of its renditions in one of FORMATS."""
        if format_ != "jpg":
            return self.widths
        return [width for width in self.widths if width in FALLBACK_WIDTHS] or self.widths[-1:]

    @property
    def focal_classes(self) -> str:
        """The focal point as classes of the stylesheet, in steps of ten: the security policy allows no `style=`."""
        return f"fx{round(self.focal_x / 10)} fy{round(self.focal_y / 10)}"


class Image(Rendered, Timestamped):
    """An image of the library, shared by all publications of this install. Written by actions/images.py."""

    file = models.ImageField(_("file"), upload_to="originals/", width_field="width", height_field="height")
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # of the file as stored: one image, one row
    label = models.CharField(_("label"), max_length=200, help_text=_("For the library only; readers never see it."))
    alt = models.CharField(
        _("alternative text"), max_length=400, blank=True, help_text=_("What the image shows, for who cannot see it.")
    )
    caption = models.CharField(_("caption"), max_length=500, blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    licence_expires = models.DateField(_("licence expires"), null=True, blank=True)
    focal_x = models.PositiveSmallIntegerField(
        _("focal point, across (%)"), default=50, validators=[MaxValueValidator(100)]
    )
    focal_y = models.PositiveSmallIntegerField(
        _("focal point, down (%)"), default=50, validators=[MaxValueValidator(100)]
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("added by"),
    )

    class Meta:
        verbose_name = _("image")
        verbose_name_plural = _("images")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.label

    def crop_name(self, ratio: str) -> str:
        """Return the storage name of a crop, one of RATIOS; another focal point gives another name."""
        return f"renditions/{self.digest[:2]}/{self.digest[2:16]}-{ratio}-{self.focal_x}-{self.focal_y}.jpg"

    def crop_box(self, ratio: str) -> tuple[int, int, int, int]:
        """Return the part of the image that a crop shows, in px: left, top, right, bottom.

        It is as large as the ratio allows, and as near to the focal point as the edges allow.
        """
        across, down = RATIOS[ratio]
        scale = min(self.width / across, self.height / down)
        width, height = max(1, round(across * scale)), max(1, round(down * scale))
        left = min(max(round(self.width * self.focal_x / 100 - width / 2), 0), self.width - width)
        top = min(max(round(self.height * self.focal_y / 100 - height / 2), 0), self.height - height)
        return left, top, left + width, top + height

    def crop_size(self, ratio: str) -> tuple[int, int]:
        """Return the width and height of a crop's file, in px."""
        left, top, right, bottom = self.crop_box(ratio)
        width = min(right - left, MAX_CROP_WIDTH)
        return width, max(1, round(width * (bottom - top) / (right - left)))
