"""Parts: what stands on many pages, or is needed for many, made once for all of them.

A part is a function of a `Making` and a few arguments. It says what it is made from (`tag`), at which moment the clock
changes it (`ends`), reads other parts (`get`) or puts them into its HTML (`place`), and returns a value: a `Fragment`,
or rows that rarely change. What is read becomes part of it, tags and all; what is put into it is made anew on its own.

    @part
    def footer(making: Making, publication: int) -> Fragment:
        making.tag(f"footer:{publication}")
        return making.fragment(render_to_string("footer.html", {...}))

A `parts` function makes many at once, with one query. Rows that parts return belong to all threads: nobody changes
them.
"""

import math
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.utils.safestring import SafeString, mark_safe

from newsroom.pagecache import fragments
from newsroom.pagecache.cache import PageCache, Position
from newsroom.pagecache.fragments import Choice, Fragment, PartKey, Piece, Ref, distinct

V = TypeVar("V")
V_co = TypeVar("V_co", covariant=True)
LONGEST_WAIT_SECONDS = 10.0  # for what another thread makes; then one makes it too
OVERHEAD_BYTES = 500  # of a stored part


@dataclass(frozen=True, eq=False)
class Part(Generic[V_co]):
    """A kind of part. `make` sets the `value` of each Making that it is given."""

    name: str
    make: "Callable[[Sequence[Making]], None]"


def part(make: "Callable[..., V]") -> Part[V]:
    """Make a part of a function that makes one at a time: make(making, *arguments) returns its value."""

    def make_each(makings: "Sequence[Making]") -> None:
        for making in makings:
            making.value = make(making, *making.arguments)

    return Part(make.__name__, make_each)


def parts(make: "Callable[[Sequence[Making]], None]") -> Part[Any]:
    """Make a part of a function that makes many at once, and sets the value of each."""
    return Part(make.__name__, make)


@dataclass(frozen=True)
class Made:
    """A part as it was made: what can be stored."""

    value: Any
    tags: frozenset[str]
    ends_at: float
    size: int


class Making:
    """What is being made: a part, or a page. Collects what it is made from."""

    def __init__(self, reading: "Reading", arguments: tuple[Any, ...] = (), seed: Any = None):
        self.reading, self.arguments, self.seed = reading, arguments, seed
        self.tags: set[str] = set()
        self.ends_at = math.inf
        self.is_timed = False  # whether its maker said when it ends
        self.placed: list[Piece] = []
        self.value: Any = None
        self.counted = 0  # the id of what a visit of the page is a visit of; 0: of nothing

    def tag(self, *tags: str) -> None:
        """Say what it is made from."""
        self.tags.update(tags)

    def ends(self, moment: Any) -> None:
        """Say at which moment (an aware datetime, or None for never) the clock changes it."""
        self.is_timed = True
        if moment is not None:
            self.ends_at = min(self.ends_at, moment.timestamp())

    def counts(self, object_id: int) -> None:
        """Say, of a page, that each visit of it is one of an object (newsroom/audience)."""
        self.counted = object_id

    def get(self, kind: Part[V], *arguments: Any) -> V:
        """Return the value of a part, of which this one is made too."""
        return self.get_each(kind, [arguments])[0]

    def get_each(self, kind: Part[V], each: Iterable[tuple[Any, ...]]) -> list[V]:
        """Return the values of several parts of one kind, of which this one is made too."""
        made = self.reading.made([(kind, *arguments) for arguments in each])
        for row in made:
            self.tags |= row.tags
            self.ends_at = min(self.ends_at, row.ends_at)
        return [row.value for row in made]

    def place(self, kind: Part[Fragment], *arguments: Any, without: int = 0, seed: Any = None) -> SafeString:
        """Return what stands for a part in HTML. `without`: the id of what it leaves out (Choice). `seed`: what the
        maker may use in the place of a query: rows of this moment."""
        key = (kind, *arguments)
        if seed is not None:
            self.reading.seeds[key] = seed
        return self._put(Ref(key, without))

    def choose(self, options: Iterable[tuple[int, PartKey]], limit: int) -> SafeString:
        """Return what stands in HTML for the first `limit` of some parts, given with the id of what each shows."""
        return self._put(Choice(tuple((shown, Ref(key)) for shown, key in options), limit))

    def inline(self, fragment: Fragment) -> SafeString:
        """Return what stands for a fragment in HTML."""
        return self._put(fragment)

    def fragment(self, html: str, *, is_optional: bool = False) -> Fragment:
        """Return HTML with the parts that were placed in it. `is_optional`: shown if one of them shows something."""
        return fragments.parse(html, self.placed, is_optional=is_optional)

    def made(self) -> Made:
        """Return what was made."""
        return Made(self.value, frozenset(self.tags), self.ends_at, OVERHEAD_BYTES + _size(self.value))

    def _put(self, piece: Piece) -> SafeString:
        self.placed.append(piece)
        return mark_safe(fragments.marker(len(self.placed) - 1))  # noqa: S308 (a number)


def _size(value: Any) -> int:
    if isinstance(value, Fragment):
        return value.size
    items = len(value) if isinstance(value, list | tuple | dict) else 1
    return sys.getsizeof(value) + 1_000 * items  # rows, mostly


@dataclass
class Reading:
    """What one request reads: each part once, and all of them as of the request's beginning or later.

    Without a cache, or where nothing can be told (`began` is None), every part is made for this request alone.
    """

    cache: PageCache | None = None
    began: Position | None = None
    seeds: dict[PartKey, Any] = field(default_factory=dict)
    known: dict[PartKey, Made] = field(default_factory=dict)
    fresh: Counter[str] = field(default_factory=Counter)  # the names of the parts that were made for it

    def made(self, keys: Sequence[PartKey]) -> list[Made]:
        """Return parts: as stored, as another thread makes them at this moment, or made now."""
        if missing := distinct(key for key in keys if key not in self.known):
            if self.cache is None or self.began is None:
                self._make(missing)
            else:
                self._find(self.cache, missing)
        return [self.known[key] for key in keys]

    def html(self, page: Fragment) -> tuple[str, Mapping[PartKey, Made]]:
        """Return the HTML of a page, and the parts that stand in it.

        Parts are made level by level, so that all cards of a page are read by one query.
        """
        shown: dict[PartKey, Made] = {}
        level = distinct(page.keys)
        while level:
            shown.update(zip(level, self.made(level), strict=True))
            level = distinct(key for above in level for key in shown[above].value.keys if key not in shown)
        return fragments.join(page, lambda key: shown[key].value), shown

    def _find(self, cache: PageCache, keys: Sequence[PartKey]) -> None:
        self.known.update(cache.look_up(keys))
        missing = [key for key in keys if key not in self.known]
        if not missing:
            return
        mine, others = cache.claim(missing)
        try:
            self._make(mine)
        finally:
            cache.release(mine)
        for made in others.values():
            made.wait(LONGEST_WAIT_SECONDS)
        # What another began before this request, and what changed since is not stored: it is made once more.
        self.known.update(cache.look_up(others))
        self._make([key for key in others if key not in self.known])

    def _make(self, keys: Sequence[PartKey]) -> None:
        by_kind: dict[Part[Any], list[Making]] = {}
        for key in keys:
            by_kind.setdefault(key[0], []).append(Making(self, key[1:], self.seeds.get(key)))
        for kind, makings in by_kind.items():
            kind.make(makings)
            self.fresh[kind.name] += len(makings)
            for making in makings:
                key, made = (kind, *making.arguments), making.made()
                self.known[key] = made
                if self.cache is not None and self.began is not None:
                    self.cache.put(key, made, self.began, made.ends_at)
