"""A WordPress export file (WXR), read as a stream of dataclasses.

The file is a stranger's and may be of any size: it is parsed piece by piece, only one record of it
is in memory at a time, and a document type declaration (where entity bombs live) is refused.

    records.py   what is read: plain dataclasses
    stream.py    bytes → XML elements, one record at a time
    fields.py    XML element → record
    reader.py    `read` the records of a file, or `check` it through first
"""

from articles.importers.wxr.reader import Summary, check, read
from articles.importers.wxr.records import Category, Comment, Item, Record, Site, TagTerm, Term, WxrAuthor
from articles.importers.wxr.stream import NotAnExport

__all__ = [
    "Category", "Comment", "Item", "NotAnExport", "Record", "Site", "Summary", "TagTerm", "Term", "WxrAuthor", "check",
    "read",
]  # fmt: skip
