"""The data keys of the install: what its hashes and encrypted rows are keyed by, sealed under the secret key."""

from django.db import models


class DataKey(models.Model):
    """A key of one purpose. Written, and read, by ring.py only; never deleted but on purpose (`rekey --discard-lost`).

    `box` is the raw key, encrypted under the secret key of the settings, which can so be replaced: only boxes are
    written anew then, not what the raw keys hashed and encrypted.
    """

    purpose = models.CharField(max_length=60)  # a member of ring.Purpose
    number = models.PositiveIntegerField()  # the greatest of a purpose is used for new rows
    box = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)
    sealed_at = models.DateTimeField()  # when its box was last written

    class Meta:
        ordering = ["purpose", "-number"]
        constraints = [models.UniqueConstraint(fields=["purpose", "number"], name="data_key_number")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.number}"
