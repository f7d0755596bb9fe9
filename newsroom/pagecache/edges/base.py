"""What an edge is: a cache in front that is told, by cache tags, which of its answers to drop. Pure."""

from collections.abc import Collection, Iterable, Iterator
from typing import Protocol
from urllib.parse import quote

Header = tuple[bytes, bytes]
EVERY_PAGE = "all"  # a tag that every stored answer bears: to purge it empties an edge
TIMEOUT_SECONDS = 10.0  # of each step of a purge


class NotPurged(Exception):
    """An edge did not say that it dropped what it was told to; the message is for people and holds no secret."""


class Edge(Protocol):
    """One cache in front."""

    @property
    def name(self) -> str:
        """What the desk, the logs and the database call it: unique, without secrets, 100 characters at most."""

    def headers(self, tags: Collection[str], seconds: int) -> list[Header]:
        """Return the headers with which it keeps an answer for so many seconds, and finds it by its tags.

        Empty where it cannot keep that many tags: it does not store an answer without them.
        """

    def purge(self, tags: Collection[str]) -> None:
        """Have it drop every answer that bears one of the tags. Doing so twice is no harm. Raises NotPurged."""


def spelled(tags: Iterable[str]) -> list[str]:
    """Return tags as they stand in a list with spaces or commas between, in the same order each time."""
    return sorted(quote(tag, safe=":-._~") for tag in tags)


def lines_of(words: Iterable[str], separator: str, max_bytes: int) -> Iterator[str]:
    """Yield the words in lines of at most `max_bytes` each; a longer word has a line of its own."""
    line = ""
    for word in words:
        longer = f"{line}{separator}{word}" if line else word
        if line and len(longer) > max_bytes:
            yield line
            longer = word
        line = longer
    if line:
        yield line
