"""The recurring job of the audience: rows become fewer as they get older."""

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from newsroom.audience import writing
from newsroom.worker.recurring import Job


@task
def fold_visits() -> None:
    """Fold hours into days, and days into months."""
    writing.fold(timezone.now())


JOBS = (Job(gettext_noop("fold visits into days and months"), fold_visits, every=dt.timedelta(hours=1)),)
