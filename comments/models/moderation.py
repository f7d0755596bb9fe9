"""Batches of moderation, and the actions of each on comments: written once, so that any batch can be undone."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from articles.models.immutable import WrittenOnce
from comments.models.comment import Comment
from comments.states import Decision, Status
from newsroom.publications.models import Publication


class ModerationBatch(models.Model):
    """One decision of a moderator, about one comment or a hundred thousand.

    A batch about all that match a question is worked through in portions of ascending ids, up to the last comment that
    there was when the moderator decided (`up_to`); `reached` is the last id it has come to. One that undoes another
    works through that one's actions in the same way.
    """

    publication = models.ForeignKey(Publication, models.PROTECT, related_name="+", verbose_name=_("publication"))
    decision = models.CharField(_("what"), max_length=10, choices=Decision)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    question = models.JSONField(_("what it was done to"), null=True)  # Question.as_json; None: to chosen comments
    tells = models.BooleanField(_("tells authors"), default=True)
    up_to = models.PositiveBigIntegerField(default=0)
    reached = models.PositiveBigIntegerField(default=0)
    done = models.PositiveIntegerField(_("comments"), default=0)
    skipped = models.PositiveIntegerField(_("left as they were"), default=0)
    finished_at = models.DateTimeField(_("finished"), null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone_by", verbose_name=_("undoes"))

    class Meta:
        verbose_name = _("act of moderation")
        verbose_name_plural = _("acts of moderation")
        ordering = ["-id"]
        indexes = [
            models.Index("publication", models.F("id").desc(), name="batch_list"),
            models.Index("publication", "id", condition=Q(finished_at__isnull=True), name="batch_unfinished"),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()} × {self.done}"


class ModerationAction(WrittenOnce):
    """What a batch changed of one comment: all that is needed to change it back."""

    batch = models.ForeignKey(ModerationBatch, models.PROTECT, related_name="actions")
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="actions")
    from_status = models.CharField(_("from"), max_length=10, choices=Status)
    to_status = models.CharField(_("to"), max_length=10, choices=Status)
    from_reviewed = models.BooleanField()
    from_featured = models.BooleanField()
    version_after = models.PositiveIntegerField()  # the comment's: another one means that it changed since
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["-id"]
        indexes = [models.Index("comment", models.F("id").desc(), name="actions_of_a_comment")]

    def __str__(self) -> str:
        return f"{self.from_status} → {self.to_status}"
