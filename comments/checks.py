"""System checks of the settings that comments depend on."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security)
def check_proxies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Warn where every address is trusted as a proxy: then every header is, and limits by source limit nobody."""
    if any(network.prefixlen == 0 for network in settings.TRUSTED_PROXIES):
        return [
            Warning(
                "Every address is trusted as a proxy: anybody can forge where a comment comes from.",
                hint="Name the networks of your own proxies in NEWSROOM_TRUSTED_PROXIES.",
                id="comments.W001",
            )
        ]
    return []
