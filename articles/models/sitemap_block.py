"""When each of a publication's sitemaps last changed."""

from django.db import models

from newsroom.publications.models import Publication


class SitemapBlock(models.Model):
    """The sitemap of a block of articles' ids (presentation/links.py), with the time of its last change.

    Written by actions when they change an entry of it (actions/maps.py), so that the index of sitemaps reads no
    article. There is none for a block in which no article was ever listed.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    block = models.PositiveIntegerField()
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["publication", "block"], name="sitemap_block_once")]

    def __str__(self) -> str:
        return f"{self.publication} {self.block}"
