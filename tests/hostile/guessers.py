"""Clients that guess at passwords, each from addresses of its own behind a proxy that the site trusts."""

import http.client
import itertools
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

DESK = "localhost"
TOKEN = "a" * 32  # CSRF's cookie and field are compared with each other: any pair of equals does
PROXY = {"NEWSROOM_TRUSTED_PROXIES": "127.0.0.1"}  # settings of a site that is guessed at


class Guesser:
    """A kept connection that posts names and passwords to the sign-in page, and counts the answers."""

    def __init__(self, port: int):
        self.port = port
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.answers: Counter[int] = Counter()

    def close(self) -> None:
        self.connection.close()

    def guess(self, name: str, password: str, address: str) -> int:
        """Return the status of a try: 302 for whoever gets in, 200 or 429 for a refusal, 503 for a busy house."""
        body = urlencode({"login": name, "password": password, "csrfmiddlewaretoken": TOKEN})
        headers = {
            "Host": f"{DESK}:{self.port}",
            "Cookie": f"csrftoken={TOKEN}",
            "X-Forwarded-For": address,
            "Content-Type": "application/x-www-form-urlencoded",
        }
        try:
            status = self._post(body, headers)
        except (http.client.HTTPException, OSError):  # the server ends a connection that was idle for a while
            self.connection.close()
            status = self._post(body, headers)
        self.answers[status] += 1
        return status

    def _post(self, body: str, headers: dict[str, str]) -> int:
        self.connection.request("POST", "/admin/login/", body, headers)
        answer = self.connection.getresponse()
        answer.read()
        return answer.status


@contextmanager
def guessers(port: int, count: int) -> Iterator[list[Guesser]]:
    """Have `count` of them guess within the context, each time at another name from another address: all are hashed."""
    ended, numbers, found = threading.Event(), itertools.count(), [Guesser(port) for _ in range(count)]

    def run(guesser: Guesser) -> None:
        while not ended.is_set():
            number = next(numbers)
            guesser.guess(f"personne-{number}", "faux", f"198.18.{number // 250 % 250}.{number % 250 + 1}")

    threads = [threading.Thread(target=run, args=[guesser], daemon=True) for guesser in found]
    for thread in threads:
        thread.start()
    try:
        yield found
    finally:
        ended.set()
        for thread in threads:
            thread.join(60)
        for guesser in found:
            guesser.close()
