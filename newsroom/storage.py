"""The storage of images on this machine's disk."""

import datetime as dt
import os
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage

UNFINISHED = "unfinished"  # the folder of files that are being written; it has no public address


class WholeFileStorage(FileSystemStorage):
    """Files that are whole, or not there: each is written beside, and moved to its name once it is on the disk.

    Otherwise a process that dies while it writes leaves a piece of an image under the image's name, where nobody would
    write it again. A name is written over: names here follow from the content, so what has the name is the same file.
    """

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **{"allow_overwrite": True, **options})

    def _save(self, name: str, content: Any) -> str:
        written = super()._save(f"{UNFINISHED}/{uuid.uuid4().hex}", content)  # type: ignore[misc]  # not in the stubs
        beside = Path(self.path(written))
        target = Path(self.path(name))
        try:
            with beside.open("rb") as file:
                os.fsync(file.fileno())
            target.parent.mkdir(parents=True, exist_ok=True)
            beside.replace(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return name

    def delete_unfinished(self, before: dt.datetime) -> int:
        """Delete what processes that died had begun to write before a time. Return how many files that were."""
        deleted = 0
        with suppress(FileNotFoundError):
            for name in self.listdir(UNFINISHED)[1]:
                with suppress(FileNotFoundError):  # it was finished meanwhile
                    if self.get_modified_time(f"{UNFINISHED}/{name}") < before:
                        self.delete(f"{UNFINISHED}/{name}")
                        deleted += 1
        return deleted
