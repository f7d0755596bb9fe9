"""The command that polls partners' feeds: from cron, where no worker runs, or by hand."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from articles.models import PartnerFeed
from articles.partners import poll


class Command(BaseCommand):
    help = (
        "Polls the partners' feeds whose turn it is, up to a hundred at a time, and writes their headlines. The worker "
        "does the same by itself. Exits with 1 if a feed failed; the others are done all the same, and a feed that "
        "failed keeps its headlines."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("feeds", nargs="*", type=int, metavar="ID", help="poll these feeds only, due or not")
        parser.add_argument("--all", action="store_true", help="poll every feed that is not switched off, due or not")
        parser.add_argument("--dry-run", action="store_true", help="list the feeds, and poll none")

    def handle(self, *args: Any, **options: Any) -> None:
        now, verbosity = timezone.now(), options["verbosity"]
        chosen = self._chosen(options["feeds"], options["all"])
        if options["dry_run"]:
            for feed in poll.due(now) if chosen is None else chosen:
                self.stdout.write(f"{feed.pk}  {feed.publication}  {feed}  {feed.url}")
            return
        console = Console(file=sys.stderr)
        with Progress(console=console, disable=not console.is_terminal or verbosity == 0) as progress:
            task = progress.add_task("polling", total=len(poll.due(now) if chosen is None else chosen))

            def show(polled: poll.Polled) -> None:
                progress.advance(task)
                self._print_result(polled, verbosity)

            results = poll.poll_due(now, show) if chosen is None else poll.poll(chosen, show)
        if verbosity > 0:
            new = sum(polled.ingested.new for polled in results)
            changed = sum(polled.ingested.changed for polled in results)
            self.stdout.write(f"{new} new headlines, {changed} changed.")
        if failed := sum(polled.failure is not None for polled in results):
            raise CommandError(f"{failed} of {len(results)} feeds failed.", returncode=1)

    def _chosen(self, ids: list[int], every: bool) -> list[PartnerFeed] | None:
        """Return the feeds named by the arguments; None for those whose turn it is."""
        if ids and every:
            raise CommandError("Give ids or --all, not both.")
        rows = PartnerFeed.objects.select_related("publication").order_by("pk")
        if ids:
            feeds = list(rows.filter(pk__in=ids))
            if missing := set(ids) - {feed.pk for feed in feeds}:
                raise CommandError(f"There is no feed {', '.join(map(str, sorted(missing)))}.")
            return feeds
        return list(rows.filter(is_polled=True)) if every else None

    def _print_result(self, polled: poll.Polled, verbosity: int) -> None:
        if polled.failure:
            why = polled.failure.trouble + (f": {polled.failure.detail}" if polled.failure.detail else "")
            self.stderr.write(self.style.ERROR(f"{polled.feed} ({polled.feed.pk}): {why}"))
        elif verbosity > 1 or (verbosity and polled.ingested.new + polled.ingested.changed):
            self.stdout.write(f"{polled.feed}: {polled.ingested.new} new, {polled.ingested.changed} changed")
