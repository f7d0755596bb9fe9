"""What a person does with an article beside the workflow's steps: assign it, note, embargo, pin it to the head of a
page.

Each is a form in a dialog of the article's page and a door. What is typed in the article is saved with it, so that
nothing is lost.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.actions import fronts, notifications, planning, publishing
from articles.actions.base import display_name
from articles.admin.fields import HeadField, HourField
from articles.models import Article, Pin
from articles.workflow import Finding, Refused
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may

PINNED_HOURS = 4  # how long a pin lasts unless somebody says otherwise


class _Person(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return display_name(obj)


class PageAction(forms.Form):
    """A dialog: its fields are what it asks for. Bound to the POST of its own button only."""

    name: ClassVar[str]
    title: ClassVar[Any]
    button: ClassVar[Any]
    done: Any  # what is said once it is done
    right: ClassVar[str]

    def __init__(self, article: Article, data: Any = None, *, user: Any):
        self.article, self.user = article, user
        super().__init__(data, prefix=self.name, initial=self.said_already())
        self.prepare()

    def said_already(self) -> dict[str, Any]:
        return {}

    def prepare(self) -> None:
        """Fits the fields to the article."""

    def is_open(self) -> bool:
        return True

    def go(self, article: Article, by: Any) -> None:
        """Through the door, for a valid form. Raises Refused, Forbidden."""
        raise NotImplementedError


class AssignAction(PageAction):
    name, title, right = "assign", _("Assign…"), "article.assign"
    button = _("Assign")
    done = _("Assigned.")

    to = _Person(None, label=_("Who writes it"), required=False, empty_label=_("nobody"))
    deadline = HourField(label=_("By when"), help_text=_("The desk’s own deadline: it publishes nothing."))
    brief = forms.CharField(
        label=_("In a few words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def said_already(self) -> dict[str, Any]:
        return {"to": self.article.assigned_to_id, "deadline": self.article.deadline}

    def prepare(self) -> None:
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = planning.writers_of(self.article.publication)

    def go(self, article: Article, by: Any) -> None:
        planning.assign(article, by=by, **self.cleaned_data)


class EmbargoAction(PageAction):
    name, title, right = "embargo", _("Embargo…"), "article.embargo"
    button = _("Set the embargo")

    until = HourField(
        label=_("Until when nobody outside may have it"),
        help_text=_("In the site’s own time. Left empty, there is no embargo."),
    )

    def said_already(self) -> dict[str, Any]:
        stands = self.article.is_embargoed(timezone.now())
        return {"until": self.article.embargo_until if stands else None}

    @property
    def done(self) -> Any:
        return _("The embargo is set.") if self.cleaned_data["until"] else _("There is no embargo any more.")

    def go(self, article: Article, by: Any) -> None:
        planning.set_embargo(article, by=by, **self.cleaned_data)


class NoteAction(PageAction):
    name, title, right = "note", _("Leave a note…"), "article.note"
    button = _("Leave the note")
    text = forms.CharField(
        label=_("Note"),
        max_length=planning.MAX_NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the desk only. It is mailed to who writes the article, and to those you name with an @."),
    )

    def go(self, article: Article, by: Any) -> None:
        note = planning.add_note(article, by=by, **self.cleaned_data)
        to, unknown = notifications.recipients_of(note)
        said = [str(_("Noted."))]
        if to:
            said.append(str(_("Mailed to %(people)s.")) % {"people": ", ".join(to)})
        if unknown:
            said.append(str(_("Nobody works here by the name of %(names)s.")) % {"names": ", ".join(unknown)})
        self.done = " ".join(said)


class PinAction(PageAction):
    name, title, right = "pin", _("Top article…"), "article.pin"
    button = _("Pin to the head of the page")
    done = _("It stands at the head of the page.")

    page = HeadField()
    until = HourField(label=_("Until when"), required=True)

    def said_already(self) -> dict[str, Any]:
        return {"until": timezone.now() + dt.timedelta(hours=PINNED_HOURS)}

    def prepare(self) -> None:
        field = self.fields["page"]
        assert isinstance(field, HeadField)
        field.queryset = self.article.publication.sections.all()

    def is_open(self) -> bool:
        return self.article.live_id is not None

    def go(self, article: Article, by: Any) -> None:
        section, until = self.cleaned_data["page"], self.cleaned_data["until"]
        fronts.pin(article, on=article.publication, by=by, section=section, until=until)


class PlaceAction(PageAction):
    name, title, right = "place", _("Place on a sister site…"), "article.view"
    button = _("Place it there")

    on: Any = forms.ModelChoiceField(None, label=_("On which site"), empty_label=None)

    def prepare(self) -> None:
        field = self.fields["on"]
        assert isinstance(field, forms.ModelChoiceField)
        sisters = Publication.objects.none()
        if self.article.is_live(timezone.now()):
            sisters = Publication.objects.exclude(pk__in=self.article.placements.values("publication"))
        self.open_on = [row for row in sisters if may(self.user, "article.place", row)]
        field.queryset = sisters.filter(pk__in=[row.pk for row in self.open_on])

    def is_open(self) -> bool:
        return bool(self.open_on)

    def go(self, article: Article, by: Any) -> None:
        site = self.cleaned_data["on"]
        publishing.place(article, on=site, by=by)
        self.done = _("It stands on %(site)s too.") % {"site": site}


PAGE_ACTIONS: dict[str, type[PageAction]] = {
    action.name: action for action in (AssignAction, NoteAction, EmbargoAction, PinAction, PlaceAction)
}


def available_actions(user: Any, article: Article, sent: PageAction | None) -> Iterator[PageAction]:
    """The acts that a person may do on an article as it stands; the one that was refused as it was sent."""
    for act in PAGE_ACTIONS.values():
        if may(user, act.right, article):
            form = sent if isinstance(sent, act) else act(article, user=user)
            if form.is_open():
                yield form


def unpin(posted: str, article: Article, by: Any) -> None:
    """Takes an article off the head of the page that a button names. Raises Refused, Forbidden."""
    pin = Pin.objects.select_related("slot__publication").filter(pk=row_id(posted), article=article).first()
    if pin is None:
        raise Refused([Finding("page", str(_("It is no longer pinned there.")))])
    fronts.unpin(pin, by=by)
