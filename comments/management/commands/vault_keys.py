"""The command that makes the vault's key pair, and seals anew what is sealed already."""

import base64
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from nacl.public import PrivateKey
from rich.console import Console
from rich.progress import Progress

from comments.actions import vault
from comments.models import SealedSource
from comments.refusals import Refused


class Command(BaseCommand):
    help = (
        "Makes the key pair of the vault of comments: the public key goes into NEWSROOM_VAULT_PUBLIC_KEY, the private "
        "one to whoever may open the vault, and onto no server. With --reseal, seals anew under that public key what "
        "is sealed already."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--reseal", action="store_true", help="seal anew what is sealed otherwise")
        parser.add_argument(
            "--old-private-key",
            type=Path,
            metavar="FILE",
            help="a file with the key that opens what another one sealed",
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="count what would be sealed anew, and change nothing"
        )

    def handle(self, *args: Any, reseal: bool, old_private_key: Path | None, dry_run: bool, **options: Any) -> None:
        if not reseal:
            self._print_new_pair()
            return
        if not settings.VAULT_PUBLIC_KEY:
            raise CommandError("Set NEWSROOM_VAULT_PUBLIC_KEY first: vault_keys without options makes a pair.")
        try:
            key = old_private_key.read_text(encoding="ascii") if old_private_key else ""
        except (OSError, ValueError) as error:
            raise CommandError(f"{old_private_key}: {error}") from error
        console, sealed = Console(file=sys.stderr), 0
        with Progress(console=console, disable=not console.is_terminal or options["verbosity"] == 0) as progress:
            task = progress.add_task("sealing", total=SealedSource.objects.count())
            try:
                for rows in vault.seal_anew(private_key=key, dry_run=dry_run):
                    sealed += rows
                    progress.advance(task, vault.PORTION_ROWS)
            except Refused as refused:
                raise CommandError(f"{sealed} were sealed anew before this: {refused}") from refused
        self.stdout.write(f"{sealed} {'would be' if dry_run else 'were'} sealed anew.")

    def _print_new_pair(self) -> None:
        key = PrivateKey.generate()
        public, private = (base64.b64encode(bytes(part)).decode() for part in (key.public_key, key))
        self.stdout.write(f"NEWSROOM_VAULT_PUBLIC_KEY={public}")
        self.stdout.write(f"private key: {private}")
        self.stderr.write(
            "The private key is shown this once. Print it or keep it offline: without it nothing is opened."
        )
