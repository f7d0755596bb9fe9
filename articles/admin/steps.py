"""Steps of the workflow at the desk: buttons of the article form, the form of what a step needs, and its call."""

import datetime as dt
from collections.abc import Callable, Iterable
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.actions.base import available_steps
from articles.actions.registry import ACTIONS
from articles.admin.fields import LocalTimeField
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
    "reschedule": _("Rescheduled."),
    "unschedule": _("Taken off the schedule."),
    "unschedule_change": _("The change is taken off the schedule."),
    "schedule_withdrawal": _("It will be withdrawn at that time."),
    "cancel_withdrawal": _("It stays online."),
    "mark_read": _("Marked as read."),
    "withdraw": _("Withdrawn: readers find your notice in its place."),
    "reinstate": _("Back online."),
}
# The main button is the first of these that is open. Those that take something from readers are red.
MAIN = ("publish", "approve_and_publish", "publish_unreviewed", "submit", "mark_read")
DANGEROUS = {"withdraw", "schedule_withdrawal"}


class StepForm(forms.Form):
    """What a step needs of a person: a note, a notice, a time (`Transition.needs`)."""

    note = forms.CharField(
        label=_("What to change"),
        help_text=_("The writer reads it at the head of the article."),
        widget=forms.Textarea(attrs={"rows": 4}),
        required=False,
    )
    notice = forms.CharField(
        label=_("What readers find in its place"), widget=forms.Textarea(attrs={"rows": 4}), required=False
    )
    at = LocalTimeField(label=_("At what time"), help_text=_("In the site’s own time."))

    def arguments_for(self, step: Transition) -> dict[str, Any]:
        """Return the arguments of the step's action, from a valid form.

        Raises Refused without a time; the action itself refuses a missing note or notice.
        """
        arguments = {need.value: self.cleaned_data.get(need.value) or "" for need in step.needs}
        if Need.TIME in step.needs and not arguments["at"]:
            raise Refused([Finding("at", str(_("Say at what time.")))])
        return arguments

    def fields_of(self, step: Transition) -> list[forms.BoundField]:
        """Return the fields that a step needs, in the order of its row of the table."""
        return [self[need.value] for need in step.needs]


def initial_values(step: Transition, article: Article) -> dict[str, Any]:
    """Return the initial values of a step's dialog: the time and notice that are pending, where the step changes them.

    A time that has passed is none.
    """
    pending = article.pending(timezone.now())
    if step.name == "schedule_withdrawal" and Pending.WITHDRAWAL in pending:
        return {"at": article.withdrawn_at, "notice": article.withdrawal_notice}
    if Pending.CHANGE in step.requires_pending & pending:
        return {"at": article.next_at}
    if Pending.PUBLICATION in step.requires_pending & pending or (
        step.name == "schedule" and Pending.PUBLICATION in pending
    ):
        return {"at": article.published_at}
    return {}


@dataclass(frozen=True)
class Button:
    """A step as the article form offers it. `when_typed`: shown once something is typed; `fields`: its dialog's."""

    step: Transition
    when_typed: bool = False
    is_main: bool = False
    fields: tuple[forms.BoundField, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether the fields of its dialog were sent, and one was refused."""
        return any(field.errors for field in self.fields)

    @property
    def is_dangerous(self) -> bool:
        return self.step.name in DANGEROUS

    @property
    def hours(self) -> list[tuple[Any, str]]:
        """The times that its dialog proposes, where it asks for one: what each is called, and as its field has it."""
        if Need.TIME not in self.step.needs:
            return []
        now = timezone.localtime()
        tonight = now.replace(hour=18, minute=0)
        tomorrow = (now + dt.timedelta(days=1)).replace(hour=7, minute=30)
        proposed = [(_("In an hour"), now + dt.timedelta(hours=1)), (_("Tomorrow, 7:30"), tomorrow)]
        if tonight > now + dt.timedelta(minutes=30):
            proposed.insert(1, (_("Tonight, 18:00"), tonight))
        return [(label, f"{moment:%Y-%m-%dT%H:%M}") for label, moment in proposed]

    @property
    def classes(self) -> str:
        look = "button-main" if self.is_main else "button-quiet"
        return f"{look} danger" if self.is_dangerous else look


def buttons(user: Any, article: Article, form_of: Callable[[Transition], StepForm], *, may_save: bool) -> list[Button]:
    """Return the steps that a person may take on the article now, and those that typing a change would open.

    `form_of` returns the form of what a step needs. The main button is last.
    """
    now = timezone.now()
    offered = [Button(step) for step in available_steps(user, article, now)]
    after = AFTER_SAVING[Stage(article.stage)]
    if may_save and after != article.stage and article.stage == Stage.PUBLISHED:
        as_saved = copy(article)
        as_saved.stage = after
        open_now = {button.step.name for button in offered}
        offered += [
            Button(step, when_typed=True) for step in available_steps(user, as_saved, now) if step.name not in open_now
        ]
    names = [button.step.name for button in offered]
    main = next((name for name in MAIN if name in names), "")
    marked = [
        replace(button, is_main=button.step.name == main, fields=tuple(form_of(button.step).fields_of(button.step)))
        for button in offered
    ]
    return sorted(marked, key=lambda button: button.is_main)


def take(
    step: Transition,
    article: Article,
    *,
    by: Any,
    revision: int | None,
    arguments: dict[str, Any],
    accept: Iterable[str] = (),
) -> Article:
    """Call the action of a step and return the article as it is now. Raises Forbidden, Unconfirmed, Conflict, Refused.

    `revision` is the id of the one that the person judges, `arguments` come from `StepForm.arguments_for`, `accept`
    holds the keys of the findings that the person accepts.
    """
    arguments = {"by": by, **arguments}
    if step.requires_revision:
        arguments["revision"] = revision
    if step.goes_live:
        arguments["accept"] = frozenset(accept)
    return ACTIONS[step.name](article, **arguments)
