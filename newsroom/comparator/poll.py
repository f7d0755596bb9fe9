"""Fetching merchants' feeds: whose turn it is, into a file, and from there into the catalogue."""

import datetime as dt
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from newsroom.comparator.actions import feeds
from newsroom.comparator.actions.importing import Counts, How, import_all
from newsroom.comparator.feeds.offers import Terms
from newsroom.comparator.feeds.reading import read
from newsroom.comparator.feeds.source import Unreadable
from newsroom.comparator.models import MerchantFeed
from newsroom.comparator.models.merchant import Trouble
from newsroom.lib.http import Limits, Unfetched, fetch
from newsroom.publications.models import Publication

logger = logging.getLogger(__name__)
# A merchant's whole catalogue; it goes to a file as it comes.
FETCH_LIMITS = Limits(seconds=600, bytes=1024 * 1024 * 1024)
ACCEPT = "text/csv, application/xml, application/rss+xml, application/atom+xml, application/gzip, */*;q=0.5"


@dataclass(frozen=True)
class Failed:
    """A fetch that brought nothing, or not all: why."""

    trouble: str  # Trouble
    detail: str = ""


def terms(now: dt.datetime) -> Terms:
    """Return what this install reads feeds with."""
    return Terms(settings.COMPARATOR_CURRENCY, settings.COMPARATOR_COUNTRY, now)


def poll(feed: MerchantFeed) -> Failed | None:
    """Fetch a feed and import its offers, and write how that ended on the feed. Return why it failed, if it did.

    What was imported before a fault in the midst of a file stays.
    """
    now, counts = timezone.now(), Counts()
    try:
        with tempfile.TemporaryDirectory(prefix="newsroom-offers-") as folder:
            path = Path(folder) / "feed"
            _fetch(feed, path)
            how = How(feed.merchant, feed, feed.is_paid, feed.makes_products)
            rows = read(path, terms(now), format_=feed.format, columns=feed.names)
            import_all(rows, how, now, counts)
    except (Unfetched, Unreadable) as error:
        failed = Failed(error.code, error.detail)
    except Exception as error:  # a fault of ours: it is written on the feed, where people look
        logger.exception("the feed %s could not be imported", feed.pk)
        failed = Failed(Trouble.BROKEN_OFF, type(error).__name__)
    else:
        feeds.note_success(feed, now, counts)
        return None
    feeds.note_failure(feed, now, failed.trouble, failed.detail, counts)
    return failed


def _fetch(feed: MerchantFeed, path: Path) -> None:
    """Fetch a feed into a file, always whole: it says by itself which offers are still there. Raises Unfetched."""
    site = Publication.objects.order_by("position", "pk").first()
    headers = {"Accept": ACCEPT, "User-Agent": f"Newsroom (+{site.origin}/)" if site else "Newsroom"}
    allowed = settings.FETCH_ALLOWED_HOSTS
    with path.open("wb") as file:
        answer = fetch(feed.url, file, headers=headers, limits=FETCH_LIMITS, allowed_hosts=allowed)
    if answer.status != 200:
        raise Unfetched(Trouble.STATUS, str(answer.status))
