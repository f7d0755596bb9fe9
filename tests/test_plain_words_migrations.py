"""The migrations to plain words keep every row of a database that was filled before them."""

import datetime as dt
import uuid
from importlib import import_module
from typing import Any

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase
from django.utils import timezone
from django.utils.module_loading import import_string
from django_tasks_db.models import DBTaskResult

from articles.models import Article, CardStrip, FrontPageSlot, Pin, StreamSource
from comments.models import Comment, ModerationAction, ModerationBatch, SealedSource, VaultOpening
from newsroom.worker.models import IdempotencyKey, Recurring

BEFORE = [
    ("articles", "0008_network_words"),
    ("comments", "0002_author_key"),
    ("publications", "0002_feeds"),
    ("worker", "0002_unsubscribe"),
]
NOW = timezone.now()


def migrate(targets: list[tuple[str, str]]) -> Any:
    """Migrate to these nodes, forward or back, and return the models as they are there."""
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


class PlainWordsTests(TransactionTestCase):
    def setUp(self) -> None:
        self.leaves = MigrationExecutor(connection).loader.graph.leaf_nodes()
        self.old = migrate(BEFORE)
        self.addCleanup(lambda: migrate(self.leaves))

    def model(self, app: str, name: str) -> Any:
        return self.old.get_model(app, name).objects

    def fill(self) -> None:
        publications, sections = self.model("publications", "Publication"), self.model("articles", "Section")
        self.kg = publications.create(name="KultureGeek", domain="kulturegeek.localhost")
        self.ia = publications.create(name="iPhoneAddict", domain="iphoneaddict.localhost")
        self.mac = sections.create(publication=self.ia, name="Mac", slug="mac")
        self.author = self.model("articles", "Author").create(name="Camille", slug="camille")
        self.live, self.page, self.draft = (self.article(n) for n in range(3))
        for article, kind in ((self.live, "news"), (self.page, "page")):
            revision = self.model("articles", "Revision").create(
                article=article, number=1, headline=article.headline, kind=kind, created_at=NOW
            )
            article.live, article.published_at, article.path = revision, NOW, f"/{article.pk}/"
            article.save()
        block = self.model("articles", "Block").create(publication=self.kg)
        self.model("articles", "Pick").create(block=block, article=self.live, position=3, until=NOW)
        self.model("articles", "Strip").create(
            publication=self.kg, title="Les dernières actus Apple", of=self.ia, story_ids=[self.live.pk]
        )
        self.model("articles", "Taken").create(publication=self.kg, sister=self.ia, section=self.mac)
        comment = self.model("comments", "Comment").create(
            publication=self.kg, article=self.live, pseudonym="Bob", text="Oui.", status="approved", place="a" * 17,
            place_newest="b" * 17, digest="", search_key="bob oui", posted_at=NOW,
        )  # fmt: skip
        batch = self.model("comments", "Batch").create(publication=self.kg, decision="approve", at=NOW, done=1)
        self.model("comments", "ModerationAction").create(
            batch=batch, comment=comment, from_status="held", to_status="approved", from_reviewed=False,
            from_featured=False, version_after=2, at=NOW,
        )  # fmt: skip
        self.model("comments", "Sealed").create(
            publication=self.kg, comment=comment, box=b"box", sealed_at=NOW, destroyed_from=NOW
        )
        self.model("comments", "Opening").create(publication=self.kg, comment=comment, at=NOW, reason="TGI 12")
        self.model("worker", "Done").create(key="published:1")
        self.model("worker", "Recurring").create(name="fold due stories", due_at=NOW)
        for path in ("articles.effects.tell_published", "comments.moderation.go_on", "newsroom.worker.mail.deliver"):
            DBTaskResult.objects.create(
                id=uuid.uuid4(), task_path=path, args_kwargs={"args": [], "kwargs": {}}, backend_name="default",
                run_after=NOW + dt.timedelta(days=1),
            )  # fmt: skip

    def article(self, n: int) -> Any:
        return self.model("articles", "Article").create(
            publication=self.ia, kind="news" if n else "review", headline=f"Titre {n}", headline_key=f"titre {n}",
            section=self.mac, first_author=self.author, saved_at=NOW, is_found=n != 0,
        )  # fmt: skip

    def test_it_keeps_every_row_under_its_new_name(self) -> None:
        self.fill()
        migrate(self.leaves)
        article = Article.objects.get(pk=self.live.pk)
        self.assertEqual(
            (article.desk_headline, article.desk_headline_key, article.desk_kind), ("Titre 0", "titre 0", "review")
        )
        self.assertEqual((article.desk_section_id, article.desk_first_author_id), (self.mac.pk, self.author.pk))
        self.assertFalse(article.is_indexable)
        kinds = dict(Article.objects.values_list("pk", "live_kind"))
        self.assertEqual(kinds, {self.live.pk: "news", self.page.pk: "page", self.draft.pk: ""})
        pin = Pin.objects.get()
        self.assertEqual((pin.article_id, pin.position, pin.slot), (article.pk, 3, FrontPageSlot.objects.get()))
        strip = CardStrip.objects.get()
        self.assertEqual((strip.source_publication_id, strip.article_ids), (self.ia.pk, [article.pk]))
        self.assertEqual(StreamSource.objects.get().section_id, self.mac.pk)
        batch = ModerationBatch.objects.get()
        self.assertEqual(ModerationAction.objects.get().batch, batch)
        comment = Comment.objects.get()
        self.assertEqual((comment.sealed.get(), comment.openings.get().reason), (SealedSource.objects.get(), "TGI 12"))
        self.assertEqual(VaultOpening.objects.count(), 1)

    def test_it_lets_pending_tasks_and_recurring_jobs_find_their_functions(self) -> None:
        self.fill()
        migrate(self.leaves)
        self.assertEqual(
            sorted(DBTaskResult.objects.values_list("task_path", flat=True)),
            [
                "articles.actions.notifications.notify_published",
                "comments.actions.moderation.continue_batch",
                "newsroom.worker.mail.deliver",
            ],
        )
        for row in DBTaskResult.objects.all():
            self.assertTrue(callable(row.task.func), row.task_path)
        self.assertEqual(Recurring.objects.get().name, "apply due changes")
        self.assertTrue(IdempotencyKey.objects.filter(key="published:1").exists())

    def test_it_leads_each_new_path_of_a_task_to_one(self) -> None:
        tasks = import_module("newsroom.worker.migrations.0003_plain_words").TASKS
        for path in tasks.values():
            self.assertEqual(import_string(path).module_path, path)

    def test_it_can_be_undone(self) -> None:
        self.fill()
        migrate(self.leaves)
        self.old = migrate(BEFORE)
        self.assertEqual(self.model("articles", "Strip").get().of_id, self.ia.pk)
        self.assertEqual(self.model("articles", "Article").get(pk=self.live.pk).kind, "review")
        self.assertTrue(DBTaskResult.objects.filter(task_path="articles.effects.tell_published").exists())
