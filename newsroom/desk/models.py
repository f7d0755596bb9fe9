"""The forms of the desk that were sent, so that one that is sent twice is done once (newsroom/desk/sending.py)."""

from django.conf import settings
from django.db import models


class SentForm(models.Model):
    """One sending of a form: whose, by the form's key and a digest of what it said."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=32)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()  # when it was begun
    location = models.TextField(blank=True)  # where it led, once it was done; "" while it is being done
    made = models.CharField(max_length=64, blank=True)  # the id of the row that it made, where it was a form that adds

    class Meta:
        constraints = [models.UniqueConstraint("user", "key", "digest", name="sent_once")]
        indexes = [models.Index("at", name="sent_at")]
        verbose_name = "sent form"

    def __str__(self) -> str:
        return self.key
