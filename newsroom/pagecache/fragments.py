"""Pages in pieces: HTML of their own, and the positions of the parts that stand in it. Pure.

While HTML is rendered a part is a marker in it: two noncharacters around a number. No text of ours holds those
(newsroom/lib/cleaning.py).
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

PartKey = tuple[Any, ...]  # a part and its arguments
_OPEN, _CLOSE = "\ufdd0", "\ufdd1"
_MARKER = re.compile(f"{_OPEN}([0-9]+){_CLOSE}")


@dataclass(frozen=True)
class Ref:
    """The position of a part. `without`: the id of what its choices leave out, 0 for nothing."""

    key: PartKey
    without: int = 0


@dataclass(frozen=True)
class Choice:
    """The first `limit` of some parts, each with the id of what it shows, but for what the page leaves out."""

    options: tuple[tuple[int, Ref], ...]
    limit: int


@dataclass(frozen=True)
class Fragment:
    """HTML with the parts, and the fragments, that stand in it. `is_optional`: shown only where one of these shows
    something."""

    pieces: "tuple[Piece, ...]"
    is_optional: bool = False

    @cached_property
    def keys(self) -> list[PartKey]:
        """The parts that it may show."""
        found: list[PartKey] = []
        for piece in self.pieces:
            if isinstance(piece, Ref):
                found.append(piece.key)
            elif isinstance(piece, Choice):
                found.extend(ref.key for _id, ref in piece.options)
            elif isinstance(piece, Fragment):
                found.extend(piece.keys)
        return found

    @property
    def size(self) -> int:
        """Bytes that it takes in memory, about."""
        own = sum(_size(piece) for piece in self.pieces)
        return own + 100 * len(self.keys)


Piece = str | Ref | Choice | Fragment


def _size(piece: Piece) -> int:
    return len(piece) if isinstance(piece, str) else piece.size if isinstance(piece, Fragment) else 200


def marker(number: int) -> str:
    """Return what stands in HTML for the piece of that number."""
    return f"{_OPEN}{number}{_CLOSE}"


def parse(html: str, placed: Sequence[Piece], *, is_optional: bool = False) -> Fragment:
    """Return HTML with its markers replaced by the pieces that they stand for. A number of no piece is left out."""
    pieces: list[Piece] = []
    for n, text in enumerate(_MARKER.split(html)):
        if n % 2 == 0:
            if text:
                pieces.append(text)
        elif int(text) < len(placed):
            pieces.append(placed[int(text)])
    return Fragment(tuple(pieces), is_optional)


def join(fragment: Fragment, resolve: Callable[[PartKey], Fragment]) -> str:
    """Return the HTML of a fragment. `resolve` returns the fragment of a part."""
    out: list[str] = []
    _write(fragment, resolve, 0, out)
    return "".join(out)


def _write(fragment: Fragment, resolve: Callable[[PartKey], Fragment], without: int, out: list[str]) -> bool:
    """Append the HTML of a fragment. Return whether it shows something: what it consists of, or one of its parts."""
    begin, shows, is_leaf = len(out), False, True
    for piece in fragment.pieces:
        if isinstance(piece, str):
            out.append(piece)
        elif isinstance(piece, Ref):
            is_leaf = False
            shows |= _write(resolve(piece.key), resolve, piece.without or without, out)
        elif isinstance(piece, Fragment):
            is_leaf = False
            shows |= _write(piece, resolve, without, out)
        else:
            is_leaf = False
            shows |= _write_chosen(piece, resolve, without, out)
    if is_leaf:
        return any(not text.isspace() for text in out[begin:])
    if fragment.is_optional and not shows:
        del out[begin:]
    return shows


def _write_chosen(choice: Choice, resolve: Callable[[PartKey], Fragment], without: int, out: list[str]) -> bool:
    left = choice.limit
    for shown, ref in choice.options:
        if left and shown != without:
            _write(resolve(ref.key), resolve, without, out)
            left -= 1
    return left < choice.limit


def distinct(keys: Iterable[PartKey]) -> list[PartKey]:
    """Return keys in their order, each once."""
    return list(dict.fromkeys(keys))
