"""An export file read through: record by record, or checked and counted."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import tzinfo
from pathlib import Path

from django.utils.translation import gettext as _

from articles.importers.wxr.fields import declaration_of, item_of, site_of
from articles.importers.wxr.records import Category, Item, Record, Site, TagTerm, WxrAuthor
from articles.importers.wxr.stream import CHUNK, RECORDS, NotAnExport, elements, refuse_other_files


@dataclass
class Summary:
    """What a whole file holds; categories, tags and authors are those it declares."""

    site: Site | None = None
    bytes: int = 0
    items_by_type: Counter[str] = field(default_factory=Counter)
    posts_by_status: Counter[str] = field(default_factory=Counter)
    pages_by_status: Counter[str] = field(default_factory=Counter)
    categories: int = 0
    tags: int = 0
    authors: int = 0
    comments: int = 0

    @property
    def items(self) -> int:
        return self.items_by_type.total()

    @property
    def records(self) -> int:
        """How many records there are to write, custom terms aside."""
        return 1 + self.authors + self.categories + self.tags + self.items

    @property
    def attachments(self) -> int:
        return self.items_by_type["attachment"]


def read(path: Path | str, *, time_zone: tzinfo) -> Iterator[Record]:
    """Yield the site, then every author, category, tag, term and item in the order of the file.

    ``time_zone`` is the exported site's, for dates given only in its local time. Raises
    NotAnExport where the file is not, or stops being, a WordPress export (``check`` finds that
    out beforehand), and OSError if it cannot be opened.
    """
    return _records(Path(path), time_zone, lambda _size: None)


def check(path: Path | str, *, time_zone: tzinfo, progress: Callable[[int], None] | None = None) -> Summary:
    """Read the file through to its end and return what it holds, keeping none of it.

    ``progress`` is called with the number of bytes read so far. Raises what ``read`` raises.
    """
    path = Path(path)
    summary = Summary()
    for record in _records(path, time_zone, progress or (lambda _size: None)):
        match record:
            case Site():
                summary.site = record
            case WxrAuthor():
                summary.authors += 1
            case Category():
                summary.categories += 1
            case TagTerm():
                summary.tags += 1
            case Item():
                summary.items_by_type[record.post_type] += 1
                summary.comments += len(record.comments)
                if record.post_type == "post":
                    summary.posts_by_status[record.status] += 1
                elif record.post_type == "page":
                    summary.pages_by_status[record.status] += 1
    summary.bytes = path.stat().st_size
    return summary


def _records(path: Path, zone: tzinfo, progress: Callable[[int], None]) -> Iterator[Record]:
    if path.is_dir():
        raise NotAnExport(_("This is a directory, not an export file."))
    with path.open("rb") as stream:
        refuse_other_files(stream.read(CHUNK))
        stream.seek(0)
        site, position = None, 0
        for element in elements(stream, progress):
            if site is None:
                # The channel's own fields come first in the file: they have all been read.
                site = site_of(element)
                yield site
            if element.tag == "item":
                yield item_of(element, position, zone)
                position += 1
            elif element.tag in RECORDS:
                yield declaration_of(element)
