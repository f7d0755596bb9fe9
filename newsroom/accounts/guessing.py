"""Guessing passwords: what axes counts (settings, AXES_…), and where the owner of an account is known.

Failures are counted by account and by network; at AXES_FAILURE_LIMIT more tries are refused before a password is looked
at, until AXES_COOLOFF_TIME has passed. So that nobody can keep an owner out by guessing, tries from where an account
has signed in before are counted apart:

- on a device that did, by that device: a signed cookie, OWASP's “device cookie”;
- in a network that did lately, by account and network;
- from anywhere else, all together: by account, and by network whatever account is named.
"""

import datetime as dt
import secrets
from typing import Any

from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import salted_hmac

from newsroom.accounts.models import AccountEvent
from newsroom.lib.cleaning import clean_line
from newsroom.requests import client

DEVICE_COOKIE = "device"
DEVICE_SECONDS = 365 * 24 * 3600
DEVICE_SALT = "newsroom.accounts.device"
MAX_ACCOUNTS_OF_DEVICE = 8
NETWORK_IS_KNOWN_FOR = dt.timedelta(days=90)
NO_NETWORK = "0.0.0.0"  # noqa: S104 (no address to bind to: what is stored where the client's is not known)
Credentials = dict[str, Any] | None


def network_of(request: HttpRequest) -> str:
    """Return the address that stands for a client's network: its IPv4 address, or the first of its IPv6 /64."""
    return client(request).network.partition("/")[0] or NO_NETWORK


def counted_as(request: HttpRequest, credentials: Credentials = None) -> str:
    """Return the name under which axes counts a try: one for an account, however its name or e-mail is spelled.

    A name that is no account's is counted as its hash: it may be a password, typed into the wrong field.
    """
    name = _typed_name(request, credentials)
    person = person_named(request, name)
    if person is None:
        _is_known_network(request, 0)  # asked here too: the number of queries tells nothing
        return f"unknown {salted_hmac(DEVICE_SALT, name.casefold()).hexdigest()[:16]}"
    return _counted_as(request, person)


def lockout_parameters(request: HttpRequest, credentials: Credentials = None) -> list[str | list[str]]:
    """Return by which columns of AccessAttempt failures are added up for a try."""
    person = person_named(request, _typed_name(request, credentials))
    if person and _device_of(request, person):
        return ["username"]
    if person and _is_known_network(request, person.pk):
        return [["username", "ip_address"]]
    return ["username", "ip_address"]


def too_many(request: HttpRequest, response: HttpResponse, credentials: Credentials = None) -> HttpResponse:
    """Return the answer as it is: a try too many looks like any wrong one.

    Two spellings of one account are counted together, so another answer would tell that they are one.
    """
    return response


def forget_failures(request: HttpRequest, person: User) -> None:
    """Forget the failures that stood before somebody signed in, of this account and from there alone."""
    AccessAttempt.objects.filter(username=_counted_as(request, person), ip_address=network_of(request)).delete()


def person_named(request: HttpRequest, name: str) -> User | None:
    """Return whose e-mail or user name this is, in any case; one, whoever else is named so. One query for each name.

    An e-mail comes first: a user name that is somebody else's e-mail stands for its owner, not for whoever chose it.
    """
    known: dict[str, User | None] = request.__dict__.setdefault("_newsroom_person_named", {})
    if name not in known:
        rows = User.objects.filter(Q(username__iexact=name) | Q(email__iexact=name)).order_by("pk")[:10] if name else ()
        found = sorted(rows, key=lambda row: (row.email.casefold() != name.casefold(), not row.is_active))
        known[name] = found[0] if found else None
    return known[name]


def _counted_as(request: HttpRequest, person: User) -> str:
    if device := _device_of(request, person):
        return f"{person.pk} on device {device}"
    return f"{person.pk} in a known network" if _is_known_network(request, person.pk) else str(person.pk)


# -- devices and networks ----------------------------------------------------------------------------------------------


def remember_device(request: HttpRequest, response: HttpResponse, person: User) -> None:
    """Set the cookie by which this device is known as one of the account's."""
    devices = _devices(request)
    devices.setdefault(str(person.pk), secrets.token_hex(8))
    newest = dict(list(devices.items())[-MAX_ACCOUNTS_OF_DEVICE:])
    response.set_cookie(
        DEVICE_COOKIE,
        signing.dumps(newest, salt=DEVICE_SALT),
        max_age=DEVICE_SECONDS,
        path="/admin/",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _devices(request: HttpRequest) -> dict[str, str]:
    try:
        found = signing.loads(request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_SALT, max_age=DEVICE_SECONDS)
    except signing.BadSignature:
        return {}
    return found if isinstance(found, dict) else {}


def _device_of(request: HttpRequest, person: User) -> str:
    return _devices(request).get(str(person.pk), "")


def _is_known_network(request: HttpRequest, person_id: int) -> bool:
    network = network_of(request)
    known: dict[tuple[int, str], bool] = request.__dict__.setdefault("_newsroom_known_network", {})
    if (person_id, network) not in known:
        since = timezone.now() - NETWORK_IS_KNOWN_FOR
        events = AccountEvent.objects.filter(
            person=person_id, kind=AccountEvent.Kind.SIGNED_IN, network=network, at__gt=since
        )
        known[person_id, network] = network != NO_NETWORK and events.exists()
    return known[person_id, network]


def _typed_name(request: HttpRequest, credentials: Credentials) -> str:
    named = credentials or {}
    name = named.get("username") or named.get("email") or request.POST.get("login", "")
    return clean_line(str(name)).strip()[:254]
