"""The servers that are compared: each one process on one core, all of them up at once, one asked at a time."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.bench.peers import content
from tests.bench.peers.environment import variables
from tests.living.processes import ROOT, free_port, running, wait_until

SERVER_CORE, LOAD_CORE = 0, 1
CONNECTIONS, SECONDS = 32, 4
OPTIONS = ["--host", "127.0.0.1", "--workers", "1", "--http", "1", "--no-ws", "--log-level", "warning"]
# As `manage.py serve` starts it.
OUR_SERVER = ["-m", "newsroom.server.process", *OPTIONS, "--interface", "asgi"]
OUR_SERVER += ["--backlog", "2048", "--backpressure", "4096"]
GRANIAN_WSGI = ["-m", "granian", *OPTIONS, "--interface", "wsgi", "--blocking-threads", "1"]
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 1000000; sendfile on; tcp_nopush on; root {folder};
  default_type text/html; add_header Content-Encoding gzip;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; }}
  server {{ listen 127.0.0.1:{cached_port}; open_file_cache max=100; }} }}
"""


@dataclass(frozen=True)
class Rate:
    """Requests a second: of the clock, and of the processor's time that the server took for them."""

    clock: float
    cpu: float


@dataclass(frozen=True)
class Server:
    """A server that is up, and the addresses to ask it for: one where it has the page stored, many where it renders."""

    name: str
    port: int
    paths: list[str]
    pid: int

    def load(self, folder: Path) -> Rate:
        """Return how many requests it answers with 200, asked by CONNECTIONS clients at once."""
        script = folder / "paths.lua"
        listed = ", ".join(f'"{path}"' for path in self.paths)
        script.write_text(
            f"local paths, n = {{{listed}}}, 0\n"
            'request = function() n = n + 1; return wrk.format("GET", paths[n % #paths + 1]) end\n',
            encoding="utf-8",
        )
        command = ["taskset", "-c", str(LOAD_CORE), "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s"]
        command += ["--timeout", "20s", "-H", f"Host: {content.SITE[1]}", "-H", "Accept-Encoding: gzip"]
        command += ["-s", str(script), f"http://127.0.0.1:{self.port}/"]
        before = cpu_seconds(self.pid)
        run = subprocess.run(command, capture_output=True, text=True, check=True)
        used = cpu_seconds(self.pid) - before
        assert "Non-2xx" not in run.stdout, (self.name, run.stdout)
        number, rate = re.search(r"(\d+) requests in", run.stdout), re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)
        assert number and rate, run.stdout
        return Rate(float(rate[1]), int(number[1]) / used)


class Line:
    """A connection to a server that is kept, with as little of a client as there can be."""

    def __init__(self, server: Server):
        self.server, self.turn = server, 0
        self.socket = socket.create_connection(("127.0.0.1", server.port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self) -> tuple[float, bytes]:
        """Return the milliseconds of one page, and its body. Raises OSError, AssertionError for what is no page."""
        path = self.server.paths[self.turn % len(self.server.paths)]
        self.turn += 1
        request = f"GET {path} HTTP/1.1\r\nHost: {content.SITE[1]}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        begun = time.perf_counter()
        self.socket.sendall(request)
        data = b""
        while b"\r\n\r\n" not in data:
            data += self._more()
        head, _end, body = data.partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        assert head.startswith(b"HTTP/1.1 200"), (self.server.name, head[:200])
        while len(body) < int(length[1]) if length else not body.endswith(b"\r\n0\r\n\r\n"):
            body += self._more()
        return (time.perf_counter() - begun) * 1000, body

    def _more(self) -> bytes:
        if not (chunk := self.socket.recv(1 << 20)):
            raise OSError(f"{self.server.name} closed the connection")
        return chunk


def cpu_seconds(pid: int) -> float:
    """Return the processor's seconds that a process and all that it started have taken (proc_pid_stat(5))."""
    parents, ticks = {}, {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:  # it has ended
            continue
        number = int(path.parent.name)
        parents[number], ticks[number] = int(fields[1]), int(fields[11]) + int(fields[12])

    def is_its_own(number: int) -> bool:
        while number not in (0, pid):
            number = parents.get(number, 0)
        return number == pid

    return sum(spent for number, spent in ticks.items() if is_its_own(number)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Start processes on one core: they inherit it."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


@contextmanager
def all_of_them(ours: Path, wagtail: Path, interpreter: Path | None) -> Iterator[list[Server]]:
    """Start every server, and end them with the context; the last is the nginx that others are measured by.

    `ours`, `wagtail`: folders of data; `interpreter`: Wagtail's, or None where it could not be installed.
    """
    rendered = [content.path(n) for n in content.measured()]
    stored = rendered[-1:]
    with ExitStack() as stack:
        servers: list[Server] = []

        def newsroom(name: str, paths: list[str], **environment: str) -> Server:
            port, database = free_port(), f"sqlite:///{ours}/newsroom.sqlite3"
            own = {"NEWSROOM_DEMO": "1", "NEWSROOM_VAR": str(ours), "NEWSROOM_PORT": str(port), **environment}
            with on_core(SERVER_CORE):
                process = stack.enter_context(running(database, "serve", "--port", str(port), **own))
            return _up(Server(name, port, paths, process.pid), servers)

        def started(name: str, paths: list[str], port: int, command: list[str], environment: dict[str, str]) -> Server:
            with on_core(SERVER_CORE):
                pid = stack.enter_context(_process(command, environment))
            return _up(Server(name, port, paths, pid), servers)

        page = Line(newsroom("Newsroom, a hit of its page cache", stored)).ask()[1]
        newsroom("Newsroom, page cache off", rendered, NEWSROOM_PAGE_CACHE_BYTES="0")
        folder = Path(stack.enter_context(_readable_folder()))
        (folder / "page.html").write_bytes(page)
        port = free_port()
        command = [sys.executable, *OUR_SERVER, "--port", str(port), "tests.bench.peers.bare:application"]
        started("bare ASGI application, same server", stored, port, command,
                {**os.environ, "BENCH_BODY": str(folder / "page.html")})  # fmt: skip
        if interpreter:
            for name, paths, cached in (("Wagtail", rendered, "0"), ("Wagtail, a hit of its own cache", stored, "1")):
                port = free_port()
                command = [str(interpreter), *GRANIAN_WSGI, "--port", str(port), "wagtail_site.wsgi:application"]
                started(name, paths, port, command, variables(wagtail, PEER_CACHE=cached))
        port, cached_port = free_port(), free_port()
        configuration = NGINX.format(folder=folder, port=port, cached_port=cached_port)
        (folder / "nginx.conf").write_text(configuration, encoding="utf-8")
        nginx = started("nginx, the same with open_file_cache", ["/page.html"], cached_port,
                        ["nginx", "-c", str(folder / "nginx.conf")], dict(os.environ))  # fmt: skip
        _up(Server("nginx, the same bytes as a file", port, ["/page.html"], nginx.pid), servers)
        yield servers


@contextmanager
def _readable_folder() -> Iterator[str]:
    """A folder that nginx's worker, which is another user where it is started by root, can read."""
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as name:
        Path(name).chmod(0o755)
        yield name


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _up(server: Server, servers: list[Server]) -> Server:
    """Wait until a server answers with its page, note it among the others and return it."""

    def answers() -> bool:
        try:
            line = Line(server)
            with closing(line.socket):
                return bool(line.ask()[1])
        except OSError:
            return False

    wait_until(answers, 90, server.name)
    servers.append(server)
    return server
