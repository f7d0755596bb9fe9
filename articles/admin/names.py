"""Names on one line of a form, with commas between: one that holds a comma stands in quotation marks, of any kind.

With the line goes which row each name meant when the page was made (`Names.known`), so that a tag that is renamed or
merged while the form is open, and two authors of one name, stay what they were. Pure.

newsroom/static/desk/names.js reads and writes the same.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Self

MAX_ID = 2**63 - 1  # of a row
# A name in straight quotation marks, in which "" stands for one of them; one with a comma in “ ” or « », as keyboards
# and programs write them by themselves; or all up to the next comma.
_NAME = re.compile(r'\s*"((?:[^"]|"")+)"\s*(?:,|\Z)|\s*[“«]([^“”«»,]*,[^“”«»]*)[”»]\s*(?:,|\Z)|([^,]*)(?:,|\Z)')
_QUOTATION_MARKS = ('"', "“", "«")


@dataclass(frozen=True)
class Names:
    """A line of names, and by name the id of the row that was meant by those that the form knows."""

    line: str = ""
    known: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Iterable[tuple[str, int]]) -> Self:
        """Return the line of some rows, each as its name and its id."""
        known = dict(rows)
        return cls(line_of(known), known)

    @classmethod
    def posted(cls, line: str, known: str) -> Self:
        """Return what a form posted: `known` is a JSON object; what is none is nothing."""
        try:
            pairs = json.loads(known or "{}").items()
        except (ValueError, AttributeError, RecursionError):
            return cls(line)
        return cls(line, {name: pk for name, pk in pairs if type(pk) is int and 0 < pk <= MAX_ID})

    @property
    def known_as_json(self) -> str:
        return json.dumps(self.known, ensure_ascii=False)

    def __str__(self) -> str:
        return self.line


def line_of(names: Iterable[str]) -> str:
    """Return the line that `names_in` reads these names from."""
    return ", ".join(_quoted(name) if "," in name or name.startswith(_QUOTATION_MARKS) else name for name in names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def names_in(line: str) -> list[str]:
    """Return the names of a line, in order, each once and without extra space."""
    pairs = [(match[1] or "").replace('""', '"') or match[2] or match[3] or "" for match in _NAME.finditer(line)]
    return list(dict.fromkeys(" ".join(name.split()) for name in pairs if name.strip()))
