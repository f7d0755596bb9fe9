"""Actions on people: their accounts, their roles in a publication, their leaving.

A publisher gives and takes roles in their own publication; accounts are the install's. All of it is in the log.
"""

from collections.abc import Collection
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.extension import desk
from newsroom.accounts.models import Invitation
from newsroom.actions import action
from newsroom.publications.actions import write_columns
from newsroom.publications.models import Membership, Publication, Role
from newsroom.publications.permissions import SYSTEM, Forbidden, may, require, roles_in

# Which roles each may give and take: nobody gives a right that they don't have (a test compares with the rights).
GIVES: dict[Role, frozenset[Role]] = {Role.PUBLISHER: frozenset(Role)}


def grantable_roles(by: Any, publication: Publication) -> frozenset[Role]:
    """Return the roles that `by` may give and take in a publication."""
    if by is SYSTEM or (by.is_active and by.is_superuser):
        return frozenset(Role)
    return frozenset().union(*(GIVES.get(role, frozenset()) for role in roles_in(by, publication)))


# -- accounts: the install's -------------------------------------------------------------------------------------------


@action
def save_person(person: User, *, by: Any, columns: Collection[str] | None = None) -> User:
    """Add an account, which may then sign in at the desk, or write the named columns of one (all, if None).

    Raises Forbidden unless `by` is a superuser. An account that is deactivated has its sessions ended.
    """
    _require_superuser(by)
    person.email = person.email.lower()  # as it is looked up at a sign-in
    if person.pk is None:
        person.is_staff = True
        person.save()
    else:
        write_columns(person, columns)
        if not person.is_active:
            _end_sessions(person)
    record(Kind.ACCOUNT_CHANGED, person, by=by, note=", ".join(sorted(columns or ())))
    return person


@action
def save_membership(membership: Membership, *, by: Any) -> Membership:
    """Give a person a role in a publication, or change it. Raises Forbidden unless `by` is a superuser."""
    _require_superuser(by)
    before = Membership.objects.filter(pk=membership.pk).first()
    if before is not None and before.role != membership.role:
        _record_role(Kind.ROLE_TAKEN, before, by)
    membership.save()
    _record_role(Kind.ROLE_GIVEN, membership, by)
    return membership


@action
def delete_membership(membership: Membership, *, by: Any) -> None:
    """Take a role in a publication from a person. Raises Forbidden unless `by` is a superuser."""
    _require_superuser(by)
    _record_role(Kind.ROLE_TAKEN, membership, by)
    membership.delete()


# -- colleagues: a publisher's -----------------------------------------------------------------------------------------


@action
def set_roles(person: User, publication: Publication, roles: Collection[Role], *, by: Any) -> None:
    """Give a colleague these roles in a publication, and no others.

    Raises Forbidden; ValidationError without any role (that is leaving), or for the last publisher's.
    """
    publication = _locked(publication)
    rows = {Role(row.role): row for row in Membership.objects.filter(user=person, publication=publication)}
    given, taken = set(roles) - set(rows), set(rows) - set(roles)
    check_roles(person, publication, roles, by=by)
    for role in sorted(taken):
        _record_role(Kind.ROLE_TAKEN, rows[role], by)
        rows[role].delete()
    for role in sorted(given):
        row = Membership.objects.create(user=person, publication=publication, role=role)
        _record_role(Kind.ROLE_GIVEN, row, by)


def check_roles(person: User, publication: Publication, roles: Collection[Role], *, by: Any) -> None:
    """Raise what `set_roles` would: Forbidden, ValidationError."""
    require(by, "people.change", publication)
    own = {Role(row.role) for row in Membership.objects.filter(user=person, publication=publication)}
    if not own:
        raise ValidationError(_("%(who)s does not work here any more.") % {"who": _name(person)})
    if not roles:
        raise ValidationError(_("A colleague has a role at least: whoever has none leaves."))
    if not set(roles) ^ own <= grantable_roles(by, publication):
        raise Forbidden(_("Nobody gives or takes a role that they don’t have."))
    if Role.PUBLISHER in own - set(roles):
        _refuse_without_publisher(publication, person)


