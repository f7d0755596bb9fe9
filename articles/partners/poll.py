"""Asking partners' feeds for news: whose turn it is, the fetching and reading of a hundred at once, and what follows.

Threads wait for servers, confined processes read what came, and this thread alone speaks to the database.
"""

import datetime as dt
import logging
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone

from articles.models import PartnerFeed
from articles.models.partner import Trouble
from articles.partners import pictures
from articles.partners.ingest import Failed, Fresh, Ingested, ingest
from articles.partners.parse import Feed, Unreadable, parse_file
from newsroom.lib.confined import Confined, Overrun, outcome
from newsroom.lib.http import Answer, Limits, Unfetched, fetch
from newsroom.worker.queue import enqueue

logger = logging.getLogger(__name__)
AT_ONCE = 100
LIMITS = Limits(seconds=20, bytes=4 * 1024 * 1024)
HASTE = Limits(seconds=4, bytes=LIMITS.bytes)  # while somebody waits at the desk
CLAIM = dt.timedelta(minutes=15)  # longer than any poll takes: after it, whoever claimed it is dead
ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True)
class Polled:
    """A feed that was asked, how that ended, and what it changed."""

    feed: PartnerFeed
    outcome: Fresh | Failed
    ingested: Ingested


def due(now: dt.datetime) -> list[PartnerFeed]:
    """The feeds whose turn it is, the longest waiting first."""
    rows = PartnerFeed.objects.filter(is_polled=True, due_at__lte=now)
    return list(rows.select_related("publication").order_by("due_at"))


def poll_due(now: dt.datetime) -> Iterator[Polled]:
    """Polls the feeds whose turn it is, each once however many workers ask."""
    return poll([feed for feed in due(now) if _claim(feed, now)])


def _claim(feed: PartnerFeed, now: dt.datetime) -> bool:
    return bool(PartnerFeed.objects.filter(pk=feed.pk, due_at=feed.due_at).update(due_at=now + CLAIM))


def poll(feeds: Sequence[PartnerFeed]) -> Iterator[Polled]:
    """Polls feeds, and yields each as it is done: whatever one sends is its own trouble alone."""
    if not feeds:
        return
    with (
        Confined() as confined,
        tempfile.TemporaryDirectory(prefix="newsroom-feeds-") as folder,
        ThreadPoolExecutor(min(AT_ONCE, len(feeds)), thread_name_prefix="feed") as pool,
    ):
        asked = {pool.submit(_ask, feed, Path(folder) / str(feed.pk), confined): feed for feed in feeds}
        fresh = []
        for call in as_completed(asked):
            polled = _taken_in(asked[call], _ended(call))
            if isinstance(polled.outcome, Fresh):
                fresh.append(polled.feed)
            yield polled
        pictures.hold_missing(fresh, confined)  # last: no feed waits for another's pictures


def ask_now(feed: PartnerFeed) -> Polled:
    """Polls one feed while somebody waits for the page: in little time, and without its pictures, which the worker
    brings."""
    polled = _taken_in(feed, preview(feed), by_hand=True)
    if isinstance(polled.outcome, Fresh) and feed.shows_pictures:
        with transaction.atomic():
            enqueue(pictures.bring_pictures, feed=feed.pk)
    return polled


def _taken_in(feed: PartnerFeed, ended: Fresh | Failed, by_hand: bool = False) -> Polled:
    try:
        return Polled(feed, ended, ingest(feed, ended, timezone.now(), by_hand=by_hand))
    except DatabaseError as error:  # what no database takes is this feed's trouble alone
        logger.exception("a feed could not be written")
        failed = Failed(Trouble.MALFORMED, repr(error))
        return Polled(feed, failed, ingest(feed, failed, timezone.now(), by_hand=by_hand))


def _ended(call: "Future[Fresh | Failed]") -> Fresh | Failed:
    try:
        return call.result()
    except Exception as error:  # a fault of ours: the other feeds go on
        logger.exception("a feed could not be polled")
        return Failed(Trouble.MALFORMED, repr(error))


def _ask(feed: PartnerFeed, path: Path, confined: Confined, limits: Limits = LIMITS) -> Fresh | Failed:
    """Fetches and reads one feed, by way of a file: a hundred bodies at once would fill the memory. Asks nothing of the
    database."""
    known = {"If-None-Match": feed.etag, "If-Modified-Since": feed.last_modified}
    headers = {
        "Accept": ACCEPT,
        "User-Agent": f"Newsroom (+{feed.publication.origin}/)",
        **{name: value for name, value in known.items() if value},
    }
    try:
        with path.open("wb") as file:
            answer = fetch(feed.url, file, headers=headers, limits=limits, allowed_hosts=settings.FETCH_ALLOWED_HOSTS)
        if answer.status == 304 and any(known.values()):
            return Fresh(None)
        if answer.status != 200:
            trouble = Trouble.GONE if answer.status == 410 else Trouble.STATUS
            return Failed(trouble, str(answer.status), _asked_to_wait(answer, timezone.now()))
        read = outcome(confined.submit(parse_file, str(path), answer.url, answer.headers.get("content-type", "")))
        assert isinstance(read, Feed)
        return Fresh(read, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
    except (Unfetched, Unreadable, Overrun) as error:
        return Failed(error.code, error.detail)
    finally:
        path.unlink(missing_ok=True)


def preview(feed: PartnerFeed) -> Fresh | Failed:
    """What a feed would bring, and nothing is written: for one that may not be saved yet, and while somebody waits."""
    with Confined(1, HASTE.seconds) as confined, tempfile.TemporaryDirectory(prefix="newsroom-feed-") as folder:
        return _ask(feed, Path(folder) / "feed", confined, HASTE)


def _asked_to_wait(answer: Answer, now: dt.datetime) -> dt.timedelta | None:
    """Retry-After (RFC 9110, 10.2.3): seconds, or an hour."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return dt.timedelta(seconds=min(int(said[:9]), 10**8))
    try:
        return parsedate_to_datetime(said).astimezone(dt.UTC) - now if said else None
    except (ValueError, OverflowError):
        return None
