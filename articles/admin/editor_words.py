"""The editor's own words, which its library writes in English only, and those of the newsroom's own figures."""

from django.utils.translation import gettext_lazy as _

# As the library's buttons are titled → as a person reads them.
BUTTONS = {
    "paragraph": _("Paragraph"),
    "Paragraph": _("Paragraph"),
    "Heading 2": _("Heading 2"),
    "Heading 3": _("Heading 3"),
    "Heading 4": _("Heading 4"),
    "Code block": _("Code block"),
    "unordered list": _("List"),
    "ordered list": _("Numbered list"),
    "blockquote": _("Quote"),
    "horizontal rule": _("Horizontal line"),
    "bold": _("Bold"),
    "italic": _("Italic"),
    "strike": _("Struck through"),
    "subscript": _("Subscript"),
    "superscript": _("Superscript"),
    "Code": _("Code"),
    "insert link": _("Link"),
    "remove link": _("Remove the link"),
    "Insert table": _("Table"),
    "Add column": _("Add a column"),
    "Delete column": _("Delete the column"),
    "Add row": _("Add a row"),
    "Delete row": _("Delete the row"),
    "Merge cells": _("Merge cells"),
    "Split cell": _("Split the cell"),
    "Toggle header cell": _("Heading cell"),
    "Delete table": _("Delete the table"),
    "undo": _("Undo"),
    "redo": _("Redo"),
}
FIGURES = {
    "caption": _("Caption here; left empty, the library’s"),
    "image": _("Image"),
    "embed": _("Post or video"),
    "product": _("Price box of the product"),
    "missing": _("Image not held yet:"),
    "kept": _("Kept as typed"),
}
# Of who else has the article open.
PRESENCE = {
    "open": _("{name} has this article open."),
    "field": _("{name} has this article open, in “{field}”."),
}
# What the bar of the form says of what is typed; {at} is a time of day.
AUTOSAVE = {
    "typed": _("Not saved yet"),
    "kept": _("Kept at {at}, not saved yet"),
    "saved": _("Saved at {at}"),
    "here_only": _("Kept in this browser: the server does not answer"),
    "signed_out": _("Kept in this browser: you are signed out"),
    "other_person": _("Kept in this browser: somebody else is signed in"),
    "other_tab": _("Kept in this browser: you typed in another tab at {at}"),
    "choose_first": _("Kept in this browser: choose above what becomes of what you typed before"),
    "goes_on_here": _("Go on in this tab"),
    "not_kept": _("This browser keeps nothing, and the server does not answer: copy what you typed"),
}
