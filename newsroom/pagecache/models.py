"""The purge outbox: the tags that a change invalidates, committed with the change itself; and what of it edges have
still to be told."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purge(models.Model):
    """Pages with `tag` are out of date from `due_at` on. Written by `tags.invalidate` only."""

    tag = models.CharField(max_length=120)
    due_at = models.DateTimeField(db_index=True)
    written_at = models.DateTimeField(auto_now_add=True, db_index=True)
    # Whether it is among the rows of EdgePurge: a mark on each row, since ids are no order of commits.
    handed_over = models.BooleanField(default=False, db_default=False)

    class Meta:
        indexes = [
            models.Index(fields=["tag", "due_at"], name="purge_by_tag"),
            models.Index(fields=["id"], name="purge_to_hand_over", condition=models.Q(handed_over=False)),
        ]

    def __str__(self) -> str:
        return f"{self.tag} from {self.due_at:%Y-%m-%d %H:%M:%S}"


class EdgePurge(models.Model):
    """What one edge has still to be told: to drop what bears `tag`, at `due_at`. Written by edges/delivery.py only."""

    edge = models.CharField(max_length=300)
    tag = models.CharField(max_length=120)
    due_at = models.DateTimeField()
    is_repeat = models.BooleanField(default=False)  # it was told once, and is told once more

    class Meta:
        indexes = [models.Index(fields=["edge", "due_at", "id"], name="edge_purge_by_time")]

    def __str__(self) -> str:
        return f"{self.edge}: {self.tag}"


class EdgeState(models.Model):
    """An edge that the worker knows, and how the last delivery to it went. Written by edges/delivery.py only."""

    edge = models.CharField(_("edge"), primary_key=True, max_length=300)
    delivered_at = models.DateTimeField(_("last purge delivered"), null=True)
    failed_at = models.DateTimeField(_("last failure"), null=True)
    error = models.TextField(_("what went wrong"), blank=True)  # empty once a delivery goes well

    class Meta:
        verbose_name = _("cache in front")
        verbose_name_plural = _("caches in front")
        ordering = ["edge"]

    def __str__(self) -> str:
        return self.edge
