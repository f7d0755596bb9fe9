"""The recurring job of accounts: what is kept for a time only."""

import datetime as dt

from allauth.usersessions.models import UserSession
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from newsroom.accounts.models import AccountEvent
from newsroom.worker.recurring import Job

Kind = AccountEvent.Kind
# Networks of sign-ins: as long as the CNIL's recommendation on logging (2021-122) has such a log kept, at most.
NETWORKS_KEPT_FOR = dt.timedelta(days=365)
ATTEMPTS_KEPT_FOR = dt.timedelta(days=1)  # longer than they count (AXES_COOLOFF_TIME)


@task
def forget_old_sign_ins() -> None:
    """Empty the networks of old events, delete old refusals, tries that count no more and sessions that are over."""
    now = timezone.now()
    old = AccountEvent.objects.filter(at__lt=now - NETWORKS_KEPT_FOR)
    old.filter(kind__in=[Kind.REFUSED, Kind.CODE_REFUSED, Kind.LOCKED]).delete()
    old.exclude(network=None).update(network=None)
    AccessAttempt.objects.filter(attempt_time__lt=now - ATTEMPTS_KEPT_FOR).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()


JOBS = (Job(gettext_noop("forget old sign-ins"), forget_old_sign_ins, every=dt.timedelta(days=1)),)
