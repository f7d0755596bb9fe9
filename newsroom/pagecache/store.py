"""What a process keeps: pages, their own HTML, parts, and rows that rarely change, each with the tags of what it was
made from. Bounded in bytes, the least recently used leaving first. Pure.

A purge is a number: the tag's latest. What was stored before it is out of date; nothing is searched for when a tag is
purged, however many pages bear it.
"""

import math
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol

Key = tuple[Any, ...]
MAX_TAGS = 100_000  # purged ones that are remembered; beyond, everything is dropped


class Stored(Protocol):
    """What can be stored."""

    @property
    def size(self) -> int:
        """Bytes, about."""

    @property
    def tags(self) -> frozenset[str]:
        """The tags of what it was made from."""


@dataclass(slots=True)
class _Slot:
    value: Any
    size: int
    due_at: float  # the moment, in seconds since 1970, at which the clock changes it
    current_at: int  # the number of the purge after which it was last known to be current


@dataclass
class Store:
    """Values by key. `max_bytes` bounds all of them together."""

    max_bytes: int
    bytes: int = 0
    purges: int = 0  # so many were told
    slots: OrderedDict[Key, _Slot] = field(default_factory=OrderedDict)
    purged: dict[str, int] = field(default_factory=dict)  # by tag, the number of its latest purge
    cleared: int = 0  # the purge with which everything was dropped

    def get(self, key: Key, now: float) -> Any:
        """Return the value of a key; None where there is none, where it was purged, or where its hour has come."""
        slot = self.slots.get(key)
        if slot is None:
            return None
        if slot.due_at <= now or (slot.current_at != self.purges and not self._is_current(slot)):
            self._remove(key)
            return None
        self.slots.move_to_end(key)
        return slot.value

    def last(self, key: Key) -> Any:
        """Return the value of a key though its hour has come; None where it was purged."""
        slot = self.slots.get(key)
        return slot.value if slot is not None and self._is_current(slot) else None

    def put(self, key: Key, value: Stored, *, began: int, due_at: float = math.inf) -> bool:
        """Store a value in the place of an earlier one. Return whether it was: not if something that it was made from
        was purged after it `began` to be made, nor if it is larger than a quarter of the room."""
        size = value.size
        if self.is_purged(value.tags, began) or size > self.max_bytes // 4:
            return False
        self._remove(key)
        while self.bytes + size > self.max_bytes:
            self._remove(next(iter(self.slots)))
        self.slots[key] = _Slot(value, size, due_at, self.purges)
        self.bytes += size
        return True

    def replace(self, key: Key, value: Stored, other: Stored) -> None:
        """Put another form of a value in its place, if it is still there."""
        slot = self.slots.get(key)
        if slot is not None and slot.value is value:
            self.bytes += other.size - slot.size
            slot.value, slot.size = other, other.size

    def purge(self, tag: str) -> None:
        """Put what was made from what a tag names out of date."""
        self.purges += 1
        self.purged[tag] = self.purges
        if len(self.purged) > MAX_TAGS:
            self.clear()

    def clear(self) -> None:
        """Drop everything, and what is being made too."""
        self.slots.clear()
        self.purged.clear()
        self.bytes = 0
        self.purges += 1
        self.cleared = self.purges

    def is_purged(self, tags: Iterable[str], since: int) -> bool:
        """Return whether one of the tags was purged after the purge of that number."""
        return since < self.cleared or any(self.purged.get(tag, 0) > since for tag in tags)

    def _is_current(self, slot: _Slot) -> bool:
        if slot.current_at == self.purges:
            return True
        if self.is_purged(slot.value.tags, slot.current_at):
            return False
        slot.current_at = self.purges
        return True

    def _remove(self, key: Key) -> None:
        slot = self.slots.pop(key, None)
        if slot is not None:
            self.bytes -= slot.size
