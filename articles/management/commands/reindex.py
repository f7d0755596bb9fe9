import sys
from argparse import ArgumentTypeError
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from rich.console import Console
from rich.progress import Progress

from articles.actions import documents
from newsroom.lib.text import whole_number


class Command(BaseCommand):
    help = (
        "Makes anew what the searches of readers and of the desk find, article by article: after an upgrade that "
        "changes how words are read, or rows that were written past the application. The site goes on meanwhile. A "
        "run that was stopped says where to go on."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--after", type=_number, default=0, metavar="ID", help="begin after the article of this number"
        )
        parser.add_argument("--missing", action="store_true", help="only articles that the search has nothing of")
        parser.add_argument("--dry-run", action="store_true", help="say how many there are, and write nothing")

    def handle(self, *args: Any, after: int, missing: bool, dry_run: bool, **options: Any) -> None:
        total = documents.to_index(after=after, missing_only=missing).count()
        if dry_run:
            self.stdout.write(f"Would index {total:,} articles.")
            return
        done, last = 0, after
        console = Console(file=sys.stderr)
        is_quiet = options["verbosity"] == 0 or not console.is_terminal
        try:
            with Progress(console=console, disable=is_quiet) as progress:
                bar = progress.add_task("Articles", total=total)
                for last, count in documents.reindex(after, missing_only=missing):  # noqa: B007 (read below)
                    done += count
                    progress.update(bar, advance=count)
        except KeyboardInterrupt:
            self.stderr.write(f"Stopped after {done:,} articles. Go on with: reindex --after {last}")
            raise SystemExit(130) from None
        self.stdout.write(f"Indexed {done:,} articles.")


def _number(text: str) -> int:
    number = whole_number(text)
    if number is None:
        raise ArgumentTypeError("the number of an article is expected")
    return number
