"""Three versions of an article's content made one: what two people changed since they began from the same. Pure.

Changes of different fields go together; so do those of different blocks of the body, and of different names in a list.
Where both changed the same, nothing is dropped: of a body both blocks stay, one after the other; of any other field
this person's, with the other's beside it (Clash).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from difflib import SequenceMatcher
from typing import Any, TypeVar

from articles.content import Content

LISTS = ("authors", "tags")
MAX_BLOCKS = 2_000  # of a body; a longer one is one block
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[a-z][a-z0-9]*)[^<>]*>")
_VOID = {"br", "hr", "img"}
T = TypeVar("T")


@dataclass(frozen=True)
class Clash:
    """A field, or a block of the body, that both changed: what it was, this person's, the other's."""

    field: str
    common: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True)
class Merge:
    """The content with both persons' changes, the fields in which the other's were taken, and what both changed."""

    content: Content
    taken: tuple[str, ...]
    clashes: tuple[Clash, ...]

    @property
    def taken_whole(self) -> list[str]:
        """Those of `taken` in which nobody has to choose."""
        clashing = {clash.field for clash in self.clashes}
        return [name for name in self.taken if name not in clashing]


def merged(common: Content, mine: Content, theirs: Content) -> Merge:
    """Return the content of `mine` with what `theirs` changed since `common`. All as they are stored (prepared())."""
    values: dict[str, Any] = {}
    taken, clashes = list[str](), list[Clash]()
    for name in (field.name for field in fields(Content)):
        was, own, other = (getattr(content, name) for content in (common, mine, theirs))
        if other in (was, own):
            continue
        if own == was:
            values[name] = other
        elif name in LISTS:
            values[name] = merged_list(was, own, other)
        elif name == "body":
            values[name], both = merged_bodies(was, own, other)
            clashes += both
        else:
            clashes.append(Clash(name, was, own, other))
            continue
        taken.append(name)
    return Merge(replace(mine, **values), tuple(taken), tuple(clashes))


def merged_list(common: Sequence[T], mine: Sequence[T], theirs: Sequence[T]) -> tuple[T, ...]:
    """Return the other's list without what this person took out, and with what they added."""
    taken_out = [item for item in common if item not in mine]
    kept = [item for item in theirs if item not in taken_out]
    return (*kept, *(item for item in mine if item not in common and item not in theirs))


def merged_bodies(common: str, mine: str, theirs: str) -> tuple[str, list[Clash]]:
    """Return a body with both persons' changes, block by block, and the blocks that both changed: these both stay."""
    was, own, other = (blocks_of(body) for body in (common, mine, theirs))
    if max(map(len, (was, own, other))) > MAX_BLOCKS:
        was, own, other = [common], [mine], [theirs]
    blocks, clashes = list[str](), list[Clash]()
    at = (0, 0, 0)
    for to in [*_common_runs(was, own, other), (len(was), len(own), len(other))]:
        parts = [rows[begin:end] for rows, begin, end in zip((was, own, other), at, to, strict=True)]
        if parts[1] in (parts[0], parts[2]):
            blocks += parts[2]
        elif parts[2] == parts[0]:
            blocks += parts[1]
        else:
            blocks += parts[1] + parts[2]
            clashes.append(Clash("body", *("".join(part) for part in parts)))
        if to[0] < len(was):
            blocks.append(was[to[0]])  # a block that all three have
        at = (to[0] + 1, to[1] + 1, to[2] + 1)
    return "".join(blocks), clashes


def blocks_of(body: str) -> list[str]:
    """Return the outermost elements of a body that was cleaned, each with all it holds; text between them likewise."""
    blocks, depth, begin = list[str](), 0, 0
    for tag in _TAG.finditer(body):
        if depth == 0 and tag.start() > begin:
            blocks.append(body[begin : tag.start()])
            begin = tag.start()
        if tag["name"] not in _VOID:
            depth = max(0, depth - 1) if tag["end"] else depth + 1
        if depth == 0:
            blocks.append(body[begin : tag.end()])
            begin = tag.end()
    return [*blocks, body[begin:]] if begin < len(body) else blocks


def _common_runs(was: list[str], own: list[str], other: list[str]) -> list[tuple[int, int, int]]:
    """Return the positions of each block that all three have in the same order, in each of them."""
    mine, theirs = (
        {
            match.a + n: match.b + n
            for match in SequenceMatcher(None, was, rows, autojunk=False).get_matching_blocks()
            for n in range(match.size)
        }
        for rows in (own, other)
    )
    return [(at, mine[at], theirs[at]) for at in range(len(was)) if at in mine and at in theirs]
