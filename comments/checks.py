"""What an install is told that its settings of comments leave open."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security)
def check_proxies(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Trusting every address is trusting every header: limits by source would hold nobody."""
    if any(network.prefixlen == 0 for network in settings.TRUSTED_PROXIES):
        return [
            Warning(
                "Every address is trusted as a proxy: anybody can forge where a comment comes from.",
                hint="Name the networks of your own proxies in NEWSROOM_TRUSTED_PROXIES.",
                id="comments.W001",
            )
        ]
    return []
