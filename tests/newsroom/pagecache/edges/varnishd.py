"""A real Varnish with deploy/varnish.vcl, on ports of its own."""

import http.client
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.living.processes import ROOT, free_port, wait_until

PROGRAM = shutil.which("varnishd") or shutil.which("varnishd", path="/usr/sbin:/usr/local/sbin")
MISSING = "varnishd is not installed (Debian: varnish, varnish-modules)" if PROGRAM is None else ""


@dataclass(frozen=True)
class Answer:
    """What a reader got. Names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def is_hit(self) -> bool:
        """Whether it was kept: Varnish names then, beside the request, the one that it was fetched for."""
        return len(self.headers.get("x-varnish", "").split()) == 2


@dataclass(frozen=True)
class RunningVarnish:
    """Its ports for readers and for purges, and the folder of its log."""

    port: int
    purges: int
    folder: str

    def ask(self, path: str, host: str = "kg.example", method: str = "GET", **headers: str) -> Answer:
        return ask(self.port, path, host, method, **headers)

    def purge(self, *tags: str) -> Answer:
        return ask(self.purges, "/", "localhost", "PURGE", xkey=" ".join(tags))

    def seconds_kept(self, path: str) -> int:
        """Return for how long it keeps what it fetched last for a path, as its log says."""
        asked = ["varnishlog", "-n", self.folder, "-d", "-g", "request", "-q", f'BereqURL eq "{path}"', "-i", "TTL"]
        log = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
        return int(["-1", *re.findall(r"TTL +VCL (\d+)", log)][-1])  # -1: the log does not say so yet

    def raw(self, sent: bytes) -> bytes:
        """Return all that comes back for these bytes."""
        with closing(socket.create_connection(("127.0.0.1", self.port), timeout=10)) as line:
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            received = b""
            while part := line.recv(65536):
                received += part
            return received


def ask(port: int, path: str, host: str, method: str = "GET", **headers: str) -> Answer:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        line.request(method, path, headers={"Host": host, **names})
        answer = line.getresponse()
        return Answer(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
    finally:
        line.close()


@contextmanager
def varnish(backend: int, *, command: tuple[str, ...] = (), port: int = 0) -> Iterator[RunningVarnish]:
    """Run Varnish in front of what listens at `backend`. `command`: what runs the program (taskset, say)."""
    assert PROGRAM is not None
    port, purges = port or free_port(), free_port()
    with tempfile.TemporaryDirectory(prefix="newsroom-varnish-") as folder:
        vcl = (ROOT / "deploy/varnish.vcl").read_text(encoding="utf-8")
        assert vcl.count('.port = "8000";') == 1
        config = Path(folder, "varnish.vcl")
        config.write_text(vcl.replace('.port = "8000";', f'.port = "{backend}";'), encoding="utf-8")
        Path(folder).chmod(0o755)
        listening = ["-a", f"readers=127.0.0.1:{port}", "-a", f"purge=127.0.0.1:{purges}"]
        own = ["-F", "-j", "none", "-n", f"{folder}/run", "-f", str(config), "-s", "malloc,64m"]
        process = subprocess.Popen(
            [*command, PROGRAM, *own, *listening],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            wait_until(lambda: _answers(purges), 60, "a Varnish that answers")
            yield RunningVarnish(port, purges, f"{folder}/run")
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            process.kill()
            process.wait()


def _answers(port: int) -> bool:
    with suppress(OSError, http.client.HTTPException):
        return ask(port, "/", "localhost").status == 400
    return False
