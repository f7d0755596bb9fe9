"""Image files as people reported them elsewhere: read as they look, or refused with the right word."""

import io
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest import TestCase

from PIL import Image, ImageDraw, PngImagePlugin

from newsroom.lib import imaging
from newsroom.lib.imaging import Unusable, Wanted

MAX_PIXELS = 40_000_000
RED, CLEAR = (200, 30, 40), 0
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    b'<rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
)


def saved(image: Image.Image, format_: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, format_, **options)
    return file.getvalue()


def turned(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x112] = orientation
    return exif


def half_black(level: float) -> Image.Image:
    image = Image.new("F", (64, 32), level)
    image.paste(0.0, (0, 16, 64, 32))
    return image


class ReportsTests(TestCase):
    def setUp(self) -> None:
        folder = TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def kept(self, data: bytes) -> Image.Image:
        source, target = self.folder / "source", self.folder / "kept"
        source.write_bytes(data)
        imaging.prepare(str(source), str(target), MAX_PIXELS)
        with Image.open(target) as image:
            image.load()
            return image

    def refused(self, data: bytes) -> str:
        with self.assertRaises(Unusable) as unusable:
            self.kept(data)
        return unusable.exception.check

    def test_it_stands_upright_whatever_says_how(self) -> None:
        red = Image.new("RGB", (64, 32), RED)
        for name, data, size in [
            # gtaylor/django-athumb#31, thumbor/thumbor#1716, textpattern/textpattern#1817
            *((f, saved(red, f, exif=turned(6)), (32, 64)) for f in ("JPEG", "PNG", "WEBP", "AVIF")),
            ("TIFF", saved(red, "TIFF", tiffinfo={0x112: 6}), (32, 64)),
            ("XMP", saved(red, "JPEG", xmp=XMP), (32, 64)),  # mattes/epeg#18, lovell/sharp#4585
            # imageio/imageio#1159, python-pillow/Pillow#4215, matthewwithanm/pilkit#12
            *((str(n), saved(red, "JPEG", exif=turned(n)), (64, 32)) for n in (0, 9, 99)),
            ("broken", saved(red, "JPEG", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x05\x00\x12"), (64, 32)),
        ]:
            with self.subTest(name):
                self.assertEqual(self.kept(data).size, size)

    def test_it_keeps_what_is_transparent(self) -> None:
        palette = Image.new("RGB", (64, 32), RED).convert("P")
        for name, data in [
            ("GIF", saved(palette, "GIF", transparency=palette.getpixel((0, 0)))),  # wagtail/wagtail#1084
            ("PNG", saved(Image.new("RGBA", (64, 32), CLEAR), "PNG")),  # wagtail/Willow#11
            ("LA", saved(Image.new("LA", (64, 32), (90, 0)), "PNG")),  # jazzband/sorl-thumbnail#265
            ("palette", saved(palette, "PNG", transparency=bytes(256))),
            ("WEBP", saved(Image.new("RGBA", (64, 32), CLEAR), "WEBP", lossless=True)),
        ]:
            with self.subTest(name):
                image = self.kept(data)
                self.assertEqual((image.mode, image.getchannel("A").getpixel((0, 0))), ("RGBA", 0))

    def test_it_looks_as_it_did(self) -> None:
        noise = PngImagePlugin.PngInfo()
        noise.add_text("workflow", "x" * 2_000_000, zip=True)
        for name, data, colour in [
            # python-pillow/Pillow#2574, #1108, #3011, #5991: sixteen bits
            ("I;16 PNG", saved(Image.new("I;16", (64, 32), 40_000), "PNG"), (156, 156, 156)),
            ("I;16 TIFF", saved(Image.new("I;16", (64, 32), 40_000), "TIFF"), (156, 156, 156)),
            # quiltdata/quilt#4961: parts of one
            ("F", saved(Image.new("F", (64, 32), 0.5), "TIFF"), (127, 127, 127)),
            ("F of 255", saved(Image.new("F", (64, 32), 200.0), "TIFF"), (200, 200, 200)),
            ("F from 0", saved(half_black(200.0), "TIFF"), (200, 200, 200)),
            ("RGBX", saved(Image.new("RGB", (64, 32), RED).convert("RGBX"), "TIFF"), RED),  # python-pillow/Pillow#3262
            # python-pillow/Pillow#6563, thumbor/thumbor#586
            ("CMYK", saved(Image.new("CMYK", (64, 32), (0, 255, 255, 0)), "JPEG"), (255, 0, 0)),
            # python-pillow/Pillow#2445, #8363: much text beside it
            ("text", saved(Image.new("RGB", (64, 32), RED), "PNG", pnginfo=noise), RED),
            # python-pillow/Pillow#1138, lucyparsons/OpenOversight#1098, element-hq/synapse#20024
            (
                "MPO",
                saved(
                    Image.new("RGB", (64, 32), RED), "MPO", save_all=True, append_images=[Image.new("RGB", (64, 32))]
                ),
                RED,
            ),
        ]:
            with self.subTest(name):
                shown = self.kept(data).convert("RGB").getpixel((9, 9))
                assert isinstance(shown, tuple)
                self.assertLessEqual(max(abs(a - b) for a, b in zip(shown, colour, strict=True)), 2, shown)

    def test_it_says_what_it_does_not_take(self) -> None:
        first, second = Image.new("RGB", (64, 32), RED), Image.new("RGB", (64, 32))
        for format_ in ("GIF", "WEBP", "PNG", "AVIF"):  # wagtail/Willow#80, wagtail/wagtail#8425, #6567
            with self.subTest(format_):
                data = saved(first, format_, save_all=True, append_images=[second])
                self.assertEqual(self.refused(data), "animated")
        photo = saved(Image.effect_noise((320, 240), 80), "JPEG")
        self.assertEqual(
            self.refused(photo[: len(photo) // 2]), "damaged"
        )  # python-pillow/Pillow#889, cvat-ai/cvat#106

    def test_a_slim_image_has_renditions(self) -> None:
        for size in ((6000, 16), (16, 6000), (20_000, 20)):  # wagtail/wagtail#5878, jazzband/sorl-thumbnail#131
            with self.subTest(size):
                image = Image.new("RGB", size, RED)
                ImageDraw.Draw(image).line((0, 0, *size))
                kept = self.kept(saved(image, "PNG"))
                width = min(kept.width, 320)
                height = max(1, round(kept.height * width / kept.width))
                wanted = [Wanted(str(self.folder / f), (width, height), f) for f in ("avif", "webp", "jpg")]
                imaging.render(str(self.folder / "kept"), wanted, MAX_PIXELS)
                for one in wanted:
                    with Image.open(one.path) as rendition:
                        self.assertEqual(rendition.size, (width, height))
