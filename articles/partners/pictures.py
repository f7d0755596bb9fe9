"""Partners' pictures, where the licence of their feed allows them: fetched, shrunk, re-encoded, and deleted again."""

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from itertools import zip_longest
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django_tasks import task
from PIL import Image as Pillow

from articles.models import Image, PartnerFeed, PartnerItem
from articles.models.partner import PartnerPicture
from articles.presentation import cache_tags, renditions
from newsroom.lib.confined import Confined, Overrun, outcome
from newsroom.lib.http import Limits, Unfetched, fetch
from newsroom.lib.shrink import NoPicture, Small, shrink_file
from newsroom.pagecache.tags import invalidate

logger = logging.getLogger(__name__)
FETCH_LIMITS = Limits(seconds=10, bytes=6 * 1024 * 1024)
MAX_ROUND_SECONDS = 30  # for all fetches of one round: what is left is fetched in the next
MAX_CONCURRENT_FETCHES = 20
MAX_PICTURES_PER_FEED = 12  # what a strip can show


@task
def fetch_pictures_of_feed(feed: int) -> None:
    """Fetch the pictures that a feed (by id) lacks, after its licence or its headlines changed."""
    with Confined(1) as confined:
        fetch_missing(PartnerFeed.objects.filter(pk=feed), confined)


def fetch_missing(feeds: Iterable[PartnerFeed], confined: Confined, seconds: float = MAX_ROUND_SECONDS) -> int:
    """Fetch the pictures of feeds' newest headlines that were not fetched yet, and return how many were stored.

    Each feed's first picture comes before any feed's second. What `seconds` do not suffice for is left for the next
    round.
    """
    missing = [_missing(feed) for feed in feeds if feed.shows_pictures]
    items = [item for row in zip_longest(*missing) for item in row if item]
    if not items:
        return 0
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(min(MAX_CONCURRENT_FETCHES, len(items)), thread_name_prefix="picture") as pool:
        calls = {pool.submit(_fetch_small, item.picture_url, confined, deadline): item for item in items}
        results = ((calls[call], *call.result()) for call in as_completed(calls))
        return sum(store_picture(item, small) for item, small, was_tried in results if was_tried)


def _missing(feed: PartnerFeed) -> list[PartnerItem]:
    shown = feed.items.shown().select_related("feed").filter(feed__shows_pictures=True)
    return [item for item in shown[:MAX_PICTURES_PER_FEED] if item.picture_url and not item.picture_asked]


def _fetch_small(url: str, confined: Confined, deadline: float) -> tuple[Small | None, bool]:
    """Return a picture made small (None if there is none that can be shown), and whether it was tried at all before
    the deadline of the round. Runs in a thread: uses no database."""
    remaining = deadline - time.monotonic()
    if remaining <= 0:
        return None, False
    try:
        with tempfile.NamedTemporaryFile() as file:
            limits = replace(FETCH_LIMITS, seconds=min(FETCH_LIMITS.seconds, remaining))
            headers, allowed = {"Accept": "image/*"}, settings.FETCH_ALLOWED_HOSTS
            answer = fetch(url, file, headers=headers, limits=limits, allowed_hosts=allowed)
            file.flush()
            if answer.status != 200:
                return None, True
            small = outcome(confined.submit(shrink_file, file.name))
            assert isinstance(small, Small)
            return small, True
    except (Unfetched, NoPicture, Overrun) as error:
        logger.info("no picture at %s: %s", url, error)
    except Exception:  # a fault of ours must not stop the other pictures
        logger.exception("no picture at %s", url)
    return None, True


def store_picture(item: PartnerItem, small: Small | None) -> bool:
    """Write the renditions of a headline's picture, then the row that names them; return whether there is a picture.

    None, for a picture that cannot be had, replaces an earlier picture too.
    """
    fields: dict[str, Any] = {"picture_asked": True, "picture_digest": ""}
    if small:
        digest = hashlib.sha256(small.data).hexdigest()
        picture = PartnerPicture(digest, small.width, small.height, "")
        renditions.make(picture, Pillow.frombytes("RGB", (small.width, small.height), small.data))
        fields |= {"picture_digest": digest, "picture_width": small.width, "picture_height": small.height}
    with transaction.atomic():
        # The feed is locked too. Otherwise:
        # 1. this reads that the licence is ticked, and locks the item;
        # 2. the desk unticks it, lists the pictures to delete, and waits for the item;
        # 3. this names a picture that is not in that list: its file stays.
        feed = PartnerFeed.objects.select_for_update().filter(pk=item.feed_id, shows_pictures=True).first()
        rows = PartnerItem.objects.select_for_update().filter(pk=item.pk, picture_url=item.picture_url)
        row = rows.first() if feed else None
        if feed is None or row is None:  # the licence ended, or the headline went, while it was fetched
            delete_unused_files({fields["picture_digest"]})
            return False
        previous_digest = row.picture_digest
        PartnerItem.objects.filter(pk=row.pk).update(**fields)
        if previous_digest != fields["picture_digest"]:
            invalidate({cache_tags.partner(feed)})
            delete_unused_files({previous_digest})
    return small is not None


def drop_pictures(feed: PartnerFeed) -> None:
    """Remove every picture of a feed whose licence ended or that is deleted. Inside a transaction, the feed locked."""
    digests = set(feed.items.values_list("picture_digest", flat=True))
    feed.items.update(picture_digest="", picture_asked=False)
    delete_unused_files(digests)


def reset_lost_pictures() -> int:
    """Have pictures whose files are gone fetched at the next poll, and return how many they are."""
    lost = {
        item.pk: item.picture_digest
        for item in PartnerItem.objects.exclude(picture_digest="").select_related("feed").iterator(500)
        if item.picture and not all(default_storage.exists(name) for name in renditions.sizes_of(item.picture))
    }
    with transaction.atomic():
        feed_ids = set(PartnerItem.objects.filter(pk__in=lost).values_list("feed", flat=True))
        feeds = list(PartnerFeed.objects.select_for_update().filter(pk__in=feed_ids).order_by("pk"))
        invalidate({cache_tags.partner(feed) for feed in feeds})
        # A picture replaced since it was looked for is not lost.
        rows = PartnerItem.objects.filter(pk__in=lost, picture_digest__in=set(lost.values()))
        return rows.update(picture_digest="", picture_asked=False)


def delete_unused_files(digests: Iterable[str]) -> None:
    """Delete the files of pictures that no row names any more, once the transaction has committed."""
    for digest in filter(None, digests):
        transaction.on_commit(partial(_delete_if_unused, digest))


def _delete_if_unused(digest: str) -> None:
    if PartnerItem.objects.filter(picture_digest=digest).exists() or Image.objects.filter(digest=digest).exists():
        return
    for name in renditions.stored_names(PartnerPicture(digest, 0, 0, "")):
        default_storage.delete(name)
