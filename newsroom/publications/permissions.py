"""The one place where permission is asked: `may(user, verb, object)`.

Apps register tables of verb → role → scope; nothing else in the project decides who may do what.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from newsroom.publications.models import Publication, Role


class Scope(Enum):
    """How far a role's right to a verb goes."""

    OWN = "own"  # on what this person made: created_by, or what the object itself says
    ANY = "any"  # on everything of the publication


Table = Mapping[str, Mapping[Role, Scope]]
_table: dict[str, Mapping[Role, Scope]] = {}


class Forbidden(Exception):
    """This person may not do this; the message says so in words for them."""


def register(table: Table) -> None:
    """Adds verbs, e.g. {"article.publish": {Role.PUBLISHER: Scope.ANY}}. Raises ValueError on a verb known already."""
    if twice := _table.keys() & table.keys():
        raise ValueError(f"registered twice: {sorted(twice)}")
    _table.update(table)


def registered() -> Table:
    """Every verb, with the scope that each role has of it: what all apps registered."""
    return dict(_table)


def roles_in(user: Any, publication: Publication | None) -> set[Role]:
    """A person's roles in a publication; in any of them, if None. Read once for each user object."""
    if not hasattr(user, "_newsroom_roles"):
        user._newsroom_roles = [(m.publication_id, Role(m.role)) for m in user.memberships.all()]
    return {role for pk, role in user._newsroom_roles if publication is None or pk == publication.pk}


def may(user: Any, verb: str, obj: Any = None) -> bool:
    """Whether a person may do `verb` to `obj`.

    `obj` is a publication, or something of one (with `.publication`, and `.created_by` where one's own counts), or None
    for what belongs to the whole house (tags, authors, pictures): then a role in any publication is enough.
    Raises KeyError on an unknown verb, which is always a mistake in the code.
    """
    scopes = _table[verb]
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


def _is_own(user: Any, obj: Any) -> bool:
    says = getattr(obj, "belongs_to", None)
    return bool(says(user) if says else obj.created_by_id == user.pk)
