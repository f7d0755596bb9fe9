"""The application that the server runs: `python -m newsroom.server.process --interface asgi newsroom.asgi:application`
(`manage.py serve`).

Django runs as it does under WSGI, in threads; what waits for a client does not take one (newsroom/server).
"""

import re
from typing import Any

from newsroom import wsgi  # isort: skip (sets Django up, which the next ones need)

from django.conf import settings
from django.db import close_old_connections
from django.template.loader import render_to_string
from django.utils import translation

from newsroom.audience.counting import counter
from newsroom.desk.access import may_upload
from newsroom.middleware import DESK_PATH, SHARED_PATHS
from newsroom.pagecache.edges.nginx import edge
from newsroom.pagecache.outbox import outbox
from newsroom.pagecache.serving import Pages
from newsroom.server.application import GuardedApplication

# Images are decoded, partners' servers are waited for, all that is stored of an article is searched or compared.
SLOW_PATHS = re.compile(rf"{re.escape(DESK_PATH)}articles/(image/|partnerfeed/|article/\d+/(expunge|compare)/)")

OWN_PATHS = ("/c/", "/preview/")  # pages of one reader, forms, and links for one person


def _may_upload(environ: dict[str, Any]) -> bool:
    """Ask the database as a request does: with a connection that is not too old, and left so."""
    close_old_connections()
    try:
        return may_upload(environ)
    finally:
        close_old_connections()


def _down(host: str) -> bytes:
    """The page of a site whose database is down: nothing is known of it but its name."""
    with translation.override(settings.LANGUAGE_CODE):
        return render_to_string("down.html", {"host": host}).encode()


def _pages() -> Pages | None:
    """The page cache, where there is room for one and a database whose commits it can see."""
    reader = outbox() if settings.PAGE_CACHE_BYTES else None
    if reader is None:
        return None
    bypass = (DESK_PATH, *SHARED_PATHS, *OWN_PATHS)
    return Pages.over(
        reader,
        max_bytes=settings.PAGE_CACHE_BYTES,
        bypass=bypass,
        shows_how=settings.DEBUG or settings.DEMO,
        stale_if_down=settings.STALE_IF_DOWN,
        down=_down,
        count=counter.count,
    )


application = GuardedApplication(
    wsgi.application,
    threads=settings.SERVER_THREADS,
    admin_path=DESK_PATH,
    slow_paths=SLOW_PATHS,
    # Where a password is hashed: not passkeys and codes, whose owners shall not wait behind guessers.
    sign_in_paths=tuple(
        f"{DESK_PATH}{path}" for path in ("login/", "password_change/", "account/password/", "account/invitation/")
    ),
    upload_bytes=settings.IMAGE_MAX_BYTES + 1024 * 1024,
    may_upload=_may_upload,
    pages=_pages(),
    edge=edge(),
    beside=counter,
)
