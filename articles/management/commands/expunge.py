"""Finishes what an expunging could not finish by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions import expunging
from articles.models import Expunging


class Command(BaseCommand):
    help = (
        "Finishes expungings: deletes the files that are still to go, and makes the database's own files forget. What "
        "to expunge is said at the desk, by a publisher. Exits with 1 while something is unfinished."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what is unfinished, nothing else")
        parser.add_argument(
            "--patience", type=float, default=60, help="seconds to wait for readers to let go (default: 60)"
        )

    def handle(self, *args: Any, dry_run: bool, patience: float, **options: Any) -> None:
        unfinished = list(Expunging.objects.filter(finished_at=None))
        if not unfinished:
            self.stdout.write("Nothing is unfinished.")
            return
        for act in unfinished:
            self.stdout.write(f"{act.at:%Y-%m-%d %H:%M} {act}: {len(act.files)} files to delete")
        if dry_run:
            return
        if expunging.finish_pending(patience):
            raise CommandError("Somebody is still reading the database: run this again.")
        self.stdout.write(self.style.SUCCESS("Finished."))
