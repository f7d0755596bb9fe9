"""What an answer says to the edges: how long they may keep it, and by which tags it is found."""

import time
from collections.abc import Collection

from django.conf import settings

from newsroom.pagecache.edges.base import EVERY_PAGE, Header

LONGEST_SECONDS = 60.0  # for which an edge keeps a page: how late it can be while no worker tells it of changes


def edge_headers(tags: Collection[str], due_at: float, now: float | None = None) -> list[Header]:
    """Return the headers, for all edges that are set, of an answer with these tags that is true until `due_at`.

    Times are in seconds since 1970. Empty, so that no edge keeps the answer: without an edge, for what bears no tags,
    for what is not kept here or ends within a second. An edge takes these headers off before readers see them.
    """
    if not settings.EDGES or not tags:
        return []
    # Rounded down: an edge counts whole seconds, from when it has the answer.
    seconds = int(min(due_at - (time.time() if now is None else now), LONGEST_SECONDS))
    if seconds < 1:
        return []
    borne = {EVERY_PAGE, *tags}
    return [*dict.fromkeys(header for edge in settings.EDGES for header in edge.headers(borne, seconds))]
