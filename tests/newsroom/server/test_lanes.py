"""Lanes of threads, and requests for the same page that share one answer."""

import asyncio
import threading
from typing import Any
from unittest import TestCase

from newsroom.server.bodies import Rejected
from newsroom.server.joining import Joining, is_for_all, key_of
from newsroom.server.lanes import Lane
from newsroom.server.wsgi import Answer

PAGE = Answer(200, [(b"content-type", b"text/html")], b"a page")
TOKEN = Answer(200, [(b"cache-control", b"no-store")], b"a token")


def scope(path: str = "/", method: str = "GET", **headers: str) -> dict[str, Any]:
    return {
        "method": method,
        "scheme": "https",
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()],
    }


class LaneTests(TestCase):
    def test_it_refuses_more_than_it_lets_wait_and_recovers(self) -> None:
        async def crowd() -> list[Any]:
            lane, gate = Lane("test", 1, max_waiting=1), threading.Event()
            calls = [asyncio.ensure_future(lane.run(gate.wait)) for _ in range(3)]
            await asyncio.sleep(0.05)
            gate.set()
            answers = await asyncio.gather(*calls, return_exceptions=True)
            await asyncio.sleep(0.05)
            return [*answers, await lane.run(lambda: "again")]

        first, second, third, again = asyncio.run(crowd())
        self.assertEqual((first, second, again), (True, True, "again"))
        self.assertIsInstance(third, Rejected)
        self.assertEqual(third.status, 503)

    def test_it_counts_a_call_that_nobody_waits_for_until_its_thread_is_free(self) -> None:
        async def leave() -> tuple[int, int]:
            lane, gate = Lane("test", 1, max_waiting=1), threading.Event()
            call = asyncio.ensure_future(lane.run(gate.wait))
            await asyncio.sleep(0.05)
            call.cancel()
            await asyncio.sleep(0.05)
            during = lane.calls
            gate.set()
            await asyncio.sleep(0.1)
            return during, lane.calls

        self.assertEqual(asyncio.run(leave()), (1, 0))


class JoiningTests(TestCase):
    def ask(self, answer: Answer, times: int) -> tuple[list[Answer], int]:
        """Ask `times` times while the only thread is busy; return the answers and how often one was made."""
        made: list[int] = []

        async def ask_all() -> list[Answer]:
            lane, gate, joining = Lane("test", 1, max_waiting=99), threading.Event(), Joining()
            busy = asyncio.ensure_future(lane.run(gate.wait))

            def make() -> Answer:
                made.append(1)
                return answer

            calls = [asyncio.ensure_future(joining.run(("/",), lane, make)) for _ in range(times)]
            await asyncio.sleep(0.05)
            gate.set()
            await busy
            answers = await asyncio.gather(*calls)
            self.assertEqual(joining.waiting, {})
            return answers

        return asyncio.run(ask_all()), len(made)

    def test_it_makes_one_answer_for_all_who_wait_for_the_same(self) -> None:
        self.assertEqual(self.ask(PAGE, 200), ([PAGE] * 200, 1))

    def test_it_makes_each_its_own_of_what_may_not_be_shared(self) -> None:
        self.assertEqual(self.ask(TOKEN, 5), ([TOKEN] * 5, 5))
        self.assertFalse(is_for_all(Answer(200, [(b"set-cookie", b"a=b")])))
        self.assertFalse(is_for_all(Answer(200, [(b"cache-control", b"private, max-age=5")])))

    def test_it_never_joins_what_has_begun_since_that_may_be_older_than_the_request(self) -> None:
        async def late() -> list[Any]:
            lane, gate, joining, began = Lane("test", 2, max_waiting=9), threading.Event(), Joining(), threading.Event()

            def slow() -> Answer:
                began.set()
                gate.wait(5)
                return PAGE

            first = asyncio.ensure_future(joining.run(("/",), lane, slow))
            await asyncio.to_thread(began.wait, 5)
            second = await joining.run(("/",), lane, lambda: TOKEN)
            gate.set()
            return [await first, second]

        self.assertEqual(asyncio.run(late()), [PAGE, TOKEN])

    def test_it_forgets_what_was_refused(self) -> None:
        async def refused() -> tuple[Any, Answer]:
            lane, gate, joining = Lane("test", 1, max_waiting=0), threading.Event(), Joining()
            busy = asyncio.ensure_future(lane.run(gate.wait))
            await asyncio.sleep(0.05)
            first = await asyncio.gather(joining.run(("/",), lane, lambda: PAGE), return_exceptions=True)
            gate.set()
            await busy
            await asyncio.sleep(0.05)
            return first[0], await joining.run(("/",), lane, lambda: PAGE)

        first, second = asyncio.run(refused())
        self.assertIsInstance(first, Rejected)
        self.assertEqual(second, PAGE)

    def test_it_tells_requests_apart_by_all_that_can_change_their_answer(self) -> None:
        plain = key_of(scope(host="a.example"))
        self.assertEqual(plain, key_of(scope(host="a.example", user_agent="x", referer="https://b.example/")))
        self.assertEqual(plain, key_of(scope(host="a.example", x_forwarded_for="203.0.113.7", x_real_port="5011")))
        for other in (
            scope(host="b.example"),
            scope("/un/", host="a.example"),
            scope(method="HEAD", host="a.example"),
            scope(host="a.example", accept_encoding="gzip"),
            scope(host="a.example", if_none_match='"1"'),
            scope(host="a.example", range="bytes=0-1"),
            scope(host="a.example", x_forwarded_proto="http"),
        ):
            self.assertNotEqual(key_of(other), plain)
        for own in (scope(cookie="sessionid=1"), scope(authorization="Basic x"), scope(method="POST")):
            self.assertIsNone(key_of(own))
