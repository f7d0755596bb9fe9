"""Actions on invitations: a publisher asks a colleague by mail, the link makes an account or adds roles to one."""

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from newsroom.accounts.actions.log import Kind, record
from newsroom.accounts.actions.people import close_invitation, grantable_roles
from newsroom.accounts.extension import desk
from newsroom.accounts.models import Invitation
from newsroom.actions import action
from newsroom.publications.models import Membership, Publication, Role, origin_of
from newsroom.publications.permissions import Forbidden, may, require
from newsroom.worker.mail import post

TOKEN_BYTES = 32


@dataclass(frozen=True)
class Newcomer:
    """What somebody who accepts an invitation types of themselves. `password` is encoded; "" for a passkey alone."""

    username: str
    first_name: str
    last_name: str
    password: str = ""


def digest_of(token: str) -> str:
    """Return what is stored of a link's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def invitation_of(token: str) -> Invitation | None:
    """Return the invitation of a link that can still be accepted, whose sender may still invite; else None."""
    row = Invitation.objects.select_related("publication", "invited_by").filter(digest=digest_of(token)).first()
    if row is None or not row.is_open or not may(row.invited_by, "people.change", row.publication):
        return None
    return row


@action
def invite(
    publication: Publication,
    *,
    email: str,
    roles: list[Role],
    by: Any,
    first_name: str = "",
    last_name: str = "",
    byline: str = "",
) -> Invitation:
    """Ask somebody by mail to work for a publication.

    Raises Forbidden; ValidationError for a colleague of this publication already, no role, or a byline that is taken.
    """
    require(by, "people.change", publication)
    email, byline = email.strip().lower(), " ".join(byline.split())
    if not roles:
        raise ValidationError({"roles": _("Give a role at least.")})
    if not set(roles) <= grantable_roles(by, publication):
        raise Forbidden(_("Nobody gives or takes a role that they don’t have."))
    if Membership.objects.filter(publication=publication, user__email__iexact=email, user__is_active=True).exists():
        raise ValidationError({"email": _("A colleague here has this e-mail already.")})
    if byline:
        desk().check_byline(byline, by=by)
    for older in Invitation.objects.waiting().filter(publication=publication, email=email):
        revoke(older, by=by)  # the newer one counts
    row = Invitation(
        publication=publication, email=email, first_name=first_name.strip(), last_name=last_name.strip(),
        roles=[str(role) for role in roles], byline=byline, invited_by=by,
    )  # fmt: skip
    _send(row)
    record(Kind.INVITED, None, by=by, publication=publication, note=f"{email}: {row.roles_in_words}")
    return row


@action
def send_again(invitation: Invitation, *, by: Any) -> None:
    """Send an invitation once more, with another link: the one before no longer works. Raises Forbidden."""
    row = Invitation.objects.select_for_update(of=("self",)).select_related("publication").get(pk=invitation.pk)
    require(by, "people.change", row.publication)
    if not {Role(role) for role in row.roles} <= grantable_roles(by, row.publication):
        raise Forbidden(_("Nobody gives or takes a role that they don’t have."))
    if row.accepted_at is None and row.revoked_at is None:
        row.invited_by = by  # whose right it is worth from now on
        _send(row)
        record(Kind.INVITED, None, by=by, publication=row.publication, note=f"{row.email}: {row.roles_in_words}")


@action
def revoke(invitation: Invitation, *, by: Any) -> None:
    """Close an invitation's link. Raises Forbidden."""
    require(by, "people.change", invitation.publication)
    close_invitation(invitation, by=by)


