"""Form fields of the desk: names completed as they are typed, images chosen by sight, the body's editor."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_prose_editor.fields import ProseEditorFormField
from django_prose_editor.widgets import AdminProseEditorWidget

from articles.admin.names import Names, names_in
from articles.models import Author, Image, Section, Tag
from newsroom.lib.invisible import visible_name
from newsroom.lib.text import fold

FIRST_YEAR, YEARS_AHEAD = 2000, 10  # of what a desk plans: others are slips of the finger
EDITOR_EXTENSIONS: dict[str, Any] = {
    "Bold": True,
    "Italic": True,
    "Strike": True,
    "Subscript": True,
    "Superscript": True,
    "Code": True,
    "CodeBlock": {"languageClassPrefix": None},
    "Heading": {"levels": [2, 3, 4]},
    "HardBreak": True,
    "BulletList": True,
    "OrderedList": True,
    "ListItem": True,
    "Blockquote": True,
    "HorizontalRule": True,
    "Link": {"enableTarget": False, "protocols": ["http", "https", "mailto", "tel"]},
    "Table": True,
    "TableRow": True,
    "TableHeader": True,
    "TableCell": True,
    "OwnImage": True,
    "OwnEmbed": True,
    "OwnProduct": True,
    "OwnSource": True,
    "OwnFigcaption": True,
    "KeptAsTyped": True,
    "OwnPaste": True,
}


def set_choices(form: forms.BaseForm, name: str, choices: Any) -> None:
    """Give a choice field of a form its choices."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices


class LocalTimeField(forms.DateTimeField):
    """A time in a publication's own zone (the desk's current zone), as browsers write it; empty is allowed.

    A time that summer time skips, or has twice, is refused: which one is meant nobody can tell.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
            input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
            **{"required": False, **kwargs},
        )

    def clean(self, value: Any) -> Any:
        try:
            moment = super().clean(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            message = _("This time doesn’t exist on that day, or exists twice (summer time): choose another.")
            raise ValidationError(message) from error
        if moment is not None and not FIRST_YEAR <= moment.year <= timezone.now().year + YEARS_AHEAD:
            raise ValidationError(_("Look at the year of this time."))
        return moment


class HeadField(forms.ModelChoiceField):  # type: ignore[type-arg]  # it takes none at run time
    """At the head of which page: a section, or None for the front page. The form says of which publication."""

    def __init__(self) -> None:
        label, front = gettext_lazy("Head of which page"), gettext_lazy("Front page")
        super().__init__(Section.objects.none(), label=label, required=False, empty_label=front)


class BodyField(ProseEditorFormField):
    """The rich-text editor, with the newsroom's own figures."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            config={"extensions": EDITOR_EXTENSIONS}, preset="configurable", widget=AdminProseEditorWidget, **kwargs
        )


class NamesWidget(forms.TextInput):
    """A line of names with commas between, which a script turns into chips with completion. Its value: Names."""

    template_name = "desk/names_widget.html"

    def __init__(self, complete: str, allow_new: bool) -> None:
        super().__init__()
        self.complete, self.allow_new = complete, allow_new

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Names:
        return Names.posted(data.get(name) or "", data.get(f"{name}-known") or "")

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["known"] = value.known_as_json if isinstance(value, Names) else "{}"
        context["widget"]["attrs"] |= {
            "data-names": reverse(self.complete),
            "data-new": "yes" if self.allow_new else "",
            "data-words-add": _("Add “{name}”"),
            "data-words-remove": _("Remove {name}"),
            "autocomplete": "off",
        }
        return context


class NamesField(forms.CharField):
    """Names of rows, in order."""

    def pairs(self, value: Names) -> list[tuple[str, int | None]]:
        """Return each name, with the id of the row that was meant by it; None where somebody typed it."""
        return [(name, value.known.get(name)) for name in names_in(super().clean(value.line) or "")]


class TagNamesField(NamesField):
    """Tags by name, in order. Clean value: a list of names; the action finds or creates the tags.

    A tag that the form showed has the name that it has now.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=NamesWidget("admin:articles_tag_complete", allow_new=True), required=False, **kwargs)

    def clean(self, value: Any) -> Any:
        pairs = self.pairs(value or Names())
        shown = Tag.objects.select_related("merged_into").in_bulk([pk for _name, pk in pairs if pk])
        names = [shown[pk].canonical.name if pk in shown else name for name, pk in pairs]
        for name in names:
            if len(name) > 100:
                raise ValidationError(_("“%(name)s…” is too long for a tag."), params={"name": name[:30]})
            if not fold(visible_name(name)):
                raise ValidationError(_("“%(name)s” has no letter or digit in it."), params={"name": name})
        return names


def byline_names(authors: Iterable[Author]) -> Names:
    """Return authors as BylinesField reads them back: by name, with the slug behind it where two authors share it."""
    names = Counter(fold(name) for name in Author.objects.values_list("name", flat=True))
    return Names.of((f"{a.name} ({a.slug})" if names[fold(a.name)] > 1 else a.name, a.pk) for a in authors)


class BylinesField(NamesField):
    """Authors by name, in order. Clean value: a tuple of authors."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=NamesWidget("admin:articles_author_complete", allow_new=False), required=False, **kwargs
        )

    def clean(self, value: Any) -> Any:
        rows, found = {author.pk: author for author in Author.objects.all()}, dict[str, list[Author]]()
        for author in rows.values():
            for key in (author.name, f"{author.name} ({author.slug})"):
                found.setdefault(fold(key), []).append(author)
        authors = []
        for name, pk in self.pairs(value or Names()):
            matches = [rows[pk]] if pk in rows else found.get(fold(name), [])
            if not matches:
                raise ValidationError(_("There is no byline “%(name)s” in this install."), params={"name": name})
            if len(matches) > 1:
                choices = ", ".join(f"{author.name} ({author.slug})" for author in matches)
                raise ValidationError(
                    _("Two people sign as “%(name)s”: %(choices)s."), params={"name": name, "choices": choices}
                )
            authors.append(matches[0])
        return tuple(authors)


class ImageWidget(forms.HiddenInput):
    """An image of the library: its thumbnail, and a button that opens the picker."""

    template_name = "desk/image_widget.html"
    input_type = "hidden"

    @property
    def is_hidden(self) -> bool:
        return False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["image"] = Image.objects.filter(pk=value).first() if str(value or "").isdigit() else None
        return context


class ImageChoiceField(forms.ModelChoiceField):  # type: ignore[type-arg]  # as above
    """One image of the library, or none."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Image.objects.all(),
            widget=ImageWidget,
            error_messages={"invalid_choice": gettext_lazy("This image is no longer in the library.")},
            **kwargs,
        )
