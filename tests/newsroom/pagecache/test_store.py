"""What a process keeps: what leaves when there is no room, what a purge puts out of date, and what it does not."""

from dataclasses import dataclass
from typing import Any
from unittest import TestCase, mock

from newsroom.pagecache import store as store_module
from newsroom.pagecache.store import Store


@dataclass(frozen=True)
class Value:
    """Something to store."""

    text: str
    tags: frozenset[str]
    size: int = 100


def of(text: str, *tags: str, size: int = 100) -> Value:
    return Value(text, frozenset(tags), size)


class StoreTests(TestCase):
    def setUp(self) -> None:
        self.store = Store(400)

    def put(self, key: str, *tags: str, size: int = 100, **when: Any) -> bool:
        began = when.pop("began", self.store.purges)
        return self.store.put((key,), of(key, *tags, size=size), began=began, **when)

    def kept(self) -> list[str]:
        """The keys of what is given to who asks."""
        return [key[0] for key in list(self.store.slots) if self.store.get(key, 0.0)]

    def test_it_holds_no_more_bytes_than_it_may_and_drops_what_nobody_asked_for(self) -> None:
        for key in "abcd":
            self.put(key)
        self.store.get(("a",), 0.0)
        self.put("e")
        self.assertEqual([key[0] for key in self.store.slots], ["c", "d", "a", "e"])
        self.assertEqual(self.store.bytes, 400)

    def test_one_value_takes_a_quarter_of_it_at_most(self) -> None:
        self.assertTrue(self.put("a", size=100))
        self.assertFalse(self.put("b", size=101))
        self.assertEqual((self.store.bytes, self.kept()), (100, ["a"]))

    def test_a_value_in_the_place_of_another_is_counted_once(self) -> None:
        for size in (100, 80, 20):
            self.put("a", "article:1", size=size)
        self.assertEqual(self.store.bytes, 20)

    def test_a_purge_puts_out_of_date_what_bears_its_tag_and_nothing_else(self) -> None:
        self.put("a", "article:1", "tag:7")
        self.put("b", "tag:7")
        self.put("c", "tag:8")
        self.store.purge("article:1")
        self.assertEqual(self.kept(), ["b", "c"])
        self.store.purge("tag:7")
        self.assertEqual(self.kept(), ["c"])
        self.assertEqual(self.store.bytes, 100, "what is out of date leaves when it is asked for")
        self.put("a", "article:1")
        self.assertEqual(self.kept(), ["c", "a"], "what is made after a purge is true again")

    def test_what_it_was_made_from_may_not_have_changed_since_it_was_begun(self) -> None:
        began = self.store.purges
        self.store.purge("article:1")
        self.assertFalse(self.put("a", "article:1", began=began))
        self.assertTrue(self.put("b", "article:2", began=began))
        self.assertTrue(self.put("a", "article:1"))
        self.store.purge("article:2")
        self.assertEqual(self.kept(), ["a"])

    def test_what_was_begun_before_a_purge_of_another_tag_still_hears_of_its_own(self) -> None:
        began = self.store.purges
        self.store.purge("article:2")
        self.put("a", "article:1", began=began)
        self.store.purge("article:3")
        self.assertEqual(self.kept(), ["a"])
        self.store.purge("article:1")
        self.assertEqual(self.kept(), [])

    def test_a_value_is_gone_at_its_hour(self) -> None:
        self.put("a", due_at=100.0)
        self.assertIsNotNone(self.store.get(("a",), 99.9))
        self.assertIsNone(self.store.get(("a",), 100.0))
        self.assertEqual(self.store.bytes, 0)

    def test_its_last_value_is_known_after_its_hour_and_not_after_its_purge(self) -> None:
        self.put("a", "article:1", due_at=100.0)
        self.assertEqual(self.store.last(("a",)).text, "a")
        self.store.purge("article:1")
        self.assertIsNone(self.store.last(("a",)))
        self.assertIsNone(self.store.last(("b",)))

    def test_to_clear_it_drops_everything_and_what_is_being_made(self) -> None:
        self.put("a", "article:1")
        began = self.store.purges
        self.store.clear()
        self.assertEqual((self.kept(), self.store.bytes), ([], 0))
        self.assertFalse(self.put("b", "article:2", began=began))
        self.assertFalse(self.put("b", began=began), "with no tag either")
        self.assertTrue(self.put("b", "article:2"))

    def test_it_remembers_so_many_tags_and_then_drops_everything(self) -> None:
        with mock.patch.object(store_module, "MAX_TAGS", 3):
            began = self.store.purges
            for n in range(3):
                self.store.purge(f"article:{n}")
                self.store.purge(f"article:{n}")  # a tag takes its place once
            self.put("a", "article:9")
            self.assertEqual(self.kept(), ["a"])
            self.store.purge("article:3")
        self.assertEqual((self.kept(), self.store.purged), ([], {}))
        self.assertFalse(self.put("b", "article:9", began=began), "what was forgotten could be its own")

    def test_another_form_of_a_value_is_put_in_its_place_if_it_is_still_there(self) -> None:
        self.put("a", "article:1")
        value = self.store.get(("a",), 0.0)
        self.store.replace(("a",), value, of("smaller", "article:1", size=60))
        self.assertEqual((self.store.get(("a",), 0.0).text, self.store.bytes), ("smaller", 60))
        self.store.replace(("a",), value, of("late"))
        self.store.replace(("b",), value, of("nobody's"))
        self.assertEqual(
            (self.store.get(("a",), 0.0).text, self.store.bytes, len(self.store.slots)), ("smaller", 60, 1)
        )
        self.store.purge("article:1")
        self.assertEqual(self.kept(), [])
