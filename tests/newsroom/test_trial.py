"""What is tried leaves nothing behind, and on SQLite holds nobody up."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import TestCase

from newsroom.publications.models import Publication
from newsroom.trial import trial
from tests.base import NewsroomTestCase

ROOT = Path(__file__).parents[2]
# On a file of its own: within the trial another connection writes at once, or fails.
WRITE_BESIDE = """
import sqlite3
from contextlib import closing
from django.db import connection
from newsroom.publications.models import Publication
from newsroom.trial import trial

file = connection.settings_dict["NAME"]
Publication.objects.create(name="Avant", domain="avant.example")
with trial():
    Publication.objects.create(name="À l’essai", domain="essai.example")
    Publication.objects.filter(name="Avant").update(tagline="changé")
    with closing(sqlite3.connect(file, timeout=0)) as other, other:
        other.execute("UPDATE publications_publication SET description = 'pendant'")
print([(row.name, row.tagline, row.description) for row in Publication.objects.all()])
"""


class FileTests(TestCase):
    def test_it_writes_into_a_copy_that_is_gone_afterwards(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            own = {"NEWSROOM_DEMO": "1", "NEWSROOM_VAR": folder, "DATABASE_URL": f"sqlite:///{folder}/n.sqlite3"}
            for command in (["migrate", "-v0"], ["shell", "-v0", "-c", WRITE_BESIDE]):
                answer = subprocess.run(
                    [sys.executable, "manage.py", *command],
                    cwd=ROOT, env={**os.environ, **own}, capture_output=True, text=True, timeout=120,
                )  # fmt: skip
                self.assertEqual(answer.returncode, 0, answer.stderr)
            self.assertEqual(answer.stdout.strip(), "[('Avant', '', 'pendant')]")
            self.assertEqual([path.name for path in Path(folder).glob("trial-*")], [])


class TransactionTests(NewsroomTestCase):
    def test_it_rolls_back_where_a_transaction_is_all_there_is(self) -> None:
        with trial():
            Publication.objects.create(name="À l’essai", domain="essai.example")
        self.assertFalse(Publication.objects.filter(name="À l’essai").exists())

    def test_it_passes_errors_on(self) -> None:
        with self.assertRaises(ValueError), trial():
            Publication.objects.create(name="À l’essai", domain="essai.example")
            raise ValueError
        self.assertFalse(Publication.objects.filter(name="À l’essai").exists())
