"""Permission, decided in one place: `may(user, verb, object)`.

Apps give tables of verb → role → scope (newsroom/extensions.py); nothing else decides who may do what.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from functools import cache
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from newsroom.extensions import extensions
from newsroom.publications.models import Publication, Role


class Scope(Enum):
    """How far a role's right to a verb goes."""

    OWN = "own"  # on what this person made: created_by, or what its `belongs_to` says
    ANY = "any"  # on everything of the publication


Table = Mapping[str, Mapping[Role, Scope]]


class Forbidden(PermissionDenied):
    """The actor may not do this. The message is for them; in a request it becomes a 403 page."""


class System:
    """The system as the actor of an action: an importer, a command, a change that became due. May do everything."""

    def __repr__(self) -> str:
        return "SYSTEM"


SYSTEM = System()


def user_of(actor: Any) -> Any:
    """Return the user to store as who did something: None for SYSTEM. `actor` is a user or SYSTEM."""
    return None if actor is SYSTEM else actor


def merged(tables: Iterable[Table]) -> Table:
    """Return one table made of several. Raises ValueError if two of them name the same verb."""
    result: dict[str, Mapping[Role, Scope]] = {}
    for table in tables:
        if twice := result.keys() & table.keys():
            raise ValueError(f"named twice: {sorted(twice)}")
        result.update(table)
    return result


@cache
def rights() -> Table:
    """Return every verb of every app, e.g. {"article.publish": {Role.PUBLISHER: Scope.ANY}}."""
    return merged(extensions("permissions"))


def roles_in(user: Any, publication: Publication | None) -> set[Role]:
    """Return a person's roles in a publication; in any of them, if None. Read once for each user object."""
    if not hasattr(user, "_newsroom_roles"):
        user._newsroom_roles = [(m.publication_id, Role(m.role)) for m in user.memberships.all()]
    return {role for pk, role in user._newsroom_roles if publication is None or pk == publication.pk}


def may(user: Any, verb: str, obj: Any = None) -> bool:
    """Return whether an actor, a user or SYSTEM, may do `verb` to `obj`.

    `obj` is a publication, or something of one (with `.publication`, and `.created_by` where one's own counts), or None
    for what belongs to the whole install (tags, authors, images): then a role in any publication is enough.
    Raises KeyError on an unknown verb, which is always a mistake in the code.
    """
    scopes = rights()[verb]
    if user is SYSTEM:
        return True
    if user is None or not user.is_active:
        return False
    if user.is_superuser:
        return True
    publication = obj if isinstance(obj, Publication) else getattr(obj, "publication", None)
    for role in roles_in(user, publication):
        scope = scopes.get(role)
        if scope is Scope.ANY:
            return True
        if scope is Scope.OWN and (obj is None or obj is publication or _is_own(user, obj)):
            return True
    return False


def require(by: Any, verb: str, obj: Any, message: str = "") -> None:
    """Raise Forbidden unless the actor `by`, a user or SYSTEM, may do `verb` to `obj`. `message`: instead of ours."""
    if not may(by, verb, obj):
        raise Forbidden(message or _("This is not yours to do here."))


def _is_own(user: Any, obj: Any) -> bool:
    belongs_to = getattr(obj, "belongs_to", None)
    return bool(belongs_to(user) if belongs_to else obj.created_by_id == user.pk)
