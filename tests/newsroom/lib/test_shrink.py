"""A stranger's image made small."""

import io
import tempfile
from pathlib import Path
from unittest import TestCase

from PIL import Image

from newsroom.lib.confined import MAX_DATA_BYTES, Confined, Overrun, outcome
from newsroom.lib.shrink import NoImage, Small, shrink_file


def swell_and_shrink(path: str) -> Small:
    """What an image that fills the memory does, whatever Pillow needs for it."""
    held = bytearray(MAX_DATA_BYTES - 60 * 1024 * 1024)
    return shrink_file(path) if held else shrink_file("")


class ShrinkTests(TestCase):
    def setUp(self) -> None:
        self.path = Path(self.enterContext(tempfile.TemporaryDirectory())) / "image"

    def shrink(self, image: Image.Image | bytes, **options: object) -> Small:
        if isinstance(image, bytes):
            self.path.write_bytes(image)
        else:
            image.save(self.path, options.pop("format", "JPEG"), **options)
        return shrink_file(str(self.path))

    def test_it_makes_any_image_an_rgb_one_as_wide_as_a_card(self) -> None:
        for mode, kind in (
            ("RGB", "JPEG"),
            ("CMYK", "JPEG"),
            ("RGBA", "PNG"),
            ("P", "GIF"),
            ("L", "WEBP"),
            ("I;16", "PNG"),
        ):
            with self.subTest(mode):
                small = self.shrink(Image.new(mode, (1600, 900)), format=kind)
                self.assertEqual((small.width, small.height, len(small.data)), (640, 360, 640 * 360 * 3))

    def test_it_leaves_a_small_one_as_it_is_and_cuts_a_tall_one_down(self) -> None:
        self.assertEqual(self.shrink(Image.new("RGB", (200, 100))).width, 200)
        self.assertEqual(self.shrink(Image.new("RGB", (500, 5_000))).height, 1280)

    def test_it_puts_what_is_transparent_on_white(self) -> None:
        small = self.shrink(Image.new("RGBA", (100, 100), (0, 0, 0, 0)), format="PNG")
        self.assertEqual(set(small.data), {255})

    def test_it_turns_it_upright(self) -> None:
        exif = Image.Exif()
        exif[0x0112] = 6
        self.assertEqual(self.shrink(Image.new("RGB", (200, 100)), exif=exif).width, 100)

    def test_it_keeps_the_light_of_sixteen_bits(self) -> None:
        small = self.shrink(Image.new("I;16", (100, 100), 0x4000), format="PNG")
        self.assertEqual(set(small.data), {0x40})

    def test_it_has_memory_enough_for_what_sites_send(self) -> None:
        for kind, mode, size, options in (
            ("PNG", "RGB", (4_500, 3_000), {}), ("WEBP", "RGB", (2_400, 1_600), {}), ("PNG", "P", (3_000, 2_000), {}),
            ("JPEG", "RGB", (4_000, 3_000), {"progressive": True}), ("PNG", "RGBA", (3_000, 2_000), {}),
        ):  # fmt: skip
            Image.effect_noise((500, 500), 40).resize(size).convert(mode).save(self.path, kind, **options)
            with self.subTest(f"{kind} {mode}"), Confined(1, seconds=30) as confined:
                self.assertEqual(outcome(confined.submit(shrink_file, str(self.path))).width, 640)

    def test_one_too_large_spoils_none_that_comes_after(self) -> None:
        Image.new("RGBA", (6_000, 4_000)).save(self.path, "PNG")
        small = self.path.with_suffix(".webp")
        Image.new("RGB", (1_200, 800)).save(small, "WEBP")
        with Confined(1, seconds=30) as confined:
            with self.assertRaises(Overrun):
                outcome(confined.submit(swell_and_shrink, str(self.path)))
            self.assertEqual(outcome(confined.submit(shrink_file, str(small))).width, 640)

    def test_it_refuses_counters_bombs_and_what_is_no_image(self) -> None:
        whole = io.BytesIO()
        Image.new("RGB", (300, 300), "red").save(whole, "PNG")
        for image in (
            Image.new("RGB", (1, 1)),
            Image.new("1", (8_000, 8_000)),
            b"<svg/>",
            b"",
            whole.getvalue()[:200],
        ):
            with self.subTest(image), self.assertRaises(NoImage):
                self.shrink(image, format="PNG")
