"""An edge in a folder of its own, and requests and pages for it."""

import tempfile
import time
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from unittest import TestCase

from newsroom.pagecache.edges.nginx import NOT_STORED, NginxEdge, Store
from newsroom.pagecache.entries import Entry
from newsroom.pagecache.in_flight import NAME, InFlight

LOCAL = [ip_network("127.0.0.0/8")]
KEY = b"https://kulturegeek.localhost/jeux/ identity"
COPY = "0123456789abcdef0123456789abcdef"


def scope(key: bytes = KEY, *, client: str = "127.0.0.1", method: str = "GET", **headers: str) -> dict[str, Any]:
    """A request for /jeux/ as nginx forwards it."""
    names = {b"host": b"kulturegeek.localhost", b"x-forwarded-proto": b"https", b"accept-encoding": b"identity"}
    names |= {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return {
        "method": method, "scheme": "http", "raw_path": b"/jeux/", "client": (client, 4000),
        "headers": [*names.items(), *([(b"x-edge-key", key)] if key else [])],
    }  # fmt: skip


def page(body: bytes = b"Bonjour.", *tags: str, seconds: float = 50) -> Entry:
    return Entry.of(200, [(b"content-type", b"text/html")], body, tags or ("article:1",), time.time() + seconds)


class WithEdge(TestCase):
    """An edge in a folder of its own. `writers`: who is in flight."""

    def setUp(self) -> None:
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.pages = self.folder / "pages"
        self.pages.mkdir()
        self.store, self.writers = Store(self.folder), InFlight(self.folder / NAME)
        self.edge = NginxEdge(self.store, self.writers, LOCAL)

    def permit(self, given: Entry, copy: str = COPY) -> bool:
        """Whether a page may be stored that is still true."""
        found, headers = self.edge.permit(copy, scope(), given, lambda: given)
        self.assertIs(found, given)
        return headers != NOT_STORED

    def write(self, copy: str = COPY, body: str = "stored") -> Path:
        """Store a file as nginx does: beside its name, then moved to it."""
        beside = self.folder / "0000000001"
        beside.write_text(body)
        return beside.rename(self.pages / copy)

    def forget(self, *tags: str) -> None:
        self.store.forget(tags, is_seen=True)

    def names(self) -> list[str]:
        return sorted(path.name for path in self.pages.iterdir())
