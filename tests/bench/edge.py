"""What a page that nginx keeps costs beside the same bytes as a file of nginx: `python -m tests.bench.edge`.

One nginx with deploy/nginx.conf, one worker process on one core, the load (wrk) on another; each in turn, some times.
Both are given without open_file_cache, which would keep pages that were taken away; the file with it is measured too.
Compared are requests a second, and the processor's time of the worker for a request, which other load disturbs less.
"""

import gzip
import http.client
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.living.nginx import NGINX, configuration
from tests.living.processes import free_port, wait_until

SECONDS, CONNECTIONS, ROUNDS, TICKS = 4, 16, 3, 100
BYTES = 20_000  # of the page before it is compressed
PAGE, FILE, CACHED_FILE = "kept by nginx", "a file of nginx", "a file, with open_file_cache"


class Page(BaseHTTPRequestHandler):
    """The page that nginx keeps."""

    protocol_version = "HTTP/1.1"
    body = gzip.compress(b"".join(b"<p>%d</p>" % (n * 7_919) for n in range(BYTES // 12)))

    def do_GET(self) -> None:
        self.send_response(200)
        fields = {
            "Content-Type": "text/html; charset=utf-8", "Content-Encoding": "gzip", "Vary": "Accept-Encoding",
            "Content-Length": str(len(self.body)), "Cache-Control": "no-cache", "ETag": '"0123456789abcdef"',
            "X-Accel-Expires": f"@{int(time.time()) + 3_600}",
        }  # fmt: skip
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: object) -> None:
        pass


def load(url: str, worker: int) -> tuple[float, float]:
    """Return requests a second, and microseconds of the worker's time for one."""
    before = processor_ticks(worker)
    command = [
        "taskset",
        "-c",
        "1",
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{SECONDS}s",
        "-H",
        "Accept-Encoding: gzip",
        url,
    ]
    run = subprocess.run([*command, "-H", "Host: example.org"], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in run.stdout, run.stdout
    count, rate = re.search(r"(\d+) requests in", run.stdout), re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)
    assert count and rate, run.stdout
    return float(rate[1]), (processor_ticks(worker) - before) / TICKS * 1e6 / int(count[1])


def processor_ticks(process: int) -> int:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # utime and stime (proc(5))


def worker_of(master: int) -> int:
    for child in Path(f"/proc/{master}/task/{master}/children").read_text().split():
        if b"worker process" in Path(f"/proc/{child}/cmdline").read_bytes():
            return int(child)
    raise LookupError("nginx has no worker process")


def is_hit(port: int) -> bool:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        line.request("GET", "/page/", headers={"Host": "example.org", "Accept-Encoding": "gzip"})
        return line.getresponse().headers["X-Edge"] == "HIT"
    except OSError:
        return False
    finally:
        line.close()


def main() -> int:
    missing = [name for name in ("wrk", "taskset") if shutil.which(name) is None] + ([] if NGINX else ["nginx"])
    if missing:
        sys.stderr.write(f"Not measured: {', '.join(missing)} is not installed.\n")
        return 0
    upstream = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    found: dict[str, list[tuple[float, float]]] = {PAGE: [], FILE: [], CACHED_FILE: []}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for part in ("t", "edge/pages", "files"):
            (folder / part).mkdir(parents=True)
        (folder / "files" / "page.html").write_bytes(Page.body)
        port, file_port, cached_port = free_port(), free_port(), free_port()
        text = configuration(folder, port, [upstream.server_address[1]], var=folder, edge=folder / "edge")
        served = f"root {folder}/files; default_type text/html; add_header Content-Encoding gzip; "
        served += "sendfile on; tcp_nopush on;"
        text = text.replace("worker_processes 2", "worker_processes 1").rstrip().removesuffix("}")
        text += f"server {{ listen 127.0.0.1:{file_port}; {served} }}\n"
        text += f"server {{ listen 127.0.0.1:{cached_port}; {served} open_file_cache max=100; }}\n}}\n"
        (folder / "nginx.conf").write_text(text, encoding="utf-8")
        nginx = subprocess.Popen(["taskset", "-c", "0", NGINX, "-c", str(folder / "nginx.conf")])
        try:
            wait_until(lambda: is_hit(port), 20, "nginx keeps the page")
            worker = worker_of(nginx.pid)
            for _round in range(ROUNDS):
                for what, url in (
                    (PAGE, f"http://127.0.0.1:{port}/page/"), (FILE, f"http://127.0.0.1:{file_port}/page.html"),
                    (CACHED_FILE, f"http://127.0.0.1:{cached_port}/page.html"),
                ):  # fmt: skip
                    found[what].append(load(url, worker))
        finally:
            nginx.terminate()
            nginx.wait()
    table = Table("nginx, one worker", "requests a second", "to the file", "µs of its time", "the file's to it")
    median = {what: [statistics.median(values) for values in zip(*runs, strict=True)] for what, runs in found.items()}
    for what, (rate, cost) in median.items():
        table.add_row(
            what, f"{rate:,.0f}", f"{rate / median[FILE][0]:.2f}", f"{cost:.1f}", f"{median[FILE][1] / cost:.2f}"
        )
    Console(width=110).print(table)
    Console().print(
        f"{len(Page.body):,} bytes, {CONNECTIONS} connections, median of {ROUNDS} runs of {SECONDS} s each."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
