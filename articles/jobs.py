"""What the worker does again and again for articles."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from articles.actions import due, expunging
from articles.partners import poll
from newsroom.worker.recurring import Job


class NotApplied(Exception):
    """Some articles could not be folded; the log says why."""


@task
def apply_due_changes() -> None:
    """Writes into rows and log what the clock has decided."""
    if failed := [folded.article.pk for folded in due.apply_all_due(timezone.now()) if folded.error]:
        raise NotApplied(f"articles {failed}")


@task
def remind_of_deadlines() -> None:
    """Mails to those whose deadline is near."""
    with transaction.atomic():
        due.send_deadline_reminders(timezone.now())


@task
def poll_partners() -> None:
    """Asks the partners' feeds whose turn it is; how each ended stands on the feed."""
    for _polled in poll.poll_due(timezone.now()):
        pass


@task
def finish_expunging() -> None:
    """What an order removed, and a reader or a storage held up."""
    expunging.finish_pending(patience=1)


JOBS = (
    Job(gettext_noop("apply due changes"), apply_due_changes, every=dt.timedelta(minutes=1)),
    Job(gettext_noop("remind of deadlines"), remind_of_deadlines, every=dt.timedelta(minutes=15)),
    Job(gettext_noop("finish expunging"), finish_expunging, every=dt.timedelta(hours=1)),
    Job(gettext_noop("ask partners for news"), poll_partners, every=dt.timedelta(minutes=1)),
)
