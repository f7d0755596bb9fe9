"""Names on one line of a form, with commas between: one that holds a comma stands in quotation marks. Pure.

newsroom/static/desk/names.js reads and writes the same.
"""

import re
from collections.abc import Iterable

# A name in straight quotation marks, in which "" stands for one of them; or all up to the next comma.
_NAME = re.compile(r'\s*"((?:[^"]|"")+)"\s*(?:,|\Z)|([^,]*)(?:,|\Z)')


def line_of(names: Iterable[str]) -> str:
    """Return the line that `names_in` reads these names from."""
    return ", ".join(_quoted(name) if "," in name or name.startswith('"') else name for name in names)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def names_in(line: str) -> list[str]:
    """Return the names of a line, in order, each once and without extra space."""
    pairs = [(match[1] or "").replace('""', '"') or match[2] or "" for match in _NAME.finditer(line)]
    return list(dict.fromkeys(" ".join(name.split()) for name in pairs if name.strip()))
