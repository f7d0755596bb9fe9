"""Middleware: count the visits of pages that Django gives to a reader by itself, without the page cache."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from newsroom.audience.counting import counter
from newsroom.pagecache.requests import MAKING_KEY

GIVEN = (200, 304)


def count_visits(get_response: Callable[[Any], HttpResponse]) -> Callable[[Any], HttpResponse]:
    """Count what the view said to be counted (`request.page.counts`), unless the page cache asked for the page: that
    counts each reader to whom it gives it."""

    def middleware(request: Any) -> HttpResponse:
        response = get_response(request)
        is_own = MAKING_KEY not in request.META
        if request.page.counted and is_own and request.method == "GET" and response.status_code in GIVEN:
            headers = {name.lower().encode(): value.encode() for name, value in request.headers.items()}
            counter.count(request.page.counted, headers)
        return response

    return middleware
