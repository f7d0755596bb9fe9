"""Varnish with the xkey module of varnish-modules, configured by deploy/varnish.vcl."""

import http.client
from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from newsroom.pagecache.edges.base import TIMEOUT_SECONDS, Header, NotPurged, lines_of, spelled

LINE_BYTES = 4_000  # Varnish reads header lines of 8 KiB (http_req_hdr_len, http_resp_hdr_len)
MAX_BYTES = 20_000  # of all tags of an answer, whose whole head may have 32 KiB (http_resp_size)


@dataclass(frozen=True)
class Varnish:
    """A Varnish that takes purges at an address of its own, which readers cannot reach."""

    host: str
    port: int

    @classmethod
    def at(cls, address: str) -> "Varnish":
        """Return the one at varnish://host:port. Raises ValueError."""
        parts = urlsplit(address)
        if not parts.hostname or not parts.port or parts.netloc.count("@") or parts.path or parts.query:
            raise ValueError(address)
        return cls(parts.hostname, parts.port)

    @property
    def name(self) -> str:
        return f"varnish {self.host}:{self.port}"

    def headers(self, tags: Collection[str], seconds: int) -> list[Header]:
        lines = list(lines_of(spelled(tags), " ", LINE_BYTES))
        if sum(map(len, lines)) > MAX_BYTES:
            return []
        kept = (b"surrogate-control", b"max-age=%d" % seconds)
        return [kept, *((b"xkey", line.encode()) for line in lines)]

    def purge(self, tags: Collection[str]) -> None:
        line = http.client.HTTPConnection(self.host, self.port, timeout=TIMEOUT_SECONDS)
        try:
            for names in lines_of(spelled(tags), " ", LINE_BYTES):
                line.request("PURGE", "/", headers={"xkey": names})
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    raise NotPurged(f"{answer.status} {answer.reason}")
        except (OSError, http.client.HTTPException) as error:
            raise NotPurged(repr(error)) from error
        finally:
            line.close()
