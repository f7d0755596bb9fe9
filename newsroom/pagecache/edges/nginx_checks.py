"""System checks of nginx as an edge, each with a sentence that says what to set."""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from newsroom.pagecache.in_flight import in_flight


@register()
def check_nginx(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return errors of the folder that nginx's pages are in, and of what makes them safe to keep."""
    if not settings.EDGE_NGINX:
        return []
    findings: list[CheckMessage] = []
    folder = Path(settings.EDGE_NGINX)
    pages = folder / "pages" if (folder / "pages").exists() else folder  # nginx makes it when it starts
    if not all(os.access(path, os.W_OK | os.X_OK) for path in (folder, pages)):
        findings.append(
            Error(
                f"Pages that nginx keeps in “{folder}” could not be taken away.",
                hint="Set NEWSROOM_EDGE_NGINX to a folder that we and nginx can write to (deploy/nginx.conf).",
                id="newsroom.E020",
            )
        )
    if not settings.TRUSTED_PROXIES:
        findings.append(
            Error(
                "nginx is to keep pages, and no proxy is trusted.",
                hint="Set NEWSROOM_TRUSTED_PROXIES to the address that nginx connects from: 127.0.0.1",
                id="newsroom.E021",
            )
        )
    if in_flight() is None:
        findings.append(
            Error(
                "nginx is to keep pages, and processes cannot tell each other who is changing them.",
                hint="Set NEWSROOM_VAR to a folder on this machine’s disk (Linux), or leave NEWSROOM_EDGE_NGINX out.",
                id="newsroom.E022",
            )
        )
    return findings
