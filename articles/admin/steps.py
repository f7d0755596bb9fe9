"""The workflow's steps at the desk: buttons of the article form, and what a person says with one."""

from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.actions.base import available_steps
from articles.actions.registry import ACTIONS
from articles.admin.fields import HourField
from articles.models import Article
from articles.workflow import AFTER_SAVING, Finding, Need, Pending, Refused, Stage, Transition

DONE = {
    "submit": _("Sent for review."),
    "take_back": _("Taken back from review."),
    "request_changes": _("Sent back to its writer, with your note."),
    "approve": _("Approved."),
    "publish": _("Published."),
    "approve_and_publish": _("Approved and published."),
    "publish_unreviewed": _("Published; an editor will read it."),
    "schedule": _("Scheduled."),
    "schedule_change": _("The change is scheduled."),
    "reschedule": _("Given another hour."),
    "unschedule": _("Taken off the schedule."),
    "unschedule_change": _("The change is taken off the schedule."),
    "schedule_withdrawal": _("It will be withdrawn at that hour."),
    "cancel_withdrawal": _("It stays online."),
    "mark_read": _("Marked as read."),
    "withdraw": _("Withdrawn: readers find your notice in its place."),
    "reinstate": _("Back online."),
}
# The one that most people press is the first of these that is open; red is what takes from readers.
MAIN = ("publish", "approve_and_publish", "publish_unreviewed", "submit", "mark_read")
DANGEROUS = {"withdraw", "schedule_withdrawal"}


class StepForm(forms.Form):
    """What a step needs a person to say: a note, a notice, an hour."""

    note = forms.CharField(
        label=_("What to change"),
        help_text=_("The writer reads it at the head of the article."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    notice = forms.CharField(
        label=_("What readers find in its place"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    at = HourField(label=_("At which hour"), help_text=_("In the site’s own time."))

    def for_step(self, step: Transition) -> dict[str, Any]:
        """The door's arguments, for a valid form. Raises Refused without an hour; doors ask for missing words."""
        said = {need.value: self.cleaned_data.get(need.value) or "" for need in step.needs}
        if Need.HOUR in step.needs and not said["at"]:
            raise Refused([Finding("at", str(_("Say at which hour.")))])
        return said

    def fields_of(self, step: Transition) -> list[forms.BoundField]:
        """What a step asks for, in the table's order."""
        return [self[need.value] for need in step.needs]


def initial_values(step: Transition, article: Article) -> dict[str, Any]:
    """What a step's dialog begins with: the hour and the words that wait, where it gives others; no hour that has
    passed."""
    waits = article.pending(timezone.now())
    if step.name == "schedule_withdrawal" and Pending.WITHDRAWAL in waits:
        return {"at": article.withdrawn_at, "notice": article.withdrawal_notice}
    if Pending.CHANGE in step.requires_pending & waits:
        return {"at": article.next_at}
    if Pending.PUBLICATION in step.requires_pending & waits or (
        step.name == "schedule" and Pending.PUBLICATION in waits
    ):
        return {"at": article.published_at}
    return {}


@dataclass(frozen=True)
class Button:
    """A step as the article form offers it. `when_typed`: only once something is typed."""

    step: Transition
    when_typed: bool = False
    is_main: bool = False
    asks: tuple[forms.BoundField, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether what it asks for was sent, and was not good."""
        return any(field.errors for field in self.asks)

    @property
    def classes(self) -> str:
        look = "button-main" if self.is_main else "button-quiet"
        return f"{look} danger" if self.step.name in DANGEROUS else look


def buttons(user: Any, article: Article, ask: Callable[[Transition], StepForm], *, may_save: bool) -> list[Button]:
    """The steps that a person may take on an article as it stands, then those that typing a change would open. `ask`
    makes the form of what a step asks for."""
    now = timezone.now()
    offered = [Button(step) for step in available_steps(user, article, now)]
    after = AFTER_SAVING[Stage(article.stage)]
    if may_save and after != article.stage and article.stage == Stage.PUBLISHED:
        as_saved = copy(article)
        as_saved.stage = after
        shown = {button.step.name for button in offered}
        offered += [
            Button(step, when_typed=True) for step in available_steps(user, as_saved, now) if step.name not in shown
        ]
    names = [button.step.name for button in offered]
    main = next((name for name in MAIN if name in names), "")
    marked = [
        replace(button, is_main=button.step.name == main, asks=tuple(ask(button.step).fields_of(button.step)))
        for button in offered
    ]
    return sorted(marked, key=lambda button: button.is_main)


def go(
    step: Transition,
    article: Article,
    user: Any,
    *,
    revision: int | None,
    said: dict[str, Any],
    accept: Iterable[str] = (),
) -> Article:
    """Through the door of a step."""
    arguments: dict[str, Any] = {"by": user, **said}
    if step.requires_revision:
        arguments["revision"] = revision
    if step.goes_live:
        arguments["accept"] = frozenset(accept)
    return ACTIONS[step.name](article, **arguments)
