"""The command that fills a site with as many articles and comments as an operator wants to try."""

import sys
from argparse import ArgumentTypeError
from array import array
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone, translation
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from articles.demo import corpus
from articles.demo.corpus import Corpus
from articles.models import Article
from comments.demo.corpus import BATCH, add_comments
from comments.models import Comment
from newsroom.logs import without_action_lines
from newsroom.publications.models import Publication
from newsroom.worker.statistics import refresh_statistics

MOST_COMMENTS = 50_000_000


class Command(BaseCommand):
    help = (
        "Makes a publication of its own, “Corpus”, with as many articles and comments as you want to try: written in "
        "bulk, as the desk would leave them. A run that was stopped goes on where it was, and one that ended adds "
        "nothing unless you ask for more. What it writes is not removed again: use a database made for it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--articles", type=_number(corpus.MOST), required=True, metavar="N",
            help=f"how many articles there shall be, {corpus.MOST:,} at most",
        )  # fmt: skip
        parser.add_argument(
            "--comments", type=_number(MOST_COMMENTS), default=0, metavar="M",
            help="how many comments there shall be in all, spread over the articles (0)",
        )  # fmt: skip
        parser.add_argument("--domain", default=corpus.DOMAIN, help=f"where it answers ({corpus.DOMAIN})")
        parser.add_argument("--dry-run", action="store_true", help="say what would be added, and write nothing")
        parser.add_argument(
            "--yes-add-to-this-site", action="store_true", help="write although the database holds other articles"
        )

    def handle(
        self,
        *args: Any,
        articles: int,
        comments: int,
        domain: str,
        dry_run: bool,
        yes_add_to_this_site: bool,
        **options: Any,
    ) -> None:
        publication = self._publication(domain)
        if comments and not articles:
            raise CommandError("Comments need articles: --articles 1 or more.")
        if not yes_add_to_this_site and Article.objects.exclude(publication=publication.pk).exists():
            raise CommandError(
                "This database holds articles of other publications. A corpus belongs into a database of its own (set "
                "DATABASE_URL); to have it beside them all the same, add --yes-add-to-this-site."
            )
        there = Article.objects.filter(publication=publication.pk).count()
        said = Comment.objects.filter(publication=publication.pk).count()
        new_articles, new_comments = max(0, articles - there), max(0, comments - said)
        self.stdout.write(f"There are {there:,} articles and {said:,} comments at {domain}.")
        if dry_run:
            self.stdout.write(f"Would add {new_articles:,} articles and {new_comments:,} comments.")
            return
        with without_action_lines(), self._progress(options["verbosity"] == 0) as progress:
            if new_articles or new_comments:
                if publication.pk is None:
                    publication.save()
                self._write(publication, progress, (there, articles), (said, comments))
        self.stdout.write(f"Added {new_articles:,} articles and {new_comments:,} comments.")

    def _publication(self, domain: str) -> Publication:
        """Return the corpus's publication; one that is not saved yet if there is none."""
        found = Publication.objects.filter(domain=domain).first()
        if found is None:
            last = Publication.objects.order_by("-position").first()
            found = Publication(name=corpus.NAME, domain=domain, position=last.position + 1 if last else 1)
            with translation.override("en"):
                try:
                    found.full_clean()
                except ValidationError as error:
                    raise CommandError(" ".join(error.messages)) from error
        elif found.name != corpus.NAME:
            raise CommandError(f"{domain} is the publication “{found.name}”: give another --domain.")
        return found

    def _progress(self, quiet: bool) -> Progress:
        console = Console(file=sys.stderr)
        return Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn(),
            console=console, disable=quiet or not console.is_terminal,
        )  # fmt: skip

    def _write(
        self, publication: Publication, progress: Progress, articles: tuple[int, int], comments: tuple[int, int]
    ) -> None:
        """Write articles and comments from how many there are to how many there shall be, batch by batch."""
        written = Corpus.of(publication)
        newest_at = timezone.now() - corpus.STEP  # with the time for a correction and for comments
        task = progress.add_task("articles", completed=articles[0], total=max(articles))
        for start in range(*articles, corpus.BATCH):
            stop = min(start + corpus.BATCH, articles[1])
            written.add(start, stop - start, newest_at)
            progress.update(task, completed=stop)
        if comments[0] < comments[1]:
            ids = array("q", publication.articles.order_by("pk").values_list("pk", flat=True).iterator())
            task = progress.add_task("comments", completed=comments[0], total=comments[1])
            for start in range(*comments, BATCH):
                stop = min(start + BATCH, comments[1])
                add_comments(publication, ids, start, stop, comments[1])
                progress.update(task, completed=stop)
        refresh_statistics()  # as the recurring job does
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # as autovacuum would, in a minute
                cursor.execute("ANALYZE")
            elif not connection.in_atomic_block:  # what the filling left in the log would be read through by every page
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _number(most: int) -> Any:
    def number(text: str) -> int:
        value = text.replace(",", "").replace("_", "")
        if not (value.isascii() and value.isdigit() and int(value) <= most):
            raise ArgumentTypeError(f"“{text}” is no number from 0 to {most:,}.")
        return int(value)

    return number
