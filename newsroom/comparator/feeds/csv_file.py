"""Feeds in CSV: whatever parts and quotes their columns, by what their first line says."""

import csv
from collections.abc import Iterator

from newsroom.comparator.feeds.fields import known_names, plain_name
from newsroom.comparator.feeds.offers import Skipped
from newsroom.comparator.feeds.source import Source, Unreadable, encoding_of

DELIMITERS = ";,\t|"
MAX_COLUMNS = 500


def rows(source: Source, own_names: frozenset[str]) -> Iterator[dict[str, str] | Skipped]:
    """Yield each row as values by plain names of columns; a line that cannot be read as Skipped.

    `own_names` are the feed's own, plain. Raises Unreadable.
    """
    encoding = encoding_of(source.sample())
    lines = source.lines(encoding)
    first = next((line for line in lines if line.strip()), "")
    delimiter = _delimiter(first, known_names() | own_names)
    names = [plain_name(name) for name in next(csv.reader([first], delimiter=delimiter), [])][:MAX_COLUMNS]
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Skipped("line", f"{reader.line_num + 1}: {error}")
            continue
        if cells:
            yield dict(zip(names, cells, strict=False))


def _delimiter(line: str, known: set[str]) -> str:
    """Return what parts the columns: the sign by which the most names are known. Raises Unreadable for no name."""

    def score(delimiter: str) -> int:
        return len({plain_name(name) for name in next(csv.reader([line], delimiter=delimiter), [])} & known)

    best = max(DELIMITERS, key=score)
    if not score(best):
        raise Unreadable("columns", line.strip()[:200])
    return best
