"""Erases a reader."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from comments.actions import privacy


class _RolledBack(Exception):
    """Ends a dry run's transaction."""


class Command(BaseCommand):
    help = (
        "Erases all that is held of the reader of an e-mail, on every publication (RGPD, article 17). What is sealed "
        "for justice stays for its period. Nothing brings it back: --dry-run tells what would go."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the reader's e-mail")
        parser.add_argument("--dry-run", action="store_true", help="tell what would be erased, and erase nothing")
        parser.add_argument("--yes", action="store_true", help="ask nothing")

    def handle(self, *args: Any, email: str, dry_run: bool, yes: bool, **options: Any) -> None:
        if "@" not in email:
            raise CommandError(f"“{email}” is not an e-mail address.")
        if not dry_run and not yes:
            answer = input(f"Erase all that is held of {email}? Nothing brings it back. Type “erase” to go on: ")
            if answer.strip() != "erase":
                raise CommandError("Nothing was erased.")
        erased: dict[str, int] = {}
        try:
            with transaction.atomic():
                erased = privacy.erase(email)
                if dry_run:
                    raise _RolledBack
        except _RolledBack:
            pass
        summary = ", ".join(f"{number} {what}" for what, number in erased.items() if number) or "nothing was held"
        self.stdout.write(f"{'Would erase' if dry_run else 'Erased'}: {summary}.")
