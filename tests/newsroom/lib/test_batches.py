"""itertools.batched, which Python 3.11 lacks."""

from collections.abc import Iterator
from itertools import count, islice

from django.test import SimpleTestCase
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.batches import batched


class BatchTests(SimpleTestCase):
    def test_it_cuts_into_tuples_the_last_perhaps_shorter(self) -> None:
        self.assertEqual(list(batched("abcdefg", 3)), [("a", "b", "c"), ("d", "e", "f"), ("g",)])
        self.assertEqual(list(batched("abcdef", 3)), [("a", "b", "c"), ("d", "e", "f")])
        self.assertEqual(list(batched("ab", 3)), [("a", "b")])
        self.assertEqual(list(batched([0, None, ""], 1)), [(0,), (None,), ("",)])

    def test_it_has_no_batch_of_nothing(self) -> None:
        self.assertEqual(list(batched([], 3)), [])

    def test_it_takes_no_more_than_a_batch_at_a_time(self) -> None:
        taken = []

        def items() -> Iterator[int]:
            for n in count():
                taken.append(n)
                yield n

        self.assertEqual(list(islice(batched(items(), 4), 2)), [(0, 1, 2, 3), (4, 5, 6, 7)])
        self.assertEqual(len(taken), 8)

    @given(st.lists(st.integers(), max_size=60), st.integers(1, 20))
    def test_it_loses_nothing_repeats_nothing_and_keeps_the_order(self, items: list[int], size: int) -> None:
        batches = list(batched(items, size))
        self.assertEqual([item for batch in batches for item in batch], items)
        self.assertTrue(all(len(batch) == size for batch in batches[:-1]))
        self.assertTrue(all(1 <= len(batch) <= size for batch in batches))
