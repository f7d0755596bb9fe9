"""vault_keys: a pair is made, and what is sealed already is sealed anew."""

import base64
import tempfile
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import override_settings
from nacl.public import PrivateKey

from comments.actions import vault
from tests.comments.base import CommentsTestCase

REASON = "TJ de Paris, réquisition 2026/1234"


class VaultKeysTests(CommentsTestCase):
    def call(self, *options: str) -> str:
        out = StringIO()
        call_command("vault_keys", *options, stdout=out, stderr=StringIO())
        return out.getvalue()

    def pair(self) -> tuple[bytes, str]:
        public, private = self.call().splitlines()
        return base64.b64decode(public.partition("=")[2]), private.partition(": ")[2]

    def test_it_prints_a_pair_that_fits_and_another_each_time(self) -> None:
        public, private = self.pair()
        self.assertEqual(bytes(PrivateKey(base64.b64decode(private)).public_key), public)
        self.assertNotEqual(self.pair()[0], public)

    def test_it_seals_anew_what_is_sealed_already(self) -> None:
        comment = self.post()
        public, private = self.pair()
        with override_settings(VAULT_PUBLIC_KEY=public):
            self.assertIn("1 would be sealed anew", self.call("--reseal", "--dry-run"))
            self.assertIn("1 were sealed anew", self.call("--reseal"))
            found = vault.open_sealed(comment, by=self.thomas, reason=REASON, private_key=private)
        self.assertEqual(found[0].pseudonym, "Zoé")

    def test_it_says_what_is_missing(self) -> None:
        with self.assertRaisesMessage(CommandError, "NEWSROOM_VAULT_PUBLIC_KEY"):
            self.call("--reseal")
        self.post()
        public, _private = self.pair()
        with override_settings(VAULT_PUBLIC_KEY=public), tempfile.TemporaryDirectory() as folder:
            with self.assertRaisesMessage(CommandError, "nowhere"):
                self.call("--reseal", "--old-private-key", "nowhere")
            self.call("--reseal")
            wrong = Path(folder) / "wrong"
            wrong.write_text(self.pair()[1])
            with self.assertRaisesMessage(CommandError, "0 were sealed anew before this"):
                self.call("--reseal", "--old-private-key", str(wrong))
