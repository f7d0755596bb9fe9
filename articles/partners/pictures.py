"""Partners' pictures, where the licence of their feed lets us: fetched, made small, re-encoded, and forgotten."""

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
LIMITS = Limits(seconds=10, bytes=6 * 1024 * 1024)
SECONDS = 30  # for all that one round asks for: what is left is asked for in the next
AT_ONCE = 20
MOST = 12  # of a feed: what a strip can show


@task
def bring_pictures(feed: int) -> None:
    """Fetches what a feed shows and lacks, now that its licence or its headlines are new."""
    with Confined(1) as confined:
        hold_missing(PartnerFeed.objects.filter(pk=feed), confined)


def hold_missing(feeds: Iterable[PartnerFeed], confined: Confined, seconds: float = SECONDS) -> int:
    """Fetches the pictures of feeds' newest headlines that were not asked for yet, each feed's first before any's
    second. Returns how many are held now."""
    wanted = [_missing(feed) for feed in feeds if feed.shows_pictures]
    items = [item for row in zip_longest(*wanted) for item in row if item]
    if not items:
        return 0
    deadline = time.monotonic() + seconds
    with ThreadPoolExecutor(min(AT_ONCE, len(items)), thread_name_prefix="picture") as pool:
        asked = {pool.submit(_small, item.picture_url, confined, deadline): item for item in items}
        found = ((asked[call], *call.result()) for call in as_completed(asked))
        return sum(hold(item, small) for item, small, was_asked in found if was_asked)


def _missing(feed: PartnerFeed) -> list[PartnerItem]:
    newest = feed.items.shown().select_related("feed").filter(feed__shows_pictures=True)[:MOST]
    return [item for item in newest if item.picture_url and not item.picture_asked]


def _small(url: str, confined: Confined, deadline: float) -> tuple[Small | None, bool]:
    """A picture made small, None if nothing that can be shown is there; and whether it was asked for at all, since
    there is an end to a round. Asks nothing of the database."""
    left = deadline - time.monotonic()
    if left <= 0:
        return None, False
    try:
        with tempfile.NamedTemporaryFile() as file:
            limits = replace(LIMITS, seconds=min(LIMITS.seconds, left))
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
    except Exception:  # a fault of ours: the other pictures go on
        logger.exception("no picture at %s", url)
    return None, True


def hold(item: PartnerItem, small: Small | None) -> bool:
    """Writes a picture's renditions, then the row that names them; one that cannot be had takes the place of the one
    before it too."""
    said: dict[str, Any] = {"picture_asked": True, "picture_digest": ""}
    if small:
        digest = hashlib.sha256(small.data).hexdigest()
        picture = PartnerPicture(digest, small.width, small.height, "")
        renditions.make(picture, Pillow.frombytes("RGB", (small.width, small.height), small.data))
        said |= {"picture_digest": digest, "picture_width": small.width, "picture_height": small.height}
    with transaction.atomic():
        rows = PartnerItem.objects.select_for_update(of=("self",)).select_related("feed")
        wanted = {"picture_url": item.picture_url, "feed__shows_pictures": True}
        row = rows.filter(pk=item.pk, **wanted).first()
        if row is None:  # the licence ended, or the headline went, while it was fetched
            forget({said["picture_digest"]})
            return False
        before = row.picture_digest
        PartnerItem.objects.filter(pk=row.pk).update(**said)
        if before != said["picture_digest"]:
            invalidate({cache_tags.partner(row.feed)})
            forget({before})
    return small is not None


def forget_all_of(feed: PartnerFeed) -> None:
    """Lets go of every picture of a feed: its licence ended, or it is dropped. Inside a door's transaction."""
    digests = set(feed.items.values_list("picture_digest", flat=True))
    feed.items.update(picture_digest="", picture_asked=False)
    forget(digests)


def ask_again_for_what_is_lost() -> int:
    """Has pictures whose files are gone asked for at the next poll. Returns how many."""
    lost = [
        item.pk
        for item in PartnerItem.objects.exclude(picture_digest="").select_related("feed").iterator(500)
        if item.picture and not all(default_storage.exists(name) for name in renditions.sizes_of(item.picture))
    ]
    for feed in PartnerFeed.objects.filter(items__in=lost).distinct():
        invalidate({cache_tags.partner(feed)})
    return PartnerItem.objects.filter(pk__in=lost).update(picture_digest="", picture_asked=False)


def forget(digests: Iterable[str]) -> None:
    """Deletes the files of pictures that no row names any more, once the transaction has committed."""
    for digest in filter(None, digests):
        transaction.on_commit(partial(_delete, digest))


def _delete(digest: str) -> None:
    if PartnerItem.objects.filter(picture_digest=digest).exists() or Image.objects.filter(digest=digest).exists():
        return
    for name in renditions.held(PartnerPicture(digest, 0, 0, "")):
        default_storage.delete(name)
