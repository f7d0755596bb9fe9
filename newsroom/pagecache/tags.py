"""Cache tags: strings that say what a page was made from, and what a change touched.

A view calls `bear`, a door calls `touch` inside its transaction. Nothing here knows what a tag means.
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
    """A door touched tags with no transaction open: the purge could commit without the change, or not at all."""


def add_cache_tags(response: Response, *tags: str) -> Response:
    """Writes on the response what it was made from, added to what it already bears. Returns the response."""
    borne = [tag for tag in response.headers.get(HEADER, "").split(",") if tag]
    response.headers[HEADER] = ",".join(dict.fromkeys([*borne, *tags]))
    return response


def cache_tags_of(response: HttpResponseBase) -> set[str]:
    """The tags that a response bears."""
    return {tag for tag in response.headers.get(HEADER, "").split(",") if tag}


def invalidate(tags: "set[str]", due_at: dt.datetime | None = None) -> None:
    """Records that pages bearing any of `tags` are out of date from `due_at` (now, if None).

    Must be called inside the transaction that makes the change; raises OutsideTransaction otherwise.
    """
    if not connection.in_atomic_block:
        raise OutsideTransaction("touch() belongs inside the transaction of the change")
    due_at = due_at or timezone.now()
    Purge.objects.bulk_create([Purge(tag=tag, due_at=due_at) for tag in sorted(tags)])
