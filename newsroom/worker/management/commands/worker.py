"""The command that runs the worker: side effects and recurring jobs. Readers never wait for it."""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser

from newsroom.worker.process import WorkerProcess


class Command(BaseCommand):
    help = (
        "Runs the task queue and the recurring jobs until it is stopped (once: after the task at hand; twice: at once)."
        " Start as many as you like, on as many hosts: a job runs once. What readers see never depends on it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--stop-with-parent", action="store_true", help="end when the process that started this one is gone"
        )

    def handle(self, *args: Any, stop_with_parent: bool, **options: Any) -> None:
        call_command("migrate", "--check", verbosity=0)
        WorkerProcess().run_until_stopped(with_parent=stop_with_parent)
