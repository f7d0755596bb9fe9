"""A feed's file: opened, unpacked within limits, its beginning looked at, how far it was read."""

import codecs
import gzip
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

MAX_UNPACKED_BYTES = 2 * 1024**3  # of a feed that is sent packed
CHUNK_BYTES = 64 * 1024
SAMPLE_BYTES = 256 * 1024
MAX_LINE_CHARACTERS = 512 * 1024
_GZIP = b"\x1f\x8b"
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


class Unreadable(Exception):
    """A file that is no feed. `code` says why: dtd, columns, no_offers, malformed, too_large; `detail` more of it."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass
class Source:
    """An open feed. `raw` is the file, `data` what is in it, unpacked."""

    raw: IO[bytes]
    data: Any
    read: int = 0

    @classmethod
    def open(cls, path: Path) -> "Source":
        """Open a file, packed by gzip or not. Raises OSError."""
        raw = path.open("rb")
        is_packed = raw.read(2) == _GZIP
        raw.seek(0)
        return cls(raw, gzip.GzipFile(fileobj=raw) if is_packed else raw)

    def close(self) -> None:
        self.raw.close()

    @property
    def position(self) -> int:
        """How many bytes of the file were read."""
        return self.raw.tell()

    def sample(self) -> bytes:
        """Return the first bytes, and go back to the first. Raises Unreadable."""
        found = self._read(SAMPLE_BYTES)
        self.data.seek(0)
        self.read = 0
        return found

    def chunks(self) -> Iterator[bytes]:
        """Yield the bytes in order. Raises Unreadable."""
        while chunk := self._read(CHUNK_BYTES):
            yield chunk

    def lines(self, encoding: str) -> Iterator[str]:
        """Yield the lines, with their ends. Raises Unreadable for one that is longer than any row."""
        decoder = codecs.getincrementaldecoder(encoding)("replace")
        rest = ""
        for chunk in self.chunks():
            *lines, rest = (rest + decoder.decode(chunk)).split("\n")
            yield from (f"{line}\n" for line in lines)
            if len(rest) > MAX_LINE_CHARACTERS:
                raise Unreadable("malformed", "a line without end")
        if last := rest + decoder.decode(b"", final=True):
            yield last

    def _read(self, size: int) -> bytes:
        try:
            chunk: bytes = self.data.read(size)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise Unreadable("malformed", str(error)) from error
        self.read += len(chunk)
        if self.read > MAX_UNPACKED_BYTES:
            raise Unreadable("too_large", f"more than {MAX_UNPACKED_BYTES // 1024**2} MiB unpacked")
        return chunk


def encoding_of(sample: bytes) -> str:
    """Return the encoding of a text, by its first bytes: what its mark says, UTF-8 if it is that, or Windows-1252."""
    for mark, name in MARKS:
        if sample.startswith(mark):
            return name
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample)  # a letter that is cut in two is no error
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"
