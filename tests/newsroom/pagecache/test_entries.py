"""Stored pages: how they are given to each client."""

import gzip
from unittest import TestCase

import brotli

from newsroom.pagecache.entries import Entry

HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"etag", b'"of django"'), (b"cache-control", b"no-cache")]
UNPACK = {b"br": brotli.decompress, b"gzip": gzip.decompress, None: bytes}
BODY = b"<p>Un paragraphe.</p>" * 100


def entry(body: bytes = BODY, *tags: str) -> Entry:
    return Entry.of(200, HEADERS, body, tags)


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
            (b"", plain, 304), (b"gzip", packed, 304), (b"", packed, 200), (b"gzip", plain, 304), (b"", b"*", 304),
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

    def test_it_is_compressed_in_haste_first_and_well_for_who_asks_again(self) -> None:
        body = b"".join(b"<p>Un paragraphe, le num\xc3\xa9ro %d.</p>" % (n * n) for n in range(400))
        quick = entry(body)
        good = quick.well_compressed()
        self.assertEqual((quick.is_good, good.is_good, good.well_compressed().is_good), (False, True, True))
        for accept, encoding in ((b"br", b"br"), (b"gzip", b"gzip"), (b"", None)):
            with self.subTest(accept):
                (_, first, hasty), (_, second, packed) = quick.answer(accept, b"", b""), good.answer(accept, b"", b"")
                self.assertEqual((UNPACK[encoding](hasty), UNPACK[encoding](packed)), (body, body))
                # A strong ETag names bytes, whatever they unpack to.
                self.assertEqual(dict(first)[b"etag"] == dict(second)[b"etag"], hasty == packed)
                if encoding:
                    self.assertLess(len(packed), len(hasty))
                for page in (quick, good):
                    for etag in (dict(first)[b"etag"], dict(second)[b"etag"]):
                        status, headers, nothing = page.answer(accept, etag, b"")
                        self.assertEqual((status, dict(headers)[b"etag"], nothing), (304, etag, b""))
        self.assertLess(good.size, quick.size)

    def test_a_short_page_stays_as_it_is(self) -> None:
        short = entry(b"Bonjour.")
        self.assertFalse(short.is_packed)
        self.assertIs(short.well_compressed(), short)
