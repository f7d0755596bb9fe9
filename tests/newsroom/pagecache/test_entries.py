"""Stored pages: how they are given to each client, and which leave when there is no room."""

import gzip
from unittest import TestCase

import brotli

from newsroom.pagecache.entries import OVERHEAD_BYTES, Entry, Store

HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"etag", b'"of django"'), (b"cache-control", b"no-cache")]
UNPACK = {b"br": brotli.decompress, b"gzip": gzip.decompress, None: bytes}
BODY = b"<p>Un paragraphe.</p>" * 100


def entry(body: bytes = BODY, *tags: str, due_at: float = float("inf")) -> Entry:
    return Entry.of(200, HEADERS, body, tags, due_at)


class EntryTests(TestCase):
    def test_it_gives_what_the_client_takes(self) -> None:
        for accept, encoding in (
            (b"gzip, br", b"br"), (b"br;q=1, GZIP;q=0.5", b"br"), (b"gzip", b"gzip"), (b"x-gzip", b"gzip"),
            (b"BR", b"br"), (b"", None), (b"zstd", None), (b"identity", None), (b"gzip;q=0", None),
            (b"gzip; q=0.0, br;q=0", None), (b"br;q=0, gzip", b"gzip"), (b"*", None),
        ):  # fmt: skip
            with self.subTest(accept):
                status, headers, body = entry().answer(accept, b"", b"")
                self.assertEqual((status, dict(headers).get(b"content-encoding")), (200, encoding))
                self.assertEqual(UNPACK[encoding](body), BODY)
                self.assertEqual(dict(headers)[b"content-length"], str(len(body)).encode())
                self.assertEqual(dict(headers)[b"vary"], b"Accept-Encoding")

    def test_it_answers_304_to_who_has_the_page(self) -> None:
        page = entry()
        plain, packed = (dict(page.answer(accept, b"", b"")[1])[b"etag"] for accept in (b"", b"gzip"))
        self.assertNotEqual(plain, packed)
        for accept, known, status in (
            (b"", plain, 304), (b"gzip", packed, 304), (b"", packed, 200), (b"gzip", plain, 200), (b"", b"*", 304),
            (b"", b'"x", W/' + plain, 304), (b"", b'"x"', 200), (b"gzip", b'"of django"', 200),
        ):  # fmt: skip
            with self.subTest((accept, known)):
                answer = page.answer(accept, known, b"")
                self.assertEqual((answer[0], bool(answer[2])), (status, status == 200))
        self.assertNotEqual(dict(entry(BODY + b".").answer(b"", b"", b"")[1])[b"etag"], plain)

    def test_it_answers_304_to_a_feed_reader_that_knows_a_date_alone(self) -> None:
        date = b"Mon, 30 Nov 2026 07:30:00 GMT"
        page = Entry.of(200, [*HEADERS, (b"last-modified", date)], BODY)
        self.assertEqual(page.answer(b"", b"", date)[0], 304)
        self.assertEqual(page.answer(b"", b"", b"Mon, 30 Nov 2026 07:29:00 GMT")[0], 200)
        self.assertEqual(page.answer(b"", b'"x"', date)[0], 200, "an ETag says more than a date")
        self.assertEqual(entry().answer(b"", b"", b"")[0], 200)

    def test_it_compresses_nothing_that_grows(self) -> None:
        self.assertEqual(list(entry(b"Bonjour.").bodies), [b""])


class StoreTests(TestCase):
    def setUp(self) -> None:
        self.size = entry().size
        self.store = Store(4 * self.size)

    def test_it_holds_no_more_bytes_than_it_may_and_drops_what_nobody_asked_for(self) -> None:
        for n in range(4):
            self.store.put((b"%d" % n,), entry())
        self.store.get((b"0",), 0)
        self.store.put((b"4",), entry())
        self.assertEqual([key[0] for key in self.store.entries], [b"2", b"3", b"0", b"4"])
        self.assertEqual(self.store.bytes, 4 * self.size)

    def test_one_page_takes_a_quarter_of_it_at_most(self) -> None:
        self.store.put((b"a",), entry(b"x" * (4 * self.size)))
        self.assertEqual((self.store.bytes, dict(self.store.entries)), (0, {}))

    def test_a_page_in_the_place_of_another_is_counted_once(self) -> None:
        for body in (BODY, BODY + b".", b"kurz"):
            self.store.put((b"a",), entry(body, "article:1"))
        self.assertEqual(self.store.bytes, len(b"kurz") + OVERHEAD_BYTES)

    def test_it_drops_what_a_tag_names_and_nothing_else(self) -> None:
        self.store.put((b"a",), entry(BODY, "article:1", "tag:7"))
        self.store.put((b"b",), entry(BODY, "tag:7"))
        self.store.put((b"c",), entry(BODY, "tag:8"))
        self.store.drop("article:1")
        self.assertEqual(set(self.store.entries), {(b"b",), (b"c",)})
        self.store.drop("tag:7")
        self.assertEqual((set(self.store.entries), set(self.store.keys_by_tag)), ({(b"c",)}, {"tag:8"}))

    def test_a_page_is_gone_at_its_hour(self) -> None:
        self.store.put((b"a",), entry(due_at=100.0))
        self.assertIsNotNone(self.store.get((b"a",), 99.9))
        self.assertIsNone(self.store.get((b"a",), 100.0))
        self.assertEqual(self.store.bytes, 0)
