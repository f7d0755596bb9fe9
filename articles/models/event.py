"""Events: the append-only log of what actions did, and who did it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.immutable import WrittenOnce
from articles.models.revision import Revision
from articles.models.tag import Tag
from articles.workflow import Stage, Standing, Verb

STATES = [*Stage.choices, *Standing.choices]


class Event(WrittenOnce):
    """One act of one action: who, what, from which state to which, when, with which note. Written by actions only."""

    verb = models.CharField(_("what"), max_length=40, choices=Verb)
    article = models.ForeignKey(Article, models.PROTECT, null=True, related_name="events")
    tag = models.ForeignKey(Tag, models.PROTECT, null=True, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="+")
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who")
    )
    from_state = models.CharField(_("from"), max_length=20, choices=STATES, blank=True)
    to_state = models.CharField(_("to"), max_length=20, choices=STATES, blank=True)
    at = models.DateTimeField(_("when"))
    note = models.TextField(_("note"), blank=True)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering = ["-at", "-id"]
        indexes = [models.Index("article", models.F("at").desc(), name="timeline")]

    def __str__(self) -> str:
        return f"{self.get_verb_display()} {self.article or self.tag}"
