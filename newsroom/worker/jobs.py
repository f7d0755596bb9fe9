"""The worker's own recurring jobs: old rows, mails that were given up, the database's statistics."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from newsroom.worker import mail, statistics
from newsroom.worker.models import IdempotencyKey, Mail, Worker
from newsroom.worker.recurring import Job

TASKS_KEPT_FOR = dt.timedelta(days=30)  # those that went well; one that failed stays until a person decides
IDEMPOTENCY_KEYS_KEPT_FOR = dt.timedelta(days=400)  # longer than any task waits: without its key it could be done twice
MAILS_KEPT_FOR = IDEMPOTENCY_KEYS_KEPT_FOR  # a mail's key has it sent once, too
WORKERS_KEPT_FOR = dt.timedelta(days=1)  # after they were last seen


@task
def delete_old_rows() -> None:
    """Delete what nobody will ask about any more: tasks that went well, mails that were sent, workers long gone."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - TASKS_KEPT_FOR).delete()
    Mail.objects.filter(state=Mail.State.SENT, created_at__lt=now - MAILS_KEPT_FOR).delete()
    IdempotencyKey.objects.filter(at__lt=now - IDEMPOTENCY_KEYS_KEPT_FOR).delete()
    Worker.objects.filter(seen_at__lt=now - WORKERS_KEPT_FOR).delete()


@task
def refresh_statistics() -> None:
    """Give the database what it chooses indexes by: what is right for a new site is wrong for a large one."""
    statistics.refresh_statistics()


JOBS = (
    Job(gettext_noop("delete old rows"), delete_old_rows, every=dt.timedelta(days=1)),
    Job(gettext_noop("settle mails that were given up"), mail.settle_given_up, every=dt.timedelta(minutes=5)),
    Job(gettext_noop("refresh the database's statistics"), refresh_statistics, every=dt.timedelta(days=1)),
)
