"""Files of images that no row may name: what a process that died, or a licence that ended, leaves in the storage."""

from django.db import models


class UnnamedImage(models.Model):
    """An image of which there may be files in the storage while no row names it. Written by actions/image_files.py.

    The row is there before the first file. It goes in the transaction that names the image, or with the files.
    """

    digest = models.CharField(primary_key=True, max_length=64)
    since = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.digest
