"""Asks the sites themselves whether a withdrawn article is gone."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from articles.models import Article
from articles.presentation.retraction import addresses, check_page, identifying_marks

AT_ONCE = 6


class Command(BaseCommand):
    help = (
        "Fetches, as readers do, every page, feed and sitemap that may still show a withdrawn article: its addresses, "
        "the lists and feeds of every site that had it, the articles that showed it. Ends with 1 and the list of "
        "those that do, with 0 where none does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the article's number, as in its address at the desk")
        parser.add_argument(
            "--via", default="", metavar="HOST:PORT", help="ask this server, by each site's name, instead of the sites"
        )

    def handle(self, *args: Any, id: int, via: str, **options: Any) -> None:
        article = Article.objects.select_related("publication").filter(pk=id).first()
        if article is None:
            raise CommandError(f"There is no article {id}.")
        if article.is_live(timezone.now()):
            raise CommandError(f"Readers have article {id} still: withdraw it first.")
        asked, known_by = list(addresses(article)), identifying_marks(article)
        console = Console(file=sys.stderr)
        found = []
        with (
            Progress(console=console, disable=not console.is_terminal or options["verbosity"] == 0) as progress,
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            task = progress.add_task("asking", total=len(asked))
            ahead, seen = asked, set(asked)
            while ahead:
                looked = list(pool.map(lambda url: check_page(url, known_by, article.published_at, via), ahead))
                found += [one.found for one in looked if one.found]
                ahead = list({one.then: None for one in looked if one.then and one.then not in seen})
                seen |= set(ahead)
                progress.update(task, advance=len(looked), total=len(seen))
        for one in found:
            self.stdout.write(f"{one.url}  {one.why}")
        if found:
            raise CommandError(f"{len(found)} of {len(seen)} addresses may still show article {id}.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"Gone: none of {len(seen)} addresses shows article {id}."))
