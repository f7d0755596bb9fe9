"""Folding what the clock has decided into rows and logs. Readers need none of it; the desk's lists and log do."""

import datetime as dt
import logging
from collections.abc import Iterator
from dataclasses import dataclass

from articles.actions import notifications
from articles.actions.base import apply_due
from articles.models import Article

logger = logging.getLogger(__name__)
OVERDUE_AFTER = dt.timedelta(minutes=5)  # after its hour, what nobody folded is overdue: no worker runs, or it fails
REMINDER_BEFORE = dt.timedelta(days=1)  # before a deadline


@dataclass(frozen=True)
class Applied:
    """An article whose hour has come, and what went wrong with it, if anything did."""

    article: Article
    error: Exception | None = None


def apply_all_due(now: dt.datetime) -> Iterator[Applied]:
    """Folds every article that is due, each in a transaction of its own: one that fails stops no other."""
    for article in Article.objects.due(now).select_related("publication").order_by("due_at", "pk"):
        try:
            apply_due(article, now)
        except Exception as error:
            logger.exception("article %d was not folded", article.pk)
            yield Applied(article, error)
        else:
            yield Applied(article)


def send_deadline_reminders(now: dt.datetime) -> None:
    """Tells those whose deadline is near, each once."""
    near = Article.objects.filter(
        assigned_to__isnull=False, draft__isnull=False, deadline__gt=now, deadline__lte=now + REMINDER_BEFORE
    )
    for article in near.select_related("publication", "assigned_to"):
        notifications.deadline_near(article)
