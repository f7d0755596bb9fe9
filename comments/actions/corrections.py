"""What a correction does to the messages that asked for it; in the table `corrections` of newsroom/extensions.py."""

from django.utils import timezone

from articles.models import Edition
from comments.actions import inbox
from newsroom.worker.queue import enqueue, idempotent_task


def published(edition: Edition) -> None:
    """Close the messages that await a correction, now or at the time at which readers get it.

    Called in the transaction of the action that publishes or schedules it, with the article locked.
    """
    if edition.published_at <= timezone.now():
        inbox.close_corrected(edition)
    else:
        key = f"corrected:{edition.pk}:{edition.published_at:%Y%m%dT%H%M%S.%f}"
        enqueue(close_at_its_time, at=edition.published_at, key=key, edition=edition.pk)


@idempotent_task
def close_at_its_time(edition: int) -> None:
    """Close the messages that a scheduled correction answers, if readers have it."""
    row = Edition.objects.select_related("revision").filter(pk=edition, published_at__lte=timezone.now()).first()
    if row is not None:  # taken off the schedule, it is no edition any more
        inbox.close_corrected(row)
