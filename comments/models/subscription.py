"""Subscriptions of e-mail addresses to mails about comments and messages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from newsroom.publications.models import Publication


class Subscription(models.Model):
    """Whether an address gets a publication's mails about comments: replies, for readers; what waits, for moderators.

    A reader's is active once the owner of the address has followed the link that was mailed there: anybody can type
    anybody's address. A moderator's is active from the beginning, and so are the receipts of messages to the desk.
    """

    class About(models.TextChoices):
        REPLIES = "replies", _("replies")
        QUEUE = "queue", _("what waits for moderation")
        RECEIPTS = "receipts", _("receipts of messages to the desk")

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="+")
    email = models.EmailField(_("e-mail"))
    about = models.CharField(max_length=10, choices=About)
    asked_at = models.DateTimeField(auto_now_add=True)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("subscription")
        verbose_name_plural = _("subscriptions")
        constraints = [models.UniqueConstraint(fields=["email", "publication", "about"], name="subscribed_once")]

    def __str__(self) -> str:
        return f"{self.about} {self.publication}"

    @property
    def is_active(self) -> bool:
        """Whether its mails are sent: confirmed, where that is asked, and not ended."""
        is_wanted = self.confirmed_at is not None or self.about == self.About.RECEIPTS
        return is_wanted and self.ended_at is None
