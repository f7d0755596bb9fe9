"""Actions on settings, policies, terms and blocks: defaults by language, and no save of a row that is older than the
database."""

import datetime as dt
import re

from django.utils import timezone

from comments.actions import moderation, posting, subscriptions
from comments.actions import settings as comment_settings
from comments.models import BlockedSender, Comment, CommentSettings, ModerationBatch, Subscription, Term, ThreadPolicy
from comments.policy import settings_of
from comments.queue import Question
from comments.states import Decision, Mode
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden
from tests.comments.base import CommentsTestCase
from tests.factories import make_article, make_section


class DefaultTests(CommentsTestCase):
    def english(self, language: str = "en") -> Publication:
        publication = Publication.objects.create(name="Gadget Post", domain="gadget.localhost", language=language)
        make_section(publication, "Reviews", "reviews")
        return publication

    def test_it_gives_a_french_publication_french_rules(self) -> None:
        self.assertIn("Restez dans le sujet", settings_of(self.kg).rules)
        self.assertIn("Restez dans le sujet", comment_settings.locked_settings(self.kg).rules)

    def test_it_gives_an_english_publication_english_rules(self) -> None:
        publication = self.english()
        article = make_article(publication, "A headset that sees far")
        for settings in (settings_of(publication), comment_settings.locked_settings(publication)):
            self.assertEqual(settings.posted_rules[0].split()[0], "Keep")
            self.assertFalse(re.search("[éèàç]", settings.rules))
        page = self.read(article.path, publication)
        self.assertContains(page, settings.posted_rules[0])
        self.assertNotContains(page, "Restez courtois")

    def test_it_gives_english_rules_in_a_language_that_has_none_of_its_own(self) -> None:
        for language in ("eo", "pt-br", ""):
            publication = Publication(name="Novaĵoj", domain="novajoj.localhost", language=language)
            settings = CommentSettings.with_defaults(publication)
            self.assertIn("Keep to", settings.rules)
        self.assertIn("Restez", CommentSettings.with_defaults(Publication(language="fr-ca")).rules)

    def test_it_has_no_french_in_the_columns_default(self) -> None:
        self.assertEqual(CommentSettings._meta.get_field("rules").default, "")


class StaleRowTests(CommentsTestCase):
    """A row read before another wrote it is saved after: only what was meant to change may change."""

    def test_it_saves_the_settings_that_were_changed_and_no_other(self) -> None:
        self.set()
        first, second = CommentSettings.objects.get(), CommentSettings.objects.get()
        comment_settings.add_terms(self.kg, ["montres"], Term.Kind.BANNED, by=self.sarah)
        version = CommentSettings.objects.get().terms_version
        first.depth, second.page_size = 2, 20
        comment_settings.save_settings(first, ["depth"], by=self.thomas)
        comment_settings.save_settings(second, ["page_size"], by=self.thomas)
        row = CommentSettings.objects.get()
        self.assertEqual((row.depth, row.page_size, row.terms_version), (2, 20, version))
        self.assertEqual(self.post("Mes montres.").rule, "banned")

    def test_it_lets_only_a_publisher_save_settings(self) -> None:
        settings = self.set()
        settings.depth = 1
        with self.assertRaises(Forbidden):
            comment_settings.save_settings(settings, ["depth"], by=self.sarah)
        self.assertEqual(CommentSettings.objects.get().depth, 3)

    def test_it_saves_a_policy_that_another_removed_meanwhile_as_a_new_one(self) -> None:
        policy = ThreadPolicy(publication=self.kg, article=self.article, mode=Mode.CLOSED)
        comment_settings.save_policy(policy, by=self.sarah)
        ThreadPolicy.objects.all().delete()
        policy.mode = Mode.PREMODERATED
        comment_settings.save_policy(policy, by=self.sarah)
        self.assertEqual(ThreadPolicy.objects.get().mode, Mode.PREMODERATED)

    def test_it_lifts_a_block_once_and_changes_nothing_else_of_it(self) -> None:
        self.decide(self.post(), "block")
        stale, moment = BlockedSender.objects.get(), timezone.now() - dt.timedelta(hours=1)
        BlockedSender.objects.update(lifted_at=moment, reason="Montres")
        lifted = comment_settings.lift_block(stale, by=self.sarah)
        row = BlockedSender.objects.get()
        self.assertEqual((row.lifted_at, row.reason, lifted.lifted_at), (moment, "Montres", moment))

    def test_it_ends_a_subscription_that_was_confirmed_meanwhile_and_keeps_that_time(self) -> None:
        stale = subscriptions.get_or_create(self.kg, "zoe@example.org", Subscription.About.REPLIES)
        moment = timezone.now() - dt.timedelta(hours=1)
        Subscription.objects.update(confirmed_at=moment)
        subscriptions.end(stale)
        row = Subscription.objects.get()
        self.assertEqual(row.confirmed_at, moment)
        self.assertIsNotNone(row.ended_at)
        subscriptions.confirm(stale)
        row.refresh_from_db()
        self.assertEqual((row.confirmed_at, row.ended_at), (moment, None))

    def test_it_keeps_what_another_wrote_into_a_comment_while_it_is_deleted(self) -> None:
        comment = self.post()
        found = posting._own

        def meanwhile(comment: Comment, settings: CommentSettings) -> tuple[Comment, dt.datetime]:
            row, now = found(comment, settings)
            Comment.objects.filter(pk=row.pk).update(source="")  # as the vault's job does, without a lock
            return row, now

        for action in (lambda: posting.edit(comment, "Mieux dit."), lambda: posting.delete(comment)):
            Comment.objects.update(source="s" * 32)
            posting._own = meanwhile
            self.addCleanup(setattr, posting, "_own", found)
            action()
            posting._own = found
            comment.refresh_from_db()
            self.assertEqual(comment.source, "")

    def test_it_finishes_a_batch_and_keeps_a_reason_that_was_erased_meanwhile(self) -> None:
        self.post()
        batch = moderation.decide_all(self.kg, Question(tab="new"), Decision.REJECT, by=self.sarah, reason="De Zoé")
        ModerationBatch.objects.update(reason="De […]")
        moderation._finish(batch)
        self.assertEqual(ModerationBatch.objects.get().reason, "De […]")


class BatchColumnsTests(CommentsTestCase):
    def test_it_stores_the_question_and_its_end_with_the_batch(self) -> None:
        comment = self.post()
        batch = moderation.decide_all(self.kg, Question(tab="new"), Decision.REJECT, by=self.sarah)
        row = ModerationBatch.objects.get(pk=batch.pk)
        assert row.question is not None
        self.assertEqual((row.question["tab"], row.up_to, row.done), ("new", comment.pk, 1))
        self.assertIsNotNone(row.finished_at)
