"""Actions on the images of the library: files taken or refused, what is stored, what is rendered."""

import io
import random
import resource
import time
import zipfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

from django.core.files.storage import default_storage
from django.test import override_settings
from PIL import Image as Pillow
from PIL import ImageCms, ImageDraw

from articles.actions import images
from articles.models import Image
from articles.presentation import renditions
from articles.workflow import Refused
from newsroom.lib import imaging
from newsroom.lib.confined import Confined
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import image_file, make_image

ORIENTATION, GPS, MAKER = 0x0112, 0x8825, 0x010F


def written(decoded: Pillow.Image, format_: str, **options: Any) -> io.BytesIO:
    file = io.BytesIO()
    decoded.save(file, format_, **options)
    file.seek(0)
    return file


def add(file: io.BytesIO | bytes, **fields: Any) -> Image:
    file = io.BytesIO(file) if isinstance(file, bytes) else file
    return images.add(file, **{"by": SYSTEM, "label": "essai", **fields})


def stored(image: Image) -> Pillow.Image:
    with image.file.open() as file:
        decoded = Pillow.open(io.BytesIO(file.read()))
        decoded.load()
        return decoded


def rendition(image: Image, format_: str, width: int = 0) -> Pillow.Image:
    with default_storage.open(image.rendition_name(width or image.widths_in(format_)[0], format_)) as file:
        decoded = Pillow.open(io.BytesIO(file.read()))
        decoded.load()
        return decoded


def crop(image: Image, ratio: str) -> Pillow.Image:
    with default_storage.open(image.crop_name(ratio)) as file:
        return Pillow.open(io.BytesIO(file.read()))


class ImagesTestCase(NewsroomTestCase):
    def assertNear(self, actual: Any, expected: tuple[int, ...], by: int = 14) -> None:
        self.assertTrue(
            all(abs(a - b) <= by for a, b in zip(actual, expected, strict=True)), f"{actual} is not {expected}"
        )

    def assertRefused(self, file: io.BytesIO | bytes, *checks: str) -> None:
        with self.assertRaises(Refused) as refusal:
            add(file)
        (finding,) = refusal.exception.findings
        self.assertIn(finding.check, checks)
        self.assertTrue(finding.message)
        self.assertFalse(Image.objects.exists())


class UprightTests(ImagesTestCase):
    def test_it_applies_each_of_the_eight_orientations(self) -> None:
        upright = Pillow.new("RGB", (80, 40), "white")
        ImageDraw.Draw(upright).rectangle((0, 0, 39, 19), fill="red")  # the corner that must end at the top left
        turns = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # how a camera held so would write it (Pillow.Transpose)
        for orientation in range(1, 9):
            with self.subTest(orientation=orientation):
                taken = upright.transpose(Pillow.Transpose(turns[orientation])) if orientation > 1 else upright
                exif = Pillow.Exif()
                exif[ORIENTATION] = orientation
                image = add(written(taken, "JPEG", exif=exif, quality=95))
                self.assertEqual((image.width, image.height), (80, 40))
                for decoded in (stored(image), rendition(image, "jpg")):
                    self.assertNear(decoded.getpixel((10, 8)), (255, 0, 0), by=30)
                    self.assertNear(decoded.getpixel((70, 30)), (255, 255, 255), by=30)

    def test_it_strips_place_and_all_other_metadata(self) -> None:
        exif = Pillow.Exif()
        exif[MAKER] = "SecretCamera"
        exif.get_ifd(GPS)[1] = "N"
        exif.get_ifd(GPS)[2] = (48.0, 51.0, 24.0)
        xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>SecretXmp</x:xmpmeta>"
        noise = Pillow.effect_noise((700, 400), 60).convert("RGB")
        for format_, options in [
            ("JPEG", {"exif": exif, "xmp": xmp, "comment": b"SecretComment"}),
            ("PNG", {"exif": exif}),
            ("WEBP", {"exif": exif, "xmp": xmp}),
            ("TIFF", {"exif": exif}),
            ("AVIF", {"exif": exif}),
        ]:
            with self.subTest(format=format_):
                file = written(noise, format_, **options)
                self.assertIn(b"Secret", file.getvalue())
                image = add(file)
                names = [image.file.name, *renditions.names(image)]
                for name in names:
                    with default_storage.open(name) as kept:
                        data = kept.read()
                    self.assertNotIn(b"Secret", data, name)
                    decoded = Pillow.open(io.BytesIO(data))
                    self.assertEqual(dict(decoded.getexif()), {}, name)
                    self.assertFalse({"exif", "xmp", "comment", "icc_profile"} & set(decoded.info), name)


