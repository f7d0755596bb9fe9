"""A feed's file → its offers, as a stream of bounded memory, in whichever format it is."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path

from newsroom.comparator.feeds import csv_file, xml_file
from newsroom.comparator.feeds.fields import REQUIRED, names_of, plain_name
from newsroom.comparator.feeds.offers import OfferRow, Skipped, Terms, offer_of
from newsroom.comparator.feeds.source import Source, Unreadable

OnRead = Callable[[int], None]
PROGRESS_EVERY = 200  # rows


def read(
    path: Path, terms: Terms, *, format_: str = "auto", columns: Mapping[str, str] | None = None,
    on_read: OnRead | None = None,
) -> Iterator[OfferRow | Skipped]:  # fmt: skip
    """Yield the offers of a file, and what is none. `columns` are the feed's own names of our fields, by ours.

    `on_read` is called with how many bytes of the file were read. Raises OSError; Unreadable, also in the midst of a
    file that is damaged there: what was yielded before is good.
    """
    source = Source.open(path)
    try:
        terms = replace(terms, names=names_of(columns or {}))
        is_xml = xml_file.is_xml(source.sample()) if format_ == "auto" else format_ == "xml"
        own = frozenset(plain_name(name) for name in (columns or {}).values())
        rows = xml_file.rows(source) if is_xml else csv_file.rows(source, own)
        first = next(rows, None)
        if first is None:
            raise Unreadable("no_offers")
        if not isinstance(first, Skipped):
            _refuse_missing_columns(first, terms, is_xml=is_xml)
        for number, row in enumerate(chain([first], rows)):
            yield row if isinstance(row, Skipped) else offer_of(row, terms)
            if on_read and number % PROGRESS_EVERY == 0:
                on_read(source.position)
        if on_read:
            on_read(source.position)
    finally:
        source.close()


def _refuse_missing_columns(row: Mapping[str, str], terms: Terms, *, is_xml: bool) -> None:
    """Raise Unreadable where a column that every offer needs is missing; an item of XML may lack what others have."""
    missing = [ours for ours in REQUIRED if not any(name in row for name in terms.names[ours])]
    if missing and (not is_xml or len(missing) == len(REQUIRED)):
        raise Unreadable("columns", ", ".join(missing))
