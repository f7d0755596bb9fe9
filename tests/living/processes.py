"""Our processes, started as an operator would start them, on a database of the tests."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]


def start(database: str, *command: str, **environment: str) -> "subprocess.Popen[bytes]":
    """Start `manage.py …` in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, **environment},
        stdout=subprocess.DEVNULL,
        stderr=sys.stderr,
        start_new_session=True,
    )


@contextmanager
def running(database: str, *command: str, **environment: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Start the same, and end it with the context."""
    process = start(database, *command, **environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(20)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # whatever it left behind


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Reader:
    """A client that reloads pages again and again."""

    def __init__(self, port: int, host: str):
        self.port, self.host = port, host

    def read(self, path: str) -> tuple[int, str]:
        """Return status and text of a page; 0 while nothing answers."""
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            line.request("GET", path, headers={"Host": self.host})
            answer = line.getresponse()
            return answer.status, answer.read().decode()
        except OSError:
            return 0, ""
        finally:
            line.close()


def wait_until(is_so: Callable[[], bool], seconds: float, what: str) -> float:
    """Wait until something is so; return the seconds that took. Raises TimeoutError."""
    begun = time.monotonic()
    while not is_so():
        if time.monotonic() - begun > seconds:
            raise TimeoutError(f"not within {seconds} s: {what}")
        time.sleep(0.01)
    return time.monotonic() - begun
