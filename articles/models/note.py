"""Notes of staff on an article."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.immutable import WrittenOnce


class Note(WrittenOnce):
    """A note of staff to each other on an article. Readers never see it. Written by actions/planning.py."""

    article = models.ForeignKey(Article, models.PROTECT, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("note"), max_length=4000)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-at", "-id"]
        indexes = [models.Index("article", models.F("at").desc(), name="notes_of_an_article")]

    def __str__(self) -> str:
        return self.text[:60]
