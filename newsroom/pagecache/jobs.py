"""The recurring job of the page cache: purges that every process has read, and every edge was told, are deleted."""

import datetime as dt

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from newsroom.pagecache.models import Purge
from newsroom.pagecache.outbox import KEPT_FOR
from newsroom.worker.recurring import Job


@task
def delete_old_purges() -> None:
    """Delete the purges that were written and due more than KEPT_FOR ago; not those that edges have still to be told.

    What was handed over to them is in rows of its own (EdgePurge), which go when it is delivered.
    """
    long_ago = timezone.now() - KEPT_FOR
    old = Purge.objects.filter(written_at__lt=long_ago, due_at__lt=long_ago)
    (old.filter(handed_over=True) if settings.EDGES else old).delete()


JOBS = (Job(gettext_noop("delete old purges"), delete_old_purges, every=dt.timedelta(hours=1)),)
