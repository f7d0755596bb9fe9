"""The command that applies due changes and runs due tasks: for cron, where no worker runs."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from articles.actions import due
from articles.models import Article
from newsroom.worker import queue
from newsroom.worker.process import WorkerProcess


class Command(BaseCommand):
    help = (
        "Applies due changes (writes into articles and their log what has become due) and runs every task that is "
        "due, once. Readers do not wait for it: an article scheduled for 18:00 is live at 18:00. Run it from cron "
        "where no worker runs. Exits with 1 if an article or a task failed; the others are done all the same."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what is due, and change nothing")

    def handle(self, *args: Any, dry_run: bool, **options: Any) -> None:
        now = timezone.now()
        if dry_run:
            self._list(now)
            return
        results = due.apply_all_due(now)
        failures = [result for result in results if result.error]
        for result in failures:
            self.stderr.write(self.style.ERROR(f"{result.article} ({result.article.pk}): {result.error}"))
        done, failed = WorkerProcess().run_what_is_due()
        if options["verbosity"] > 0:
            self.stdout.write(
                f"What was due is applied to {len(results) - len(failures)} articles, {done} side effects done."
            )
        if failures or failed:
            raise CommandError(f"{len(failures)} articles and {failed} tasks failed: see the log.")

    def _list(self, now: Any) -> None:
        for article in Article.objects.due(now).select_related("publication").order_by("due_at"):
            self.stdout.write(f"{article.publication.date(article.due_at)}  {article.publication}: {article}")
        for row in queue.due(now):
            self.stdout.write(f"{row.run_after:%Y-%m-%d %H:%M} UTC  {row.task_path}")
