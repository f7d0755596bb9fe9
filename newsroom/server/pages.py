"""What the guarded application asks of a page cache in front of Django (newsroom/pagecache/serving.py)."""

from collections.abc import Callable
from typing import Any, Protocol

from newsroom.server.wsgi import Answer, Environ, Scope

Key = tuple[bytes, ...]


class Pages(Protocol):
    """Pages that are the same for all who ask."""

    def key_of(self, scope: Scope) -> Key | None:
        """Return what requests for the same page share; None for one that Django has to answer as it is."""

    def get(self, key: Key, *, waits: bool = True) -> Any:
        """Return the stored page of a key; None where there is none.

        Without `waits`, raises BlockingIOError where that takes more than microseconds.
        """

    def made(self, key: Key, scope: Scope, render: Callable[[Environ], Answer]) -> Any:
        """Return the page of a key, rendered if it has to be; an Answer where it is for this request alone."""

    def hit(self, scope: Scope) -> Answer | None:
        """Return the answer to a request for a page that is stored, in a few microseconds and in any thread; None where
        it takes more."""

    def improvement(self, key: Key, entry: Any) -> Callable[[], None] | None:
        """Return what makes a stored page smaller, to be called in a thread; None where there is nothing to do."""

    def environ(self) -> Environ:
        """Return what Django reads of the page cache in the environment of a request that it answers itself."""

    def answer(self, entry: Any, scope: Scope, *, how: bytes = b"") -> Answer:
        """Return a page as the client takes it."""
