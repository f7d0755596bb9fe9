"""Which requests ask for a page that is the same for all, and how it is rendered for all of them.

Such a page is rendered for a request of our own making: with its host and scheme and no other header, and without the
query, whose names are those that campaigns and social networks append. So nothing that a client sends can get into a
page that others are given, and no query multiplies pages.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from urllib.parse import parse_qsl

from newsroom.pagecache.cache import PageCache
from newsroom.pagecache.entries import Entry, Key, Store
from newsroom.pagecache.outbox import Outbox
from newsroom.pagecache.tags import ENVIRON_KEY
from newsroom.server.wsgi import Answer, Environ, Scope, environ_of

# Of a query: what is appended for counting, and changes no page.
COUNTING = re.compile(r"utm_\w+|fbclid|gclid|dclid|msclkid|mc_[ce]id|xtor|at_\w+|igshid|ref_src|wt_mc", re.ASCII)
MAX_QUERY_BYTES = 2_000
MAX_PAGE_BYTES = 4 * 1024 * 1024
MAX_PERSONAL = 1_000  # keys of pages that are not for all, remembered so that they are rendered once
# Headers with which a request is somebody's own, or for a part.
OF_ONE_REQUEST = frozenset((b"authorization", b"range", b"transfer-encoding", b"expect"))
STALE = (b"x-page", b"stale")  # said by every page that nobody could tell to be true
DOWN_HEADERS = (
    (b"content-type", b"text/html; charset=utf-8"), (b"retry-after", b"60"), (b"cache-control", b"no-store"),
)  # fmt: skip
HOST = re.compile(rb"([a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?)\.?(?::\d{1,5})?")
PROXY_SCHEME = b"x-forwarded-proto"
Render = Callable[[Environ], Answer]


@dataclass
class Pages:
    """The pages that are the same for all. `bypass`: beginnings of paths that are not (the desk, static files)."""

    cache: PageCache
    bypass: tuple[str, ...]
    shows_how: bool = False  # say in a header how a page was made
    down: Callable[[str], bytes] | None = None  # the page of a host whose database is down
    personal: dict[Key, None] = field(default_factory=dict)

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
    ) -> "Pages":
        return cls(PageCache(outbox, Store(max_bytes), stale_if_down), bypass, shows_how, down)

    def key_of(self, scope: Scope) -> Key | None:
        """Return what requests for the same page share; None for one that Django has to answer as it is."""
        if scope["method"] not in ("GET", "HEAD") or scope["path"].startswith(self.bypass):
            return None
        query = scope["query_string"]
        if query and not _is_for_counting(query):
            return None
        names = [name for name, _value in scope["headers"]]
        if not OF_ONE_REQUEST.isdisjoint(names) or names.count(b"host") != 1 or names.count(PROXY_SCHEME) > 1:
            return None
        headers = dict(scope["headers"])
        host, said = HOST.fullmatch(headers[b"host"].lower()), headers.get(PROXY_SCHEME, b"")
        if host is None or said not in (b"", b"http", b"https") or headers.get(b"content-length", b"0") != b"0":
            return None
        # Without the port, which no page shows: it would multiply pages.
        key = (scope["scheme"].encode(), said, host[1], scope["raw_path"])
        return None if key in self.personal else key

    def get(self, key: Key, *, waits: bool = True) -> Entry | None:
        """Return the stored page of a key, as of the last commit; None where there is none.

        Without `waits`, raises BlockingIOError where that takes more than microseconds.
        """
        return self.cache.get(key, waits=waits)[0]

    def rendered(self, key: Key, scope: Scope, render: Render) -> Entry | Answer:
        """Return the page of a key: stored meanwhile, or rendered now, and stored if it is for all.

        An Answer is for this request alone: a redirect that keeps its query, or a page that is somebody's own.
        """
        entry, began = self.cache.get(key)
        if entry is not None:
            return entry
        tags: list[str] = []
        answer = render({**environ_of(_for_all(scope), BytesIO(), 0), ENVIRON_KEY: tags})
        if answer.status >= 500 and began is None:
            if last := self.cache.last_known(key):
                return replace(last, headers=(*last.headers, STALE))
            if self.down:
                body = self.down(key[2].decode()) if scope["method"] == "GET" else b""
                return Answer(503, list(DOWN_HEADERS), body)
        is_redirect = 300 <= answer.status < 400
        if is_redirect and not scope["query_string"]:
            return answer
        if is_redirect or not _is_for_all(answer):
            if not is_redirect:
                self._remember_personal(key)
            return render(environ_of(scope, BytesIO(), 0))
        made = Entry.of(answer.status, answer.headers, answer.body, tags)
        if answer.status == 200 and tags and began is not None:
            self.cache.put(key, made, began)
        return made

    def answer(self, entry: Entry, scope: Scope, *, how: bytes) -> Answer:
        """Return a page as the client takes it: compressed or not, or 304."""
        headers = dict(scope["headers"])
        status, fields, body = entry.answer(
            headers.get(b"accept-encoding", b""), headers.get(b"if-none-match", b""),
            headers.get(b"if-modified-since", b""),
        )  # fmt: skip
        if self.shows_how and STALE not in fields:
            fields.append((b"x-page", how))
        return Answer(status, fields, b"" if scope["method"] == "HEAD" else body)

    def _remember_personal(self, key: Key) -> None:
        if len(self.personal) >= MAX_PERSONAL:
            self.personal.clear()
        self.personal[key] = None


def _is_for_counting(query: bytes) -> bool:
    if len(query) > MAX_QUERY_BYTES:
        return False
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    return bool(pairs) and all(COUNTING.fullmatch(name) for name, _value in pairs)


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