class ColourTests(ImagesTestCase):
    def test_it_converts_colours_to_srgb(self) -> None:
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        image = add(written(Pillow.new("RGB", (64, 64), (200, 30, 40)), "JPEG", icc_profile=srgb, quality=95))
        self.assertNear(stored(image).getpixel((9, 9)), (200, 30, 40))
        for broken in (b"no profile", srgb[:100], lab.tobytes()):
            with self.subTest(profile=broken[:10]):
                image = add(
                    written(
                        Pillow.new("RGB", (64, 64), (200, 30, len(broken) % 99)), "JPEG", icc_profile=broken, quality=95
                    )
                )
                self.assertEqual(stored(image).mode, "RGB")

    def test_it_keeps_transparency_and_sets_jpeg_on_white(self) -> None:
        decoded = Pillow.new("RGBA", (64, 64), (255, 0, 0, 0))
        decoded.paste((0, 0, 255, 255), (32, 0, 64, 64))
        palette = decoded.quantize(8)
        for name, file in {
            "RGBA": written(decoded, "PNG"),
            "WebP": written(decoded, "WEBP", lossless=True),
            "palette": written(palette, "PNG"),
            "LA": written(decoded.convert("LA"), "PNG"),
            "GIF": written(decoded, "GIF"),
        }.items():
            with self.subTest(name):
                image = add(file)
                for decoded in (stored(image), rendition(image, "avif"), rendition(image, "webp")):
                    self.assertEqual(decoded.mode, "RGBA")
                    self.assertLess(decoded.getpixel((8, 32))[3], 20)
                    self.assertGreater(decoded.getpixel((56, 32))[3], 235)
                flat = rendition(image, "jpg")
                self.assertEqual(flat.mode, "RGB")
                self.assertNear(flat.getpixel((8, 32)), (255, 255, 255), by=20)

    def test_it_keeps_transparency_whatever_the_profile(self) -> None:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
        decoded = Pillow.new("RGBA", (64, 64), (255, 0, 0, 0))
        decoded.paste((0, 0, 255, 255), (32, 0, 64, 64))
        one_colour = Pillow.new("RGB", (64, 64), (250, 10, 10))
        one_colour.paste((0, 0, 255), (32, 0, 64, 64))
        black = Pillow.new("RGB", (64, 64), (0, 0, 0))
        black.paste((0, 0, 255), (32, 0, 64, 64))
        grey = one_colour.convert("L")
        for name, image, options in [
            ("RGB tRNS", one_colour, {"transparency": (250, 10, 10)}),
            ("RGB tRNS black", black, {"transparency": (0, 0, 0)}),
            ("L tRNS", grey, {"transparency": grey.getpixel((8, 32))}),
            ("LA", decoded.convert("LA"), {}),
            ("RGBA", decoded, {}),
            ("palette", decoded.quantize(8), {}),
            ("palette tRNS", one_colour.quantize(8), {"transparency": one_colour.quantize(8).getpixel((8, 32))}),
        ]:
            for profile in (srgb, lab, b"no profile"):
                with self.subTest(name, profile=profile[:10]):
                    kept = stored(add(written(image, "PNG", icc_profile=profile, **options)))
                    self.assertEqual((kept.mode, kept.getpixel((8, 32))[3]), ("RGBA", 0))
                    self.assertEqual(kept.getpixel((56, 32))[3], 255)

    def test_it_tells_whoever_adds_an_image_that_its_profile_is_wrong(self) -> None:
        srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
        red, grey = Pillow.new("RGB", (64, 64), "red"), Pillow.new("LA", (64, 64), (118, 90))
        for image, profile, is_wrong in [
            (red, srgb, False), (red, b"no profile", True), (red, srgb[:100], True), (grey, srgb, True),
        ]:  # fmt: skip
            with self.subTest(image.mode, profile=profile[:10]):
                Image.objects.all().delete()
                self.assertEqual(bool(self.remarks(image, icc_profile=profile)), is_wrong)
        self.assertEqual(self.remarks(Pillow.new("RGB", (64, 64), "blue")), [])

    def remarks(self, image: Pillow.Image, **options: Any) -> list[str]:
        said: list[str] = []
        add(written(image, "PNG", **options), remarks=said)
        return said

    def test_it_reads_every_kind_of_pixel(self) -> None:
        grey = (118, 118, 118)
        for name, file, expected in [
            ("CMYK", written(Pillow.new("CMYK", (64, 64), (0, 255, 255, 0)), "JPEG"), (254, 0, 0)),
            ("greyscale", written(Pillow.new("L", (64, 64), 118), "JPEG"), grey),
            ("16 bits", written(Pillow.new("I;16", (64, 64), 118 * 256), "PNG"), grey),
            ("16 bits TIFF", written(Pillow.new("I;16", (65, 64), 118 * 256), "TIFF"), grey),
            ("one bit", written(Pillow.new("1", (64, 64), 1), "PNG"), (255, 255, 255)),
            ("palette", written(Pillow.new("RGB", (64, 64), (10, 200, 30)).quantize(4), "PNG"), (10, 200, 30)),
            ("BMP", written(Pillow.new("RGB", (64, 64), (10, 20, 200)), "BMP"), (10, 20, 200)),
            ("AVIF", written(Pillow.new("RGB", (64, 64), (10, 90, 200)), "AVIF", quality=95), (10, 90, 200)),
        ]:
            with self.subTest(name):
                image = add(file)
                for decoded in (stored(image), rendition(image, "webp"), rendition(image, "jpg")):
                    self.assertNear(decoded.convert("RGB").getpixel((30, 30)), expected)

    def test_it_takes_the_first_of_a_camera_s_two_images(self) -> None:
        second = Pillow.new("RGB", (64, 64), "blue")
        file = written(Pillow.new("RGB", (64, 64), "red"), "MPO", save_all=True, append_images=[second])
        self.assertNear(stored(add(file)).getpixel((9, 9)), (254, 0, 0))


