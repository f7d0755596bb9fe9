"""Asks the sites themselves whether a withdrawn story is gone."""

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from rich.console import Console
from rich.progress import Progress

from articles.models import Article
from articles.presentation.retraction import addresses, look, marks

AT_ONCE = 6


class Command(BaseCommand):
    help = (
        "Fetches, as readers do, every page, feed and sitemap that could still show a withdrawn story: its addresses, "
        "the lists and feeds of every site that had it, the stories beside which it stood. Ends with 1 and the list of "
        "those that do, with 0 where none does."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, help="the story's number, as in its address at the desk")
        parser.add_argument(
            "--via", default="", metavar="HOST:PORT", help="ask this server, by each site's name, instead of the sites"
        )

    def handle(self, *args: Any, id: int, via: str, **options: Any) -> None:
        story = Article.objects.select_related("publication").filter(pk=id).first()
        if story is None:
            raise CommandError(f"There is no story {id}.")
        if story.is_live(timezone.now()):
            raise CommandError(f"Readers have story {id} still: withdraw it first.")
        asked, known_by = list(addresses(story)), marks(story)
        console = Console(file=sys.stderr)
        found = []
        with (
            Progress(console=console, disable=not console.is_terminal or options["verbosity"] == 0) as progress,
            ThreadPoolExecutor(AT_ONCE) as pool,
        ):
            task = progress.add_task("asking", total=len(asked))
            ahead, seen = asked, set(asked)
            while ahead:
                looked = list(pool.map(lambda url: look(url, known_by, story.published_at, via), ahead))
                found += [one.found for one in looked if one.found]
                ahead = list({one.then: None for one in looked if one.then and one.then not in seen})
                seen |= set(ahead)
                progress.update(task, advance=len(looked), total=len(seen))
        for one in found:
            self.stdout.write(f"{one.url}  {one.why}")
        if found:
            raise CommandError(f"{len(found)} of {len(seen)} addresses may still show story {id}.", returncode=1)
        self.stdout.write(self.style.SUCCESS(f"Gone: none of {len(seen)} addresses shows story {id}."))
