"""The command that starts the server, once the deployment checks pass."""

import hashlib
import os
import resource
import subprocess
import sys
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.checks import ERROR, Tags, run_checks
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

MAX_THREADS = 64
# What one process holds at once. A connection that waits costs no thread (newsroom/server), only its file and buffers.
MAX_CONNECTIONS = 4096
HEAD_BYTES = 32 * 1024  # of a request: its first line and all headers; more is answered with 431
HEAD_SECONDS = 10  # for a request's head, and for the next one on a connection that is kept open


class Command(BaseCommand):
    help = (
        "Starts the sites and the desk. Runs the deployment checks first and refuses, saying what to set, when one "
        "fails (in demo or debug mode they are left out)."
    )
    requires_system_checks = []  # run below, the deployment's among them

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (8000)")
        parser.add_argument("--workers", type=int, default=1, help="processes (1)")
        parser.add_argument(
            "--threads",
            type=int,
            default=settings.SERVER_THREADS,
            help="threads a process that run Django, in each of its three lanes (NEWSROOM_THREADS, or 2)",
        )
        parser.add_argument(
            "--expose-demo",
            action="store_true",
            help="let other machines reach a server in demo or debug mode, whose passwords everybody knows",
        )
        parser.add_argument(
            "--with-worker", action="store_true", help="start a worker beside it, which ends when the server does"
        )

    def handle(
        self,
        *args: Any,
        host: str,
        port: int,
        workers: int,
        threads: int,
        with_worker: bool,
        expose_demo: bool,
        **options: Any,
    ) -> None:
        if settings.PLAYGROUND and not expose_demo and not _is_loopback(host):
            raise CommandError(
                f"Demo or debug mode is for this machine, and {host} can be reached by others: unset NEWSROOM_DEMO and "
                "NEWSROOM_DEBUG, or add --expose-demo."
            )
        if not 1 <= threads <= MAX_THREADS or workers < 1:
            raise CommandError("--workers and --threads are at least 1, --threads at most 64.")
        if not settings.PLAYGROUND:
            self._refuse_unless_checks_pass()
        call_command("migrate", "--check", verbosity=0)
        if not settings.DEBUG:
            self._collect_static()
        if with_worker:  # its parent stays this process, which becomes the server
            # Not manage.py, which an installed wheel does not have.
            subprocess.Popen([sys.executable, "-m", "django", "worker", "--stop-with-parent"])
        self._allow_files(MAX_CONNECTIONS + 256)
        os.environ["NEWSROOM_THREADS"] = str(threads)
        command = [sys.executable, "-m", "newsroom.server.process", "--interface", "asgi"]
        command += ["--host", host, "--port", str(port), "--workers", str(workers)]
        command += ["--http", "1", "--no-ws", "--log-level", "warning"]
        command += ["--backlog", "2048", "--backpressure", str(MAX_CONNECTIONS)]
        command += ["--http1-buffer-size", str(HEAD_BYTES), "--http1-header-read-timeout", str(HEAD_SECONDS * 1000)]
        os.execv(sys.executable, [*command, "newsroom.asgi:application"])  # noqa: S606 (our own arguments, no shell)

    def _allow_files(self, files: int) -> None:
        """Raise how many files this process may have open, which the server inherits, as far as the system lets it."""
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        if soft != resource.RLIM_INFINITY and soft < files:
            limit = files if hard == resource.RLIM_INFINITY else min(files, hard)
            resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))

    def _collect_static(self) -> None:
        """Collect and compress static files if any has changed since the last start: it takes some seconds."""
        sources = sorted(
            f"{name} {source.stat().st_mtime_ns} {source.stat().st_size}"
            for finder in get_finders()
            for name, storage in finder.list(["CVS", ".*", "*~"])
            if (source := Path(storage.path(name)))
        )
        fingerprint = hashlib.sha256("\n".join(sources).encode()).hexdigest()
        stored = Path(settings.STATIC_ROOT) / ".fingerprint"
        if stored.is_file() and stored.read_text() == fingerprint:
            return
        call_command("collectstatic", interactive=False, verbosity=0)
        stored.write_text(fingerprint)

    def _refuse_unless_checks_pass(self) -> None:
        findings = run_checks(include_deployment_checks=True)
        findings += run_checks(tags=[Tags.database], include_deployment_checks=True, databases=["default"])
        findings = [message for message in findings if not message.is_silenced()]
        for message in findings:
            self.stderr.write(str(message))
        if any(message.level >= ERROR for message in findings):
            raise CommandError("Not started: mend what is named above, then start again.")


def _is_loopback(host: str) -> bool:
    """Whether nothing but this machine can connect to an address to listen on."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
