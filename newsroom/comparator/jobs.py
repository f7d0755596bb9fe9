"""Recurring jobs of the Comparateur, and the task that fetches one feed."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop
from django_tasks import task

from newsroom.comparator import poll
from newsroom.comparator.actions import alerts, feeds, prices
from newsroom.comparator.models import MerchantFeed
from newsroom.worker.queue import enqueue
from newsroom.worker.recurring import Job


@task
def ask_merchants() -> None:
    """Have the feeds fetched whose turn it is, each by a task of its own: one takes minutes."""
    with transaction.atomic():
        for feed in feeds.claim_due(timezone.now()):
            enqueue(fetch_feed, feed=feed.pk)


@task
def fetch_feed(feed: int) -> None:
    """Fetch one feed, by its id; how it ended is written on it. Doing it twice changes nothing."""
    row = MerchantFeed.objects.select_related("merchant").filter(pk=feed).first()
    if row is not None:
        poll.poll(row)


@task
def let_stale_leave() -> None:
    """Bring counts and pages up to date of offers that no feed lists any more."""
    now = timezone.now()
    while prices.let_stale_leave(now) == prices.STALE_AT_ONCE:
        pass


@task
def delete_old() -> None:
    """Delete old offers, prices, counts and alerts."""
    now = timezone.now()
    while prices.delete_old(now) == prices.STALE_AT_ONCE:
        pass
    alerts.delete_old(now)


JOBS = (
    Job(gettext_noop("ask merchants for offers"), ask_merchants, every=dt.timedelta(minutes=1)),
    Job(gettext_noop("let stale offers leave"), let_stale_leave, every=dt.timedelta(minutes=5)),
    Job(gettext_noop("delete old offers and alerts"), delete_old, every=dt.timedelta(hours=12)),
)