@action
def leave(person: User, publication: Publication, *, to: User | None, by: Any) -> int:
    """Have a colleague leave a publication, and return how many articles were handed over.

    Their unfinished articles go to `to`, their bylines stay where they are, their sessions end, and the invitations
    that they sent are revoked. Whoever works for no publication any more cannot sign in. Raises Forbidden, Refused;
    ValidationError for the last publisher, and where there are articles and nobody to take them.
    """
    publication = _locked(publication)
    require(by, "people.change", publication)
    rows = list(Membership.objects.filter(user=person, publication=publication))
    if not rows:
        raise ValidationError(_("%(who)s does not work here any more.") % {"who": _name(person)})
    if not {Role(row.role) for row in rows} <= grantable_roles(by, publication):
        raise Forbidden(_("Nobody gives or takes a role that they don’t have."))
    _refuse_without_publisher(publication, person)
    number = desk().hand_over(publication, person, to=to, by=by)
    for row in rows:
        _record_role(Kind.ROLE_TAKEN, row, by)
        row.delete()
    for invitation in Invitation.objects.waiting().filter(publication=publication, invited_by=person):
        close_invitation(invitation, by=by)
    # Locked, so that who leaves two publications at once is noticed.
    person = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not person.is_superuser and not Membership.objects.filter(user=person).exists():
        person.is_active = False
        person.save(update_fields=["is_active"])
    _end_sessions(person)
    record(Kind.LEFT, person, by=by, publication=publication)
    return number


@action
def end_sessions(person: User, *, by: Any, publication: Publication) -> int:
    """End all sessions of a colleague, who signs in anew; return how many. Raises Forbidden."""
    require(by, "people.change", publication)
    _require_whole_of(person, by)
    number = _end_sessions(person)
    record(Kind.SESSIONS_ENDED, person, by=by, publication=publication)
    return number


@action
def reset_second_factor(person: User, *, by: Any, publication: Publication) -> None:
    """Take the second factors away from a colleague who has lost them; they add others at their next sign-in.

    Raises Forbidden unless `by` may change people in every publication that the person works for.
    """
    require(by, "people.change", publication)
    _require_whole_of(person, by)
    if person == by:
        raise Forbidden(_("Your own are on the page of your account."))
    Authenticator.objects.filter(user=person).delete()
    _end_sessions(person)
    record(Kind.SECURITY, person, by=by, publication=publication, note="second_factor_reset")


def may_act_on_account(by: Any, person: User) -> bool:
    """Return whether `by` may touch an account as a whole: in all its publications, and no superuser's but as one."""
    if by is SYSTEM or by.is_superuser:
        return True
    publications = Publication.objects.filter(memberships__user=person).distinct()
    return not person.is_superuser and all(may(by, "people.change", publication) for publication in publications)


def close_invitation(invitation: Invitation, *, by: Any) -> None:
    """Close an invitation's link, once. The caller has asked for the right."""
    if Invitation.objects.waiting().filter(pk=invitation.pk).update(revoked_at=timezone.now()):
        record(Kind.INVITATION_REVOKED, None, by=by, publication=invitation.publication, note=invitation.email)


# -- parts -------------------------------------------------------------------------------------------------------------


def _require_superuser(by: Any) -> None:
    if by is not SYSTEM and not (by.is_active and by.is_superuser):
        raise Forbidden(_("This is not yours to do here."))


def _require_whole_of(person: User, by: Any) -> None:
    if not may_act_on_account(by, person):
        raise Forbidden(_("They work elsewhere too, where you have no say."))


def _locked(publication: Publication) -> Publication:
    """Two publishers who take each other's role wait for one another here, so that one of them stays.

    Nobody else does (no_key): whatever is added to a publication, a comment say, only refers to its row.
    """
    return Publication.objects.select_for_update(no_key=True).get(pk=publication.pk)


def _refuse_without_publisher(publication: Publication, leaving: User) -> None:
    others = Membership.objects.filter(publication=publication, role=Role.PUBLISHER, user__is_active=True)
    is_one = others.filter(user=leaving).exists()
    if is_one and not others.exclude(user=leaving).exists():
        raise ValidationError(_("A publication keeps one publisher: make somebody else a publisher first."))


def _end_sessions(person: User) -> int:
    sessions = list(UserSession.objects.filter(user=person))
    for session in sessions:
        session.end()
    return len(sessions)


def _record_role(kind: Kind, row: Membership, by: Any) -> None:
    record(kind, row.user, by=by, publication=row.publication, note=row.role)


def _name(person: User) -> str:
    return person.get_full_name() or person.get_username()
