"""Actions on publications, their aliases, the accounts of staff and their memberships. The admin calls them."""

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from newsroom.actions import action
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import DomainAlias, Membership, Publication
from newsroom.publications.permissions import SYSTEM, Forbidden, require


@action
def save_publication(publication: Publication, *, by: Any, columns: Collection[str] | None = None) -> Publication:
    """Add a publication, or write the named columns of one (all, if None). Raises Forbidden.

    Its name, colours and dates are on every page: all its pages are out of date.
    """
    if publication.pk is None:
        _require_superuser(by)
        publication.save()
    else:
        require(by, "publication.change", publication)
        _write(publication, columns, also=("changed_at",))
    invalidate({publication.cache_tag})
    return publication


@action
def save_alias(alias: DomainAlias, *, by: Any) -> DomainAlias:
    """Add or change another host of a publication. Raises Forbidden."""
    require(by, "publication.change", alias.publication)
    alias.save()
    invalidate({alias.publication.cache_tag})
    return alias


@action
def delete_alias(alias: DomainAlias, *, by: Any) -> None:
    """Delete a host of a publication. Raises Forbidden."""
    require(by, "publication.change", alias.publication)
    alias.delete()
    invalidate({alias.publication.cache_tag})


@action
def save_person(person: User, *, by: Any, columns: Collection[str] | None = None) -> User:
    """Add an account, which may then sign in at the desk, or write the named columns of one (all, if None).

    Raises Forbidden unless `by` is a superuser.
    """
    _require_superuser(by)
    if person.pk is None:
        person.is_staff = True
        person.save()
    else:
        _write(person, columns)
    return person


@action
def save_membership(membership: Membership, *, by: Any) -> Membership:
    """Give a person a role in a publication, or change it. Raises Forbidden unless `by` is a superuser."""
    _require_superuser(by)
    membership.save()
    return membership


@action
def delete_membership(membership: Membership, *, by: Any) -> None:
    """Take a role in a publication from a person. Raises Forbidden unless `by` is a superuser."""
    _require_superuser(by)
    membership.delete()


def _require_superuser(by: Any) -> None:
    if by is not SYSTEM and not (by.is_active and by.is_superuser):
        raise Forbidden(_("This is not yours to do here."))


def _write(row: Publication | User, columns: Collection[str] | None, also: Collection[str] = ()) -> None:
    """Write some columns of a row: what somebody else changed in others meanwhile stays."""
    if columns is None:
        row.save()
    elif columns:
        row.save(update_fields={*columns, *also})
