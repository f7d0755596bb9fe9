"""Partners' images, where the licence of their feed allows them: fetched, shrunk, re-encoded, and deleted again."""

import hashlib
import logging
import tempfile
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django_tasks import task
from PIL import Image as Pillow

from articles.actions import image_files
from articles.models import PartnerFeed, PartnerItem
from articles.models.partner import PartnerImage
from articles.presentation import cache_tags, renditions
from newsroom.lib.confined import Confined, Overrun, outcome
from newsroom.lib.http import Limits, Unfetched, fetch
from newsroom.lib.shrink import NoImage, Small, shrink_file
from newsroom.pagecache.tags import invalidate

logger = logging.getLogger(__name__)
FETCH_LIMITS = Limits(seconds=10, bytes=6 * 1024 * 1024)
MAX_ROUND_SECONDS = 30  # for all fetches of one round: what is left is fetched in the next
MAX_CONCURRENT_FETCHES = 20
MAX_IMAGES_PER_FEED = 12  # what a strip can show


@task
def fetch_images_of_feed(feed: int) -> None:
    """Fetch the images that a feed (by id) lacks, after its licence or its headlines changed."""
    with Confined(1) as confined:
        fetch_missing(PartnerFeed.objects.filter(pk=feed), confined)


def fetch_missing(feeds: Iterable[PartnerFeed], confined: Confined, seconds: float = MAX_ROUND_SECONDS) -> int:
    """Fetch the images of feeds' newest headlines that were not fetched yet, and return how many were stored.

    Each feed's first image comes before any feed's second. What `seconds` do not suffice for is left for the next
    round.
    """
    missing = [_missing(feed) for feed in feeds if feed.shows_images]
    items = [item for row in zip_longest(*missing) for item in row if item]
    if not items:
        return 0
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(min(MAX_CONCURRENT_FETCHES, len(items)), thread_name_prefix="image") as pool:
        calls = {pool.submit(_fetch_small, item.image_url, confined, deadline): item for item in items}
        results = ((calls[call], *call.result()) for call in as_completed(calls))
        return sum(store_image(item, small) for item, small, was_tried in results if was_tried)


def _missing(feed: PartnerFeed) -> list[PartnerItem]:
    shown = feed.items.shown().select_related("feed").filter(feed__shows_images=True)
    return [item for item in shown[:MAX_IMAGES_PER_FEED] if item.image_url and not item.image_asked]


def _fetch_small(url: str, confined: Confined, deadline: float) -> tuple[Small | None, bool]:
    """Return an image made small (None if there is none that can be shown), and whether it was tried at all before
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
    except (Unfetched, NoImage, Overrun) as error:
        logger.info("no image at %s: %s", url, error)
    except Exception:  # a fault of ours must not stop the other images
        logger.exception("no image at %s", url)
    return None, True


def store_image(item: PartnerItem, small: Small | None) -> bool:
    """Write the renditions of a headline's image, then the row that names them; return whether there is an image.

    None, for an image that cannot be had, replaces an earlier image too.
    """
    fields: dict[str, Any] = {"image_asked": True, "image_digest": ""}
    if small:
        digest = hashlib.sha256(small.data).hexdigest()
        image = PartnerImage(digest, small.width, small.height, "")
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / "small.png"
            Pillow.frombytes("RGB", (small.width, small.height), small.data).save(file, compress_level=1)
            image_files.announce(digest)
            renditions.make(image, file)
        fields |= {"image_digest": digest, "image_width": small.width, "image_height": small.height}
    with transaction.atomic():
        # The feed is locked too. Otherwise:
        # 1. this reads that the licence is ticked, and locks the item;
        # 2. the desk unticks it, lists the images to delete, and waits for the item;
        # 3. this names an image that is not in that list: its file stays.
        feed = PartnerFeed.objects.select_for_update().filter(pk=item.feed_id, shows_images=True).first()
        rows = PartnerItem.objects.select_for_update().filter(pk=item.pk, image_url=item.image_url)
        row = rows.first() if feed else None
        if feed is None or row is None:  # the licence ended, or the headline went, while it was fetched
            image_files.release({fields["image_digest"]})
            return False
        previous_digest = row.image_digest
        PartnerItem.objects.filter(pk=row.pk).update(**fields)
        if previous_digest != fields["image_digest"]:
            invalidate({cache_tags.partner(feed)})
            image_files.release({previous_digest})
        image_files.named(fields["image_digest"])
    return small is not None


def drop_images(feed: PartnerFeed) -> None:
    """Remove every image of a feed whose licence ended or that is deleted. Inside a transaction, the feed locked."""
    digests = set(feed.items.values_list("image_digest", flat=True))
    feed.items.update(image_digest="", image_asked=False)
    image_files.release(digests)


def reset_lost_images() -> int:
    """Have images whose files are gone fetched at the next poll, and return how many they are."""
    lost = {
        item.pk: item.image_digest
        for item in PartnerItem.objects.exclude(image_digest="").select_related("feed").iterator(500)
        if item.image and not all(default_storage.exists(name) for name in renditions.sizes_of(item.image))
    }
    with transaction.atomic():
        feed_ids = set(PartnerItem.objects.filter(pk__in=lost).values_list("feed", flat=True))
        feeds = list(PartnerFeed.objects.select_for_update().filter(pk__in=feed_ids).order_by("pk"))
        invalidate({cache_tags.partner(feed) for feed in feeds})
        # An image replaced since it was looked for is not lost.
        rows = PartnerItem.objects.filter(pk__in=lost, image_digest__in=set(lost.values()))
        return rows.update(image_digest="", image_asked=False)
