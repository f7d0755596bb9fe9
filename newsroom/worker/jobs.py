"""The worker's own housekeeping."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from newsroom.worker.models import IdempotencyKey, Mail, Worker
from newsroom.worker.recurring import Job

KEPT = dt.timedelta(days=30)  # what went well is forgotten after a month; what did not stands until somebody decides
KEYS_KEPT = dt.timedelta(days=400)  # longer than any task waits: a key forgotten could be done twice


@task
def delete_old_rows() -> None:
    """Deletes what nobody will ask about any more: tasks that went well, mails that were sent, workers long gone."""
    now = timezone.now()
    DBTaskResult.objects.successful().filter(finished_at__lt=now - KEPT).delete()
    Mail.objects.filter(state=Mail.State.SENT, created_at__lt=now - KEYS_KEPT).delete()
    IdempotencyKey.objects.filter(at__lt=now - KEYS_KEPT).delete()
    Worker.objects.filter(seen_at__lt=now - dt.timedelta(days=1)).delete()


JOBS = (Job(gettext_noop("delete old rows"), delete_old_rows, every=dt.timedelta(days=1)),)
