"""The storage of images: a file is whole or not there, and a name is written over."""

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import TestCase

from django.core.files import File
from django.utils import timezone

from newsroom.storage import UNFINISHED, WholeFileStorage


class PowerCut(Exception):
    pass


class _CutShort(File):  # type: ignore[type-arg]
    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"the first half"
        raise PowerCut


class WholeFileStorageTests(TestCase):
    def setUp(self) -> None:
        self.root = Path(self.enterContext(TemporaryDirectory()))
        self.storage = WholeFileStorage(location=self.root)

    def files(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.root)): path.read_bytes() for path in self.root.rglob("*") if path.is_file()}

    def test_it_writes_a_file_at_its_name(self) -> None:
        self.assertEqual(self.storage.save("a/b.txt", File(io.BytesIO(b"whole"))), "a/b.txt")
        self.assertEqual(self.files(), {"a/b.txt": b"whole"})

    def test_it_writes_over_what_has_the_name(self) -> None:
        for text in (b"one", b"other"):
            self.assertEqual(self.storage.save("a/b.txt", File(io.BytesIO(text))), "a/b.txt")
        self.assertEqual(self.files(), {"a/b.txt": b"other"})

    def test_it_leaves_the_name_as_it_was_when_cut_short(self) -> None:
        self.storage.save("a/b.txt", File(io.BytesIO(b"whole")))
        for name in ("a/b.txt", "a/c.txt"):
            with self.assertRaises(PowerCut):
                self.storage.save(name, _CutShort(io.BytesIO()))
        self.assertEqual(
            {name: data for name, data in self.files().items() if UNFINISHED not in name}, {"a/b.txt": b"whole"}
        )

    def test_it_deletes_what_was_never_finished_after_a_while(self) -> None:
        self.assertEqual(self.storage.delete_unfinished(timezone.now()), 0)
        with self.assertRaises(PowerCut):
            self.storage.save("a/b.txt", _CutShort(io.BytesIO()))
        now = timezone.now()
        self.assertEqual(self.storage.delete_unfinished(now - dt.timedelta(hours=1)), 0)
        self.assertEqual(self.storage.delete_unfinished(now + dt.timedelta(seconds=1)), 1)
        self.assertEqual(self.files(), {})
