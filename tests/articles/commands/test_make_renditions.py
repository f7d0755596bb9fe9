"""make_renditions: what is missing is made, what cannot be is said."""

import io
from typing import Any

from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.test import TestCase

from articles.models import Image
from articles.presentation import renditions
from tests.factories import make_image


class MakeRenditionsTests(TestCase):
    def run_it(self, **options: Any) -> tuple[str, str, int]:
        out, err, code = io.StringIO(), io.StringIO(), 0
        try:
            call_command("make_renditions", stdout=out, stderr=err, no_color=True, **options)
        except CommandError as error:
            code = error.returncode
        return out.getvalue(), err.getvalue(), code

    def lose(self, image: Image) -> list[str]:
        lost = [renditions.names(image)[0], image.crop_name("1x1")]
        for name in lost:
            default_storage.delete(name)
        return lost

    def test_it_makes_what_is_missing_and_leaves_the_rest(self) -> None:
        lost = self.lose(make_image())
        make_image()
        self.assertEqual(self.run_it(), ("1 images rendered.\n", "", 0))
        self.assertTrue(all(default_storage.exists(name) for name in lost))
        self.assertEqual(self.run_it()[0], "0 images rendered.\n")

    def test_a_dry_run_lists_and_makes_nothing(self) -> None:
        image = make_image(label="Un casque")
        lost = self.lose(image)
        self.assertEqual(self.run_it(dry_run=True)[0], f"{image.pk}  Un casque\n1 images lack renditions.\n")
        self.assertFalse(default_storage.exists(lost[0]))

    def test_an_original_that_is_gone_or_damaged_is_reported_and_the_others_are_done(self) -> None:
        gone, damaged, good = make_image(label="Partie"), make_image(label="Abîmée"), make_image()
        lost = self.lose(good)
        for image in (gone, damaged):
            self.lose(image)
            default_storage.delete(image.file.name)
        with default_storage.open(damaged.file.name, "wb") as file:
            file.write(b"\xff\xd8 rien")
        out, err, code = self.run_it()
        self.assertEqual((out, code), ("1 images rendered.\n", 1))
        self.assertIn("Partie", err)
        self.assertIn("Abîmée", err)
        self.assertTrue(all(default_storage.exists(name) for name in lost))
