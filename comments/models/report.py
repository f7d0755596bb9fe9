"""Reports: notices of readers that a comment is illegal or against the posted rules."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.moderation import ModerationBatch
from comments.states import Ground
from newsroom.publications.models import Publication


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> Self:
        """Return those that no decision has answered yet."""
        return self.filter(decided_at__isnull=True)


class Report(models.Model):
    """A reader's notice that a comment is illegal or against the posted rules (DSA, Regulation 2022/2065, art. 16)."""

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("publication"))
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="reports", verbose_name=_("comment"))
    version = models.PositiveIntegerField()  # of the comment that was reported
    ground = models.CharField(_("reason"), max_length=20, choices=Ground)
    text = models.TextField(_("explanation"), max_length=2000, blank=True)
    name = models.CharField(_("name"), max_length=80, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    in_good_faith = models.BooleanField(_("in good faith"), default=False)
    source = models.CharField(max_length=32, blank=True, editable=False)
    form_key = models.CharField(max_length=32, null=True, unique=True, editable=False)  # noqa: DJ001 (unique where there)
    at = models.DateTimeField(_("when"))
    decided_at = models.DateTimeField(_("decided"), null=True)
    upheld = models.BooleanField(_("upheld"), null=True)
    batch = models.ForeignKey(ModerationBatch, models.PROTECT, null=True, related_name="reports")

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["-at"]
        indexes = [
            models.Index("publication", "at", condition=Q(decided_at__isnull=True), name="report_open"),
            models.Index("email", condition=~Q(email=""), name="report_by_email"),
        ]

    def __str__(self) -> str:
        return self.get_ground_display()
