"""What the guarded application asks of an edge in front: a cache that stores answers where a change can take them away
(newsroom/pagecache/edges/nginx.py)."""

from collections.abc import Callable
from typing import Any, Protocol

from newsroom.server.wsgi import Scope


class Edge(Protocol):
    """A cache in front, which stores an answer only where it is told that it may."""

    def copy_of(self, scope: Scope) -> str | None:
        """Return the name of what the edge would store of the answer; None for a request that is not the edge's."""

    def permit(
        self, copy: str, scope: Scope, page: Any, latest: Callable[[], Any]
    ) -> tuple[Any, list[tuple[bytes, bytes]]]:
        """Return the page to answer a request with, and the headers that say whether, and until when, it may be stored.

        `latest` returns the page as of the last commit, or None where it is not stored any more. Waits for files.
        """
