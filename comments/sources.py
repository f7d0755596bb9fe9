"""Where a comment came from: a keyed hash for screening, never the address itself.

The key is derived from the install's secret key, and from those it replaced (SECRET_KEY_FALLBACKS), so that a hash of
yesterday's key is still found.
"""

import hashlib
import hmac
from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest

from newsroom.lib.client import Client, client_of


def client(request: HttpRequest) -> Client:
    """The client of a request: through NEWSROOM_TRUSTED_PROXIES and no others."""
    return client_of(request.META, settings.TRUSTED_PROXIES)


def key(what: str) -> str:
    """The hash by which a source or an e-mail is known again; "" for nothing."""
    return next(keys(what), "")


def keys(what: str) -> Iterator[str]:
    """Its hash under today's key, then under each that went before."""
    if not what:
        return
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        derived = hmac.digest(secret.encode(), b"newsroom.comments.source", "sha256")
        yield hmac.new(derived, what.encode(), hashlib.sha256).hexdigest()[:32]
