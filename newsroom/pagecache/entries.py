"""Stored pages: each compressed once, with the tags of what it was made from, in a bounded number of bytes. Pure."""

import gzip
import hashlib
import math
from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

import brotli

Header = tuple[bytes, bytes]
Key = tuple[bytes, ...]

MIN_COMPRESSED_BYTES = 860  # below it, gzip gains nothing
GZIP_LEVEL, BROTLI_QUALITY = 6, 5
PREFERRED = (b"br", b"gzip")  # the smaller first
OVERHEAD_BYTES = 2_000  # of an entry beside its bodies: its keys, tags and headers
# What an answer says of one encoding, which is said anew for each.
_OF_ONE_ENCODING = frozenset((b"content-encoding", b"content-length", b"etag", b"vary", b"date"))


@dataclass(frozen=True)
class Entry:
    """One page. `bodies` by content encoding ("" as it is); `due_at`: the moment, in seconds since 1970, at which the
    clock changes it."""

    status: int
    headers: tuple[Header, ...]
    bodies: dict[bytes, bytes]
    digest: bytes
    tags: frozenset[str] = frozenset()
    due_at: float = math.inf

    @classmethod
    def of(
        cls, status: int, headers: Iterable[Header], body: bytes, tags: Iterable[str] = (), due_at: float = math.inf
    ) -> "Entry":
        """Return the entry of an answer that was made without an encoding."""
        kept = tuple((name, value) for name, value in headers if name not in _OF_ONE_ENCODING)
        bodies = {b"": body}
        if len(body) >= MIN_COMPRESSED_BYTES:
            bodies[b"br"] = brotli.compress(body, quality=BROTLI_QUALITY)
            bodies[b"gzip"] = gzip.compress(body, GZIP_LEVEL, mtime=0)
        return cls(status, kept, bodies, hashlib.sha256(body).hexdigest()[:24].encode(), frozenset(tags), due_at)

    @property
    def size(self) -> int:
        return sum(len(body) for body in self.bodies.values()) + OVERHEAD_BYTES

    def answer(
        self, accept_encoding: bytes, if_none_match: bytes, if_modified_since: bytes
    ) -> tuple[int, list[Header], bytes]:
        """Return status, headers and body for a request: 304 without a body where it has this page (RFC 9110, 13.2.2).

        Each encoding has an ETag of its own, since a strong one names bytes (RFC 9110, 8.8.3.3).
        """
        taken = _encodings_in(accept_encoding)
        encoding = next((name for name in PREFERRED if name in taken and name in self.bodies), b"")
        etag = b'"' + self.digest + (b"-" + encoding if encoding else b"") + b'"'
        headers = [*self.headers, (b"etag", etag), (b"vary", b"Accept-Encoding")]
        modified = dict(self.headers).get(b"last-modified")
        has_it = _matches(etag, if_none_match) if if_none_match else modified and modified == if_modified_since
        if self.status == 200 and has_it:
            return 304, [header for header in headers if not header[0].startswith(b"content-t")], b""
        body = self.bodies[encoding]
        headers.append((b"content-length", str(len(body)).encode()))
        if encoding:
            headers.append((b"content-encoding", encoding))
        return self.status, headers, body


def _encodings_in(accept_encoding: bytes) -> set[bytes]:
    """The encodings that a client names, but for those that it refuses (q=0; RFC 9110, 12.5.3)."""
    taken = set()
    for part in accept_encoding.lower().split(b","):
        name, _semicolon, quality = part.partition(b";")
        if quality.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"):
            taken.add(name.strip().removeprefix(b"x-"))
    return taken


def _matches(etag: bytes, if_none_match: bytes) -> bool:
    """Whether one of the ETags of the header is this one, compared weakly, as the header wants it."""
    if if_none_match.strip() == b"*":
        return True
    return etag in [tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")]


@dataclass
class Store:
    """Entries by key, the least recently used leaving first. `max_bytes` bounds all of them together."""

    max_bytes: int
    bytes: int = 0
    entries: OrderedDict[Key, Entry] = field(default_factory=OrderedDict)
    keys_by_tag: dict[str, set[Key]] = field(default_factory=lambda: defaultdict(set))

    def get(self, key: Key, now: float) -> Entry | None:
        """Return the entry of a key; None where there is none, or where its hour has come."""
        entry = self.entries.get(key)
        if entry is None:
            return None
        if entry.due_at <= now:
            self._remove(key)
            return None
        self.entries.move_to_end(key)
        return entry

    def put(self, key: Key, entry: Entry) -> None:
        """Store an entry in the place of an earlier one; one larger than a quarter of the room is not stored."""
        self._remove(key)
        if entry.size > self.max_bytes // 4:
            return
        while self.bytes + entry.size > self.max_bytes:
            self._remove(next(iter(self.entries)))
        self.entries[key] = entry
        self.bytes += entry.size
        for tag in entry.tags:
            self.keys_by_tag[tag].add(key)

    def drop(self, tag: str) -> None:
        """Remove the entries that were made from what a tag names."""
        for key in list(self.keys_by_tag.get(tag, ())):
            self._remove(key)

    def clear(self) -> None:
        self.entries.clear()
        self.keys_by_tag.clear()
        self.bytes = 0

    def _remove(self, key: Key) -> None:
        entry = self.entries.pop(key, None)
        if entry is None:
            return
        self.bytes -= entry.size
        for tag in entry.tags:
            keys = self.keys_by_tag[tag]
            keys.discard(key)
            if not keys:
                del self.keys_by_tag[tag]
