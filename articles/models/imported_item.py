from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.image import Image
from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


class ImportedItem(Timestamped):
    """What an item of an outside export became here, so that a second run finds it and others can attach to it.

    `source` is the export's site, `key` the item there ("post:1234", "attachment:12"). What the body lost and what the
    article lacks by this house's rules are recorded, never held against it.
    """

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    source = models.CharField(_("source"), max_length=300)
    key = models.CharField(_("key"), max_length=200)
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="imported_from")
    image = models.ForeignKey(Image, models.CASCADE, null=True, related_name="+")
    digest = models.CharField(max_length=64)  # of what was read: unchanged means skipped
    revision_id_written = models.PositiveBigIntegerField(
        null=True
    )  # the version this import left; another means: edited here
    lost = models.JSONField(_("lost from the body"), default=list)
    lacks = models.JSONField(_("lacks"), default=list)

    class Meta:
        verbose_name = _("imported item")
        verbose_name_plural = _("imported items")
        constraints = [models.UniqueConstraint(fields=["publication", "source", "key"], name="imported_once")]

    def __str__(self) -> str:
        return f"{self.source} {self.key}"
