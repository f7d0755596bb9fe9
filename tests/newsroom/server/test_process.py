"""The server's process: what is answered at once never gets to the event loop, all else does."""

import asyncio
import http.client
import subprocess
import sys
import threading
from contextlib import closing
from typing import Any
from unittest import TestCase

import pytest

from newsroom.server.process import Loop
from tests.living.processes import ROOT, Reader, free_port, wait_until


class LoopTests(TestCase):
    def setUp(self) -> None:
        self.loop, self.said = Loop(), list[str]()
        self.addCleanup(self.loop.close)
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()

    def ended(self) -> list[str]:
        """What was said, once the loop has done all that it was given."""
        self.loop.call_soon_threadsafe(self.loop.call_later, 0.05, self.loop.stop)
        self.thread.join(10)
        return self.said

    def say(self, what: str) -> None:
        self.said.append(f"{what} in the {'loop' if threading.current_thread() is self.thread else 'thread'}")

    def hand_over(self, request: Any) -> None:
        """As granian does it."""
        self.loop.call_soon_threadsafe(lambda request, _watcher: self.loop.create_task(request), request, "watcher")

    def test_a_request_that_is_answered_at_once_is_answered_in_the_thread_that_read_it(self) -> None:
        async def request() -> None:
            self.say("answered")

        self.hand_over(request())
        self.assertEqual(self.said, ["answered in the thread"])
        self.assertEqual(self.ended(), ["answered in the thread"])

    def test_one_that_waits_goes_on_in_the_loop(self) -> None:
        async def request() -> None:
            self.say("begun")
            await asyncio.sleep(0)
            self.say("waited")
            await asyncio.sleep(0.01)
            self.say("answered")

        self.hand_over(request())
        self.assertEqual(self.ended(), ["begun in the thread", "waited in the loop", "answered in the loop"])

    def test_what_else_is_handed_to_the_loop_is_called_there(self) -> None:
        self.loop.call_soon_threadsafe(self.say, "called")

        async def later() -> None:
            self.say("run")

        asyncio.run_coroutine_threadsafe(later(), self.loop)
        self.assertEqual(self.ended(), ["called in the loop", "run in the loop"])


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer with the threads that began and ended the request: /at-once/ at once, any other path after a moment."""
    if scope["type"] != "http":
        raise NotImplementedError
    threads = [threading.current_thread() is threading.main_thread()]
    if scope["path"] != "/at-once/":
        await asyncio.sleep(0)
        await asyncio.sleep(0.01)
    threads.append(threading.current_thread() is threading.main_thread())
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    await send({"type": "http.response.body", "body": repr(threads).encode()})


@pytest.mark.server
class GranianTests(TestCase):
    """Granian as it is installed hands over what the loop takes for a request."""

    def test_it_answers_at_once_outside_the_loop_and_later_in_it(self) -> None:
        port = free_port()
        command = [sys.executable, "-m", "newsroom.server.process", "--interface", "asgi", "--port", str(port)]
        with subprocess.Popen([*command, "--log-level", "error", f"{__name__}:application"], cwd=ROOT) as server:
            self.addCleanup(server.kill)
            reader = Reader(port, "localhost")
            wait_until(lambda: reader.read("/")[0] == 200, 60, "the server answers")
            self.assertEqual(reader.read("/at-once/"), (200, "[False, False]"))
            self.assertEqual(reader.read("/later/"), (200, "[False, True]"))
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as line:
                for path in ("/at-once/", "/later/", "/at-once/"):  # one after the other, over one connection
                    line.request("GET", path)
                    self.assertEqual(line.getresponse().read(), b"[False, %s]" % str(path == "/later/").encode())
            server.terminate()
            self.assertEqual(server.wait(20), 0)
