"""The command that lets a replaced secret key go: seals every data key under the present one."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsroom.keys import ring


class Command(BaseCommand):
    help = (
        "Seals every data key anew under NEWSROOM_SECRET_KEY. Once it has ended with 0, the keys that it replaced can "
        "leave NEWSROOM_SECRET_KEY_FALLBACKS: hashes, blocked senders, fingerprints of expunged passages and the vault "
        "need them no more (links that they signed still do). Ends with 1, and writes nothing, where a data key opens "
        "with no secret key that is named. docs/keys.md says how a key is replaced."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count only; write nothing")
        parser.add_argument(
            "--fresh",
            action="store_true",
            help="also make new random data keys for new rows (after a leak); restart servers and workers then",
        )
        parser.add_argument(
            "--discard-lost",
            action="store_true",
            help="delete the data keys that nothing opens: what they hashed or encrypted is given up for good",
        )

    def handle(self, *args: Any, dry_run: bool, fresh: bool, discard_lost: bool, **options: Any) -> None:
        done = ring.rekey(fresh=fresh, discard_lost=discard_lost, dry_run=dry_run)
        if done.lost:
            raise CommandError(" ".join(str(ring.DataKeyLost(purpose)) for purpose in sorted(set(done.lost))))
        counts = [f"{done.sealed} sealed anew", f"{done.current} under the present key already"]
        counts += [f"{done.added} new"] if fresh else []
        counts += [f"{done.discarded} given up"] if discard_lost else []
        self.stdout.write(f"{'Would be: ' if dry_run else 'Data keys: '}{', '.join(counts)}.")
