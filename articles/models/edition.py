"""Editions: the revisions of an article that readers got, each from its time on."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.listing import Listed
from articles.models.revision import Revision
from articles.workflow import Change


class Edition(Listed):
    """A revision of an article as readers got it, from its time (`published_at`) on. Written by actions only.

    `previous` is the revision before it (None for the first), `change` its class. Lists of corrections and differences
    are read from this table. An edition with a future time is a pending publication or change.
    """

    article = models.ForeignKey(Article, models.CASCADE, related_name="editions")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="+")
    previous = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    change = models.CharField(_("class of change"), max_length=20, choices=Change, blank=True)
    hidden = models.BooleanField(_("difference hidden from readers"), default=False)

    class Meta:
        verbose_name = _("edition")
        verbose_name_plural = _("editions")
        constraints = [models.UniqueConstraint(fields=["revision"], name="published_once")]
        indexes = [
            models.Index("article", F("published_at").desc(), name="editions_of_an_article"),
            models.Index(
                "publication",
                F("published_at").desc(),
                F("article").desc(),
                name="corrections_list",
                condition=Q(change=Change.CORRECTION),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.revision} {self.published_at:%Y-%m-%d %H:%M}"

    @property
    def cache_key(self) -> str:
        """The key of its difference in the cache (presentation/comparison.py)."""
        # Another prefix whenever comparison.Difference moves or changes: what the cache holds is pickled.
        return f"changes:{self.pk}"

    @property
    def shows_difference(self) -> bool:
        """Whether readers can see what changed."""
        return bool(self.change) and self.previous_id is not None and not self.hidden
