"""Expungings: the record of what was removed for good by an order."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article


class Expunging(models.Model):
    """A removal on an order: who did it, when, by which order; never what was removed. Written by actions/expunging.py.

    It is finished once the files are deleted and the database's own files no longer contain it; until then a job runs
    it again.
    """

    class What(models.TextChoices):
        """What was removed."""

        PASSAGE = "passage", _("a passage")
        IMAGE = "picture", _("an image")  # the value in rows written before the word

    what = models.CharField(_("what"), max_length=20, choices=What)
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="expungings")
    order = models.CharField(_("order"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"))
    files = models.JSONField(default=list)  # storage names still to delete
    # A keyed hash of the passage, and its length in tokens: enough to recognise it when somebody saves it again.
    fingerprint = models.CharField(max_length=64, blank=True)
    length = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)

    class Meta:
        verbose_name = _("expunging")
        verbose_name_plural = _("expungings")
        indexes = [models.Index("at", condition=models.Q(finished_at=None), name="expunging_unfinished")]

    def __str__(self) -> str:
        return f"{self.get_what_display()}, {self.order}"
