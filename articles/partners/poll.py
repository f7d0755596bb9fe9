"""Polling of partners' feeds: whose turn it is, up to a hundred fetched and parsed at once, each written as it is done.

Threads wait for servers, confined processes parse what came, and the calling thread alone uses the database.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles.models import PartnerFeed
from articles.models.partner import Trouble
from articles.partners import images
from articles.partners.ingest import Failed, Fresh, Ingested, ingest
from articles.partners.parse import Feed, Unreadable, parse_file
from newsroom.lib.confined import Confined, Overrun, outcome
from newsroom.lib.http import Answer, Limits, Unfetched, fetch
from newsroom.worker.queue import enqueue

logger = logging.getLogger(__name__)
MAX_CONCURRENT_FETCHES = 100
FETCH_LIMITS = Limits(seconds=20, bytes=4 * 1024 * 1024)
INTERACTIVE_LIMITS = Limits(seconds=4, bytes=FETCH_LIMITS.bytes)  # while somebody waits for the page
CLAIM_LIFETIME = dt.timedelta(minutes=15)  # longer than any poll takes: after it, whoever claimed the feed is dead
MAX_RETRY_AFTER_SECONDS = 10**8
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Polled:
    """A feed that was polled: why it failed (None if it went well), and what the poll changed.

    What the feed sent is not kept: a poll of all feeds returns one of these for each.
    """

    feed: PartnerFeed
    failure: Failed | None
    ingested: Ingested


OnPolled = Callable[[Polled], None]


def due(now: dt.datetime) -> list[PartnerFeed]:
    """Return the feeds whose turn it is, the longest waiting first."""
    rows = PartnerFeed.objects.filter(is_polled=True, due_at__lte=now)
    return list(rows.select_related("publication").order_by("due_at"))


def poll_due(now: dt.datetime, on_polled: OnPolled | None = None) -> list[Polled]:
    """Poll the feeds whose turn it is, each once however many workers run this at once. As `poll`."""
    return poll([feed for feed in due(now) if _claim(feed, now)], on_polled)


def _claim(feed: PartnerFeed, now: dt.datetime) -> bool:
    return bool(PartnerFeed.objects.filter(pk=feed.pk, due_at=feed.due_at).update(due_at=now + CLAIM_LIFETIME))


def poll(feeds: Sequence[PartnerFeed], on_polled: OnPolled | None = None) -> list[Polled]:
    """Poll feeds, write what each brought as soon as it is done, and return how all ended, in that order.

    A feed that fails stops no other. `on_polled` is called after each one is written, to show progress. The images
    of the feeds are fetched last, so that no feed waits for another's images.
    """
    if not feeds:
        return []
    results: list[Polled] = []
    with (
        Confined() as confined,
        tempfile.TemporaryDirectory(prefix="newsroom-feeds-") as folder,
        ThreadPoolExecutor(min(MAX_CONCURRENT_FETCHES, len(feeds)), thread_name_prefix="feed") as pool,
    ):
        calls = {pool.submit(_fetch_and_parse, feed, Path(folder) / str(feed.pk), confined): feed for feed in feeds}
        for call in as_completed(list(calls)):
            feed = calls.pop(call)  # and so the parsed feed is forgotten once it is written
            polled = _write(feed, _outcome_of(call))
            results.append(polled)
            if on_polled:
                on_polled(polled)
        images.fetch_missing([polled.feed for polled in results if polled.failure is None], confined)
    return results


def poll_now(feed: PartnerFeed) -> Polled:
    """Poll one feed while somebody waits for the page: within a few seconds, and its images left to the worker."""
    polled = _write(feed, preview(feed), by_hand=True)
    if polled.failure is None and feed.shows_images:
        with transaction.atomic():
            enqueue(images.fetch_images_of_feed, feed=feed.pk)
    return polled


def preview(feed: PartnerFeed) -> Fresh | Failed:
    """Return what a feed, perhaps not saved yet, would bring, within a few seconds; write nothing."""
    with (
        Confined(1, INTERACTIVE_LIMITS.seconds) as confined,
        tempfile.TemporaryDirectory(prefix="newsroom-feed-") as folder,
    ):
        return _fetch_and_parse(feed, Path(folder) / "feed", confined, INTERACTIVE_LIMITS)


def _write(feed: PartnerFeed, result: Fresh | Failed, by_hand: bool = False) -> Polled:
    failure = result if isinstance(result, Failed) else None
    try:
        return Polled(feed, failure, ingest(feed, result, timezone.now(), by_hand=by_hand))
    except DatabaseError as error:  # text that no database stores must not stop the other feeds
        logger.exception("a feed could not be written")
        failure = Failed(Trouble.MALFORMED, repr(error))
        return Polled(feed, failure, ingest(feed, failure, timezone.now(), by_hand=by_hand))


def _outcome_of(call: "Future[Fresh | Failed]") -> Fresh | Failed:
    try:
        return call.result()
    except Exception as error:  # a fault of ours must not stop the other feeds
        logger.exception("a feed could not be polled")
        return Failed(Trouble.MALFORMED, repr(error))


def _fetch_and_parse(
    feed: PartnerFeed, path: Path, confined: Confined, limits: Limits = FETCH_LIMITS
) -> Fresh | Failed:
    """Fetch a feed into the file `path` (a hundred bodies at once would fill the memory), and parse it. Runs in a
    thread: uses no database."""
    validators = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    headers = {
        "Accept": ACCEPT,
        "User-Agent": f"Newsroom (+{feed.publication.origin}/)",
        **{name: value for name, value in validators.items() if value},
    }
    try:
        with path.open("wb") as file:
            answer = fetch(feed.url, file, headers=headers, limits=limits, allowed_hosts=settings.FETCH_ALLOWED_HOSTS)
        if answer.status == 304 and any(validators.values()):
            return Fresh(None)
        if answer.status != 200:
            trouble = Trouble.GONE if answer.status == 410 else Trouble.STATUS
            return Failed(trouble, str(answer.status), _retry_after(answer, timezone.now()))
        parsed = outcome(confined.submit(parse_file, str(path), answer.url, answer.headers.get("content-type", "")))
        assert isinstance(parsed, Feed)
        return Fresh(parsed, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
    except (Unfetched, Unreadable, Overrun) as error:
        return Failed(error.code, error.detail)
    finally:
        path.unlink(missing_ok=True)


def _retry_after(answer: Answer, now: dt.datetime) -> dt.timedelta | None:
    """Return what Retry-After asks for, in seconds or as a date (RFC 9110, 10.2.3)."""
    value = answer.headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return dt.timedelta(seconds=min(int(value[:9]), MAX_RETRY_AFTER_SECONDS))
    try:
        return parsedate_to_datetime(value).astimezone(dt.UTC) - now if value else None
    except (ValueError, OverflowError):
        return None
