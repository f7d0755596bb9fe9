"""The recurring job of the desk: forms that were sent are forgotten after a week."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from newsroom.desk.models import SentForm
from newsroom.desk.sending import KEPT_FOR
from newsroom.worker.recurring import Job


@task
def forget_sent_forms() -> None:
    """Delete the rows of forms that nobody comes back to any more."""
    SentForm.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()


JOBS = (Job(gettext_noop("forget sent forms"), forget_sent_forms, every=dt.timedelta(days=1)),)
