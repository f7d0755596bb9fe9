"""Writing how the fetching of merchants' feeds goes."""

import datetime as dt

from newsroom.actions import action
from newsroom.comparator.actions.importing import Counts
from newsroom.comparator.models import MerchantFeed

# Longer than any fetch and import takes: after it, whoever claimed the feed is dead.
CLAIM_LIFETIME = dt.timedelta(hours=1)
MAX_PAUSE_AFTER_FAILURES = dt.timedelta(days=1)
FIRST_PAUSE = dt.timedelta(minutes=15)
MAX_DETAIL_CHARACTERS = 300


@action
def claim_due(now: dt.datetime) -> list[MerchantFeed]:
    """Return the feeds whose turn it is, each to one caller alone, the longest waiting first."""
    due = MerchantFeed.objects.filter(is_polled=True, due_at__lte=now).select_related("merchant").order_by("due_at")
    return [
        feed
        for feed in due
        if MerchantFeed.objects.filter(pk=feed.pk, due_at=feed.due_at).update(due_at=now + CLAIM_LIFETIME)
    ]


@action
def note_success(feed: MerchantFeed, now: dt.datetime, counts: Counts) -> None:
    """Write that a fetch went well, and what it brought."""
    MerchantFeed.objects.filter(pk=feed.pk).update(
        tried_at=now, good_at=now, failures=0, trouble="", detail="", due_at=now + dt.timedelta(hours=feed.every),
        counts=counts.as_json(), skipped=[list(example) for example in counts.examples],
    )  # fmt: skip


@action
def note_failure(feed: MerchantFeed, now: dt.datetime, trouble: str, detail: str, counts: Counts) -> None:
    """Write why a fetch failed, and what it brought before; the pause doubles with each failure, up to a day."""
    failures = feed.failures + 1
    pause = min(FIRST_PAUSE * 2 ** min(failures - 1, 10), MAX_PAUSE_AFTER_FAILURES)
    MerchantFeed.objects.filter(pk=feed.pk).update(
        tried_at=now, failures=failures, trouble=trouble, detail=detail[:MAX_DETAIL_CHARACTERS], due_at=now + pause,
        skipped=[list(example) for example in counts.examples],
    )  # fmt: skip
