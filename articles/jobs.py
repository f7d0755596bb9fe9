"""Recurring jobs on articles: what is due, reminders, feeds, expungings, files without a row, the search."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from articles.actions import documents, due, expunging, image_files, most_read
from articles.partners import poll
from newsroom.worker.recurring import Job


class NotApplied(Exception):
    """What is due could not be applied to some articles; the log says why."""


@task
def apply_due_changes() -> None:
    """Apply what is due to every article."""
    if failed := [result.article.pk for result in due.apply_all_due(timezone.now()) if result.error]:
        raise NotApplied(f"articles {failed}")


@task
def remind_of_deadlines() -> None:
    """Mail those whose deadline is near."""
    with transaction.atomic():
        due.send_deadline_reminders(timezone.now())


@task
def poll_partners() -> None:
    """Poll the feeds that are due; how each ended is written on the feed."""
    poll.poll_due(timezone.now())


@task
def index_missing() -> None:
    """Make findable what is not: articles from before there was a search, or written past the actions."""
    for _last in documents.reindex(missing_only=True):
        pass


@task
def rank_most_read() -> None:
    """Rank the articles of each publication that shows what is read most."""
    most_read.renew_all()


JOBS = (
    Job(gettext_noop("apply due changes"), apply_due_changes, every=dt.timedelta(minutes=1)),
    Job(gettext_noop("remind of deadlines"), remind_of_deadlines, every=dt.timedelta(minutes=15)),
    Job(gettext_noop("finish expunging"), expunging.finish_expungings, every=dt.timedelta(hours=1)),
    Job(
        gettext_noop("delete images’ files without a row"),
        image_files.delete_unnamed_files,
        every=dt.timedelta(hours=1),
    ),
    Job(gettext_noop("index articles that the search lacks"), index_missing, every=dt.timedelta(hours=1)),
    Job(gettext_noop("rank what is read most"), rank_most_read, every=dt.timedelta(minutes=5)),
    Job(gettext_noop("ask partners for news"), poll_partners, every=dt.timedelta(minutes=1)),
)
