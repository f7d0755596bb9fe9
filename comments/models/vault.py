"""Sealed sources of comments, kept for justice as the law asks (LCEN art. 6, décret 2021-1362), and their openings."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.immutable import WrittenOnce
from comments.models.comment import Comment
from newsroom.publications.models import Publication


class SealedSource(models.Model):
    """Address, port, time and names of one posting, encrypted. Read through actions.vault.open_sealed only."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+")
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="sealed")
    box = models.BinaryField()
    sealed_at = models.DateTimeField(_("sealed"))
    destroyed_from = models.DateTimeField(_("destroyed from"), db_index=True)

    class Meta:
        verbose_name = _("sealed source")
        verbose_name_plural = _("sealed sources")

    def __str__(self) -> str:
        return f"{self.comment_id} {self.sealed_at:%Y-%m-%d}"


class VaultOpening(WrittenOnce):
    """One reading of what is sealed of a comment: by whom, when, on whose request. Written once."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("publication"))
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="openings", verbose_name=_("comment"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    reason = models.TextField(_("on whose request"))

    class Meta:
        verbose_name = _("opening of the vault")
        verbose_name_plural = _("openings of the vault")
        ordering = ["-at"]

    def __str__(self) -> str:
        return f"{self.comment_id} · {self.reason[:40]}"
