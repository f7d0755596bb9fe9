"""The command that makes a site of any size."""

import io
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import Count, Q
from django.test import SimpleTestCase
from django.utils import timezone

from articles.actions import editing, publishing
from articles.demo import corpus
from articles.demo.corpus import Corpus
from articles.models import Article, Author, Revision, Section, Tag, TaggedArticle
from comments.models import Comment
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.articles.importers.exports import row_counts
from tests.base import NewsroomTestCase
from tests.factories import LONG_AGO, make_article
from tests.living.processes import start, wait_until
from tests.migrated import copy_migrated


class _Undo(Exception):
    pass


def run(articles: int, comments: int = 0, **options: Any) -> str:
    """What the command says on stdout."""
    out = io.StringIO()
    call_command("make_corpus", articles=articles, comments=comments, stdout=out, **options)
    return out.getvalue()


def rows_of_articles() -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that articles are made of; articles and revisions are named by their order."""
    models = [m for m in apps.get_app_config("articles").get_models() if m not in (Author, Section, Tag)]
    order = {
        Article: {pk: n for n, pk in enumerate(Article.objects.order_by("pk").values_list("pk", flat=True))},
        Revision: dict(Revision.objects.values_list("pk", "number")),
    }
    rows = {model: list(model._base_manager.values()) for model in models}
    for model in models:
        for row in rows[model]:
            del row["id"]
            for field in model._meta.concrete_fields:
                if field.related_model in order:
                    row[field.attname] = order[field.related_model].get(row[field.attname])
        rows[model].sort(key=repr)
    return {model._meta.label: rows[model] for model in models}


class RowTests(NewsroomTestCase):
    def test_rows_are_as_the_actions_leave_them(self) -> None:
        made = Corpus.of(Publication.objects.create(name=corpus.NAME, domain=corpus.DOMAIN))
        try:
            with transaction.atomic():
                self.by_actions(made, 2)
                expected = rows_of_articles()
                raise _Undo
        except _Undo:
            pass
        with time_machine.travel(LONG_AGO, tick=False):
            made.add(0, 2, LONG_AGO)
        found = rows_of_articles()
        for label, rows in expected.items():
            for row in [*rows, *found[label]]:
                for name in ("created_at", "changed_at") if label == "articles.Article" else ():
                    del row[name]  # bulk or not, the time of the writing
            self.assertEqual(found[label], rows, label)

    def by_actions(self, made: Corpus, number: int) -> None:
        for n in range(number):
            at = LONG_AGO - n * corpus.STEP
            with time_machine.travel(at, tick=False):
                article = editing.create(made.publication, made.content(n), by=SYSTEM)
                article = publishing.publish_imported(article, at=at)
            if n % corpus.CORRECTED == 0:
                with time_machine.travel(at + corpus.STEP / 3, tick=False):
                    content = corpus.corrected(made.content(n))
                    draft = editing.save_draft(
                        article, content, by=SYSTEM, change="correction", notice=corpus.NOTICE, base=article.live_id
                    )
                    publishing.publish_imported(draft, at=at)


class CommandTests(NewsroomTestCase):
    def test_it_makes_a_site_that_readers_can_read(self) -> None:
        run(60, 90, verbosity=0)
        site = Publication.objects.get(name="Corpus")
        self.assertEqual((site.articles.live(timezone.now()).count(), Comment.objects.visible().count()), (60, 90))
        newest, oldest = (site.articles.order_by(order)[0] for order in ("-published_at", "published_at"))
        self.assertEqual(newest.published_at - oldest.published_at, 59 * corpus.STEP)
        self.assertContains(self.read("/", site), newest.desk_headline)
        page = self.read(oldest.path, site)
        self.assertContains(page, oldest.desk_headline)
        self.assertContains(page, oldest.comments.all()[0].text)
        self.assertContains(self.read("/rectificatifs/", site), newest.desk_headline)

    def test_one_tag_stands_on_half_of_the_articles(self) -> None:
        run(40)
        most = TaggedArticle.objects.values("tag").annotate(n=Count("pk")).order_by("-n")
        self.assertEqual(most[0]["n"], 20)

    def test_counts_of_comments_are_those_that_readers_see(self) -> None:
        run(7, 20)
        run(9, 33)
        visible = Count("comments", filter=Q(comments__status="approved", comments__kind="comment"))
        rows = list(Article.objects.annotate(n=visible).values_list("comment_count", "n"))
        self.assertEqual([count for count, _n in rows], [n for _count, n in rows])
        self.assertEqual(sum(n for _count, n in rows), 33)
        self.assertTrue(Comment.objects.filter(parent__isnull=False).exists())
        for reply in Comment.objects.filter(parent__isnull=False).select_related("parent"):
            self.assertTrue(reply.position.startswith(reply.parent.position))
            self.assertGreaterEqual(reply.posted_at, reply.parent.posted_at)

    def test_an_ended_run_adds_nothing_unless_more_is_asked_for(self) -> None:
        run(5, 4)
        before = row_counts()
        self.assertIn("Added 0 articles and 0 comments.", run(5, 4))
        self.assertIn("Added 0 articles and 0 comments.", run(3))
        self.assertEqual(row_counts(), before)
        self.assertIn("There are 5 articles and 4 comments", run(8, 4))
        self.assertEqual((Article.objects.count(), Comment.objects.count()), (8, 4))
        self.assertEqual(Revision.objects.filter(number=1).values("headline").distinct().count(), 8)

    def test_it_says_what_it_would_add_and_adds_nothing(self) -> None:
        before = row_counts()
        self.assertIn("Would add 1,000 articles and 5 comments.", run(1000, 5, dry_run=True))
        self.assertEqual(row_counts(), before)

    def test_it_leaves_a_site_with_articles_of_its_own_alone(self) -> None:
        make_article(self.kg)
        before = row_counts()
        with self.assertRaisesMessage(CommandError, "--yes-add-to-this-site"):
            run(5)
        self.assertEqual(row_counts(), before)
        run(5, yes_add_to_this_site=True)
        self.assertEqual((self.kg.articles.count(), Article.objects.count()), (1, 6))

    def test_what_is_wrong_is_said_before_anything_is_written(self) -> None:
        before = row_counts()
        for arguments, message in (
            ({"domain": self.kg.domain}, f"{self.kg.domain} is the publication “KultureGeek”"),
            ({"domain": "http://x"}, "without http://"),
            ({"articles": 0, "comments": 3}, "Comments need articles"),
        ):
            with self.assertRaisesMessage(CommandError, message) as raised:
                run(**{"articles": 5, **arguments})  # type: ignore[arg-type]
            self.assertEqual(raised.exception.returncode, 1)
        for number in ("-1", "many", "1_300_000", "²"):
            with self.assertRaisesMessage(CommandError, "is no number from 0 to 1,200,000"):
                call_command("make_corpus", f"--articles={number}")
        self.assertEqual(row_counts(), before)


@pytest.mark.killing
class KilledTests(SimpleTestCase):
    @pytest.fixture(autouse=True)
    def in_a_folder(self, tmp_path: Path) -> None:
        self.file = tmp_path / "corpus.sqlite3"

    def counted(self, query: str) -> int:
        with closing(sqlite3.connect(self.file)) as line:
            return int(line.execute(query).fetchone()[0])

    def test_a_killed_run_goes_on_where_it_was(self) -> None:
        database, command = f"sqlite:///{self.file}", ("make_corpus", "--articles", "3000", "--comments", "2000")
        copy_migrated(self.file)
        killed = start(database, *command)
        wait_until(lambda: self.counted("SELECT count(*) FROM articles_article") > 0, 60, "articles")
        os.killpg(killed.pid, signal.SIGKILL)
        killed.wait(20)
        self.assertLess(self.counted("SELECT count(*) FROM articles_article"), 3000)
        self.assertEqual(start(database, *command).wait(120), 0)
        for table, count in (
            ("articles_article", 3000), ("articles_placement", 3000), ("articles_revision WHERE number = 1", 3000),
            ("comments_comment", 2000), ("articles_section", corpus.SECTIONS), ("articles_author", corpus.AUTHORS),
        ):  # fmt: skip
            self.assertEqual(self.counted(f"SELECT count(*) FROM {table}"), count, table)
        times = "SELECT count(DISTINCT published_at) FROM articles_article"
        self.assertEqual(self.counted(times), 3000)
