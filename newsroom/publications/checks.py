"""System checks that a production start must pass, each with a sentence that says what to set."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import DatabaseError
from django.http.request import validate_host
from django.utils.translation import to_locale

from newsroom.lib.languages import FALLBACK, LANGUAGES
from newsroom.publications.models import Publication
from newsroom.publications.opening import has_legal_notice

# The demo's people sign in with a password that the README prints.
DEMO_MARK = "@demo.localhost"


@register(Tags.security, deploy=True)
def check_settings(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return errors of the secret keys, hosts, desk host, HSTS, demo mode."""
    findings: list[CheckMessage] = []
    if settings.INSECURE_KEY in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        findings.append(
            Error(
                "The secret key, or one that it replaced, is the demo's, which everybody knows.",
                hint=(
                    "Set NEWSROOM_SECRET_KEY to 50 random characters or more (make secret-key prints some), and take "
                    "the demo's out of NEWSROOM_SECRET_KEY_FALLBACKS once manage.py rekey has run."
                ),
                id="newsroom.E001",
            )
        )
    if not settings.ALLOWED_HOSTS:
        findings.append(
            Error(
                "No host is allowed.",
                hint="Set NEWSROOM_HOSTS to the domains of your publications and of the desk, with commas between.",
                id="newsroom.E002",
            )
        )
    if not settings.DESK_HOST:
        findings.append(
            Error(
                "The desk has no host.",
                hint="Set NEWSROOM_DESK_HOST to the domain on which /admin/ shall answer.",
                id="newsroom.E003",
            )
        )
    elif not validate_host(settings.DESK_HOST, settings.ALLOWED_HOSTS):
        findings.append(
            Error(
                f"The desk’s host, {settings.DESK_HOST}, is not among those that are allowed.",
                hint="Add it to NEWSROOM_HOSTS, or set NEWSROOM_DESK_HOST to one of those.",
                id="newsroom.E011",
            )
        )
    if settings.SECURE_HSTS_PRELOAD and not settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        findings.append(
            Error(
                "Browsers preload a domain only with all its subdomains (hstspreload.org).",
                hint="Set NEWSROOM_HSTS_INCLUDE_SUBDOMAINS=true, or leave NEWSROOM_HSTS_PRELOAD out.",
                id="newsroom.E010",
            )
        )
    if settings.PLAYGROUND:
        findings.append(
            Error(
                "Demo or debug mode is on.",
                hint="Unset NEWSROOM_DEMO and NEWSROOM_DEBUG.",
                id="newsroom.E004",
            )
        )
    return findings


@register(Tags.database, deploy=True)
def check_data(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Return errors of the demo's accounts, and warnings of missing legal notices (LCEN art. 1-1, formerly 6-III).

    Reads the database.
    """
    if not databases:
        return []
    try:
        usernames = list(
            get_user_model()
            .objects.filter(email__endswith=DEMO_MARK, is_active=True)
            .values_list("username", flat=True)[:20]
        )
        lacking = [publication.name for publication in Publication.objects.all() if not has_legal_notice(publication)]
    except DatabaseError as error:
        return [
            Error(
                f"The database cannot be read: {error}".splitlines()[0],
                hint="Set DATABASE_URL, and run: manage.py migrate",
                id="newsroom.E005",
            )
        ]
    findings: list[CheckMessage] = []
    if usernames:
        findings.append(
            Error(
                f"The demo's accounts are still active: {', '.join(usernames)}.",
                hint="Deactivate them in the admin, or run: manage.py demo --close-accounts",
                id="newsroom.E006",
            )
        )
    if lacking:
        slugs = ", ".join(f"{row.legal_notice_slug} ({row.name})" for row in LANGUAGES.values())
        findings.append(
            Warning(
                f"No legal notice is published on {', '.join(lacking)}: readers are told that it opens soon.",
                hint=f"Publish a static page there, with a slug of its language: {slugs}.",
                id="newsroom.W007",
            )
        )
    return findings


@register(Tags.translation)
def check_catalogues(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn of a language without translations: Django would show its pages in LANGUAGE_CODE's, not in English."""
    missing = [
        code
        for code, _name in settings.LANGUAGES
        if code != FALLBACK
        and not any(
            (Path(folder) / to_locale(code) / "LC_MESSAGES" / "django.mo").is_file() for folder in settings.LOCALE_PATHS
        )
    ]
    return [
        Warning(
            f"The language {code} has no translations: its pages are in {settings.LANGUAGE_CODE}.",
            hint=f"Run make messages LOCALE={to_locale(code)}, and translate (CONTRIBUTING.md, “A language”).",
            id="newsroom.W002",
        )
        for code in missing
    ]
