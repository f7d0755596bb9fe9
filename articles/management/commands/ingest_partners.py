"""For houses that prefer cron to a worker, and for who wants to know now: asks partners' feeds for news."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from articles.models import PartnerFeed
from articles.partners import poll
from articles.partners.ingest import Failed


class Command(BaseCommand):
    help = (
        "Asks the partners' feeds whose turn it is, a hundred at a time, and takes in their headlines. The worker does "
        "the same by itself. Exits with 1 if a feed failed; the others are done all the same, and one that failed "
        "keeps what it had."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feeds", nargs="*", type=int, metavar="ID", help="these feeds only, due or not")
        parser.add_argument("--all", action="store_true", help="every feed that is asked for news, due or not")
        parser.add_argument("--dry-run", action="store_true", help="list what would be asked, and ask nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        feeds = self._chosen(options["feeds"], options["all"])
        if options["dry_run"]:
            for feed in feeds if feeds is not None else poll.due(now):
                self.stdout.write(f"{feed.pk}  {feed.publication}  {feed}  {feed.url}")
            return
        total = len(feeds if feeds is not None else poll.due(now))
        console, failed, new, changed = Console(file=sys.stderr), 0, 0, 0
        with Progress(console=console, disable=not console.is_terminal or options["verbosity"] == 0) as progress:
            task = progress.add_task("asking", total=total)
            for polled in poll.poll(feeds) if feeds is not None else poll.poll_due(now):
                progress.advance(task)
                new, changed = new + polled.ingested.new, changed + polled.ingested.changed
                failed += self._tell(polled, options["verbosity"])
        if options["verbosity"] > 0:
            self.stdout.write(f"{new} new headlines, {changed} changed.")
        if failed:
            raise CommandError(f"{failed} of {total} feeds failed.", returncode=1)

    def _chosen(self, ids: list[int], every: bool) -> list[PartnerFeed] | None:
        """The feeds that were named; None: those whose turn it is."""
        rows = PartnerFeed.objects.select_related("publication").order_by("pk")
        if ids:
            found = list(rows.filter(pk__in=ids))
            if missing := set(ids) - {feed.pk for feed in found}:
                raise CommandError(f"There is no feed {', '.join(map(str, sorted(missing)))}.")
            return found
        return list(rows.filter(is_polled=True)) if every else None

    def _tell(self, polled: poll.Polled, verbosity: int) -> bool:
        """A line for a feed; whether it failed."""
        if isinstance(polled.outcome, Failed):
            why = polled.outcome.trouble + (f": {polled.outcome.detail}" if polled.outcome.detail else "")
            self.stderr.write(self.style.ERROR(f"{polled.feed} ({polled.feed.pk}): {why}"))
            return True
        if verbosity > 1 or (verbosity and polled.ingested.new + polled.ingested.changed):
            self.stdout.write(f"{polled.feed}: {polled.ingested.new} new, {polled.ingested.changed} changed")
        return False
