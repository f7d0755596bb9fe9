"""A real nginx with deploy/nginx.conf, but for TLS, limits, ports and folders."""

import http.client
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from tests.living.processes import ROOT, free_port, wait_until

NGINX = shutil.which("nginx") or (shutil.which("nginx", path="/usr/sbin") or "")
CONFIGURATION = ROOT / "deploy" / "nginx.conf"
AROUND = """
daemon off; user root; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; keepalive_requests 1000000; default_type application/octet-stream;
  client_body_temp_path {folder}/t; proxy_temp_path {folder}/t; fastcgi_temp_path {folder}/t;
  uwsgi_temp_path {folder}/t; scgi_temp_path {folder}/t;
  types {{ text/css css; text/javascript js; }}
{inside}
}}
"""


def configuration(folder: Path, port: int, servers: Sequence[int], *, var: Path, edge: Path) -> str:
    """Return the configuration that we hand out, for this machine: without TLS and limits."""
    text = CONFIGURATION.read_text(encoding="utf-8")
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"^ *(ssl_|limit_|listen \[).*\n", "", text, flags=re.MULTILINE)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};").replace("server_name ", "server_name _ ")
    text = text.replace("server 127.0.0.1:8000;", " ".join(f"server 127.0.0.1:{server};" for server in servers))
    text = text.replace("/var/lib/newsroom", str(var)).replace("/var/cache/newsroom", str(edge))
    return AROUND.format(folder=folder, inside=text)


@contextmanager
def nginx_before(
    servers: Sequence[int], folder: Path, *, var: Path, edge: Path
) -> Iterator[tuple[int, "subprocess.Popen[bytes]"]]:
    """Start nginx in front of servers, by their ports. Yield its port and process. `folder` is its own."""
    port, file = free_port(), folder / "nginx.conf"
    (folder / "t").mkdir(parents=True, exist_ok=True)
    (edge / "pages").mkdir(parents=True, exist_ok=True)
    file.write_text(configuration(folder, port, servers, var=var, edge=edge), encoding="utf-8")
    process = subprocess.Popen([NGINX, "-c", str(file)], stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: _answers(port), 20, "nginx answers")
        yield port, process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def _answers(port: int) -> bool:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line, suppress(OSError):
        line.request("GET", "/healthz", headers={"Host": "localhost"})
        return line.getresponse().status > 0
    return False
