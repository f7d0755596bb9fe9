"""Partners' pictures, where the licence of their feed lets us: fetched, made small, re-encoded, and forgotten."""

import hashlib
import logging
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from PIL import Image as Pillow

from articles import cachetags, renditions
from articles.models import Image, PartnerFeed, PartnerItem
from articles.models.partner import PartnerPicture
from newsroom.lib.confined import Confined, Overrun, outcome
from newsroom.lib.http import Limits, Unfetched, fetch
from newsroom.lib.shrink import NoPicture, Small, shrink_file
from newsroom.pagecache.tags import touch

logger = logging.getLogger(__name__)
LIMITS = Limits(seconds=10, bytes=6 * 1024 * 1024)
AT_ONCE = 4
MOST = 12  # of a feed at one poll: what a strip can show


def hold_missing(feed: PartnerFeed, confined: Confined) -> int:
    """Fetches the pictures of a feed's newest headlines that were not asked for yet. Returns how many are held now."""
    newest = feed.items.shown().filter(feed__shows_pictures=True)[:MOST]
    items = [item for item in newest if item.picture_url and not item.picture_asked]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = list(pool.map(lambda item: _small(item.picture_url, confined), items))
    return sum(hold(item, small) for item, small in zip(items, found, strict=True))


def _small(url: str, confined: Confined) -> Small | None:
    """A picture made small; None if nothing that can be shown is there. Asks nothing of the database."""
    try:
        with tempfile.NamedTemporaryFile() as file:
            headers, allowed = {"Accept": "image/*"}, settings.FETCH_ALLOWED_HOSTS
            answer = fetch(url, file, headers=headers, limits=LIMITS, allowed_hosts=allowed)
            file.flush()
            if answer.status != 200:
                return None
            small = outcome(confined.submit(shrink_file, file.name))
            assert isinstance(small, Small)
            return small
    except (Unfetched, NoPicture, Overrun) as error:
        logger.info("no picture at %s: %s", url, error)
        return None


def hold(item: PartnerItem, small: Small | None) -> bool:
    """Writes a picture's renditions, then the row that names them."""
    said: dict[str, Any] = {"picture_asked": True}
    if small:
        digest = hashlib.sha256(small.data).hexdigest()
        picture = PartnerPicture(digest, small.width, small.height, "")
        renditions.make(picture, Pillow.frombytes("RGB", (small.width, small.height), small.data))
        said |= {"picture_digest": digest, "picture_width": small.width, "picture_height": small.height}
    with transaction.atomic():
        wanted = PartnerItem.objects.filter(pk=item.pk, picture_url=item.picture_url, feed__shows_pictures=True)
        held = bool(wanted.update(**said))
        if small and held:
            touch({cachetags.partner(item.feed)})
        elif small:  # the licence ended, or the headline went, while it was fetched
            forget({said["picture_digest"]})
    return bool(small and held)


def forget_all_of(feed: PartnerFeed) -> None:
    """Lets go of every picture of a feed: its licence ended, or it is dropped. Inside a door's transaction."""
    digests = set(feed.items.exclude(picture_digest="").values_list("picture_digest", flat=True))
    feed.items.update(picture_digest="", picture_asked=False)
    forget(digests)


def forget(digests: Sequence[str] | set[str]) -> None:
    """Deletes the files of pictures that no row names any more, once the transaction has committed."""
    for digest in digests:
        transaction.on_commit(partial(_delete, digest))


def _delete(digest: str) -> None:
    if PartnerItem.objects.filter(picture_digest=digest).exists() or Image.objects.filter(digest=digest).exists():
        return
    folder = f"renditions/{digest[:2]}"
    with suppress(FileNotFoundError):
        for name in default_storage.listdir(folder)[1]:
            if name.startswith(f"{digest[2:16]}-"):
                default_storage.delete(f"{folder}/{name}")
