"""Which requests ask for a page that is the same for all, and how it is made for all of them.

A page is stored as readers get it, and once more as its own HTML with the names of its parts: where only a part was
purged, the part is made anew and the page put together again, without Django's views.

Such a page is rendered for a request of our own making: with its host and scheme and no other header, and without the
query, whose names are those that campaigns and social networks append. So nothing that a client sends can get into a
page that others are given, and no query multiplies pages.
"""

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from io import BytesIO
from urllib.parse import parse_qsl

from django.conf import settings
from django.db import DatabaseError, Error

from newsroom.pagecache.cache import MAX_SECONDS, PageCache
from newsroom.pagecache.edges.headers import edge_headers
from newsroom.pagecache.entries import OVERHEAD_BYTES, Entry, Header
from newsroom.pagecache.fragments import Fragment, parse
from newsroom.pagecache.outbox import Outbox, make_connection_usable
from newsroom.pagecache.parts import Making, Reading
from newsroom.pagecache.requests import CACHE_KEY, MAKING_KEY
from newsroom.pagecache.store import Key, Store
from newsroom.server.wsgi import Answer, Environ, Scope, environ_of

logger = logging.getLogger(__name__)

# Of a query: what is appended for counting, and changes no page.
COUNTING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|xtor|at_\w+|igshid|ref_src|wt_mc", re.ASCII)
MAX_QUERY_BYTES = 2_000
MAX_PAGE_BYTES = 4 * 1024 * 1024
MAX_IMPROVING = 16  # pages that are compressed well at a time
MAX_PERSONAL = 1_000  # keys of pages that are not for all, remembered so that they are rendered once
METHODS = frozenset(("GET", "HEAD"))
# Headers with which a request is somebody's own, or for a part.
OF_ONE_REQUEST = frozenset((b"authorization", b"range", b"transfer-encoding", b"expect"))
STALE = (b"x-page", b"stale")  # said by every page that nobody could tell to be true
DOWN_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"60"), (b"cache-control", b"no-store"),
)  # fmt: skip
HOST = re.compile(rb"([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)\.?(?::\d{1,5})?")
PROXY_SCHEME = b"x-forwarded-proto"
SCHEMES = frozenset((b"", b"http", b"https"))  # that a proxy names
Render = Callable[[Environ], Answer]


@dataclass(frozen=True)
class Own:
    """A page's own HTML, with the positions of its parts, and the tags of what it was made from, parts left aside."""

    status: int
    headers: tuple[Header, ...]
    html: Fragment
    tags: frozenset[str]
    ends_at: float
    counts: int = 0  # the id of what a visit of it is a visit of

    @property
    def size(self) -> int:
        return self.html.size + OVERHEAD_BYTES


