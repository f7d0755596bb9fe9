"""Changes whose time has come, applied to rows and log; reminders of deadlines. Readers need none of it."""

import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from articles.actions import notifications
from articles.actions.base import apply_due
from articles.models import Article

logger = logging.getLogger(__name__)
OVERDUE_AFTER = dt.timedelta(minutes=5)  # after its time: no worker runs, or it fails
REMINDER_BEFORE = dt.timedelta(days=1)  # a deadline


@dataclass(frozen=True)
class Applied:
    """An article whose time has come, and the error if what is due could not be applied to it."""

    article: Article
    error: Exception | None = None


def apply_all_due(now: dt.datetime, on_applied: Callable[[Applied], None] | None = None) -> list[Applied]:
    """Apply what is due to every article, each in its own transaction: one that fails stops no other.

    `on_applied` is called after each. Return them all, in the order of their times.
    """
    results = []
    for article in Article.objects.due(now).select_related("publication").order_by("due_at", "pk"):
        try:
            apply_due(article, now)
        except Exception as error:
            logger.exception("what is due was not applied to article %d", article.pk)
            result = Applied(article, error)
        else:
            result = Applied(article)
        results.append(result)
        if on_applied:
            on_applied(result)
    return results


def send_deadline_reminders(now: dt.datetime) -> None:
    """Mail those who write an article of which the deadline is near, once for each deadline."""
    near = Article.objects.filter(
        assigned_to__isnull=False, draft__isnull=False, deadline__gt=now, deadline__lte=now + REMINDER_BEFORE
    )
    for article in near.select_related("publication", "assigned_to"):
        notifications.deadline_near(article)
