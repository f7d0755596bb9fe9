"""The migrations to plain words keep every row of a database that was filled before them."""

import datetime as dt
import inspect
import uuid
from importlib import import_module
from typing import Any

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import TransactionTestCase
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models import Article, CardStrip, FrontPageSlot, PartnerItem, Pin, RevisionImage, StreamSource, Tag
from articles.models.partner import PartnerImage
from comments.models import Comment, CommentSettings, ModerationAction, ModerationBatch, SealedSource, VaultOpening
from newsroom.worker.models import IdempotencyKey, Recurring

BEFORE = [
    ("articles", "0008_network_words"),
    ("comments", "0002_author_key"),
    ("publications", "0002_feeds"),
    ("worker", "0002_unsubscribe"),
]
NOW = timezone.now()
OLD_TASKS = (
    "articles.effects.tell_published", "articles.effects.tell_withdrawn", "articles.jobs.fold_due_stories",
    "articles.jobs.finish_expunging", "articles.partners.pictures.bring_pictures", "comments.effects.ask_to_confirm",
    "comments.effects.tell_reply", "comments.effects.tell_reasons", "comments.effects.tell_decision",
    "comments.jobs.empty_the_vault", "comments.jobs.tell_moderators", "comments.moderation.go_on",
    "newsroom.worker.jobs.forget_the_old",
)  # fmt: skip
# Those that are tried with their arguments, and the name of the one that says what they are about.
WITH_ARGUMENTS = {"articles.effects.tell_published": "revision", "articles.effects.tell_withdrawn": "article"}
_RULES: Any = import_module("comments.migrations.0004_rules_by_language")
FRENCH, ENGLISH = _RULES.FRENCH, _RULES.ENGLISH


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
        self.lead, self.inner = (
            self.model("articles", "Image").create(digest=name, label=name, file=f"{name}.jpg", width=1, height=1)
            for name in ("lead", "inner")
        )
        for article, kind in ((self.live, "news"), (self.page, "page")):
            revision = self.model("articles", "Revision").create(
                article=article, number=1, headline=article.headline, kind=kind, created_at=NOW,
                lead_image=self.lead, image_ids=[self.inner.pk, 999_999],
            )  # fmt: skip
            article.live, article.published_at, article.path = revision, NOW, f"/{article.pk}/"
            article.save()
        tags = self.model("articles", "Tag")
        self.tags = [tags.create(name=name, slug=name, folded=name) for name in ("a", "b", "c")]
        for tag, into in zip(self.tags, (1, 0, 0), strict=True):  # a and b in a circle, c merged into it
            tags.filter(pk=tag.pk).update(merged_into=self.tags[into])
        for code, rules in (("fr", FRENCH), ("en", FRENCH), ("en", FRENCH.replace("\n", "\r\n")), ("en", "Be kind.")):
            n = self.model("comments", "CommentSettings").count()
            site = publications.create(name=f"{code} {n}", domain=f"{code}{n}.localhost", language=code)
            self.model("comments", "CommentSettings").create(publication=site, rules=rules)
        block = self.model("articles", "Block").create(publication=self.kg)
        self.model("articles", "Pick").create(block=block, article=self.live, position=3, until=NOW)
        self.model("articles", "Strip").create(
            publication=self.kg, title="Les dernières actus Apple", of=self.ia, story_ids=[self.live.pk], place="after"
        )
        self.model("articles", "Taken").create(publication=self.kg, sister=self.ia, section=self.mac)
        feed = self.model("articles", "PartnerFeed").create(
            publication=self.kg, name="Partner", url="https://p.example/", shows_pictures=True, credit="P", due_at=NOW
        )
        self.model("articles", "PartnerItem").create(
            feed=feed, key="k", link_key="k", url="https://p.example/1/", title="Un", published_at=NOW,
            picture_url="https://p.example/1.png", picture_digest="ab", picture_width=640, picture_height=360,
            picture_asked=True,
        )  # fmt: skip
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
        for path in (*OLD_TASKS, "newsroom.worker.mail.deliver"):
            arguments: dict[str, Any] = {}
            if path in WITH_ARGUMENTS:
                arguments = {"key": f"{path}:1", "hour": NOW.isoformat(), "by": None, WITH_ARGUMENTS[path]: 1}
            DBTaskResult.objects.create(
                id=uuid.uuid4(), task_path=path, args_kwargs={"args": [], "kwargs": arguments}, backend_name="default",
                run_after=NOW + dt.timedelta(days=1),
            )  # fmt: skip

    def article(self, n: int) -> Any:
        return self.model("articles", "Article").create(
            publication=self.ia, kind="news" if n else "review", headline=f"Titre {n}", headline_key=f"titre {n}",
            section=self.mac, first_author=self.author, saved_at=NOW, is_found=n != 0,
        )  # fmt: skip

    def test_they_keep_what_there_was_and_can_be_undone(self) -> None:
        # One way there and one back for all that is looked at: each takes half a minute.
        self.fill()
        migrate(self.leaves)
        for look in (
            self.it_keeps_every_row_under_its_new_name,
            self.it_keeps_partners_images,
            self.it_says_which_images_a_revision_shows,
            self.it_gives_other_languages_their_own_rules_where_nobody_wrote_any,
            self.it_leads_tags_out_of_a_circle,
            self.it_lets_pending_tasks_and_recurring_jobs_find_their_functions,
            self.it_lets_pending_tasks_find_their_arguments,
        ):
            with self.subTest(look.__name__):
                look()
        self.old = migrate(BEFORE)
        with self.subTest("undone"):
            self.it_finds_every_row_as_it_was_once_it_is_undone()

    def it_keeps_every_row_under_its_new_name(self) -> None:
        article = Article.objects.get(pk=self.live.pk)
        self.assertEqual((article.desk_headline, article.desk_kind), ("Titre 0", "review"))
        self.assertEqual((article.desk_section_id, article.desk_first_author_id), (self.mac.pk, self.author.pk))
        self.assertFalse(article.is_indexable)
        kinds = dict(Article.objects.values_list("pk", "live_kind"))
        self.assertEqual(kinds, {self.live.pk: "news", self.page.pk: "page", self.draft.pk: ""})
        pin = Pin.objects.get()
        self.assertEqual((pin.article_id, pin.position, pin.slot), (article.pk, 3, FrontPageSlot.objects.get()))
        strip = CardStrip.objects.get()
        self.assertEqual((strip.source_publication_id, strip.article_ids), (self.ia.pk, [article.pk]))
        self.assertEqual(strip.area, "after")
        self.assertEqual(StreamSource.objects.get().section_id, self.mac.pk)
        batch = ModerationBatch.objects.get()
        self.assertEqual(ModerationAction.objects.get().batch, batch)
        comment = Comment.objects.get()
        self.assertEqual((comment.sealed.get(), comment.openings.get().reason), (SealedSource.objects.get(), "TGI 12"))
        self.assertEqual(VaultOpening.objects.count(), 1)
        self.assertEqual((comment.position, comment.position_newest), ("a" * 17, "b" * 17))

    def it_keeps_partners_images(self) -> None:
        item = PartnerItem.objects.select_related("feed").get()
        self.assertTrue(item.feed.shows_images)
        self.assertEqual((item.image_url, item.image_asked), ("https://p.example/1.png", True))
        self.assertEqual(item.image, PartnerImage("ab", 640, 360, "P"))

    def it_says_which_images_a_revision_shows(self) -> None:
        images = RevisionImage.objects.filter(revision__article=self.live.pk).values_list("image", flat=True)
        self.assertEqual(set(images), {self.lead.pk, self.inner.pk})  # one of the body was deleted since

    def it_gives_other_languages_their_own_rules_where_nobody_wrote_any(self) -> None:
        rules = CommentSettings.objects.order_by("pk").values_list("rules", flat=True)
        self.assertEqual(list(rules), [FRENCH, ENGLISH, ENGLISH, "Be kind."])

    def it_leads_tags_out_of_a_circle(self) -> None:
        tags = Tag.resolve([tag.pk for tag in self.tags])
        self.assertEqual([tag.pk for tag in tags], [self.tags[0].pk])
        with transaction.atomic():
            self.assertEqual(Tag.resolve([tag.pk for tag in self.tags], lock=True), tags)

    def it_lets_pending_tasks_and_recurring_jobs_find_their_functions(self) -> None:
        self.assertEqual(DBTaskResult.objects.count(), len(OLD_TASKS) + 1)
        for row in DBTaskResult.objects.all():
            self.assertTrue(callable(row.task.func), row.task_path)
        self.assertEqual(Recurring.objects.get().name, "apply due changes")
        self.assertTrue(IdempotencyKey.objects.filter(key="published:1").exists())

    def it_lets_pending_tasks_find_their_arguments(self) -> None:
        rows = DBTaskResult.objects.filter(task_path__startswith="articles.actions.notifications.")
        self.assertEqual(len(rows), 2)
        for row in rows:
            arguments = dict(row.args_kwargs["kwargs"])
            self.assertIn("key", arguments)
            inspect.signature(row.task.func).bind(**{k: v for k, v in arguments.items() if k != "key"})
            self.assertEqual(arguments["moment"], NOW.isoformat())

    def it_finds_every_row_as_it_was_once_it_is_undone(self) -> None:
        self.assertEqual(self.model("articles", "Strip").get().of_id, self.ia.pk)
        self.assertEqual(self.model("articles", "Article").get(pk=self.live.pk).kind, "review")
        self.assertEqual(self.model("articles", "PartnerItem").get().picture_digest, "ab")
        for path in WITH_ARGUMENTS:
            row = DBTaskResult.objects.get(task_path=path)
            self.assertEqual(row.args_kwargs["kwargs"]["hour"], NOW.isoformat())
