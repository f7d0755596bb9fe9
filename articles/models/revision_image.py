"""Which images each revision shows."""

from django.db import models

from articles.models.image import Image
from articles.models.revision import Revision


class RevisionImage(models.Model):
    """An image that a revision shows, as its lead or in its body. Written with the revision; never changed."""

    revision = models.ForeignKey(Revision, models.CASCADE, related_name="image_links")
    image = models.ForeignKey(Image, models.CASCADE, related_name="revision_links")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["image", "revision"], name="image_once_in_a_revision")]

    def __str__(self) -> str:
        return f"{self.image} in {self.revision}"
