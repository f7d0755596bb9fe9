"""Actions of moderators: by the version that was seen, logged, undone in one step."""

import datetime as dt

from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from articles.models.immutable import Immutable
from comments.actions import moderation, posting, privacy, reporting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion
from comments.actions.reporting import Notice
from comments.models import BlockedSender, Comment, ModerationAction, ModerationBatch
from comments.queue import Question
from comments.refusals import Refused
from comments.states import Decision, Mode, Status
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import Forbidden
from newsroom.worker.process import WorkerProcess
from tests.comments.base import CAFE, CommentsTestCase


class DecideTests(CommentsTestCase):
    def test_each_decision_leaves_its_status_and_an_action(self) -> None:
        for decision, status in (
            ("approve", Status.APPROVED), ("reject", Status.REJECTED), ("spam", Status.SPAM), ("hold", Status.HELD),
        ):  # fmt: skip
            comment = self.post(f"À propos : {decision}.")
            outcome = self.decide(comment, decision, reason="Hors sujet")
            comment.refresh_from_db()
            self.assertEqual(comment.status, status)
            action = comment.actions.get()
            self.assertEqual((action.from_status, action.to_status), (Status.APPROVED, status))
            self.assertEqual((outcome.batch.by, outcome.batch.reason), (self.sarah, "Hors sujet"))

    def test_it_counts_what_readers_see(self) -> None:
        comment = self.post()
        for decision, count in (("reject", 0), ("approve", 1), ("approve", 1), ("spam", 0), ("hold", 0)):
            self.decide(comment, decision)
            self.assertEqual(self.count(), count, decision)

    def test_it_records_the_pages_that_it_touches_and_no_other(self) -> None:
        comment = self.post()
        for decision, touched in (
            ("reject", True),
            ("spam", False),
            ("hold", False),
            ("approve", True),
            ("feature", True),
        ):
            Purge.objects.all().delete()
            self.decide(comment, decision)
            tags = set(Purge.objects.values_list("tag", flat=True))
            self.assertEqual(tags, {f"comments:{self.article.pk}"} if touched else set(), decision)

    def test_approving_what_readers_see_already_takes_it_from_the_new(self) -> None:
        comment = self.post()
        self.decide(comment, "approve")
        self.assertFalse(Question(tab="new").rows(self.kg).exists())

    def test_a_comment_that_its_author_edited_meanwhile_is_left(self) -> None:
        comment = self.post()
        seen = SeenVersion(comment.pk, comment.version)
        posting.edit(comment, "Autre chose.")
        outcome = moderation.decide(self.kg, [seen], Decision.REJECT, by=self.sarah)
        self.assertIsNone(outcome.batch)
        self.assertIn("modifié", outcome.refused[comment.pk])
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.APPROVED)

    def test_two_moderators_never_trample_each_other(self) -> None:
        comment = self.post()
        seen = SeenVersion(comment.pk, comment.version)
        moderation.decide(self.kg, [seen], Decision.APPROVE, by=self.sarah)
        outcome = moderation.decide(self.kg, [seen], Decision.REJECT, by=self.thomas)
        self.assertIn("sarah a été plus rapide (approuver)", outcome.refused[comment.pk])
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.APPROVED)

    def test_of_several_it_takes_those_that_are_as_they_were(self) -> None:
        one, two = self.post("Un."), self.post("Deux.")
        posting.edit(two, "Deux bis.")
        outcome = moderation.decide(
            self.kg, [SeenVersion(one.pk, 1), SeenVersion(two.pk, 1), SeenVersion(99, 1)], Decision.SPAM, by=self.sarah
        )
        self.assertEqual([row.pk for row in outcome.done], [one.pk])
        self.assertEqual(set(outcome.refused), {two.pk, 99})
        self.assertEqual(outcome.batch.done, 1)

    def test_only_who_moderates_there_decides(self) -> None:
        comment = self.post()
        for person in (self.camille, self.julien, self.zoe):
            with self.assertRaises(Forbidden):
                self.decide(comment, "reject", by=person)

    def test_another_publications_comments_are_out_of_reach(self) -> None:
        comment = self.post()
        outcome = moderation.decide(self.ia, [SeenVersion(comment.pk, 1)], Decision.REJECT, by=self.alix)
        self.assertEqual(outcome.done, [])

    def test_what_is_deleted_or_erased_is_decided_by_nobody(self) -> None:
        comment = posting.delete(self.post())
        self.assertIn("supprimé", self.decide(comment, "approve").refused[comment.pk])
        other = self.post("Encore.")
        privacy.erase("zoe@example.org")
        self.assertIn("effacé", self.decide(other, "approve").refused[other.pk])

    def test_only_what_readers_see_is_featured_and_only_while_they_do(self) -> None:
        comment = self.post()
        self.decide(comment, "feature")
        comment.refresh_from_db()
        self.assertTrue(comment.featured)
        self.decide(comment, "reject")
        comment.refresh_from_db()
        self.assertFalse(comment.featured)
        self.assertIn("Seul", self.decide(comment, "feature").refused[comment.pk])

    def test_blocking_blocks_where_it_came_from_once(self) -> None:
        for n in range(2):
            self.decide(self.post(f"Le mot numéro {n}.", "Bob"), "block", reason="Montres")
        self.assertEqual(BlockedSender.objects.count(), 2)
        self.assertNotIn("bob", str(list(BlockedSender.objects.values())))

    def test_one_that_is_named_twice_is_decided_once(self) -> None:
        comment, _other = self.post(), self.post("Un autre.")
        moderation.decide(self.kg, [SeenVersion(comment.pk, 1)] * 2, Decision.REJECT, by=self.sarah)
        self.assertEqual((self.count(), comment.actions.count()), (1, 1))

    def test_the_log_is_written_once(self) -> None:
        self.decide(self.post(), "reject")
        with self.assertRaises(Immutable):
            ModerationAction.objects.update(to_status="approved")
        with self.assertRaises(Immutable):
            ModerationAction.objects.get().save()


