"""Files of images, of the library and of partners: none may stay in the storage that no row names.

A storage knows no transactions. So the database says first which files are about to be written, or are to go; what a
process that died leaves behind is then found there, and deleted by the worker.
"""

import datetime as dt
import logging
from collections.abc import Iterable
from functools import partial

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from articles.models import Image, PartnerItem, UnnamedImage
from articles.models.partner import PartnerImage
from articles.presentation import renditions
from newsroom.storage import WholeFileStorage

logger = logging.getLogger(__name__)
LEFT_ALONE_FOR = dt.timedelta(hours=1)  # longer than it takes to render an image: who has not named it by then is dead


def announce(digest: str) -> None:
    """Write that files of an image will be written. Outside a transaction, so that it stands before they do."""
    UnnamedImage.objects.update_or_create(digest=digest, defaults={"since": timezone.now()})


def named(digest: str) -> None:
    """Write that a row names the image, inside the transaction that writes this row."""
    UnnamedImage.objects.filter(digest=digest).delete()


def release(digests: Iterable[str]) -> None:
    """Have the files of images deleted, inside the transaction in which rows cease to name them.

    That is done once the transaction has committed, of those that no row names then; by the worker, if this process
    dies before.
    """
    now = timezone.now()
    for digest in sorted(filter(None, set(digests))):
        UnnamedImage.objects.update_or_create(digest=digest, defaults={"since": now})
        transaction.on_commit(partial(_delete_unnamed, digest, now), robust=True)


@task
def delete_unnamed_files() -> None:
    """Delete the files of images that no row has named for an hour, and files that were never written to their end."""
    before = timezone.now() - LEFT_ALONE_FOR
    for digest in list(UnnamedImage.objects.filter(since__lte=before).values_list("digest", flat=True)):
        _delete_unnamed(digest, before)
    if isinstance(default_storage, WholeFileStorage):
        default_storage.delete_unfinished(before)


@transaction.atomic
def _delete_unnamed(digest: str, before: dt.datetime) -> None:
    """Delete an image's files unless a row names it. One that somebody has announced anew is left to them: they wait
    for the row that is locked here before they write."""
    row = UnnamedImage.objects.select_for_update().filter(digest=digest, since__lte=before).first()
    if row is None:
        return
    if not (Image.objects.filter(digest=digest).exists() or PartnerItem.objects.filter(image_digest=digest).exists()):
        for name in renditions.stored_names(PartnerImage(digest, 0, 0, "")):
            default_storage.delete(name)
    row.delete()
