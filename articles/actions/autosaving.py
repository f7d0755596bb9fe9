"""Keeping what a person types into the form of an article, before they save it: one row, changed in place."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions.editing import refuse_expunged
from articles.models import Article, Autosave
from articles.workflow import Finding, Refused
from newsroom.actions import action
from newsroom.lib.cleaning import clean_text
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require

MAX_CHARACTERS = 2_000_000  # of all fields


@dataclass(frozen=True)
class Form:
    """Which form is typed into: that of an article, or one that adds an article to a publication, by its key."""

    publication: Publication
    article: Article | None = None
    key: str = ""

    @property
    def verb(self) -> str:
        """What a person must be allowed to type into it, on `target`."""
        return "article.save" if self.article else "article.create"

    @property
    def target(self) -> Article | Publication:
        return self.article or self.publication

    def rows_of(self, person: Any) -> QuerySet[Autosave]:
        """Return a person's autosave of it, as a query."""
        rows = Autosave.objects.filter(person=person, article=self.article)
        return rows if self.article else rows.filter(form_key=self.key)


class OtherTab(Exception):
    """Another tab of the same person has saved since: `autosave` is what it left."""

    def __init__(self, autosave: Autosave):
        super().__init__(_("You type into this article in another tab too."))
        self.autosave = autosave


@action
def keep(
    form: Form, values: Mapping[str, str], *, by: Any, tab: str, number: int = 0, takes_over: bool = False
) -> Autosave:
    """Keep what was typed into a form, by the names of its fields. Return the row; its `number` goes with the next.

    `tab` names the tab of the browser, `number` is of the last autosave that it knows. Raises Forbidden; OtherTab if
    another one saved since, unless this one `takes_over`; Refused without a key, for too much, or for what was ordered
    removed.
    """
    values = {name: clean_text(value) for name, value in values.items()}
    require(by, form.verb, form.target)
    if not form.article and not form.key:
        raise Refused([Finding("form", _("This form has no key: load the page again."))])
    if sum(map(len, values.values())) > MAX_CHARACTERS:
        raise Refused([Finding("body", _("This is too long to be kept: save parts of it as articles of their own."))])
    if form.article:
        refuse_expunged(form.article, values)
    row = _locked(form, by)
    if row.number > number and row.tab != tab and not takes_over:
        raise OtherTab(row)
    row.values, row.tab, row.number, row.saved_at = values, tab, row.number + 1, timezone.now()
    row.save()
    return row


@action
def drop(form: Form, *, by: Any, number: int | None = None) -> None:
    """Forget what was typed into a form: it was saved, or is not wanted.

    `number`: of the last autosave that is known there; a later one, of another tab, stays, and so does one that was
    offered and not taken up (0).
    """
    rows = form.rows_of(by)
    (rows if number is None else rows.filter(number__lte=number)).delete()


def _locked(form: Form, by: Any) -> Autosave:
    rows = form.rows_of(by).select_for_update()
    if row := rows.first():
        return row
    key = "" if form.article else form.key
    try:
        with transaction.atomic():
            return Autosave.objects.create(
                person=by, publication=form.publication, article=form.article, form_key=key, values={},
                saved_at=timezone.now(),
            )  # fmt: skip
    except IntegrityError:  # two tabs at the same moment
        return rows.get()