class AllTests(CommentsTestCase):
    def flood(self, number: int) -> None:
        """Held comments, as a flood leaves them."""
        first = self.post("Achetez mes montres.", "Bob", honeypot="x")
        rows = []
        for n in range(number - 1):
            row = Comment(
                publication=self.kg, article=self.article, pseudonym="Bob", email="bob@example.org", text=f"Montre {n}",
                status=Status.HELD, rule="surge", digest=str(n), posted_at=timezone.now(),
            )  # fmt: skip
            row.set_position(None, 3)
            rows.append(row)
        Comment.objects.bulk_create(rows)
        Comment.objects.filter(pk=first.pk).update(status=Status.HELD, rule="surge")

    def test_it_reaches_all_that_match_and_not_just_a_page(self) -> None:
        self.post("Bien vu.", client=CAFE)
        self.flood(60)
        batch = moderation.decide_all(self.kg, Question(tab="held", rule="surge"), Decision.REJECT, by=self.sarah)
        self.assertEqual((batch.done, batch.finished_at is not None or self.work(batch)), (60, True))
        self.assertEqual(Comment.objects.filter(status=Status.REJECTED).count(), 60)
        self.assertEqual(self.count(), 1)

    def work(self, batch: ModerationBatch) -> bool:
        WorkerProcess().run_what_is_due()
        batch.refresh_from_db()
        return batch.finished_at is not None

    def test_it_goes_in_portions_of_which_the_worker_does_all_but_the_first(self) -> None:
        self.flood(12)
        moderation.PORTION_ROWS, before = 5, moderation.PORTION_ROWS
        self.addCleanup(setattr, moderation, "PORTION_ROWS", before)
        batch = moderation.decide_all(self.kg, Question(tab="held"), Decision.REJECT, by=self.sarah)
        self.assertEqual((batch.done, batch.finished_at), (5, None))
        self.assertEqual(DBTaskResult.objects.filter(task_path__endswith="continue_batch").count(), 1)
        self.assertTrue(self.work(batch))
        self.assertEqual(batch.done, 12)

    def test_a_moderator_waits_for_four_hundred_at_most(self) -> None:
        self.flood(450)
        batch = moderation.decide_all(self.kg, Question(tab="held"), Decision.REJECT, by=self.sarah)
        self.assertLessEqual(batch.done, 400)
        self.assertTrue(self.work(batch))
        undoing = moderation.undo(batch, by=self.sarah)
        self.assertLessEqual(undoing.done, 400)
        self.assertTrue(self.work(undoing))
        self.assertEqual(Comment.objects.filter(status=Status.HELD).count(), 450)

    def test_of_more_chosen_ones_the_others_are_left_and_it_says_so(self) -> None:
        self.flood(6)
        seen = [SeenVersion(row.pk, row.version) for row in Comment.objects.order_by("pk")]
        moderation.PORTION_ROWS, before = 5, moderation.PORTION_ROWS
        self.addCleanup(setattr, moderation, "PORTION_ROWS", before)
        outcome = moderation.decide(self.kg, seen, Decision.REJECT, by=self.sarah)
        self.assertEqual(len(outcome.done), 5)
        self.assertEqual(list(outcome.refused), [seen[5].pk])
        self.assertIn("5 au plus à la fois", outcome.refused[seen[5].pk])

    def test_it_leaves_what_came_after_it_was_asked(self) -> None:
        self.flood(6)
        moderation.PORTION_ROWS, before = 5, moderation.PORTION_ROWS
        self.addCleanup(setattr, moderation, "PORTION_ROWS", before)
        batch = moderation.decide_all(self.kg, Question(tab="held"), Decision.REJECT, by=self.sarah)
        late = self.post("https://a.fr https://b.fr https://c.fr", client=CAFE)
        self.work(batch)
        late.refresh_from_db()
        self.assertEqual(late.status, Status.HELD)

    def test_it_leaves_what_came_or_was_rewritten_after_the_page_was_drawn(self) -> None:
        self.set(mode=Mode.PREMODERATED)
        seen, rewritten = self.post("Vu."), self.post("Gentil.", client=CAFE)
        question, last = Question(tab="held", as_of=timezone.now().isoformat()), Comment.objects.latest("pk").pk
        posting.edit(rewritten, "Méchant.", client=CAFE)
        unseen = self.post("Pas vu.", "Léa")
        moderation.decide_all(self.kg, question, Decision.APPROVE, by=self.sarah, up_to=last)
        statuses = {row.pk: row.status for row in Comment.objects.all()}
        held = Status.HELD
        self.assertEqual(statuses, {seen.pk: Status.APPROVED, rewritten.pk: held, unseen.pk: held})

    def test_it_leaves_what_was_rewritten_between_two_portions(self) -> None:
        self.set(mode=Mode.PREMODERATED)
        first, second = self.post("Un."), self.post("Deux.")
        moderation.PORTION_ROWS, before = 1, moderation.PORTION_ROWS
        self.addCleanup(setattr, moderation, "PORTION_ROWS", before)
        batch = moderation.decide_all(self.kg, Question(tab="held"), Decision.APPROVE, by=self.sarah)
        posting.edit(second, "Allez tous au diable.")
        self.work(batch)
        statuses = [Comment.objects.get(pk=row.pk).status for row in (first, second)]
        self.assertEqual(statuses, [Status.APPROVED, Status.HELD])

    def test_a_question_that_matches_nothing_is_refused(self) -> None:
        with self.assertRaises(Refused):
            moderation.decide_all(self.kg, Question(tab="held"), Decision.REJECT, by=self.sarah)

    def test_a_portion_asks_the_same_queries_for_five_and_for_fifty(self) -> None:
        self.flood(55)
        moderation.PORTION_ROWS, before = 5, moderation.PORTION_ROWS
        self.addCleanup(setattr, moderation, "PORTION_ROWS", before)
        batch = moderation.decide_all(self.kg, Question(tab="held"), Decision.SPAM, by=self.sarah)
        with self.assertNumQueries(11):
            moderation._portion(batch.pk)
        moderation.PORTION_ROWS = 40
        with self.assertNumQueries(11):
            moderation._portion(batch.pk)