@dataclass
class Pages:
    """The pages that are the same for all. `bypass`: beginnings of paths that are not (the desk, static files)."""

    cache: PageCache
    bypass: tuple[str, ...]
    shows_how: bool = False  # say in a header how a page was made
    down: Callable[[str], bytes] | None = None  # the page of a host whose database is down
    count: Callable[[int, Mapping[bytes, bytes]], None] | None = None  # told of what was given, for which headers
    personal: dict[Key, None] = field(default_factory=dict)
    improving: set[Key] = field(default_factory=set)

    @classmethod
    def over(
        cls,
        outbox: Outbox,
        *,
        max_bytes: int,
        bypass: tuple[str, ...],
        shows_how: bool,
        stale_if_down: float = 0.0,
        down: Callable[[str], bytes] | None = None,
        count: Callable[[int, Mapping[bytes, bytes]], None] | None = None,
    ) -> "Pages":
        return cls(PageCache(outbox, Store(max_bytes), stale_if_down), bypass, shows_how, down, count)

    def key_of(self, scope: Scope) -> Key | None:
        """Return what requests for the same page share; None for one that Django has to answer as it is."""
        return self._key_of(scope, dict(scope["headers"]))

    def _key_of(self, scope: Scope, headers: dict[bytes, bytes]) -> Key | None:
        if scope["method"] not in METHODS or scope["path"].startswith(self.bypass):
            return None
        query = scope["query_string"]
        if query and not _is_for_counting(query):
            return None
        if len(headers) != len(scope["headers"]) and _is_ambiguous(scope):
            return None
        host, said = _host(headers.get(b"host", b"")), headers.get(PROXY_SCHEME, b"")
        if host is None or said not in SCHEMES or headers.get(b"content-length", b"0") != b"0":
            return None
        if not OF_ONE_REQUEST.isdisjoint(headers):
            return None
        key = (scope["scheme"].encode(), said, host, scope["raw_path"])
        return None if key in self.personal else key

    def environ(self) -> Environ:
        """Return what a request that Django answers itself has in its environment: parts are stored for it too."""
        return {CACHE_KEY: self.cache}

    def get(self, key: Key, *, waits: bool = True) -> Entry | None:
        """Return the stored page of a key, as of the last commit; None where there is none.

        Without `waits`, raises BlockingIOError where that takes more than microseconds.
        """
        entry: Entry | None = self.cache.get(key, waits=waits)[0]
        return entry

    def hit(self, scope: Scope) -> Answer | None:
        """Return the answer to a request for a page that is stored, in a few microseconds and in any thread; None where
        it takes more: what is not there, or not compressed for this client, or not known to be true without waiting."""
        headers = dict(scope["headers"])
        key = self._key_of(scope, headers)
        if key is None:
            return None
        entry: Entry | None = self.cache.hit(key)
        if entry is None:
            return None
        accepted = headers.get(b"accept-encoding", b"")
        is_plain = scope["method"] == "GET" and b"if-none-match" not in headers and b"if-modified-since" not in headers
        if is_plain and (ready := entry.ready.get(accepted)):
            if entry.counts and self.count:
                self.count(entry.counts, headers)
            return ready
        if accepted not in entry.forms or _can_improve(entry):
            return None
        answer = self._answer(entry, scope["method"], headers, b"hit")
        if is_plain and not settings.EDGES:  # to which each answer says how long it is true from now
            entry.ready[accepted] = answer
        return answer

    def improvement(self, key: Key, entry: Entry) -> Callable[[], None] | None:
        """Return what compresses a page well that is asked for again, to be called in a thread; None where it is."""
        if not _can_improve(entry) or key in self.improving or len(self.improving) >= MAX_IMPROVING:
            return None
        self.improving.add(key)

        def improve() -> None:
            try:
                self.cache.replace(key, entry, entry.well_compressed())
            finally:
                self.improving.discard(key)

        return improve

    def made(self, key: Key, scope: Scope, render: Render) -> Entry | Answer:
        """Return the page of a key: stored meanwhile, put together from its parts, or rendered.

        An Answer is for this request alone: a redirect that keeps its query, or a page that is somebody's own.
        """
        entry: Entry | None
        entry, began = self.cache.get(key)
        if entry is not None:
            return entry
        reading = Reading(self.cache, began)
        own = self.cache.look_up([("own", *key)]).get(("own", *key)) if began else None
        how = "assembled" if own else "rendered"
        make_connection_usable()  # parts are read in this thread
        try:
            own = own or self._rendered(key, scope, render, reading)
            return own if isinstance(own, Answer) else self._put_together(key, own, reading, how)
        except Error:  # of the database, when a part was made
            logger.warning("%s cannot be put together", scope["path"], exc_info=True)
            return self._without_database(key, scope)

    def _rendered(self, key: Key, scope: Scope, render: Render, reading: Reading) -> Own | Answer:
        """Render a page. Return its own HTML, stored if it is for all; or an answer for this request alone."""
        page = Making(reading)
        answer = render({**environ_of(_for_all(scope), BytesIO(), 0), MAKING_KEY: page})
        if answer.status >= 500 and reading.began is None:
            raise DatabaseError(f"status {answer.status} while the database is down")
        is_redirect = 300 <= answer.status < 400
        if is_redirect and not scope["query_string"]:
            return answer
        if is_redirect or not _is_for_all(answer):
            if not is_redirect:
                self._remember_personal(key)
            return render({**environ_of(scope, BytesIO(), 0), **self.environ()})
        ends_at = page.ends_at if page.is_timed else time.time() + MAX_SECONDS
        html = parse(answer.body.decode("utf-8", "surrogateescape"), page.placed)
        own = Own(answer.status, tuple(answer.headers), html, frozenset(page.tags), ends_at, page.counted)
        if html.keys and _is_stored(own) and reading.began:
            self.cache.put(("own", *key), own, reading.began, own.ends_at)
        return own

    def _put_together(self, key: Key, own: Own, reading: Reading, how: str) -> Entry:
        """Return a page with its parts, stored if it is for all."""
        html, parts = reading.html(own.html)
        tags = own.tags.union(*(made.tags for made in parts.values()))
        made = "".join(f", {name}={n}" if n > 1 else f", {name}" for name, n in reading.fresh.items())
        body = html.encode("utf-8", "surrogateescape")
        entry = Entry.of(own.status, own.headers, body, tags, how=f"{how}{made}".encode())
        entry = replace(entry, counts=own.counts) if own.counts and own.status == 200 else entry
        if not _is_stored(own) or reading.began is None:
            return entry
        ends_at = self.cache.end_of(tags, reading.began, min([own.ends_at, *(made.ends_at for made in parts.values())]))
        kept = replace(entry, due_at=ends_at)
        return kept if self.cache.put(key, kept, reading.began, ends_at) else entry

    def _without_database(self, key: Key, scope: Scope) -> Entry | Answer:
        """Return a page as it last was, marked; else the page of a site whose database is down."""
        last: Entry | None = self.cache.last_known(key)
        if last:
            return replace(
                last, headers=(*last.headers, STALE), tags=frozenset(), forms={}, ready={}
            )  # nothing for edges
        body = self.down(key[2].decode()) if self.down and scope["method"] == "GET" else b""
        return Answer(503, list(DOWN_HEADERS), body)

    def answer(self, entry: Entry, scope: Scope, *, how: bytes = b"") -> Answer:
        """Return a page as the client takes it: compressed or not, or 304. `how` it was got, if it was not made now."""
        return self._answer(entry, scope["method"], dict(scope["headers"]), how)

    def _answer(self, entry: Entry, method: str, headers: dict[bytes, bytes], how: bytes) -> Answer:
        if entry.counts and self.count and method == "GET":
            self.count(entry.counts, headers)
        status, fields, body = entry.answer(
            headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b""),
            headers.get(b"if-modified-since", b""),
        )  # fmt: skip
        fields += edge_headers(entry.tags, entry.due_at)
        if self.shows_how and STALE not in fields:
            fields.append((b"x-page", how or entry.how))
        return Answer(status, fields, b"" if method == "HEAD" else body)

    def _remember_personal(self, key: Key) -> None:
        if len(self.personal) >= MAX_PERSONAL:
            self.personal.clear()
        self.personal[key] = None


