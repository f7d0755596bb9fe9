"""The command that verifies, by fetching pages as readers do, that a withdrawn article is gone."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from articles.models import Article
from articles.presentation.retraction import addresses, check_page, identifying_marks

MAX_CONCURRENT_FETCHES = 6


class Command(BaseCommand):
    help = (
        "Fetches, as readers do, every page, feed and sitemap that may still show a withdrawn article: its addresses, "
        "the lists and feeds of every site that listed it, the articles that may show it as related or latest. Lists "
        "those that show it and exits with 1; exits with 0 if none does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the id of the article, as in its address at the desk")
        parser.add_argument(
            "--via",
            default="",
            metavar="HOST:PORT",
            help="fetch from this server, by each site's name",
        )

    def handle(self, *args: Any, id: int, via: str, **options: Any) -> None:
        article = Article.objects.select_related("publication").filter(pk=id).first()
        if article is None:
            raise CommandError(f"There is no article {id}.")
        if article.is_live(timezone.now()):
            raise CommandError(f"Article {id} is still live: withdraw it first.")
        urls, marks = list(addresses(article)), identifying_marks(article)
        console = Console(file=sys.stderr)
        findings = []
        with (
            Progress(console=console, disable=not console.is_terminal or options["verbosity"] == 0) as progress,
            ThreadPoolExecutor(MAX_CONCURRENT_FETCHES) as pool,
        ):
            task = progress.add_task("fetching", total=len(urls))
            to_fetch, seen = urls, set(urls)
            while to_fetch:
                results = list(pool.map(lambda url: check_page(url, marks, article.published_at, via), to_fetch))
                findings += [result.found for result in results if result.found]
                to_fetch = list({result.then: None for result in results if result.then and result.then not in seen})
                seen |= set(to_fetch)
                progress.update(task, advance=len(results), total=len(seen))
        for finding in findings:
            self.stdout.write(f"{finding.url}  {finding.why}")
        if findings:
            raise CommandError(f"{len(findings)} of {len(seen)} addresses may still show article {id}.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"Gone: none of {len(seen)} addresses shows article {id}."))
