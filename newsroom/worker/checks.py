"""System checks of the worker's settings and of its mails', each with a sentence that says what to set."""

from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MIN_LEASE_SECONDS = 1  # three heartbeats must fit in it


@register()
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return errors of a worker's lease and of the address that mails are from."""
    findings: list[CheckMessage] = []
    if settings.WORKER_LEASE < MIN_LEASE_SECONDS:
        findings.append(
            Error(
                f"A worker’s lease of {settings.WORKER_LEASE} seconds is too short: the living would be held for dead.",
                hint="Set NEWSROOM_WORKER_LEASE to 30, or to a second at least.",
                id="newsroom.E008",
            )
        )
    try:
        validate_email(parseaddr(settings.DEFAULT_FROM_EMAIL)[1].replace("@localhost", "@localhost.example"))
    except ValidationError:
        findings.append(
            Error(
                f"Mails can’t be from “{settings.DEFAULT_FROM_EMAIL}”.",
                hint="Set NEWSROOM_MAIL_FROM to an address, with a name if you like: The desk <desk@example.org>.",
                id="newsroom.E009",
            )
        )
    return findings
