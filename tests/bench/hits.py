"""What a page from the page cache costs beside the same bytes as a file of nginx: `python -m tests.bench.hits`.

The server runs on one core, the load (wrk) on another, each in turn; what is compared is requests a second in one run.
Needs nginx and wrk (Debian's packages); Varnish is measured where it is installed.
"""

import http.client
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.hostile.site import SITE, served
from tests.living.processes import free_port
from tests.newsroom.pagecache.edges.varnishd import MISSING, varnish

SECONDS, CONNECTIONS = 6, 16
NGINX = """
daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 512; }}
http {{ access_log off; keepalive_requests 1000000; sendfile on; tcp_nopush on; open_file_cache max=100;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder}; uwsgi_temp_path {folder};
  scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{port}; root {folder}; default_type text/html; add_header Content-Encoding gzip; }} }}
"""


def load(url: str) -> float:
    """Return the requests a second that a server answers with 200."""
    command = ["taskset", "-c", "1", "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{SECONDS}s", "-H", f"Host: {SITE}"]
    run = subprocess.run([*command, "-H", "Accept-Encoding: gzip", url], capture_output=True, text=True, check=True)
    assert "Non-2xx" not in run.stdout, run.stdout
    found = re.search(r"Requests/sec:\s+([\d.]+)", run.stdout)
    assert found, run.stdout
    return float(found[1])


def page(port: int) -> bytes:
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    line.request("GET", "/", headers={"Host": SITE, "Accept-Encoding": "gzip"})
    answer = line.getresponse()
    assert answer.status == 200
    return answer.read()


def main() -> int:
    missing = [name for name in ("nginx", "wrk", "taskset") if shutil.which(name) is None]
    if missing:
        sys.stderr.write(f"Not measured: {', '.join(missing)} is not installed.\n")
        return 0
    results: dict[str, float] = {}
    with served() as site:
        subprocess.run(["taskset", "-a", "-cp", "0", str(site.pid)], check=True, capture_output=True)
        for child in _children(site.pid):
            subprocess.run(["taskset", "-a", "-cp", "0", str(child)], check=True, capture_output=True)
        bytes_of_page = page(site.port)
        results["newsroom, from the page cache"] = load(f"http://127.0.0.1:{site.port}/")
    with served(NEWSROOM_PAGE_CACHE_BYTES="0") as site:
        for child in (site.pid, *_children(site.pid)):
            subprocess.run(["taskset", "-a", "-cp", "0", str(child)], check=True, capture_output=True)
        page(site.port)
        results["newsroom, rendered each time"] = load(f"http://127.0.0.1:{site.port}/")
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        Path(folder, "index.html").write_bytes(bytes_of_page)
        Path(folder).chmod(0o755)
        conf = Path(folder, "nginx.conf")
        conf.write_text(NGINX.format(folder=folder, port=port), encoding="utf-8")
        nginx = subprocess.Popen(["taskset", "-c", "0", "nginx", "-c", str(conf)], stderr=subprocess.DEVNULL)
        try:
            for _try in range(100):
                try:
                    assert page(port) == bytes_of_page
                    break
                except OSError:
                    continue
            results["nginx, the same bytes as a file"] = load(f"http://127.0.0.1:{port}/index.html")
        finally:
            nginx.terminate()
            nginx.wait()
    if MISSING:
        sys.stderr.write(f"Varnish is not measured: {MISSING}.\n")
    else:
        on_core = ("taskset", "-c", "0")
        with served(NEWSROOM_EDGES="varnish://127.0.0.1:6083") as site, varnish(site.port, command=on_core) as edge:
            kept = [edge.ask("/", host=SITE, Accept_Encoding="gzip") for _time in range(2)][1]
            assert (kept.status, kept.is_hit) == (200, True)
            results["Varnish, a page that it kept"] = load(f"http://127.0.0.1:{edge.port}/")
    table = Table("server, on one core", "requests a second", "to nginx")
    for name, rate in results.items():
        table.add_row(name, f"{rate:,.0f}", f"{rate / results['nginx, the same bytes as a file']:.2f}")
    Console().print(table)
    Console().print(f"{len(bytes_of_page):,} bytes a page, {CONNECTIONS} connections, {SECONDS} s each.")
    return 0


def _children(pid: int) -> list[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return [int(child) for child in found] + [deeper for child in found for deeper in _children(int(child))]


if __name__ == "__main__":
    sys.exit(main())
