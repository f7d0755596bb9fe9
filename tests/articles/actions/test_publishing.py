"""Actions that move an article between the desk and its readers."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from articles.actions import editing, publishing, registry, scheduling
from articles.content import Content
from articles.models import Article, Placement
from articles.workflow import Conflict, Refused, Stage, Standing, Verb
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, make_tags, publish

BARE = {"standfirst", "lead_image", "byline"}  # what these articles lack, and their publisher knows


class PublishTests(NewsroomTestCase):
    def test_it_points_readers_to_the_draft(self) -> None:
        article = make_draft(self.kg)
        draft = article.draft
        article = publish(article, by=self.ines)
        self.assertEqual(article.live, draft)
        self.assertIsNone(article.draft)
        self.assertEqual(article.stage, Stage.PUBLISHED)
        self.assertTrue(article.is_live(timezone.now()))

    def test_it_refuses_a_writer_where_review_is_required(self) -> None:
        article = make_draft(self.kg, by=self.camille)
        with self.assertRaises(Forbidden):
            publish(article, by=self.camille)
        article.refresh_from_db()
        self.assertIsNone(article.live)

    def test_it_lets_a_writer_publish_their_own_article_where_no_review_is_required(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        article = publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=BARE)
        self.assertTrue(article.is_live(timezone.now()))
        self.assertTrue(article.unreviewed)

    def test_it_refuses_an_editor_of_another_publication(self) -> None:
        with self.assertRaises(Forbidden):
            publish(make_draft(self.ia), by=self.ines)

    def test_it_refuses_what_readers_cannot_do_without_and_names_each_rule(self) -> None:
        article = make_draft(self.kg, body="", section=None, lead_image=make_image(alt=""))
        with self.assertRaises(Refused) as refusal:
            publish(article, by=self.ines)
        self.assertEqual({finding.check for finding in refusal.exception.findings}, {"body", "section", "alt"})

    def test_it_refuses_a_sponsored_article_without_a_sponsor(self) -> None:
        with self.assertRaises(Refused) as refusal:
            publish(make_draft(self.kg, kind="sponsored"), by=self.ines)
        self.assertEqual(refusal.exception.findings[0].check, "sponsor")

    def test_it_publishes_exactly_the_revision_that_was_read(self) -> None:
        article = make_draft(self.kg)
        read = article.draft
        article = editing.save_draft(article, replace(Content.of(read), headline="Un autre titre"), by=self.ines)
        with self.assertRaises(Conflict):
            publishing.approve_and_publish(article, by=self.ines, revision=read.pk)

    def test_it_refuses_when_there_is_nothing_new(self) -> None:
        article = make_article(self.kg)
        with self.assertRaises(Refused):
            publishing.approve_and_publish(article, by=self.ines, revision=article.live_id)

    def test_it_lists_the_article_with_its_tags_and_bylines_in_order(self) -> None:
        author, other = make_author("Inès Benali"), make_author("Hugo Lemaire")
        tags = make_tags("Robot", "Énergie")
        article = make_article(self.kg, authors=(other, author), tags=tags)
        self.assertEqual([line.author for line in article.byline_set.all()], [other, author])
        self.assertEqual([link.tag for link in article.tagged.all()], list(tags))
        placement = Placement.objects.get(article=article)
        self.assertEqual((placement.section, placement.published_at), (self.science, article.published_at))

    def test_it_logs_who_did_it_and_from_where(self) -> None:
        article = publish(make_draft(self.kg), by=self.ines)
        event = article.events.get(verb=Verb.PUBLISHED)
        self.assertEqual((event.actor, event.from_state, event.to_state), (self.ines, Stage.APPROVED, Standing.LIVE))
        self.assertEqual(event.revision, article.live)

    def test_it_invalidates_pages_with_the_change(self) -> None:
        (tag,) = make_tags("Robot")
        author = make_author("Inès Benali")
        draft = make_draft(self.kg, tags=(tag,), authors=(author,))
        Purge.objects.all().delete()
        article = publish(draft, by=self.ines)
        local = article.published_at.astimezone(self.kg.zone)
        self.assertEqual(
            set(Purge.objects.values_list("tag", flat=True)),
            {
                f"article:{article.pk}", f"changes:{self.kg.pk}", f"list:publication:{self.kg.pk}",
                f"list:section:{self.science.pk}", f"list:tag:{tag.pk}", f"list:author:{author.pk}",
                f"list:archive:{self.kg.pk}:{local:%Y-%m}",
            },
        )  # fmt: skip

    def test_it_invalidates_the_lists_that_the_article_leaves(self) -> None:
        article = make_article(self.kg)
        Purge.objects.all().delete()
        content = replace(Content.of(article.working), section=self.games)
        publish(editing.save_draft(article, content, by=self.ines, change="typo"), by=self.ines)
        tags = set(Purge.objects.values_list("tag", flat=True))
        self.assertEqual(
            tags,
            {
                f"article:{article.pk}", f"changes:{self.kg.pk}",
                f"list:section:{self.science.pk}", f"list:section:{self.games.pk}",
            },
        )  # fmt: skip

    def test_it_invalidates_no_list_in_which_the_article_stays_where_it_was(self) -> None:
        article = make_article(self.kg, tags=make_tags("Robot"), authors=(make_author("Inès Benali"),))
        Purge.objects.all().delete()
        content = replace(Content.of(article.working), headline="Un autre titre")
        publish(editing.save_draft(article, content, by=self.ines, change="typo"), by=self.ines)
        tags = set(Purge.objects.values_list("tag", flat=True))
        self.assertEqual(tags, {f"article:{article.pk}", f"changes:{self.kg.pk}"})

    def test_it_keeps_the_time_of_first_publication(self) -> None:
        article = make_article(self.kg)
        content = replace(Content.of(article.working), headline="Un titre corrigé")
        again = publish(editing.save_draft(article, content, by=self.ines, change="typo"), by=self.ines)
        self.assertEqual(again.published_at, article.published_at)
        self.assertIsNone(again.updated_at)

    def test_it_moves_the_time_readers_see_for_an_update_only(self) -> None:
        article = make_article(self.kg)
        content = replace(Content.of(article.working), headline="Du nouveau")
        again = publish(editing.save_draft(article, content, by=self.ines, change="update"), by=self.ines)
        self.assertIsNotNone(again.updated_at)

    def test_it_leaves_readers_their_revision_while_the_desk_reworks_it(self) -> None:
        article = make_article(self.kg)
        before = self.read(article.path).content
        editing.save_draft(article, replace(Content.of(article.working), headline="En chantier"), by=self.ines)
        self.assertEqual(self.read(article.path).content, before)


class ScheduledByTimeTests(NewsroomTestCase):
    def test_it_shows_an_article_at_its_second_with_no_worker(self) -> None:
        moment = timezone.now() + dt.timedelta(days=1)
        article = publishing.publish_imported(make_draft(self.kg), at=moment)
        self.assertFalse(article.is_live(moment - dt.timedelta(microseconds=1)))
        self.assertTrue(article.is_live(moment))
        self.assertEqual(self.read(article.path).status_code, 404)
        self.assertFalse(Placement.objects.live(timezone.now()).exists())
        self.assertTrue(Placement.objects.live(moment).exists())

    def test_it_reads_the_next_revision_once_its_time_has_come(self) -> None:
        article = make_article(self.kg)
        later = editing.save_draft(article, replace(Content.of(article.working), headline="Après"), by=self.ines)
        moment = timezone.now() + dt.timedelta(hours=1)
        later.next, later.next_at, later.draft = later.draft, moment, None
        self.assertEqual(later.revision_at(moment - dt.timedelta(seconds=1)), later.live)
        self.assertEqual(later.revision_at(moment), later.next)


class WithdrawTests(NewsroomTestCase):
    def test_it_takes_the_article_from_every_list_and_leaves_the_notice(self) -> None:
        article = make_article(self.kg, tags=make_tags("Robot"), authors=(make_author("Hugo"),))
        publishing.withdraw(article, by=self.thomas, notice="Une source s’est rétractée.")
        page = self.read(article.path)
        self.assertEqual(page.status_code, 410)
        self.assertContains(page, "Une source s’est rétractée.", status_code=410)
        for path in ("/", "/science-espace/", "/tag/robot/", "/auteur/hugo/"):
            self.assertNotIn(article.path, self.read(path).content.decode(), path)

    def test_it_wants_a_notice(self) -> None:
        with self.assertRaises(Refused):
            publishing.withdraw(make_article(self.kg), by=self.thomas, notice="  ")

    def test_it_refuses_what_readers_do_not_have(self) -> None:
        with self.assertRaises(Refused):
            publishing.withdraw(make_draft(self.kg), by=self.thomas, notice="Trop tôt.")

    def test_it_refuses_a_writer(self) -> None:
        with self.assertRaises(Forbidden):
            publishing.withdraw(make_article(self.kg), by=self.camille, notice="Non.")

    def test_it_can_be_undone(self) -> None:
        article = publishing.withdraw(make_article(self.kg), by=self.thomas, notice="Une erreur.")
        publishing.reinstate(article, by=self.thomas)
        self.assertEqual(self.read(article.path).status_code, 200)
        self.assertIn(article.path, self.read("/").content.decode())
        self.assertEqual(list(article.events.values_list("verb", flat=True)[:2]), [Verb.REINSTATED, Verb.WITHDRAWN])


class ReviewTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.article = make_draft(self.kg, by=self.camille)

    def again(self, article: Article, headline: str, by: Any) -> Article:
        return editing.save_draft(article, replace(Content.of(article.working), headline=headline), by=by)

    def test_it_goes_from_draft_to_review_to_changes_to_approval(self) -> None:
        article = publishing.submit(self.article, by=self.camille)
        self.assertEqual(article.stage, Stage.IN_REVIEW)
        article = publishing.request_changes(article, by=self.ines, revision=article.draft_id, note=" Deux sources. ")
        self.assertEqual(article.stage, Stage.CHANGES)
        article = publishing.submit(self.again(article, "Mieux", self.camille), by=self.camille)
        article = publishing.approve(article, by=self.ines, revision=article.draft_id)
        self.assertEqual((article.stage, article.approved), (Stage.APPROVED, article.draft))
        article = publishing.publish(article, by=self.thomas, revision=article.draft_id, accept=BARE)
        self.assertEqual(
            (article.standing(timezone.now()), article.approved, article.unreviewed), (Standing.LIVE, None, False)
        )
        moves = list(article.events.order_by("id").values_list("actor__username", "from_state", "to_state", "note"))
        self.assertEqual(
            moves[1:],
            [
                ("camille", "draft", "in_review", ""),
                ("ines", "in_review", "changes_requested", "Deux sources."),
                ("camille", "changes_requested", "changes_requested", ""),
                ("camille", "changes_requested", "in_review", ""),
                ("ines", "in_review", "approved", ""),
                ("thomas", "approved", "live", moves[-1][3]),
            ],
        )

    def test_it_publishes_exactly_what_was_approved_and_says_so_plainly(self) -> None:
        article = publishing.approve(self.article, by=self.ines, revision=self.article.draft_id)
        approved = article.draft
        article = self.again(article, "Retouché après coup", self.camille)
        self.assertEqual(article.stage, Stage.IN_REVIEW)
        for revision in (approved.pk, article.draft_id):
            with self.assertRaises(Refused) as refused:
                publishing.publish(article, by=self.thomas, revision=revision, accept=BARE)
            message = str(refused.exception)
            self.assertTrue("1" in message and "2" in message and "camille" in message, message)
        article.refresh_from_db()
        self.assertIsNone(article.live)

    def test_it_refuses_to_review_a_revision_that_was_not_read(self) -> None:
        read = self.article.draft_id
        article = publishing.submit(self.again(self.article, "Un autre", self.camille), by=self.camille)
        for name, params in (("approve", {}), ("request_changes", {"note": "Non."})):
            with self.subTest(action=name), self.assertRaises(Conflict):
                registry.ACTIONS[name](article, by=self.ines, revision=read, **params)

    def test_it_requires_the_note_of_a_request_for_changes(self) -> None:
        article = publishing.submit(self.article, by=self.camille)
        with self.assertRaises(Refused):
            publishing.request_changes(article, by=self.ines, revision=article.draft_id, note="  ")

    def test_it_refuses_to_publish_what_an_editor_sent_back(self) -> None:
        article = publishing.submit(make_draft(self.ia, by=self.julien), by=self.julien)
        article = publishing.request_changes(article, by=SYSTEM, revision=article.draft_id, note="Non.")
        with self.assertRaises(Refused):
            publishing.publish_unreviewed(article, by=self.julien, revision=article.draft_id, accept=BARE)

    def test_it_lets_a_writer_take_an_article_back(self) -> None:
        article = publishing.submit(self.article, by=self.camille)
        self.assertEqual(publishing.take_back(article, by=self.camille).stage, Stage.DRAFT)

    def test_it_stays_unreviewed_until_somebody_has_read_it(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        article = publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=BARE)
        self.assertEqual(article.standing(timezone.now()), Standing.UNREVIEWED)
        with self.assertRaises(Forbidden):
            publishing.mark_read(article, by=self.julien, revision=article.live_id)
        with self.assertRaises(Conflict):
            publishing.mark_read(article, by=SYSTEM, revision=article.live_id + 1)
        article = publishing.mark_read(article, by=SYSTEM, revision=article.live_id)
        self.assertEqual(article.standing(timezone.now()), Standing.LIVE)

    def test_it_stays_unreviewed_after_a_withdrawal(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        article = publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=BARE)
        article = publishing.reinstate(publishing.withdraw(article, by=SYSTEM, notice="Une erreur."), by=SYSTEM)
        self.assertEqual(article.standing(timezone.now()), Standing.UNREVIEWED)

    def test_it_is_reviewed_if_it_was_approved_whoever_publishes_it(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        article = publishing.approve(draft, by=SYSTEM, revision=draft.draft_id)
        article = publishing.publish_unreviewed(article, by=self.julien, revision=article.draft_id, accept=BARE)
        self.assertFalse(article.unreviewed)


class ScheduleTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.moment = timezone.now() + dt.timedelta(days=2)
        draft = make_draft(self.kg, tags=make_tags("Robot"), authors=(make_author("Hugo"),))
        self.ready = publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def scheduled(self) -> Article:
        return scheduling.schedule(self.ready, by=self.ines, revision=self.ready.draft_id, at=self.moment, accept=BARE)

    def test_it_is_read_from_its_time_on(self) -> None:
        article = self.scheduled()
        self.assertEqual(article.standing(self.moment - dt.timedelta(seconds=1)), Standing.SCHEDULED)
        self.assertEqual(article.standing(self.moment), Standing.LIVE)
        self.assertEqual(self.read(article.path).status_code, 404)
        event = article.events.first()
        self.assertEqual((event.verb, event.from_state, event.to_state), (Verb.SCHEDULED, "approved", "scheduled"))

    def test_it_refuses_a_time_that_has_passed_and_an_article_that_fails_its_checks(self) -> None:
        for at in (timezone.now() - dt.timedelta(minutes=1), timezone.now()):
            with self.assertRaises(Refused):
                scheduling.schedule(self.ready, by=self.ines, revision=self.ready.draft_id, at=at, accept=BARE)
        bare = make_draft(self.kg, body="")
        bare = publishing.approve(bare, by=self.ines, revision=bare.draft_id)
        with self.assertRaises(Refused):
            scheduling.schedule(bare, by=self.ines, revision=bare.draft_id, at=self.moment, accept=BARE)

    def test_it_is_taken_off_the_schedule_as_it_was(self) -> None:
        article = scheduling.unschedule(self.scheduled(), by=self.ines)
        self.assertEqual((article.stage, article.standing(timezone.now())), (Stage.APPROVED, Standing.UNPUBLISHED))
        self.assertEqual((article.path, article.published_at, article.live), ("", None, None))
        self.assertFalse(article.tagged.exists() or article.byline_set.exists() or article.placements.exists())
        again = scheduling.schedule(article, by=self.ines, revision=article.draft_id, at=self.moment, accept=BARE)
        self.assertEqual(again.standing(self.moment), Standing.LIVE)

    def test_it_is_replaced_by_a_later_draft(self) -> None:
        article = editing.save_draft(
            self.scheduled(), replace(Content.of(self.ready.draft), headline="Mieux"), by=self.ines
        )
        article = publishing.approve(article, by=self.ines, revision=article.draft_id)
        later = self.moment + dt.timedelta(days=1)
        article = scheduling.schedule(article, by=self.ines, revision=article.draft_id, at=later, accept=BARE)
        self.assertEqual((article.live.headline, article.published_at), ("Mieux", later))
        self.assertEqual(Placement.objects.get(article=article).published_at, later)