@action
def accept(token: str, who: User | Newcomer) -> User:
    """Have somebody join who followed a link: a newcomer gets an account, who has one gets the roles.

    Raises ValidationError for a link that is over, or whose user name is taken.
    """
    row = invitation_of(token)
    if row is not None:
        # All for one e-mail, so that two that are accepted at once make one account.
        rows = Invitation.objects.select_for_update(of=("self",)).select_related("publication", "invited_by")
        row = next(found for found in rows.filter(email=row.email).order_by("pk") if found.pk == row.pk)
    if row is None or not row.is_open:
        raise ValidationError(_("This invitation is over. Ask for another one."))
    if not {Role(role) for role in row.roles} <= grantable_roles(row.invited_by, row.publication):
        raise ValidationError(_("Who invited you may not give these roles any more. Ask for another invitation."))
    person = who if isinstance(who, User) else _new_account(row, who)
    for role in row.roles:
        _membership, is_new = Membership.objects.get_or_create(user=person, publication=row.publication, role=role)
        if is_new:
            record(Kind.ROLE_GIVEN, person, by=row.invited_by, publication=row.publication, note=role)
    byline_refused = ""
    if row.byline:
        try:
            desk().give_byline(person, row.byline, by=row.invited_by)
        except (ValidationError, Forbidden) as error:  # somebody took it meanwhile: no reason to keep a colleague out
            byline_refused = f"{row.byline}: {error}"
    row.accepted_at, row.accepted_by = timezone.now(), person
    row.save(update_fields=["accepted_at", "accepted_by"])
    record(Kind.JOINED, person, by=person, publication=row.publication, note=byline_refused)
    return person


def is_taken(name: str, invitation: Invitation) -> bool:
    """Return whether a user name is another account's than the one that comes back with this invitation."""
    back = _account_that_comes_back(invitation)
    return User.objects.filter(username__iexact=name).exclude(pk=back.pk if back else 0).exists()


def _account_that_comes_back(invitation: Invitation) -> User | None:
    """Return the account of somebody who left every publication; None where there is none.

    One that still has roles was closed by who runs the install: no publisher opens it.
    """
    gone = User.objects.filter(email__iexact=invitation.email, is_active=False, is_superuser=False)
    return gone.filter(memberships=None).order_by("pk").first()


def _new_account(invitation: Invitation, who: Newcomer) -> User:
    person = _account_that_comes_back(invitation)
    others = User.objects.filter(email__iexact=invitation.email).exclude(pk=person.pk if person else 0)
    if others.filter(is_active=True).exists():
        raise ValidationError(_("There is an account with this e-mail: sign in with it to accept."))
    if others.exists():
        raise ValidationError(_("An account with this e-mail was closed by who runs the install: ask them."))
    if person is not None:
        record(Kind.ACCOUNT_CHANGED, person, by=invitation.invited_by, note="reactivated")
    person = person or User()
    person.username, person.first_name, person.last_name = who.username, who.first_name, who.last_name
    person.email, person.is_active, person.is_staff = invitation.email, True, True
    if who.password:
        person.password = who.password
    else:
        person.set_unusable_password()
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:  # somebody chose the name at the same moment
        raise ValidationError({"username": _("Somebody has this name already: choose another.")}) from None
    return person


def _send(invitation: Invitation) -> None:
    token = secrets.token_urlsafe(TOKEN_BYTES)
    now = timezone.now()
    invitation.digest, invitation.sent_at, invitation.expires_at = digest_of(token), now, now + Invitation.LIFETIME
    invitation.save()
    with translation.override(invitation.publication.language):
        post(
            f"{mail_key(invitation)}:{now:%Y%m%dT%H%M%S%f}",
            to=invitation.email,
            subject=_("%(publication)s invites you to its desk") % {"publication": invitation.publication.name},
            body=_body(invitation, token, now),
            # No publication's: a colleague who reads its mails at the desk could take the place of who is invited.
            publication=None,
            about=mail_key(invitation),
            is_secret=True,
        )


def mail_key(invitation: Invitation) -> str:
    """Return what the mails of an invitation are about (Mail.about)."""
    return f"invitation:{invitation.pk}"


def _body(invitation: Invitation, token: str, now: dt.datetime) -> str:
    by = invitation.invited_by
    return _(
        "Hello %(name)s,\n\n"
        "%(who)s invites you to work for %(publication)s (%(roles)s). Accept here, until %(until)s:\n\n%(link)s\n\n"
        "The link is yours alone: whoever has it can sign in as you. If you expected nothing of the kind, leave it."
    ) % {
        "name": f"{invitation.first_name} {invitation.last_name}".strip(),
        "who": by.get_full_name() or by.get_username(),
        "publication": invitation.publication.name,
        "roles": invitation.roles_in_words,
        "until": invitation.publication.date(now + Invitation.LIFETIME),
        "link": origin_of(settings.DESK_HOST) + reverse("invitation_link", args=[token]),
    }
