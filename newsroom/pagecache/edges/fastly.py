"""Fastly, by the surrogate keys of its purging API (fastly.com/documentation/reference/api/purging)."""

import http.client
import json
import ssl
from collections.abc import Collection
from dataclasses import dataclass, field
from itertools import islice
from urllib.parse import urlsplit

import certifi

from newsroom.pagecache.edges.base import TIMEOUT_SECONDS, Header, NotPurged, spelled

MAX_KEYS = 256  # of one request
MAX_BYTES = 16_000  # of all keys of an answer: what is longer is cut off (reference, Surrogate-Key)
API = "https://api.fastly.com"


@dataclass(frozen=True)
class Fastly:
    """A service of Fastly, and a token that may purge it (scope purge_select)."""

    service: str
    token: str = field(repr=False)
    api: str = API

    @classmethod
    def at(cls, address: str) -> "Fastly":
        """Return the one at fastly://token@service. Raises ValueError."""
        token, at, service = address.removeprefix("fastly://").partition("@")
        if not at or not token.isprintable() or not token.isascii() or not token or not service.isalnum():
            raise ValueError(address)
        return cls(service, token)

    @property
    def name(self) -> str:
        return f"fastly {self.service}"

    def headers(self, tags: Collection[str], seconds: int) -> list[Header]:
        keys = " ".join(spelled(tags)).encode()
        if len(keys) > MAX_BYTES:
            return []
        return [(b"surrogate-control", b"max-age=%d" % seconds), (b"surrogate-key", keys)]

    def purge(self, tags: Collection[str]) -> None:
        keys = iter(spelled(tags))
        line = self._connection()
        try:
            while some := list(islice(keys, MAX_KEYS)):
                body = json.dumps({"surrogate_keys": some}).encode()
                sent = {"Fastly-Key": self.token, "Content-Type": "application/json", "Accept": "application/json"}
                line.request("POST", f"/service/{self.service}/purge", body, sent)
                answer = line.getresponse()
                answer.read()
                if answer.status != 200:
                    raise NotPurged(f"{answer.status} {answer.reason}")
        except (OSError, http.client.HTTPException) as error:
            raise NotPurged(repr(error)) from error
        finally:
            line.close()

    def _connection(self) -> http.client.HTTPConnection:
        parts = urlsplit(self.api)
        host = parts.hostname or ""
        if parts.scheme == "http":  # a test's
            return http.client.HTTPConnection(host, parts.port, timeout=TIMEOUT_SECONDS)
        tls = ssl.create_default_context(cafile=certifi.where())
        return http.client.HTTPSConnection(host, parts.port, timeout=TIMEOUT_SECONDS, context=tls)
