"""Recurring jobs of the worker for comments and messages."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from comments.actions import message_mails, message_privacy, notifications, vault
from newsroom.publications.models import Publication
from newsroom.worker.recurring import Job


@task
def notify_moderators() -> None:
    """Mail moderators what waits, on each publication."""
    for publication in Publication.objects.all():
        with transaction.atomic():
            notifications.notify_moderators(publication, timezone.now())


@task
def notify_inbox() -> None:
    """Mail publishers and editors what waits in the inbox, on each publication."""
    for publication in Publication.objects.all():
        with transaction.atomic():
            message_mails.notify_inbox(publication, timezone.now())


@task
def forget_senders() -> None:
    """Forget who sent the messages that are older than their publication keeps senders."""
    message_privacy.forget_old(timezone.now())


@task
def destroy_expired_sources() -> None:
    """Destroy what was sealed for longer than the law asks."""
    vault.destroy_old(timezone.now())


JOBS = (
    Job(gettext_noop("tell moderators what waits"), notify_moderators, every=dt.timedelta(minutes=15)),
    Job(gettext_noop("tell what waits in the inbox"), notify_inbox, every=dt.timedelta(minutes=15)),
    Job(gettext_noop("forget who sent old messages"), forget_senders, every=dt.timedelta(hours=6)),
    Job(gettext_noop("empty the vault"), destroy_expired_sources, every=dt.timedelta(hours=6)),
)
