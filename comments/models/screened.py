"""Terms that screening looks for, and senders that it takes nothing more from."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from newsroom.publications.models import Publication
from newsroom.timestamps import Timestamped


class Term(Timestamped):
    """A word or phrase that rejects a comment, or holds it for a moderator.

    Accents and case make no difference; a star at its end matches any ending.
    """

    class Kind(models.TextChoices):
        BANNED = "banned", _("banned")
        SUSPECT = "suspect", _("suspect")

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+", verbose_name=_("publication"))
    text = models.CharField(_("term"), max_length=100)
    folded = models.CharField(max_length=120, editable=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.SUSPECT)
    is_on = models.BooleanField(_("on"), default=True)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terms")
        ordering = ["folded"]
        constraints = [models.UniqueConstraint(fields=["publication", "folded"], name="term_once")]

    def __str__(self) -> str:
        return self.text


class BlockQuerySet(models.QuerySet["BlockedSender"]):
    def active(self, now: dt.datetime) -> Self:
        """Return those in force at `now`: neither lifted nor over."""
        return self.filter(lifted_at__isnull=True).filter(Q(until__isnull=True) | Q(until__gt=now))


class BlockedSender(models.Model):
    """A source, or an e-mail, from which a publication takes no more comments.

    `key` is a keyed hash (comments/sources.py): the block itself names nobody.
    """

    class What(models.TextChoices):
        SOURCE = "source", _("source")
        EMAIL = "email", _("e-mail")

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+", verbose_name=_("publication"))
    what = models.CharField(_("what"), max_length=10, choices=What)
    key = models.CharField(_("its hash"), max_length=32)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    batch = models.ForeignKey("comments.ModerationBatch", models.PROTECT, null=True, related_name="blocks")
    at = models.DateTimeField(_("since"))
    until = models.DateTimeField(_("until"), null=True, blank=True)
    lifted_at = models.DateTimeField(_("lifted"), null=True)

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        ordering = ["-at"]
        indexes = [models.Index("publication", "key", condition=Q(lifted_at__isnull=True), name="block_standing")]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.key[:8]}"
