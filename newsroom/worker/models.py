"""The worker's rows: workers alive, recurring jobs, keys of what was done, mails."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from newsroom.publications.models import Publication


class Worker(models.Model):
    """A worker process. One that has not been seen for a lease counts as dead, and its tasks are tried again."""

    id = models.CharField(primary_key=True, max_length=32)
    host = models.CharField(_("host"), max_length=120)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last seen"), db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return f"{self.host} {self.pid}"

    @staticmethod
    def alive_since(now: dt.datetime) -> dt.datetime:
        """Return the moment after which every living worker has been seen."""
        return now - dt.timedelta(seconds=settings.WORKER_LEASE)


class Recurring(models.Model):
    """When a recurring job is due next. Claimed by a conditional update, so that it runs once however many workers."""

    name = models.CharField(_("job"), primary_key=True, max_length=60)
    due_at = models.DateTimeField(_("due"))
    enqueued_at = models.DateTimeField(_("last begun"), null=True)

    class Meta:
        verbose_name = _("recurring job")
        verbose_name_plural = _("recurring jobs")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """The key of an effect that was done: written in its own transaction, so that it is never done again."""

    key = models.CharField(primary_key=True, max_length=200)
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return self.key


class MailQuerySet(models.QuerySet[Any]):
    def needing_attention(self) -> "MailQuerySet":
        """Return the mails that a person must look at: perhaps sent, or not sent."""
        return self.filter(state__in=[Mail.State.UNCERTAIN, Mail.State.FAILED])


class Mail(models.Model):
    """A mail to one person, and whether it was sent. Written by mail.py only.

    SENDING is committed before the mail server is connected to. A worker that finds a mail so knows that another died
    there: whether the mail went out nobody knows, and it is shown at the desk, not sent again.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENDING = "sending", _("being sent")
        SENT = "sent", _("sent")
        UNCERTAIN = "uncertain", _("perhaps sent")
        FAILED = "failed", _("not sent")

    key = models.CharField(max_length=200, unique=True)
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="+", verbose_name=_("publication")
    )
    about = models.CharField(max_length=80, blank=True, db_index=True)  # a cache tag: worker and mail know strings only
    to = models.EmailField(pgettext_lazy("mail", "to"))
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    unsubscribe = models.URLField(max_length=300, blank=True)  # where one click ends mails of its kind
    is_secret = models.BooleanField(default=False)  # its text is forgotten once it was sent
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    error = models.TextField(_("what went wrong"), blank=True)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    tried_at = models.DateTimeField(_("last tried"), null=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        ordering = ["-id"]
        indexes = [
            models.Index("publication", models.F("id").desc(), name="mail_list"),
            models.Index(
                "publication", "state", condition=models.Q(state__in=["uncertain", "failed"]), name="mail_worrying"
            ),
        ]

    def __str__(self) -> str:
        return self.subject
