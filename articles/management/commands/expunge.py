"""The command that finishes expungings which could not finish by themselves."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles.actions import expunging
from articles.models import Expunging


class Command(BaseCommand):
    help = (
        "Finishes expungings: deletes the files that are left, and removes the expunged text from the database's own "
        "files. A publisher chooses at the desk what to expunge. Exits with 1 if something is still unfinished."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what is unfinished, and change nothing")
        parser.add_argument(
            "--patience",
            type=float,
            default=60,
            help="seconds to wait for other connections (default: 60)",
        )

    def handle(self, *args: Any, dry_run: bool, patience: float, **options: Any) -> None:
        unfinished = list(Expunging.objects.filter(finished_at=None))
        if not unfinished:
            self.stdout.write("Nothing is unfinished.")
            return
        for row in unfinished:
            self.stdout.write(f"{row.at:%Y-%m-%d %H:%M} {row}: {len(row.files)} files to delete")
        if dry_run:
            return
        if expunging.finish_pending(patience):
            raise CommandError("Another connection is still reading the database: run this again.")
        self.stdout.write(self.style.SUCCESS("Finished."))
