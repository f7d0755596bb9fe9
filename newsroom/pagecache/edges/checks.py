"""System checks of the edges that are set, each with a sentence that says what to do."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


@register()
def check_edges(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Return errors of edges that could keep nothing, and warnings of what they would hide."""
    findings: list[CheckMessage] = []
    if not settings.EDGES:
        return findings
    if not settings.PAGE_CACHE_BYTES:
        findings.append(
            Error(
                "A cache in front is set, and the page cache, which tells it how long a page is true, is switched off.",
                hint="Give NEWSROOM_PAGE_CACHE_BYTES some bytes, or take the cache out of NEWSROOM_EDGES.",
                id="newsroom.E012",
            )
        )
    names = [edge.name for edge in settings.EDGES]
    if len(set(names)) < len(names):
        findings.append(
            Error(
                "NEWSROOM_EDGES names one cache twice.",
                hint="Name each once: what is purged in it is remembered by its name.",
                id="newsroom.E013",
            )
        )
    if not settings.TRUSTED_PROXIES:
        findings.append(
            Warning(
                "A cache in front is set, and no proxy is trusted: every comment seems to come from that cache.",
                hint="Set NEWSROOM_TRUSTED_PROXIES to its address: 127.0.0.1 where it is on this machine.",
                id="newsroom.W008",
            )
        )
    return findings