class RefusedFileTests(ImagesTestCase):
    def test_it_refuses_moving_images(self) -> None:
        frames = [Pillow.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
        for format_ in ("GIF", "PNG", "WEBP"):
            with self.subTest(format=format_):
                self.assertRefused(written(frames[0], format_, save_all=True, append_images=frames[1:]), "animated")

    def test_it_refuses_what_is_no_image(self) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as file:
            file.writestr("photo.jpg", image_file().getvalue())
        for data in (
            b"",
            b"\xff\xd8\xff",
            b"GIF89a",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
            b"%PDF-1.7\n%\xe2\xe3",
            b"<!doctype html><script>alert(1)</script>",
            archive.getvalue(),
            b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n",
            random.Random(1).randbytes(5000),
        ):
            with self.subTest(data=data[:20]):
                self.assertRefused(data, "format", "damaged")

    def test_it_refuses_a_truncated_file(self) -> None:
        noise = Pillow.effect_noise((200, 200), 60).convert("RGB")
        for format_ in ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"):
            with self.subTest(format=format_):
                data = written(noise, format_).getvalue()
                self.assertRefused(data[: len(data) // 2], "format", "damaged")

    def test_it_reads_or_refuses_a_damaged_file_and_nothing_else(self) -> None:
        chance = random.Random(7)
        noise = Pillow.effect_noise((48, 48), 60).convert("RGB")
        exif = Pillow.Exif()
        exif[ORIENTATION] = 6
        for format_ in ("JPEG", "PNG", "WEBP", "AVIF", "GIF", "TIFF", "BMP"):
            good = written(noise, format_, **({"exif": exif} if format_ not in ("GIF", "BMP") else {})).getvalue()
            for attempt in range(60):
                data = bytearray(good)
                for _ in range(1 + attempt % 8):
                    place = chance.randrange(min(len(data), 400) if attempt % 2 else len(data))
                    data[place] ^= 1 << chance.randrange(8)
                with self.subTest(format=format_, attempt=attempt):
                    try:
                        add(bytes(data))
                    except Refused as refusal:
                        self.assertTrue(refusal.findings[0].message)

    def test_it_refuses_a_decompression_bomb_before_decoding_it(self) -> None:
        small = written(Pillow.new("1", (64, 64)), "PNG").getvalue()
        start = time.perf_counter()
        for side in (10_000, 60_000, 2**31 - 1):
            header = small[12:16] + side.to_bytes(4, "big") * 2 + small[24:29]
            bomb = small[:12] + header + zlib.crc32(header).to_bytes(4, "big") + small[33:]
            self.assertRefused(bomb, "pixels", "damaged", "format")
        self.assertRefused(written(Pillow.new("1", (10_000, 10_000)), "PNG"), "pixels")
        self.assertRefused(written(Pillow.new("1", (20_000, 20_000)), "PNG"), "pixels")
        self.assertLess(time.perf_counter() - start, 10)

    @override_settings(IMAGE_MAX_BYTES=1000)
    def test_it_refuses_a_file_too_large_and_reads_no_more_of_it(self) -> None:
        file = io.BytesIO(b"x" * 100_000)
        self.assertRefused(file, "size")
        self.assertEqual(file.tell(), 1001)

    def test_it_refuses_an_image_too_small_to_show(self) -> None:
        self.assertRefused(image_file((15, 400)), "small")
        self.assertRefused(image_file((1, 1)), "small")
        add(image_file((16, 16)))


class LibraryTests(ImagesTestCase):
    def test_it_stores_the_same_file_once(self) -> None:
        file = image_file()
        first, again = add(file.getvalue(), label="un"), add(file.getvalue(), label="deux")
        self.assertEqual((first, again.label), (again, "un"))
        self.assertEqual(Image.objects.count(), 1)

    def test_its_renditions_are_there_under_the_names_that_pages_write(self) -> None:
        for width in (20, 320, 500, 640, 1281, 2400):
            with self.subTest(width=width):
                image = add(image_file((width, 64)))
                self.assertEqual(len(renditions.names(image)), len(set(renditions.names(image))))
                for format_ in ("avif", "webp", "jpg"):
                    self.assertTrue(image.widths_in(format_))
                    for size in image.widths_in(format_):
                        self.assertLessEqual(size, min(width, 1920))
                        self.assertEqual(rendition(image, format_, size).width, size)

    def test_its_crops_are_as_large_as_they_can_be_and_include_the_focal_point(self) -> None:
        for size, focus, ratio, box in (
            ((1600, 900), (50, 50), "16x9", (0, 0, 1600, 900)),
            ((1600, 900), (0, 0), "1x1", (0, 0, 900, 900)),
            ((1600, 900), (100, 100), "1x1", (700, 0, 1600, 900)),
            ((1600, 900), (50, 10), "4x3", (200, 0, 1400, 900)),
            ((900, 1600), (50, 25), "16x9", (0, 147, 900, 653)),
            ((17, 4000), (50, 50), "1x1", (0, 1992, 17, 2009)),
        ):
            image = Image(width=size[0], height=size[1], focal_x=focus[0], focal_y=focus[1])
            with self.subTest(size=size, focus=focus, ratio=ratio):
                self.assertEqual(image.crop_box(ratio), box)
        image = add(image_file((2000, 1000)))
        for ratio, size in {"16x9": (1200, 675), "4x3": (1200, 900), "1x1": (1000, 1000)}.items():
            self.assertEqual((image.crop_size(ratio), crop(image, ratio).size), (size, size), ratio)

    def test_it_keeps_earlier_crops_when_the_focal_point_moves(self) -> None:
        image = add(image_file((1000, 500)))
        before = image.crop_name("1x1")
        image.focal_x = 90
        with self.captureOnCommitCallbacks(execute=True):  # crops are made once nothing waits for the row
            images.describe(image, by=self.ines)
        self.assertEqual(crop(image, "1x1").size, (500, 500))
        self.assertNotEqual(image.crop_name("1x1"), before)
        self.assertTrue(default_storage.exists(before))

    def test_it_keeps_the_shape(self) -> None:
        self.assertEqual(rendition(add(image_file((1000, 500))), "webp", 640).size, (640, 320))
        self.assertEqual(rendition(add(image_file((3000, 16))), "webp", 320).height, 2)

    def test_it_lets_a_writer_add_an_image_and_refuses_a_stranger(self) -> None:
        self.assertEqual(add(image_file(), by=self.camille).created_by, self.camille)
        for person in (self.zoe, self.sarah):
            with self.assertRaises(Forbidden):
                add(image_file(), by=person)
        self.assertEqual(Image.objects.count(), 1)

    def test_it_invalidates_the_pages_that_show_an_image_when_it_is_described(self) -> None:
        image = make_image()
        Purge.objects.all().delete()
        image.alt = "Un robot"
        images.describe(image, by=self.ines)
        self.assertEqual(list(Purge.objects.values_list("tag", flat=True)), [f"image:{image.pk}"])
        self.assertEqual(Image.objects.get().alt, "Un robot")

    def test_it_lets_a_writer_describe_their_own_only(self) -> None:
        images.describe(add(image_file(), by=self.camille), by=self.camille)
        with self.assertRaises(Forbidden):
            images.describe(make_image(), by=self.camille)


class HeavyImageTests(ImagesTestCase):
    """What takes a photograph's time and memory happens in a process of its own, bounded."""

    def test_it_reads_80_million_pixels_outside_this_process(self) -> None:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for mode in ("RGB", "RGBA"):
            image = add(written(Pillow.new(mode, (10_000, 8_000)), "PNG"))
            self.assertLessEqual(max(image.width, image.height), 6000)
            self.assertNear((image.width / image.height * 100,), (125,), by=1)
        # Kilobytes: the drawing of the test itself (320 MB) is what may have grown.
        self.assertLess(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, 700_000)

    def test_it_refuses_in_words_what_takes_too_long_or_too_much(self) -> None:
        for limits in ({"seconds": 0.001}, {"data_bytes": 30 * 1024 * 1024}):
            with self.subTest(limits), Confined(1, **limits) as tight, patch.object(renditions, "_confined", tight):  # type: ignore[arg-type]
                self.assertRefused(written(Pillow.effect_noise((4000, 3000), 90), "PNG"), "heavy")
        add(image_file())

    def test_one_image_at_a_time(self) -> None:
        self.assertEqual(renditions._confined._processes, 1)
        with ThreadPoolExecutor(4) as threads:
            files = [written(Pillow.effect_noise((900, 600 + n), 90), "JPEG") for n in range(4)]
            folder = self.enterContext(TemporaryDirectory())
            sources = [Path(folder) / str(n) for n in range(4)]
            for source, file in zip(sources, files, strict=True):
                source.write_bytes(file.getvalue())
            made = list(threads.map(lambda path: renditions.prepare(path, path.with_suffix(".kept")), sources))
        self.assertEqual([(one.width, one.height) for one in made], [(900, 600 + n) for n in range(4)])


class OptionsTests(ImagesTestCase):
    def test_it_saves_each_format_with_its_own_options_however_many_at_once(self) -> None:
        noise = Pillow.effect_noise((640, 360), 60).convert("RGB")
        with TemporaryDirectory() as name:
            source = Path(name) / "source.png"
            noise.save(source)
            jobs = [
                imaging.Wanted(f"{name}/{number}.{format_}", noise.size, format_)
                for number in range(6)
                for format_ in ("avif", "webp", "jpg")
            ]
            imaging.render(str(source), jobs, 10**9)
            for format_, options in imaging.SAVE_OPTIONS.items():
                alone = written(noise, options["format"], **{k: v for k, v in options.items() if k != "format"})
                for job in jobs:
                    if job.format == format_:
                        self.assertEqual(Path(job.path).read_bytes(), alone.getvalue(), job.path)
