"""A body is read within its limit and its time, or refused in words."""

import asyncio
from typing import Any
from unittest import TestCase

from newsroom.server.bodies import Gone, Limit, Rejected, read_body

LIMIT = Limit(max_bytes=10, seconds=0.2)


def sent(*chunks: bytes, end: str = "whole") -> Any:
    """What a client sends: all of it, or until it leaves ("gone") or falls silent ("silent")."""
    messages: list[dict[str, Any]] = [{"type": "http.request", "body": chunk, "more_body": True} for chunk in chunks]
    messages += [{"whole": {"type": "http.request"}, "gone": {"type": "http.disconnect"}}.get(end, {})]

    async def receive() -> dict[str, Any]:
        message = messages.pop(0)
        if not message:
            await asyncio.sleep(60)
        return message

    return receive


class ReadBodyTests(TestCase):
    def read(self, receive: Any, length: str = "") -> tuple[bytes, int]:
        headers = [(b"content-length", length.encode())] if length else []
        body, count = asyncio.run(read_body(receive, headers, LIMIT))
        with body:
            return body.read(), count

    def test_it_returns_the_whole_body_and_its_length(self) -> None:
        self.assertEqual(self.read(sent(b"text=", b"abc"), "8"), (b"text=abc", 8))
        self.assertEqual(self.read(sent()), (b"", 0))

    def test_it_refuses_unread_what_says_that_it_is_too_long(self) -> None:
        with self.assertRaises(Rejected) as refused:
            self.read(sent(end="silent"), "11")
        self.assertEqual(refused.exception.status, 413)
        self.assertIn("10 bytes", refused.exception.reason)

    def test_it_stops_reading_what_grows_too_long_without_saying_so(self) -> None:
        with self.assertRaises(Rejected) as refused:
            self.read(sent(b"12345", b"67890", b"1", end="silent"))
        self.assertEqual(refused.exception.status, 413)

    def test_it_gives_up_on_a_body_that_never_comes_or_comes_in_drops(self) -> None:
        for chunks in ((), (b"a",), (b"a", b"b")):
            with self.assertRaises(Rejected) as refused:
                self.read(sent(*chunks, end="silent"), "5")
            self.assertEqual(refused.exception.status, 408)

    def test_it_answers_nobody_when_the_client_has_left(self) -> None:
        with self.assertRaises(Gone):
            self.read(sent(b"a", end="gone"), "5")

    def test_it_refuses_a_length_that_is_no_number(self) -> None:
        for length in ("-1", "1e3", "ten", "٣"):
            with self.assertRaises(Rejected) as refused:
                self.read(sent(), length)
            self.assertEqual(refused.exception.status, 400)
