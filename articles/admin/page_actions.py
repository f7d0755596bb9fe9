"""Dialogs of the article's page beside the workflow's steps: assign, note, embargo, pin, place on a sister site.

Each is a form and the action that it calls. What is typed in the article is saved with it, so that nothing is lost.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from articles.actions import fronts, notifications, planning, publishing
from articles.actions.base import display_name
from articles.admin.fields import HeadField, LocalTimeField
from articles.models import Article, Pin
from articles.workflow import Finding, Refused
from newsroom.lib.text import row_id
from newsroom.publications.models import Publication
from newsroom.publications.permissions import may

PIN_HOURS = 4  # how long a pin lasts unless somebody says otherwise


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no generic at run time
    """A choice of users by their full names."""

    def label_from_instance(self, obj: Any) -> str:
        return display_name(obj)


class PageAction(forms.Form):
    """A dialog of the article's page. Bound to the POST of its own button only."""

    name: ClassVar[str]  # what its button sends
    title: ClassVar[Any]
    button: ClassVar[Any]
    done: Any  # the message of success
    right: ClassVar[str]  # the verb by which it is offered; its action checks the verb itself

    def __init__(self, article: Article, data: Any = None, *, user: Any):
        self.article, self.user = article, user
        super().__init__(data, prefix=self.name, initial=self.initial_values())
        self.prepare()

    def initial_values(self) -> dict[str, Any]:
        """Return what the fields of the unbound form hold."""
        return {}

    def prepare(self) -> None:
        """Set the choices of the fields for the article."""

    def is_open(self) -> bool:
        """Return whether there is something to choose, for a person who has the right."""
        return True

    def run(self, article: Article, by: Any) -> None:
        """Call the action, for a valid form. Raises Forbidden, Refused."""
        raise NotImplementedError


class AssignAction(PageAction):
    """Assigns the article to a person, with the desk's own deadline."""

    name, title, right = "assign", _("Assign…"), "article.assign"
    button = _("Assign")
    done = _("Assigned.")

    to = PersonField(None, label=_("Who writes it"), required=False, empty_label=_("nobody"))
    deadline = LocalTimeField(label=_("By when"), help_text=_("The desk’s own deadline: it publishes nothing."))
    brief = forms.CharField(
        label=_("In a few words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def initial_values(self) -> dict[str, Any]:
        return {"to": self.article.assigned_to_id, "deadline": self.article.deadline}

    def prepare(self) -> None:
        field = self.fields["to"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = planning.writers_of(self.article.publication)

    def run(self, article: Article, by: Any) -> None:
        planning.assign(article, by=by, **self.cleaned_data)


class EmbargoAction(PageAction):
    """Sets the embargo, or lifts it where the time is left empty."""

    name, title, right = "embargo", _("Embargo…"), "article.embargo"
    button = _("Set the embargo")

    until = LocalTimeField(
        label=_("Until when nobody outside may have it"),
        help_text=_("In the site’s own time. Left empty, there is no embargo."),
    )

    def initial_values(self) -> dict[str, Any]:
        is_embargoed = self.article.is_embargoed(timezone.now())
        return {"until": self.article.embargo_until if is_embargoed else None}

    @property
    def done(self) -> Any:
        return _("The embargo is set.") if self.cleaned_data["until"] else _("There is no embargo any more.")

    def run(self, article: Article, by: Any) -> None:
        planning.set_embargo(article, by=by, **self.cleaned_data)


class NoteAction(PageAction):
    """Leaves a note for the desk, mailed to whom it concerns."""

    name, title, right = "note", _("Leave a note…"), "article.note"
    button = _("Leave the note")
    text = forms.CharField(
        label=_("Note"),
        max_length=planning.MAX_NOTE_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For the desk only. It is mailed to who writes the article, and to those you name with an @."),
    )

    def run(self, article: Article, by: Any) -> None:
        note = planning.add_note(article, by=by, **self.cleaned_data)
        recipients, unknown = notifications.recipients_of(note)
        sentences = [str(_("Noted."))]
        if recipients:
            sentences.append(str(_("Mailed to %(people)s.")) % {"people": ", ".join(recipients)})
        if unknown:
            sentences.append(str(_("Nobody works here by the name of %(names)s.")) % {"names": ", ".join(unknown)})
        self.done = " ".join(sentences)


class PinAction(PageAction):
    """Pins the article to the head of a page until a set time."""

    name, title, right = "pin", _("Top article…"), "article.pin"
    button = _("Pin to the head of the page")
    done = _("It stands at the head of the page.")

    page = HeadField()
    until = LocalTimeField(label=_("Until when"), required=True)

    def initial_values(self) -> dict[str, Any]:
        return {"until": timezone.now() + dt.timedelta(hours=PIN_HOURS)}

    def prepare(self) -> None:
        field = self.fields["page"]
        assert isinstance(field, HeadField)
        field.queryset = self.article.publication.sections.all()

    def is_open(self) -> bool:
        return self.article.live_id is not None

    def run(self, article: Article, by: Any) -> None:
        section, until = self.cleaned_data["page"], self.cleaned_data["until"]
        fronts.pin(article, on=article.publication, by=by, section=section, until=until)


class PlaceAction(PageAction):
    """Lists the article on a sister site where the person may place."""

    name, title, right = "place", _("Place on a sister site…"), "article.view"
    button = _("Place it there")

    on: Any = forms.ModelChoiceField(None, label=_("On which site"), empty_label=None)

    def prepare(self) -> None:
        field = self.fields["on"]
        assert isinstance(field, forms.ModelChoiceField)
        sisters = Publication.objects.none()
        if self.article.is_live(timezone.now()):
            sisters = Publication.objects.exclude(pk__in=self.article.placements.values("publication"))
        self.sites = [row for row in sisters if may(self.user, "article.place", row)]
        field.queryset = sisters.filter(pk__in=[row.pk for row in self.sites])

    def is_open(self) -> bool:
        return bool(self.sites)

    def run(self, article: Article, by: Any) -> None:
        site = self.cleaned_data["on"]
        publishing.place(article, on=site, by=by)
        self.done = _("It stands on %(site)s too.") % {"site": site}


PAGE_ACTIONS: dict[str, type[PageAction]] = {
    action.name: action for action in (AssignAction, NoteAction, EmbargoAction, PinAction, PlaceAction)
}


def available_actions(user: Any, article: Article, refused: PageAction | None) -> Iterator[PageAction]:
    """Yield the dialogs that a person may use on the article now; `refused` is the one that was just sent in vain."""
    for action_class in PAGE_ACTIONS.values():
        if may(user, action_class.right, article):
            form = refused if isinstance(refused, action_class) else action_class(article, user=user)
            if form.is_open():
                yield form


def unpin(posted: str, article: Article, by: Any) -> None:
    """Take an article off the head of a page; `posted` is the id of the pin. Raises Forbidden, Refused."""
    pin = Pin.objects.select_related("slot__publication").filter(pk=row_id(posted), article=article).first()
    if pin is None:
        raise Refused([Finding("page", str(_("It is no longer pinned there.")))])
    fronts.unpin(pin, by=by)
