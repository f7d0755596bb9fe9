"""All that is held of a reader."""

import json
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from comments.actions import privacy


class Command(BaseCommand):
    help = (
        "Writes all that is held of the reader of an e-mail, on every publication, as JSON (RGPD, article 15): "
        "comments, reports, mails, subscriptions, blocks. What is sealed for justice is counted, with the day of its "
        "destruction."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", help="the reader's e-mail, as they wrote it")
        parser.add_argument(
            "--output", type=Path, help="a file to write to, which must not be there yet (standard output)"
        )

    def handle(self, *args: Any, email: str, output: Path | None, **options: Any) -> None:
        if "@" not in email:
            raise CommandError(f"“{email}” is not an e-mail address.")
        document = json.dumps(privacy.export(email), ensure_ascii=False, indent=2)
        if output is None:
            self.stdout.write(document)
            return
        try:
            with output.open("x", encoding="utf-8") as file:
                file.write(document + "\n")
        except OSError as error:
            raise CommandError(f"{output}: {error.strerror}") from error
        self.stderr.write(f"Written to {output}.", self.style.SUCCESS)
