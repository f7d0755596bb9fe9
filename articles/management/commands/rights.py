"""The command that prints who may do what, from the tables: docs/rights.md is its output."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import translation

from articles.workflow import CHECKS, MAY_BE_PENDING, STATES, TRANSITIONS, Need, Pending, Stage, Standing, Transition
from newsroom.publications.models import Role
from newsroom.publications.permissions import Scope, rights

LETTERS = {Role.WRITER: "W", Role.EDITOR: "E", Role.PUBLISHER: "P", Role.MODERATOR: "M"}
NEEDS = {Need.NOTE: "a note to the writer", Need.NOTICE: "a notice to readers", Need.TIME: "a time"}
# Actions without a transition: shown in each table by their right alone.
ALWAYS = {
    "read it, its revisions and timeline": "article.view",
    "save, take an old revision up again": "article.save",
    "expunge": "article.expunge",
}


def who(verbs: tuple[str, ...]) -> str:
    """Return the letters of the roles that have all of `verbs`: a capital for one's own articles, a small letter too
    for anybody's."""
    letters = []
    for role in Role:  # a role without a letter stops this
        letter = LETTERS[role]
        scopes = [rights()[verb].get(role) for verb in verbs]
        if None not in scopes:
            letters.append(letter if Scope.OWN in scopes else letter + letter.lower())
    return " ".join(letters)


def _in_words(names: Any, everything: Any) -> str:
    shown = [str(name.label) for name in everything if name in names]
    return "any" if len(shown) == len(everything) else ", ".join(shown)


def _waits(row: Transition) -> str:
    """Return what must be pending, or must not, for a step to be open."""
    wanted = " or ".join(str(what.label) for what in Pending if what in row.requires_pending)
    barred = " nor ".join(str(what.label) for what in Pending if what in row.blocked_by_pending)
    return (f"; {wanted} waits" if wanted else "") + (f"; {barred} doesn’t wait" if barred else "")


def _transition(row: Transition) -> str:
    cells = [
        f"`{row.name}`",
        who(row.rights) + ("\\*" if row.only_without_review else ""),
        _in_words(row.stages, Stage),
        _in_words(row.standings, Standing) + _waits(row),
        str(row.to.label) if row.to else "as before",
        ", ".join(NEEDS[need] for need in row.needs),
    ]
    return f"| {' | '.join(cells)} |"


def page() -> Iterator[str]:
    """Yield the lines of the page, in English."""
    yield "# Who may do what"
    yield ""
    yield "Printed by `manage.py rights` from `articles/workflow.py` and the apps’ `roles.py`; a test keeps it so, and"
    yield "checks each cell through the desk's own pages."
    yield ""
    yield "W is a writer, E an editor, P a publisher, M a moderator, each in the article's publication: a capital for"
    yield "their own articles (begun, assigned or signed), a small letter for anybody's. Nobody may do anything on a"
    yield "publication where they have no role, not even see it; a superuser may do all. \\* only where no review is"
    yield "required."
    yield ""
    yield "## Steps"
    yield ""
    yield "| step | who | the work stands at | readers have | then | needs |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in TRANSITIONS.values():
        yield _transition(row)
    for standing in Standing:
        yield from _matrix(standing, None)
        for waiting in MAY_BE_PENDING.get(standing, ()):
            yield from _matrix(standing, waiting)
    yield ""
    yield "## Everything else"
    yield ""
    yield "| right | who |"
    yield "| --- | --- |"
    for right in rights():
        yield f"| `{right}` | {who((right,))} |"
    yield ""
    yield "## Checks before publication"
    yield ""
    yield "| check | then |"
    yield "| --- | --- |"
    for check in CHECKS.values():
        yield f"| {check.label} | {'blocks' if check.blocks else 'asks'} |"


def _matrix(standing: Standing, waiting: Pending | None) -> Iterator[str]:
    """Yield the table of one standing, with something pending or nothing."""
    yield ""
    yield f"## {str(standing.label).capitalize()}" + (f", and {waiting.label} waits for its time" if waiting else "")
    yield ""
    stages = [stage for stage, other in STATES if other == standing]
    yield "| | " + " | ".join(str(stage.label) for stage in stages) + " |"
    yield "| --- |" + " --- |" * len(stages)
    if waiting is None:
        for name, right in ALWAYS.items():
            yield f"| {name} |" + f" {who((right,))} |" * len(stages)
    for row in TRANSITIONS.values():
        cells = [_cell(row, stage, standing, waiting) for stage in stages]
        if any(cells):
            yield f"| {row.name_in_words} | " + " | ".join(cells) + " |"


def _cell(row: Transition, stage: Stage, standing: Standing, waiting: Pending | None = None) -> str:
    waits = {waiting} if waiting else set()
    if standing == Standing.SCHEDULED:
        waits.add(Pending.PUBLICATION)
    if not row.is_open_in(stage, standing, frozenset(waits)):
        return ""
    return who(row.rights) + ("\\*" if row.only_without_review else "")


class Command(BaseCommand):
    help = "Prints who may do what, as a page in Markdown, from the tables of the workflow and of the roles."

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override("en"):
            for line in page():
                self.stdout.write(line)
