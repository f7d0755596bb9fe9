"""What a person has typed into the form of an article and not saved yet."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from newsroom.publications.models import Publication


class Autosave(models.Model):
    """The one row of a person and an article, which each autosave changes: no part of the history, and never published.

    A new article has none yet: its row is known by the key of its form. Written by actions/autosaving.py.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, null=True, related_name="autosaves")
    form_key = models.CharField(max_length=32, blank=True)
    number = models.PositiveIntegerField(default=0)  # of autosaves
    tab = models.CharField(max_length=40)  # of the browser, that saved last
    values = models.JSONField()  # what was typed, by the names of the form's fields
    saved_at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("autosave")
        verbose_name_plural = _("autosaves")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person", "article"], condition=Q(article__isnull=False), name="autosave_of_an_article"
            ),
            models.UniqueConstraint(
                fields=["person", "form_key"], condition=Q(article__isnull=True), name="autosave_of_a_new_article"
            ),
        ]

    def __str__(self) -> str:
        return str(self.values.get("headline", ""))
