"""Cache tags: strings that say what a page was made from, and what a change invalidates.

A view calls `add_cache_tags`, an action calls `invalidate` inside its transaction. Nothing here knows what a tag means.
"""

import datetime as dt
from typing import TypeVar

from django.db import connection, transaction
from django.http.response import HttpResponseBase
from django.utils import timezone

from newsroom.pagecache import in_flight
from newsroom.pagecache.edges import nginx
from newsroom.pagecache.models import Purge
from newsroom.pagecache.outbox import committed_here

Response = TypeVar("Response", bound=HttpResponseBase)


class OutsideTransaction(RuntimeError):
    """Tags were invalidated with no transaction open: the purge could commit without the change, or not at all."""


def add_cache_tags(response: Response, *tags: str) -> Response:
    """Add to a response the tags of what it was made from. Return the response.

    Raises ValueError for what could not stand in a header's list.
    """
    for tag in tags:
        if "," in tag or not tag.isprintable():
            raise ValueError(f"no cache tag: {tag!r}")
    response._cache_tags = [*dict.fromkeys([*_tags_of(response), *tags])]  # type: ignore[attr-defined]  # ours
    return response


def cache_tags_of(response: HttpResponseBase) -> set[str]:
    """Return the cache tags of a response."""
    return set(_tags_of(response))


def invalidate(tags: set[str], due_at: dt.datetime | None = None) -> None:
    """Record that pages with any of `tags` are out of date from `due_at` (now, if None).

    Raises OutsideTransaction unless it is called inside the transaction that makes the change.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("invalidate() belongs inside the transaction of the change")
    is_seen = in_flight.begin()
    due_at = due_at or timezone.now()
    Purge.objects.bulk_create([Purge(tag=tag, due_at=due_at) for tag in sorted(tags)])
    purged = [(tag, due_at.timestamp()) for tag in tags]
    nginx.forget(tags, is_seen=is_seen)  # also where it is due later: it is fetched again, with that hour
    transaction.on_commit(lambda: committed_here.extend(purged), robust=True)


def _tags_of(response: HttpResponseBase) -> list[str]:
    tags: list[str] = getattr(response, "_cache_tags", [])
    return tags
