"""Differences between two texts, word by word: plain texts, stored bodies, lists of names. Pure functions.

Results are text, to be escaped, tags included ("‹strong›"). What can't be aligned in linear time counts as replaced.
"""

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from html import unescape
from itertools import groupby, product
from sys import intern, maxsize
from typing import NamedTuple, TypeVar

T = TypeVar("T", bound=Hashable)


class Mark(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Piece:
    """A stretch of text with one mark. The same and added pieces join into the new text; same and removed, the old."""

    text: str
    mark: Mark
    markup: bool = False  # it is formatting ("‹strong›", "‹a https://…›"): worth showing only where it changed


@dataclass(frozen=True)
class Block:
    """A paragraph, list item, table row, figure…"""

    kind: str  # its elements: "p", "ul li", "blockquote p"; "text" out of any element
    mark: Mark  # SAME even where its words changed: then its pieces say which
    pieces: tuple[Piece, ...]

    @property
    def changed(self) -> bool:
        return self.mark is not Mark.SAME or any(piece.mark is not Mark.SAME for piece in self.pieces)


def words(old: str, new: str) -> tuple[Piece, ...]:
    """Return two plain texts compared word by word."""
    return _pieces(_marked(_TOKEN.findall(old), _TOKEN.findall(new), _is_word))


def items(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """Return two ordered lists of names (tags, bylines) compared, a piece a name. A moved one is removed and added."""
    return tuple(Piece(name, mark) for name, mark in _marked(old, new, lambda name: True))


def bodies(old: str, new: str) -> tuple[Block, ...]:
    """Return two stored bodies (clean, as `newsroom.lib.html` says) compared, as blocks in reading order.

    Any difference but white space between blocks is a change, of markup if not of words. A figure begins with what it
    holds ("picture 42"); tabs are between a row's cells. A list, quote or table that was added or removed is a block.
    """
    blocks: list[Block] = []
    for same, gone, come in _changes(_Reader(old).shapes, _Reader(new).shapes, lambda shape: bool(shape.words())):
        blocks += (_block(shape, shape) for shape in same if shape.seen())
        blocks += (_block(*pair) for pair in _pairs(gone, come))
    return tuple(blocks)


# Two sequences. difflib is quadratic, and cubic on few distinct words: here, as in Bram Cohen's "patience diff", what
# occurs once on both sides is an anchor, and what lies between two anchors is compared likewise. A level is linear.
_LEVELS = 8
_Positions = tuple[int, int]  # in the old, in the new
_Test = Callable[[T], bool]


def _changes(old: Sequence[T], new: Sequence[T], is_anchor: _Test[T]) -> Iterator[tuple[Sequence[T], ...]]:
    """Yield what is the same, what was removed after it, what was added there; and again to the end."""
    gaps = [(len(old), len(old), len(new), len(new))]
    todo = [(0, len(old), 0, len(new), _LEVELS)]
    while todo:
        a, b, c, d, level = todo.pop()
        while a < b and c < d and old[a] == new[c]:
            a, c = a + 1, c + 1
        while a < b and c < d and old[b - 1] == new[d - 1]:
            b, d = b - 1, d - 1
        anchors = _anchors(old, new, range(a, b), range(c, d), is_anchor) if a < b and c < d and level else []
        if not anchors and (a < b or c < d):
            gaps.append((a, b, c, d))
        for i, j in [*anchors, (b, d)] if anchors else []:
            todo.append((a, i, c, j, level - 1))
            a, c = i + 1, j + 1
    done = 0
    for a, b, c, d in sorted(gaps):
        yield new[done:c], old[a:b], new[c:d]
        done = d


def _anchors(old: Sequence[T], new: Sequence[T], here: range, there: range, is_anchor: _Test[T]) -> list[_Positions]:
    """Return the positions of what is once on both sides, in the order of both; failing that, of what is there more."""
    positions: dict[T, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, (sequence, stretch) in enumerate(((old, here), (new, there))):
        for n in stretch:
            positions[sequence[n]][side].append(n)
    shared = [position for item, position in positions.items() if all(position) and is_anchor(item)]
    once = [position for position in shared if len(position[0]) == len(position[1]) == 1]
    return _rising(sorted(pair for position in once or shared for pair in zip(*position, strict=False)))


def _rising(pairs: list[_Positions]) -> list[_Positions]:
    """Return the longest choice of pairs, sorted by their first, in which the second rises too."""
    last: list[_Positions] = []  # of a choice of each length, the one that ends lowest
    before: dict[_Positions, list[_Positions]] = {}
    for pair in pairs:
        n = bisect_left(last, pair[1], key=lambda other: other[1])
        before[pair] = last[n - 1 : n] if n else []
        last[n : n + 1] = [pair]
    chosen = last[-1:]
    while chosen and (previous := before[chosen[-1]]):
        chosen += previous
    return chosen[::-1]


def _marked(old: Sequence[T], new: Sequence[T], is_anchor: _Test[T]) -> Iterator[tuple[T, Mark]]:
    for runs in _changes(old, new, is_anchor):
        for mark, run in zip((Mark.SAME, Mark.REMOVED, Mark.ADDED), runs, strict=True):
            yield from ((item, mark) for item in run)


# Words. Elisions part ("d’" + "occasion"), other apostrophes and hyphens don't ("aujourd’hui", "it's", "sous-titre").
# A tag is a token as it is written: no token of text begins with "<" but that sign itself.
_CHAR = "[\\w\u0300-\u036f]"  # accents written apart included
_TOKEN = re.compile(rf"(?is)\s+|(?:[cdjlmnst]|(?:jus|lors|puis|quoi)?qu)['’](?={_CHAR})|{_CHAR}+(?:['’-]{_CHAR}+)*|.")
_ATTRIBUTE = re.compile(r' (?:href|(?:data-)?([^\s"=]+))="([^"]*)"')
_FIGURE = "<figure data-"  # with attributes it holds an image, an embed…; without, a table or a quote


def _is_word(token: str) -> bool:
    """Return whether a match means something: matches of spaces, signs and tags alone would be chance."""
    return token[:1].isalnum() or token.startswith(_FIGURE)


def _pieces(marked: Iterable[tuple[str, Mark]]) -> tuple[Piece, ...]:
    groups = groupby(((*_shown(token), mark) for token, mark in marked), key=lambda one: one[1:])
    return tuple(Piece("".join(text for text, *_ in group), mark, markup) for (markup, mark), group in groups)


def _shown(token: str) -> tuple[str, bool]:
    """Return a token as a person reads it, and whether it is markup; what a figure holds is not."""
    if len(token) == 1 or token[0] != "<":
        return token, False
    text = unescape(_ATTRIBUTE.sub(lambda one: " ".join(["", *filter(None, one.groups())]), token[1:-1]))
    return (text.removeprefix("figure "), False) if token.startswith(_FIGURE) else (f"‹{text}›", True)


_MIN_SHARE_IN_COMMON = 0.5  # of the words of two blocks that are one block, changed
_MAX_BLOCKS, _MAX_COMPARISONS = 60, 200_000  # blocks compared with as many others; in all


class _Shape(NamedTuple):
    """A block as it is compared. Two bodies of the same shapes are one, but for white space between blocks."""

    kind: str = ""
    tokens: tuple[str, ...] = ()

    def words(self) -> frozenset[str]:
        return frozenset(filter(_is_word, self.tokens))

    def seen(self) -> bool:  # where it did not change: a list's own tag isn't
        return self.kind.endswith("hr") or not all(_shown(token)[1] for token in self.tokens)


def _block(old: _Shape, new: _Shape) -> Block:
    """Return a block that stayed, was removed, added, or changed: if its kind changed, both are among its pieces."""
    if old == new or not (old.kind and new.kind):
        mark = Mark.SAME if old == new else Mark.REMOVED if old.kind else Mark.ADDED
        return Block(old.kind or new.kind, mark, _pieces((token, mark) for token in old.tokens or new.tokens))
    was, now = ([f"<{shape.kind}>"] * (old.kind != new.kind) + [*shape.tokens] for shape in (old, new))
    return Block(new.kind, Mark.SAME, _pieces(_marked(was, now, _is_word)))


def _pairs(old: Sequence[_Shape], new: Sequence[_Shape]) -> Iterator[tuple[_Shape, _Shape]]:
    """Yield blocks with what they became, the most alike first; with an empty shape, those removed or added."""
    if (longest := max(len(old), len(new))) > (size := min(_MAX_BLOCKS, _MAX_COMPARISONS // (longest + 1) + 1)):
        for n in range(0, longest, size):
            yield from _pairs(old[n : n + size], new[n : n + size])
        return
    here, there = ([shape.words() or {shape} for shape in shapes] for shapes in (old, new))
    alike = [
        (-common, i, j)
        for (i, one), (j, other) in product(enumerate(here), enumerate(there))
        if (common := len(one & other)) >= _MIN_SHARE_IN_COMMON * (len(one) + len(other)) / 2
    ]
    pairs = [(len(old), len(new))]
    for _, i, j in sorted(alike):
        if all((i - a) * (j - c) > 0 for a, c in pairs):
            pairs.append((i, j))
    a = c = 0
    for i, j in sorted(pairs):
        yield from ((shape, _Shape()) for shape in old[a:i])
        yield from ((_Shape(), shape) for shape in new[c:j])
        yield from zip(old[i : i + 1], new[j : j + 1], strict=True)
        a, c = i + 1, j + 1


# Bodies: elements that are a block with all they hold, and those that hold blocks. Other tags are formatting.
_WHOLE = set("p h2 h3 h4 pre tr figcaption caption".split())
_PARTS = _WHOLE | set("ul ol li blockquote table thead tbody tfoot td th figure hr".split())
_PIECE = re.compile(r"</?([^\s<>/]*+)[^<>]*+>|[^<]+|<")  # a tag and its name, or text


class _Reader:
    """Reads a body into blocks, once from beginning to end."""

    _kind, _tag, _whole = "text", "", maxsize
    _edge = True  # after a part's tag, or a line's end
    _blank = ""  # white space there: nothing, if another part comes

    def __init__(self, body: str) -> None:
        self.shapes: list[_Shape] = []
        self._path, self._tokens = list[str](), list[str]()  # the parts open now, and what the block holds so far
        for match in _PIECE.finditer(body.replace("<hr>", "<hr></hr>")):
            piece, name = match.group(0, 1)
            if name in _PARTS:
                self._part(piece, name)
            elif name is not None:
                self._add(piece)
                self._edge = name == "br"
            elif self._edge and not piece.strip(" \t\n\f\r"):
                self._blank = piece
            else:
                self._add(*_TOKEN.findall(unescape(piece)))
        self._turn()

    def _turn(self, tag: str = "", name: str = "text") -> None:
        """End a block, if there is one, and begin another."""
        if self._tag or self._tokens:  # its tag is a token where it says more than its kind, or is all there is
            self.shapes.append(_Shape(self._kind, tuple(self._tokens or [self._tag])))
        self._kind, self._tag, self._tokens = intern(" ".join([*self._path, name])), tag, [tag] if " " in tag else []
        whole = name in _WHOLE or tag.startswith(_FIGURE)
        self._whole = len(self._path) + 1 if whole else maxsize  # with as many parts open, they are inside it

    def _part(self, tag: str, name: str) -> None:
        if end := tag.startswith("</"):
            del self._path[-1:]
        if len(self._path) >= self._whole:
            self._tokens.append(tag)
        else:
            self._turn() if end else self._turn(tag, name)
        self._path += [] if end else [name]
        self._edge, self._blank = True, ""

    def _add(self, *tokens: str) -> None:
        if self._edge and len(self._tokens) > 1:
            self._tokens.append("\t" if self._tokens[-1].startswith(("<td", "<th")) else "\n")
        self._tokens += filter(None, (self._blank, *tokens))
        self._edge, self._blank = False, ""