class UndoTests(CommentsTestCase):
    def test_it_puts_back_what_was(self) -> None:
        comment = self.post()
        self.decide(comment, "feature")
        outcome = self.decide(comment, "block")
        undoing = moderation.undo(outcome.batch, by=self.sarah)
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.reviewed, comment.featured), (Status.APPROVED, True, True))
        self.assertEqual((undoing.done, undoing.skipped, self.count()), (1, 0, 1))
        self.assertFalse(BlockedSender.objects.active(timezone.now()).exists())

    def test_it_skips_what_was_touched_since(self) -> None:
        one, two = self.post("Un."), self.post("Deux.")
        batch = moderation.decide(
            self.kg, [SeenVersion(one.pk, 1), SeenVersion(two.pk, 1)], Decision.REJECT, by=self.sarah
        ).batch
        self.decide(two, "spam", by=self.thomas)
        undoing = moderation.undo(batch, by=self.sarah)
        self.assertEqual((undoing.done, undoing.skipped), (1, 1))
        statuses = {row.text: row.status for row in Comment.objects.all()}
        self.assertEqual(statuses, {"Un.": Status.APPROVED, "Deux.": Status.SPAM})

    def test_it_is_done_once_and_can_itself_be_undone(self) -> None:
        comment = self.post()
        outcome = self.decide(comment, "block")
        undoing = moderation.undo(outcome.batch, by=self.sarah)
        with self.assertRaises(Refused):
            moderation.undo(outcome.batch, by=self.sarah)
        moderation.undo(undoing, by=self.sarah)
        comment.refresh_from_db()
        self.assertEqual(comment.status, Status.SPAM)
        self.assertEqual(BlockedSender.objects.active(timezone.now()).count(), 1)

    def test_what_is_decided_again_answers_its_reports_again(self) -> None:
        comment = self.post()
        notice = Notice("hate", "", "Ana", "ana@example.org", in_good_faith=True)
        report = reporting.report(comment, notice, client=CAFE)
        undoing = moderation.undo(self.decide(comment, "reject").batch, by=self.sarah)
        moderation.undo(undoing, by=self.sarah)
        report.refresh_from_db()
        self.assertIs(report.upheld, True)

    def test_it_lifts_no_block_that_another_act_needs_nor_brings_back_what_was_lifted_by_hand(self) -> None:
        first, second = self.decide(self.post(), "block"), self.decide(self.post("Encore."), "block")
        moderation.undo(first.batch, by=self.sarah)
        self.assertEqual(BlockedSender.objects.active(timezone.now()).get().batch, second.batch)
        comment_settings.lift_block(BlockedSender.objects.active(timezone.now()).get(), by=self.sarah)
        undoing = moderation.undo(second.batch, by=self.sarah)
        moderation.undo(undoing, by=self.sarah)
        self.assertFalse(BlockedSender.objects.active(timezone.now()).exists())

    def test_it_stops_a_batch_that_is_under_way(self) -> None:
        AllTests.flood(self, 12)  # type: ignore[arg-type]
        moderation.PORTION_ROWS, before = 5, moderation.PORTION_ROWS
        self.addCleanup(setattr, moderation, "PORTION_ROWS", before)
        batch = moderation.decide_all(self.kg, Question(tab="held"), Decision.REJECT, by=self.sarah)
        moderation.undo(batch, by=self.sarah)
        WorkerProcess().run_what_is_due()
        self.assertEqual(Comment.objects.filter(status=Status.HELD).count(), 12)

    def test_only_who_moderates_there_undoes(self) -> None:
        batch = self.decide(self.post(), "reject").batch
        with self.assertRaises(Forbidden):
            moderation.undo(batch, by=self.camille)

    def test_premoderated_comments_go_back_to_be_held(self) -> None:
        self.set(mode=Mode.PREMODERATED)
        comment = self.post()
        batch = self.decide(comment, "approve").batch
        self.assertEqual(self.count(), 1)
        moderation.undo(batch, by=self.sarah)
        comment.refresh_from_db()
        self.assertEqual((comment.status, comment.reviewed, self.count()), (Status.HELD, False, 0))


class TimeTests(CommentsTestCase):
    def test_a_batch_says_when_and_by_whom(self) -> None:
        before = timezone.now()
        batch = self.decide(self.post(), "reject").batch
        self.assertLessEqual(before, batch.at)
        self.assertLess(batch.finished_at - batch.at, dt.timedelta(seconds=5))