@lru_cache(1_000)
def _host(said: bytes) -> bytes | None:
    """The host of a Host header, without the port, which no page shows: it would multiply pages."""
    host = HOST.fullmatch(said.lower())
    return host[1] if host else None


def _is_ambiguous(scope: Scope) -> bool:
    """Whether a request says twice what tells pages apart."""
    names = [name for name, _value in scope["headers"]]
    return any(names.count(name) > 1 for name in (b"host", PROXY_SCHEME, b"content-length"))


def _can_improve(entry: Entry) -> bool:
    return not entry.is_good and entry.is_packed and STALE not in entry.headers


def _is_for_counting(query: bytes) -> bool:
    if len(query) > MAX_QUERY_BYTES:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return bool(pairs) and all(COUNTING.fullmatch(name) for name, _value in pairs)


def _is_stored(own: Own) -> bool:
    return own.status == 200 and bool(own.tags)


def _for_all(scope: Scope) -> Scope:
    kept = [(name, value) for name, value in scope["headers"] if name in (b"host", PROXY_SCHEME)]
    return {**scope, "method": "GET", "headers": kept, "query_string": b""}


def _is_for_all(answer: Answer) -> bool:
    """Whether an answer may be given to all who ask for the page at the same moment."""
    headers = dict(answer.headers)
    control = headers.get(b"cache-control", b"")
    return (
        not answer.path
        and len(answer.body) <= MAX_PAGE_BYTES
        and b"set-cookie" not in headers
        and b"no-store" not in control
        and b"private" not in control
        and headers.get(b"vary", b"accept-encoding").lower() == b"accept-encoding"
        and b"content-encoding" not in headers
    )
