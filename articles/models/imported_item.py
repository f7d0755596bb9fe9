"""Imported items: which rows the items of an outside export became."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.image import Image
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


class ImportedItem(Timestamped):
    """An item of an outside export and the row that it became, so that a second import finds it.

    `source` is the export's site, `key` the item there ("post:1234", "attachment:12"). What the import removed from the
    body (`lost`) and which checks before publication the article does not pass (`lacks`) is recorded; neither stops it.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    source = models.CharField(_("source"), max_length=300)
    key = models.CharField(_("key"), max_length=200)
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="imported_from")
    image = models.ForeignKey(Image, models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64)  # of the item as it was read: if it is the same, the next import skips it
    # The revision that the import wrote; if the article has another, somebody edited it here.
    revision_id_written = models.PositiveBigIntegerField(null=True)
    lost = models.JSONField(_("lost from the body"), default=list)
    lacks = models.JSONField(_("lacks"), default=list)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [models.UniqueConstraint(fields=["publication", "source", "key"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
