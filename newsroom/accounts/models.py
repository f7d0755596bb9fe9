"""Accounts: the log of what happened to them, invitations, and colleagues as a publication sees them."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsroom.lib.sorting import Alphabetical
from newsroom.publications.models import Publication, Role


class AccountEvent(models.Model):
    """What happened to an account: written once, by actions/log.py. The network is emptied after a year (jobs.py)."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed_in", _("signed in")
        CONFIRMED = "confirmed", _("confirmed who they are")
        REFUSED = "refused", _("refused: wrong password")
        CODE_REFUSED = "code_refused", _("refused: wrong code")
        LOCKED = "locked", _("refused: too many tries")
        SIGNED_OUT = "signed_out", _("signed out")
        SECURITY = "security", _("ways to sign in changed")
        SESSIONS_ENDED = "sessions_ended", _("sessions ended")
        INVITED = "invited", _("invited")
        INVITATION_REVOKED = "uninvited", _("invitation revoked")
        JOINED = "joined", _("joined")
        ROLE_GIVEN = "role_given", _("role given")
        ROLE_TAKEN = "role_taken", _("role taken")
        LEFT = "left", _("left")
        ACCOUNT_CHANGED = "changed", _("account changed")

    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)
    kind = models.CharField(_("what"), max_length=20, choices=Kind)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="account_events", verbose_name=_("person")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("by whom")
    )
    publication = models.ForeignKey(
        Publication, models.PROTECT, null=True, related_name="+", verbose_name=_("publication")
    )
    network = models.GenericIPAddressField(_("from"), null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("account event")
        verbose_name_plural = _("log of accounts")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index("person", "kind", "network", name="account_networks"),
            models.Index("publication", models.F("at").desc(), name="account_events_of"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: dt.datetime) -> "InvitationQuerySet":
        """Return those that can still be accepted."""
        return self.filter(accepted_at=None, revoked_at=None, expires_at__gt=now)

    def waiting(self) -> "InvitationQuerySet":
        """Return those that nobody accepted or revoked, expired ones too."""
        return self.filter(accepted_at=None, revoked_at=None)


class Invitation(models.Model):
    """A colleague who was asked by mail to work for a publication. Written by actions/invitations.py.

    The token of its link is stored as a digest only.
    """

    LIFETIME = dt.timedelta(days=7)

    publication = models.ForeignKey(Publication, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    first_name = models.CharField(_("first name"), max_length=150, blank=True)
    last_name = models.CharField(_("last name"), max_length=150, blank=True)
    roles = models.JSONField(_("roles"), default=list)
    byline = models.CharField(_("byline"), max_length=120, blank=True)
    digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    revoked_at = models.DateTimeField(null=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.email

    @property
    def is_open(self) -> bool:
        return self.accepted_at is None and self.revoked_at is None and self.expires_at > timezone.now()

    @property
    def is_expired(self) -> bool:
        return self.expires_at <= timezone.now()

    @property
    def roles_in_words(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.roles)


class ColleagueQuerySet(models.QuerySet["Colleague"]):
    def of(self, publication: Publication) -> "ColleagueQuerySet":
        """Return who has a role in a publication."""
        return self.filter(memberships__publication=publication).distinct()


class Colleague(User):
    """An account as the people of a publication see it: who they are there, never how they sign in."""

    people: Any = ColleagueQuerySet.as_manager()

    class Meta:
        proxy = True
        verbose_name = _("colleague")
        verbose_name_plural = _("colleagues")
        ordering = [Alphabetical("last_name"), Alphabetical("first_name"), "username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.get_username()
