"""A door for each row of workflow.TRANSITIONS: what the desk's buttons and bulk actions go through."""

from collections.abc import Callable

from articles.actions import publishing, scheduling
from articles.models import Article

ACTIONS: dict[str, Callable[..., Article]] = {
    door.__name__: door
    for door in (
        publishing.submit, publishing.take_back, publishing.request_changes, publishing.approve, publishing.publish,
        publishing.approve_and_publish, publishing.publish_unreviewed, publishing.mark_read, publishing.withdraw,
        publishing.reinstate, scheduling.schedule, scheduling.schedule_change, scheduling.reschedule,
        scheduling.unschedule, scheduling.unschedule_change, scheduling.schedule_withdrawal,
        scheduling.cancel_withdrawal,
    )
}  # fmt: skip
