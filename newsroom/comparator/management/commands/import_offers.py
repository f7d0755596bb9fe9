"""The command that imports a file of a merchant's offers."""

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from newsroom.comparator import poll
from newsroom.comparator.actions.importing import Counts, How, import_all
from newsroom.comparator.feeds.reading import read
from newsroom.comparator.feeds.source import Unreadable
from newsroom.comparator.models import Merchant, MerchantFeed
from newsroom.logs import without_action_lines
from newsroom.trial import trial

NOTHING_IMPORTED, SOME_SKIPPED = 1, 3  # exit codes
EXAMPLES_SHOWN = 10


class Command(BaseCommand):
    help = (
        "Imports a file of a merchant's offers into the Comparateur: CSV, or XML as Google Shopping has it (RSS or "
        "Atom), packed by gzip or not. Names of columns of Google, Awin and Effiliation are known. Doing it again "
        "changes nothing. Exits with 0 if every row was taken, 3 if some were not (they are counted and the first are "
        "shown), 1 if the file cannot be read; what was read before a fault stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the file that the merchant or the network gave")
        parser.add_argument("--merchant", required=True, metavar="SLUG", help="whose offers these are")
        parser.add_argument("--format", choices=MerchantFeed.Format.values, default="auto", help="default: by itself")
        parser.add_argument("--paid", action="store_true", help="the merchant pays for them: they are marked “Annonce”")
        parser.add_argument(
            "--known-products-only", action="store_true", help="add no products: offers that fit none wait at the desk"
        )
        parser.add_argument("--dry-run", action="store_true", help="print what would be imported, and write nothing")

    def handle(self, *args: Any, file: Path, merchant: str, dry_run: bool, **options: Any) -> None:
        of = Merchant.objects.filter(slug=merchant).first()
        if of is None:
            known = ", ".join(Merchant.objects.values_list("slug", flat=True)) or "none yet; the desk adds them"
            raise CommandError(f"There is no merchant “{merchant}”. Known: {known}.")
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        how = How(of, None, is_paid=options["paid"], makes_products=not options["known_products_only"])
        counts, quiet, now = Counts(), options["verbosity"] == 0, timezone.now()
        with self._progress(quiet) as progress, without_action_lines(), trial() if dry_run else nullcontext():
            task = progress.add_task("importing", total=file.stat().st_size)
            rows = read(
                file, poll.terms(now), format_=options["format"],
                on_read=lambda position: progress.update(task, completed=position),
            )  # fmt: skip
            try:
                import_all(rows, how, now, counts)
                failure = ""
            except (Unreadable, OSError) as error:
                failure = str(error)
        if not quiet or failure:
            self._print(counts, dry_run)
        if failure:
            raise CommandError(f"{file}: {failure}", returncode=NOTHING_IMPORTED)
        if counts.skipped:
            rows_skipped = sum(counts.skipped.values())
            code = SOME_SKIPPED if counts.offers else NOTHING_IMPORTED
            raise CommandError(f"{rows_skipped} rows of {file} were not taken.", returncode=code)

    def _progress(self, quiet: bool) -> Progress:
        console = Console(file=sys.stderr)
        return Progress(
            TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn(),
            console=console, disable=quiet or not console.is_terminal,
        )  # fmt: skip

    def _print(self, counts: Counts, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write(self.style.WARNING("Dry run: nothing was written."))
        self.stdout.write(
            f"Offers: {counts.new} new, {counts.changed} changed, {counts.unchanged} as before. "
            f"Products added: {counts.products}. Without a product: {counts.unsure} unsure, {counts.unknown} unknown."
        )
        for reason, number in counts.skipped.most_common():
            self.stdout.write(f"Not taken: {number} × {reason}")
        for reason, what in counts.examples[:EXAMPLES_SHOWN]:
            self.stdout.write(f"  {reason}: {what}")
