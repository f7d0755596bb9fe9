"""The action of each transition of workflow.TRANSITIONS, by its name: what buttons and bulk actions call."""

from collections.abc import Callable

from articles.actions import publishing, scheduling
from articles.models import Article

ACTIONS: dict[str, Callable[..., Article]] = {
    action.__name__: action
    for action in (
        publishing.submit, publishing.take_back, publishing.request_changes, publishing.approve, publishing.publish,
        publishing.approve_and_publish, publishing.publish_unreviewed, publishing.mark_read, publishing.withdraw,
        publishing.reinstate, scheduling.schedule, scheduling.schedule_change, scheduling.reschedule,
        scheduling.unschedule, scheduling.unschedule_change, scheduling.schedule_withdrawal,
        scheduling.cancel_withdrawal,
    )
}  # fmt: skip
