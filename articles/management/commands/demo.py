"""The command that sets up the two sites of the demo."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from rich.console import Console
from rich.progress import Progress

from articles.demo import agenda, cast, partners, readers, stage
from newsroom.extensions import extensions
from newsroom.logs import without_action_lines
from newsroom.publications.models import Publication


class Command(BaseCommand):
    help = (
        "Sets up two sites to try the CMS with: publications, accounts, drawn images and about sixty articles, "
        "imported as by import_wxr. Does nothing if the demo is there already; refuses if there are other publications."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--close-accounts", action="store_true", help="only deactivate the accounts of the demo")
        parser.add_argument("--welcome", action="store_true", help="only print the addresses and accounts")

    def handle(self, *args: Any, close_accounts: bool, welcome: bool, **options: Any) -> None:
        if welcome:
            self._welcome()
            return
        if close_accounts:
            self.stdout.write(f"Deactivated {stage.close_accounts()} accounts of the demo.")
            return
        names = set(Publication.objects.values_list("name", flat=True))
        if cast.KULTUREGEEK in names:
            self.stdout.write("The demo is there already.")
            return
        if names:
            raise CommandError("There are other publications in this database: the demo needs one of its own.")
        with without_action_lines():
            self._set_up(quiet=options["verbosity"] == 0)
        self.stdout.write(self.style.SUCCESS("The demo is ready."))

    def _set_up(self, *, quiet: bool) -> None:
        console = Console(file=sys.stderr)
        with Progress(console=console, disable=not console.is_terminal or quiet) as progress:
            users = stage.people()
            publications = stage.publications(users)
            stage.bylines(users)
            for publication in publications:
                steps = stage.draw_images(publication)
                task = progress.add_task(f"drawing for {publication.name}", total=next(steps))
                for step in steps:
                    progress.advance(task, step)
                stage.articles(publication)
                stage.the_day(publication, users)
                agenda.set_up(publication, users)
                for addition in extensions("demo"):
                    addition(publication, users)
        stage.price_box(users)
        stage.streams(users)
        stage.strips(users)
        partners.set_up(users)
        readers.set_up(users)

    def _welcome(self) -> None:
        bold = self.style.MIGRATE_HEADING
        self.stdout.write(bold("Sites"))
        for publication in Publication.objects.all():
            self.stdout.write(f"  {publication.origin}/  {publication.name}")
        scheme = "https" if settings.HTTPS else "http"
        self.stdout.write(bold("Desk"))
        self.stdout.write(f"  {scheme}://{settings.DESK_HOST}:{settings.PUBLIC_PORT}/admin/")
        self.stdout.write(bold(f"Accounts, all with the password “{cast.PASSWORD}”"))
        for person in cast.PEOPLE:
            roles = ", ".join(f"{role.value} of {name}" for name, role in person.roles)
            self.stdout.write(f"  {person.username:8} {person.name}: {roles or 'superuser'}")
