"""What is tried leaves nothing behind, and holds nobody up."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from unittest import TestCase, skipUnless

from django.db import DatabaseError, connection
from django.test import TransactionTestCase
from django.utils import timezone

from articles.actions import editing, taxonomy
from articles.content import Content
from articles.models import Article, Tag
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from newsroom.trial import trial
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_section, make_tags
from tests.migrated import copy_migrated

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
            copy_migrated(Path(folder) / "n.sqlite3")
            answer = subprocess.run(
                [sys.executable, "manage.py", "shell", "-v0", "-c", WRITE_BESIDE],
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


@skipUnless(connection.vendor == "postgresql", "locks of rows are PostgreSQL's")
class CopiedTablesTests(TransactionTestCase):
    def setUp(self) -> None:
        self.kg = Publication.objects.create(name="KultureGeek", domain="kulturegeek.localhost")
        make_section(self.kg, "Mac", "mac")
        self.article = make_article(self.kg, "Un casque", at=timezone.now())
        self.other = connection.copy()
        self.addCleanup(self.other.close)

    def beside(self, sql: str, *values: object) -> None:
        """Another connection writes, and does not wait."""
        with self.other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '500ms'")
            cursor.execute(sql, values)

    def test_it_keeps_nobody_from_saving_what_it_writes(self) -> None:
        """An editor saves an article that the trial writes too, and makes a tag of the same name."""
        with trial():
            editing.save_draft(self.article, Content(headline="À l’essai", body="<p>a</p>"), by=SYSTEM)
            make_tags("Été")
            self.beside("UPDATE articles_article SET desk_headline = 'Pendant' WHERE id = %s", self.article.pk)
            self.beside("INSERT INTO articles_tag (name, slug, folded, description) VALUES ('Été', 'ete', 'ete', '')")
        self.assertEqual(Article.objects.get().desk_headline, "Pendant")
        self.assertEqual([tag.name for tag in Tag.objects.all()], ["Été"])
        self.assertEqual(self.article.revisions.count(), 1)

    def test_it_reads_what_there_was_and_goes_on_counting_ids_from_there(self) -> None:
        with trial():
            self.assertEqual(Article.objects.get().live, self.article.live)
            self.assertGreater(make_article(self.kg, "À l’essai").pk, self.article.pk)
            self.assertEqual(Article.objects.count(), 2)
        self.assertEqual(Article.objects.count(), 1)

    def test_it_keeps_nothing_where_an_action_within_it_fails(self) -> None:
        with self.assertRaises(ValueError), trial():
            taxonomy.tags_named(["Été"], by=SYSTEM)
            raise ValueError
        self.assertFalse(Tag.objects.exists())

    def test_it_refuses_to_go_on_when_its_connection_was_lost(self) -> None:
        """1. The connection breaks, and its copies with it. 2. A new one would write into the site's own tables."""
        with self.assertRaises(DatabaseError), trial():
            connection.close()
            make_tags("Été")
        self.assertFalse(Tag.objects.exists())
