"""What the worker does again and again for stories."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from articles.actions import due, expunging
from articles.partners import poll
from newsroom.worker import recurring


class NotFolded(Exception):
    """Some stories could not be folded; the log says why."""


@task
def fold_due_stories() -> None:
    """Writes into rows and log what the clock has decided."""
    if failed := [folded.article.pk for folded in due.fold_due(timezone.now()) if folded.error]:
        raise NotFolded(f"stories {failed}")


@task
def remind_of_deadlines() -> None:
    """Mails to those whose deadline is near."""
    with transaction.atomic():
        due.remind(timezone.now())


@task
def poll_partners() -> None:
    """Asks the partners' feeds whose turn it is; how each ended stands on the feed."""
    for _polled in poll.poll_due(timezone.now()):
        pass


@task
def finish_expunging() -> None:
    """What an order removed, and a reader or a storage held up."""
    expunging.finish(patience=1)


recurring.register(gettext_noop("fold due stories"), fold_due_stories, every=dt.timedelta(minutes=1))
recurring.register(gettext_noop("remind of deadlines"), remind_of_deadlines, every=dt.timedelta(minutes=15))
recurring.register(gettext_noop("finish expunging"), finish_expunging, every=dt.timedelta(hours=1))
recurring.register(gettext_noop("ask partners for news"), poll_partners, every=dt.timedelta(minutes=1))
