"""What the app of articles adds to people: their bylines, and the drafts that they leave (newsroom/extensions.py)."""

from collections.abc import Collection
from typing import Any, Protocol

from django.contrib.auth.models import User

from newsroom.extensions import extensions
from newsroom.publications.models import Publication


class Desk(Protocol):
    """Bylines and drafts of people."""

    def bylines(self, people: Collection[int]) -> dict[int, str]:
        """Return the byline of each of these users, by their ids, who has one. One query."""

    def check_byline(self, name: str, *, by: Any) -> None:
        """Raise ValidationError, Forbidden unless `by` may have a newcomer sign with a name."""

    def give_byline(self, person: User, name: str, *, by: Any) -> None:
        """Have a person sign with a name, a new byline or one that is nobody's. Raises ValidationError, Forbidden."""

    def successors(self, publication: Publication, person: User) -> Any:
        """Return a QuerySet of users who can take over what a person works on."""

    def hand_over(self, publication: Publication, person: User, *, to: User | None, by: Any) -> int:
        """Assign a person's unfinished articles to another, and close what they opened to strangers. Return how many
        articles. Raises Refused, Forbidden; ValidationError where there is something, and nobody to take it."""


def desk() -> Desk:
    """Return the one that is registered."""
    (found,) = extensions("people")
    assert found is not None
    return found  # type: ignore[no-any-return]  # by its dotted path
