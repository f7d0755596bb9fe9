"""Files of images that no row names: found again, deleted after an hour, and left alone where somebody needs them.

What processes leave that are killed for real: test_killed.py.
"""

import datetime as dt
import io
from typing import Any
from unittest.mock import patch

import time_machine
from django.core.files.storage import default_storage
from django.utils import timezone

from articles.actions import expunging, image_files, images
from articles.models import Image, UnnamedImage
from articles.presentation import renditions
from newsroom.publications.permissions import SYSTEM
from tests.base import NewsroomTestCase
from tests.factories import image_file, make_image


class ImageFilesTests(NewsroomTestCase):
    def work(self, **later: Any) -> None:
        with time_machine.travel(timezone.now() + dt.timedelta(**later)):
            image_files.delete_unnamed_files.call()

    def abandoned(self) -> Image:
        """An image whose upload ended before its row was written."""
        with patch.object(Image, "save", side_effect=SystemExit), self.assertRaises(SystemExit):
            make_image()
        return Image(digest=UnnamedImage.objects.get().digest, width=640, height=360)

    def test_it_deletes_the_files_of_an_upload_that_never_ended_an_hour_later(self) -> None:
        image = self.abandoned()
        files = renditions.stored_names(image)
        self.assertEqual(len(files), len(renditions.names(image)) + 1)  # the original
        self.work(minutes=50)
        self.assertEqual(renditions.stored_names(image), files)
        self.work(minutes=70)
        self.assertEqual(renditions.stored_names(image), [])
        self.assertFalse(UnnamedImage.objects.exists())

    def test_it_keeps_what_a_row_names(self) -> None:
        image = make_image()
        self.assertFalse(UnnamedImage.objects.exists())
        image_files.announce(image.digest)  # as by somebody who adds the same file, and dies
        self.work(hours=2)
        self.assertTrue(default_storage.exists(image.file.name))
        self.assertFalse(UnnamedImage.objects.exists())

    def test_it_leaves_files_alone_that_somebody_writes_anew(self) -> None:
        image = self.abandoned()
        with time_machine.travel(timezone.now() + dt.timedelta(hours=2)):
            image_files.announce(image.digest)
            image_files.delete_unnamed_files.call()
        self.assertTrue(renditions.stored_names(image))

    def test_it_has_the_worker_render_the_crops_of_a_moved_focal_point(self) -> None:
        image = make_image()
        image.focal_x = 80
        images.describe(image, by=SYSTEM)  # a test commits nothing: nobody has rendered them yet
        self.assertFalse(default_storage.exists(image.crop_name("1x1")))
        images.render_missing.call(image=image.pk)
        self.assertTrue(default_storage.exists(image.crop_name("1x1")))
        images.render_missing.call(image=10**6)  # gone meanwhile

    def test_it_expunges_every_copy_of_the_original(self) -> None:
        image = make_image()
        copy = image.file.name.replace(".", "_Ab3dE5f.")
        default_storage.save(copy, image_file())
        expunging.expunge_image(image, by=SYSTEM, order="TJ Paris, 12 mai 2025")
        expunging.finish_pending()
        self.assertFalse(default_storage.exists(copy))

    def test_the_same_file_again_writes_nothing(self) -> None:
        file = image_file()
        first = images.add(file, by=SYSTEM, label="a")
        file.seek(0)
        again = images.add(io.BytesIO(file.read()), by=SYSTEM, label="b")
        self.assertEqual((again, UnnamedImage.objects.count()), (first, 0))
