"""What writers have committed, in a file mapped into the memory of readers' processes: no Django here."""

import mmap
import struct
from pathlib import Path

TOKENS, REMEMBERED, READERS = 64, 64, 64
HEADS, RING = TOKENS * 8, TOKENS * REMEMBERED * 16
BYTES = HEADS + RING + READERS * 8


class Board:
    """For each token the number that readers must see at least, since when, and how much each reader has read."""

    def __init__(self, path: Path):
        if not path.exists():
            path.write_bytes(bytes(BYTES))
        with path.open("r+b") as file:
            self.memory = mmap.mmap(file.fileno(), BYTES)

    def committed(self, token: int, number: int, at: float) -> None:
        """Write that a transaction has committed: who begins to read from now on must see its number, or a later one.

        `at`: seconds since 1970. A token has one writer, and its numbers grow.
        """
        struct.pack_into("=Qd", self.memory, self._place(token, number), number, at)
        struct.pack_into("=Q", self.memory, token * 8, number)

    def required(self) -> tuple[int, ...]:
        """Return the number of each token."""
        return struct.unpack(f"={TOKENS}Q", self.memory[:HEADS])

    def first_after(self, token: int, number: int) -> float:
        """Return when the first of the later numbers was committed; of the latest ones, if it is too long ago."""
        start = HEADS + token * REMEMBERED * 16
        known = struct.iter_unpack("=Qd", self.memory[start : start + REMEMBERED * 16])
        return min(at for other, at in known if other > number)

    def count(self, reader: int, reads: int) -> None:
        struct.pack_into("=Q", self.memory, HEADS + RING + reader * 8, reads)

    def reads(self) -> int:
        """Return how much all readers have read."""
        return sum(struct.unpack(f"={READERS}Q", self.memory[HEADS + RING :]))

    def _place(self, token: int, number: int) -> int:
        start = HEADS + token * REMEMBERED * 16
        known = [found[0] for found in struct.iter_unpack("=Qd", self.memory[start : start + REMEMBERED * 16])]
        return start + 16 * known.index(min(known))  # the oldest
