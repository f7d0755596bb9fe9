"""The purge outbox: the tags that a change invalidates, committed with the change itself."""

from django.db import models


class Purge(models.Model):
    """Pages with `tag` are out of date from `due_at` on. Written by `tags.invalidate` only."""

    tag = models.CharField(max_length=120)
    due_at = models.DateTimeField(db_index=True)
    written_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = [models.Index(fields=["tag", "due_at"], name="purge_by_tag")]

    def __str__(self) -> str:
        return f"{self.tag} from {self.due_at:%Y-%m-%d %H:%M:%S}"
