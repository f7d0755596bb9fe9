"""The world outside: a partner's site and a mail server on loopback, in a process of their own.

They have threads, and the process that forks what is killed must have none.
"""

import multiprocessing
import socketserver
import threading
import time
from concurrent.futures import Future
from multiprocessing.connection import Connection
from typing import Any, Self

from django.conf import settings

from tests.newsroom.worker.smtp import Dialogue
from tests.strangers import Page, strangers


class Outside:
    """Runs both servers until the context ends."""

    def __enter__(self) -> Self:
        context = multiprocessing.get_context("fork")
        self._channel, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True)
        self._process.start()
        self.mail_port, self.site = self._channel.recv()
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.terminate()
        self._process.join()

    def publish(self, pages: dict[str, Page]) -> None:
        """Have the partner's site answer so at these paths."""
        self._channel.send(pages)
        self._channel.recv()

    def empty(self) -> None:
        """Forget the mails that were received."""
        self._channel.send("empty")
        self._channel.recv()

    def mails(self) -> int:
        """Return how many whole mails were received since; a mail that is being received is waited for."""
        self._channel.send("mails")
        return int(self._channel.recv())


class _Counted(Dialogue):
    """A dialogue that counts as open until it is over."""

    def handle(self) -> None:
        self.server.open_dialogues.append(self)
        try:
            super().handle()
        except ConnectionError:
            pass  # its client was killed
        finally:
            self.server.open_dialogues.remove(self)


def _serve(channel: Connection) -> None:
    with strangers() as site, socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Counted) as server:
        post_office: Any = server
        post_office.daemon_threads = True
        post_office.answers, post_office.received, post_office.open_dialogues = {}, [], []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        channel.send((server.server_address[1], site.origin))
        while True:
            question = channel.recv()
            if isinstance(question, dict):
                site.pages = question
            while post_office.open_dialogues:
                time.sleep(0.002)
            if question == "empty":
                post_office.received.clear()
            channel.send(len(post_office.received))


class Here:
    """In the place of `Confined`: calls in this process.

    What parses and renders in a process of its own touches neither database nor storage; starting one takes longer than
    all the rest of a walk.
    """

    def __init__(self, *limits: Any) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def submit(self, function: Any, *arguments: Any) -> "Future[Any]":
        done: Future[Any] = Future()
        try:
            done.set_result(function(*arguments))
        except Exception as error:
            done.set_exception(error)
        return done

    def stop(self) -> None:
        pass


def mail_settings(outside: Outside) -> dict[str, Any]:
    """Return the settings by which mails go to the server, and feeds may be fetched from the site."""
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": outside.mail_port,
        "EMAIL_TIMEOUT": 5,
        "FETCH_ALLOWED_HOSTS": [*settings.FETCH_ALLOWED_HOSTS, "127.0.0.1"],
    }
