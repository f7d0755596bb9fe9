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
from django.utils import timezone

from articles.models import PartnerFeed
from articles.models.partner import Trouble
from articles.partners import pictures
from articles.partners.ingest import Failed, Fresh, Ingested, ingest
from articles.partners.parse import Feed, Unreadable, parse_file
from newsroom.lib.confined import Confined, Overrun, outcome
from newsroom.lib.http import Answer, Limits, Unfetched, fetch

logger = logging.getLogger(__name__)
AT_ONCE = 100
LIMITS = Limits(seconds=20, bytes=4 * 1024 * 1024)
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
        for call in as_completed(asked):
            feed, ended = asked[call], _ended(call)
            ingested = ingest(feed, ended, timezone.now())
            if isinstance(ended, Fresh):
                pictures.hold_missing(feed, confined)
            yield Polled(feed, ended, ingested)


def _ended(call: "Future[Fresh | Failed]") -> Fresh | Failed:
    try:
        return call.result()
    except Exception as error:  # a fault of ours: the other feeds go on
        logger.exception("a feed could not be polled")
        return Failed(Trouble.MALFORMED, repr(error))


def _ask(feed: PartnerFeed, path: Path, confined: Confined) -> Fresh | Failed:
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
            answer = fetch(feed.url, file, headers=headers, limits=LIMITS, allowed_hosts=settings.FETCH_ALLOWED_HOSTS)
        if answer.status == 304:
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
    """What a feed would bring, and nothing is written: for one that may not be saved yet."""
    with Confined(1) as confined, tempfile.TemporaryDirectory(prefix="newsroom-feed-") as folder:
        return _ask(feed, Path(folder) / "feed", confined)


def _asked_to_wait(answer: Answer, now: dt.datetime) -> dt.timedelta | None:
    """Retry-After (RFC 9110, 10.2.3): seconds, or an hour."""
    said = answer.headers.get("retry-after", "").strip()
    if said.isascii() and said.isdigit():
        return dt.timedelta(seconds=min(int(said[:9]), 10**8))
    try:
        return parsedate_to_datetime(said).astimezone(dt.UTC) - now if said else None
    except (ValueError, OverflowError):
        return None
