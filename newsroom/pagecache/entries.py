"""Stored pages, compressed, with the tags of what they were made from, and how each client gets them. Pure."""

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import brotli

from newsroom.server.wsgi import Answer

Header = tuple[bytes, bytes]

MIN_COMPRESSED_BYTES = 860  # below it, gzip gains nothing
# Levels of gzip and Brotli: as a page is put together, and when it is asked for again, which many never are.
QUICK, GOOD = (1, 1), (6, 5)
PREFERRED = (b"br", b"gzip")  # the smaller first
MAX_FORMS = 8  # of one entry
OVERHEAD_BYTES = 4_000  # of an entry beside its bodies: its keys, tags and headers
# What an answer says of one encoding, which is said anew for each.
_OF_ONE_ENCODING = frozenset((b"content-encoding", b"content-length", b"etag", b"vary", b"date"))


@dataclass(frozen=True)
class Form:
    """A page as clients get it that take some encodings: its headers and body, and the ETags by which they have it."""

    headers: tuple[Header, ...]
    body: bytes
    etags: tuple[bytes, ...]


@dataclass(frozen=True)
class Entry:
    """One page. `bodies` by content encoding: the first is there from the start, others once they are asked for.

    `length`: bytes as it is; `how` it was made.
    """

    status: int
    headers: tuple[Header, ...]
    length: int
    digest: bytes
    tags: frozenset[str] = frozenset()
    how: bytes = b"rendered"
    counts: int = 0  # the id of what a visit of it is a visit of
    is_good: bool = False  # compressed well
    due_at: float = 0.0  # until when it is kept, in seconds since 1970
    bodies: dict[bytes, bytes] = field(default_factory=dict)
    forms: "dict[bytes, Form]" = field(default_factory=dict)  # by Accept-Encoding, as browsers send it
    ready: dict[bytes, Answer] = field(default_factory=dict)  # by the same, answers that need nothing more (serving.py)

    @classmethod
    def of(
        cls, status: int, headers: Iterable[Header], body: bytes, tags: Iterable[str] = (), due_at: float = 0.0,
        how: bytes = b"rendered",
    ) -> "Entry":  # fmt: skip
        """Return the entry of an answer that was made without an encoding."""
        kept = tuple((name, value) for name, value in headers if name not in _OF_ONE_ENCODING)
        digest = hashlib.sha256(body).hexdigest()[:24].encode()
        first = PREFERRED[0] if len(body) >= MIN_COMPRESSED_BYTES else b""
        bodies = {first: _packed(first, body, QUICK) if first else body}
        return cls(status, kept, len(body), digest, frozenset(tags), how, due_at=due_at, bodies=bodies)

    @property
    def size(self) -> int:
        """Bytes that it takes, about: others than the first encoding are asked for by few."""
        return len(self.bodies[self._first]) + OVERHEAD_BYTES

    @property
    def is_packed(self) -> bool:
        """Whether it is long enough to be compressed."""
        return self._first != b""

    @property
    def body(self) -> bytes:
        """The page as it is."""
        first = self.bodies[self._first]
        return bytes(brotli.decompress(first)) if self.is_packed else first

    @property
    def _first(self) -> bytes:
        return next(iter(self.bodies))

    def well_compressed(self) -> "Entry":
        """Return the same page in fewer bytes, for who asks again."""
        if not self.is_packed:
            return self
        body = self.body
        return replace(
            self, is_good=True, forms={}, ready={}, bodies={name: _packed(name, body, GOOD) for name in PREFERRED}
        )

    def answer(
        self, accept_encoding: bytes, if_none_match: bytes, if_modified_since: bytes
    ) -> tuple[int, list[Header], bytes]:
        """Return status, headers and body for a request: 304 without a body where it has this page (RFC 9110, 13.2.2).

        A strong ETag names bytes (RFC 9110, 8.8.3.3): each encoding has its own, as well as a page that was compressed
        in haste. Who has any of those that it takes has the page.
        """
        form = self.forms.get(accept_encoding) or self._form_for(accept_encoding)
        if (if_none_match or if_modified_since) and self.status == 200:
            held = _first_match(form.etags, if_none_match) if if_none_match else None
            if not if_none_match and dict(self.headers).get(b"last-modified") == if_modified_since:
                held = form.etags[0]
            if held:
                fields = [header for header in self.headers if not header[0].startswith(b"content-t")]
                return 304, [*fields, (b"vary", b"Accept-Encoding"), (b"etag", held)], b""
        return self.status, [*form.headers], form.body

    def _form_for(self, accept_encoding: bytes) -> "Form":
        """Return, and keep, what clients get that take these encodings."""
        taken = _encodings_in(accept_encoding) if self.is_packed else ()
        encodings = [*(name for name in PREFERRED if name in taken), b""]
        body, encoding = self._body_in(encodings[0]), encodings[0]
        etags = [self._etag(name, is_good) for name in encodings for is_good in (self.is_good, not self.is_good)]
        headers = [*self.headers, (b"vary", b"Accept-Encoding"), (b"etag", etags[0])]
        headers.append((b"content-length", str(len(body)).encode()))
        if encoding:
            headers.append((b"content-encoding", encoding))
        form = Form(tuple(headers), body, tuple(etags))
        if encoding in self.bodies and len(self.forms) < MAX_FORMS:
            self.forms[accept_encoding] = form
        return form

    def _body_in(self, encoding: bytes) -> bytes:
        if not encoding:
            return self.body
        if encoding not in self.bodies:
            self.bodies[encoding] = _packed(encoding, self.body, GOOD if self.is_good else QUICK)
        return self.bodies[encoding]

    def _etag(self, encoding: bytes, is_good: bool) -> bytes:
        suffix = b"-" + encoding + (b"" if is_good else b"-1") if encoding else b""
        return b'"' + self.digest + suffix + b'"'


def _packed(encoding: bytes, body: bytes, levels: tuple[int, int]) -> bytes:
    if encoding == b"br":
        packed: bytes = brotli.compress(body, quality=levels[1])
        return packed
    return gzip.compress(body, levels[0], mtime=0)


def _encodings_in(accept_encoding: bytes) -> set[bytes]:
    """The encodings that a client names, but for those that it refuses (q=0; RFC 9110, 12.5.3)."""
    taken = set()
    for part in accept_encoding.lower().split(b","):
        name, _semicolon, quality = part.partition(b";")
        if quality.replace(b" ", b"") not in (b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"):
            taken.add(name.strip().removeprefix(b"x-"))
    return taken


def _first_match(etags: tuple[bytes, ...], if_none_match: bytes) -> bytes | None:
    """The first of the page's ETags that the header names, compared weakly, as the header wants it."""
    if if_none_match.strip() == b"*":
        return etags[0]
    named = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    return next((etag for etag in etags if etag in named), None)
