"""Who must have a second factor, and has one."""

from collections.abc import Collection

from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User

from newsroom.publications.models import Publication
from newsroom.publications.permissions import roles_in

TYPES = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def is_required(person: User, publications: Collection[Publication]) -> bool:
    """Return whether one of these publications asks a second factor of a role that a person has in it.

    Who runs the install counts as one of those of whom it is asked.
    """
    asking = [publication for publication in publications if publication.second_factor_roles]
    if person.is_superuser:
        return bool(asking)
    return any(roles_in(person, publication) & set(publication.second_factor_roles) for publication in asking)


def has_one(person: User) -> bool:
    """Return whether a person has a passkey, a security key or an authenticator app. One query."""
    return bool(Authenticator.objects.filter(user=person, type__in=TYPES).exists())
