"""Cache tags: strings that say what a page was made from, and what a change invalidates.

A view calls `add_cache_tags`, an action calls `invalidate` inside its transaction. Nothing here knows what a tag means.
"""

import datetime as dt
from typing import TypeVar

from django.db import connection
from django.http.response import HttpResponseBase
from django.utils import timezone

from newsroom.pagecache.models import Purge

HEADER = "Cache-Tag"
Response = TypeVar("Response", bound=HttpResponseBase)


class OutsideTransaction(RuntimeError):
    """Tags were invalidated with no transaction open: the purge could commit without the change, or not at all."""


def add_cache_tags(response: Response, *tags: str) -> Response:
    """Add to the response's header the tags of what it was made from. Return the response."""
    present = [tag for tag in response.headers.get(HEADER, "").split(",") if tag]
    response.headers[HEADER] = ",".join(dict.fromkeys([*present, *tags]))
    return response


def cache_tags_of(response: HttpResponseBase) -> set[str]:
    """Return the cache tags of a response."""
    return {tag for tag in response.headers.get(HEADER, "").split(",") if tag}


def invalidate(tags: set[str], due_at: dt.datetime | None = None) -> None:
    """Record that pages with any of `tags` are out of date from `due_at` (now, if None).

    Raises OutsideTransaction unless it is called inside the transaction that makes the change.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("invalidate() belongs inside the transaction of the change")
    due_at = due_at or timezone.now()
    Purge.objects.bulk_create([Purge(tag=tag, due_at=due_at) for tag in sorted(tags)])
