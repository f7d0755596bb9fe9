"""Doors between the desk and its readers."""

import datetime as dt
from dataclasses import replace
from typing import Any

from django.utils import timezone

from articles.actions import editing, publishing, registry, scheduling
from articles.content import Content
from articles.models import Article, Placement
from articles.workflow import Conflict, Refused, Stage, Standing, Verb
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_image, make_story, make_tags, publish

BARE = {"standfirst", "lead_image", "byline"}  # what these stories lack, and their publisher knows


class PublishTests(NewsroomTestCase):
    def test_it_points_readers_to_the_draft(self) -> None:
        story = make_draft(self.kg)
        draft = story.draft
        story = publish(story, by=self.ines)
        self.assertEqual(story.live, draft)
        self.assertIsNone(story.draft)
        self.assertEqual(story.stage, Stage.PUBLISHED)
        self.assertTrue(story.is_live(timezone.now()))

    def test_it_refuses_a_writer_where_review_is_required(self) -> None:
        story = make_draft(self.kg, by=self.camille)
        with self.assertRaises(Forbidden):
            publish(story, by=self.camille)
        story.refresh_from_db()
        self.assertIsNone(story.live)

    def test_it_lets_a_writer_publish_their_own_story_where_no_review_is_required(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        story = publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=BARE)
        self.assertTrue(story.is_live(timezone.now()))
        self.assertTrue(story.unreviewed)

    def test_it_refuses_an_editor_of_another_publication(self) -> None:
        with self.assertRaises(Forbidden):
            publish(make_draft(self.ia), by=self.ines)

    def test_it_refuses_what_readers_cannot_do_without_and_names_each_rule(self) -> None:
        story = make_draft(self.kg, body="", section=None, lead_image=make_image(alt=""))
        with self.assertRaises(Refused) as refusal:
            publish(story, by=self.ines)
        self.assertEqual({finding.rule for finding in refusal.exception.findings}, {"body", "section", "alt"})

    def test_it_refuses_a_sponsored_story_without_a_sponsor(self) -> None:
        with self.assertRaises(Refused) as refusal:
            publish(make_draft(self.kg, kind="sponsored"), by=self.ines)
        self.assertEqual(refusal.exception.findings[0].rule, "sponsor")

    def test_it_publishes_exactly_the_revision_that_was_read(self) -> None:
        story = make_draft(self.kg)
        read = story.draft
        story = editing.save_draft(story, replace(Content.of(read), headline="Un autre titre"), by=self.ines)
        with self.assertRaises(Conflict):
            publishing.approve_and_publish(story, by=self.ines, revision=read.pk)

    def test_it_refuses_when_there_is_nothing_new(self) -> None:
        story = make_story(self.kg)
        with self.assertRaises(Refused):
            publishing.approve_and_publish(story, by=self.ines, revision=story.live_id)

    def test_it_lists_the_story_with_its_tags_and_bylines_in_order(self) -> None:
        author, other = make_author("Inès Benali"), make_author("Hugo Lemaire")
        tags = make_tags("Robot", "Énergie")
        story = make_story(self.kg, authors=(other, author), tags=tags)
        self.assertEqual([line.author for line in story.byline_set.all()], [other, author])
        self.assertEqual([link.tag for link in story.tagged.all()], list(tags))
        placement = Placement.objects.get(article=story)
        self.assertEqual((placement.section, placement.published_at), (self.science, story.published_at))

    def test_it_logs_who_did_it_and_from_where(self) -> None:
        story = publish(make_draft(self.kg), by=self.ines)
        event = story.events.get(verb=Verb.PUBLISHED)
        self.assertEqual((event.actor, event.from_state, event.to_state), (self.ines, Stage.APPROVED, Standing.LIVE))
        self.assertEqual(event.revision, story.live)

    def test_it_records_the_pages_it_touches_with_the_change(self) -> None:
        (tag,) = make_tags("Robot")
        author = make_author("Inès Benali")
        draft = make_draft(self.kg, tags=(tag,), authors=(author,))
        Purge.objects.all().delete()
        story = publish(draft, by=self.ines)
        local = story.published_at.astimezone(self.kg.zone)
        self.assertEqual(
            set(Purge.objects.values_list("tag", flat=True)),
            {
                f"article:{story.pk}", f"publication:{self.kg.pk}", f"section:{self.science.pk}", f"tag:{tag.pk}",
                f"author:{author.pk}", f"archive:{self.kg.pk}:{local:%Y-%m}",
            },
        )  # fmt: skip

    def test_it_touches_the_lists_that_the_story_leaves(self) -> None:
        story = make_story(self.kg)
        Purge.objects.all().delete()
        content = replace(Content.of(story.working), section=self.games)
        publish(editing.save_draft(story, content, by=self.ines), by=self.ines)
        touched = set(Purge.objects.values_list("tag", flat=True))
        self.assertLessEqual({f"section:{self.science.pk}", f"section:{self.games.pk}"}, touched)

    def test_it_keeps_the_hour_of_first_publication(self) -> None:
        story = make_story(self.kg)
        content = replace(Content.of(story.working), headline="Un titre corrigé")
        again = publish(editing.save_draft(story, content, by=self.ines, change="typo"), by=self.ines)
        self.assertEqual(again.published_at, story.published_at)
        self.assertIsNone(again.updated_at)

    def test_it_moves_the_time_readers_see_for_an_update_only(self) -> None:
        story = make_story(self.kg)
        content = replace(Content.of(story.working), headline="Du nouveau")
        again = publish(editing.save_draft(story, content, by=self.ines, change="update"), by=self.ines)
        self.assertIsNotNone(again.updated_at)

    def test_it_leaves_readers_their_version_while_the_desk_reworks_it(self) -> None:
        story = make_story(self.kg)
        before = self.read(story.path).content
        editing.save_draft(story, replace(Content.of(story.working), headline="En chantier"), by=self.ines)
        self.assertEqual(self.read(story.path).content, before)


class ScheduledByTimeTests(NewsroomTestCase):
    def test_it_shows_a_story_at_its_second_with_no_worker(self) -> None:
        moment = timezone.now() + dt.timedelta(days=1)
        story = publishing.carry_over(make_draft(self.kg), at=moment)
        self.assertFalse(story.is_live(moment - dt.timedelta(microseconds=1)))
        self.assertTrue(story.is_live(moment))
        self.assertEqual(self.read(story.path).status_code, 404)
        self.assertFalse(Placement.objects.live(timezone.now()).exists())
        self.assertTrue(Placement.objects.live(moment).exists())

    def test_it_reads_the_next_revision_once_its_hour_has_come(self) -> None:
        story = make_story(self.kg)
        later = editing.save_draft(story, replace(Content.of(story.working), headline="Après"), by=self.ines)
        hour = timezone.now() + dt.timedelta(hours=1)
        later.next, later.next_at, later.draft = later.draft, hour, None
        self.assertEqual(later.version_at(hour - dt.timedelta(seconds=1)), later.live)
        self.assertEqual(later.version_at(hour), later.next)


class WithdrawTests(NewsroomTestCase):
    def test_it_takes_the_story_from_every_list_and_leaves_the_notice(self) -> None:
        story = make_story(self.kg, tags=make_tags("Robot"), authors=(make_author("Hugo"),))
        publishing.withdraw(story, by=self.thomas, notice="Une source s’est rétractée.")
        page = self.read(story.path)
        self.assertEqual(page.status_code, 410)
        self.assertContains(page, "Une source s’est rétractée.", status_code=410)
        for path in ("/", "/science-espace/", "/tag/robot/", "/auteur/hugo/"):
            self.assertNotIn(story.path, self.read(path).content.decode(), path)

    def test_it_wants_a_notice(self) -> None:
        with self.assertRaises(Refused):
            publishing.withdraw(make_story(self.kg), by=self.thomas, notice="  ")

    def test_it_refuses_what_readers_do_not_have(self) -> None:
        with self.assertRaises(Refused):
            publishing.withdraw(make_draft(self.kg), by=self.thomas, notice="Trop tôt.")

    def test_it_refuses_a_writer(self) -> None:
        with self.assertRaises(Forbidden):
            publishing.withdraw(make_story(self.kg), by=self.camille, notice="Non.")

    def test_it_can_be_undone(self) -> None:
        story = publishing.withdraw(make_story(self.kg), by=self.thomas, notice="Une erreur.")
        publishing.reinstate(story, by=self.thomas)
        self.assertEqual(self.read(story.path).status_code, 200)
        self.assertIn(story.path, self.read("/").content.decode())
        self.assertEqual(list(story.events.values_list("verb", flat=True)[:2]), [Verb.REINSTATED, Verb.WITHDRAWN])


class ReviewTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.story = make_draft(self.kg, by=self.camille)

    def again(self, story: Article, headline: str, by: Any) -> Article:
        return editing.save_draft(story, replace(Content.of(story.working), headline=headline), by=by)

    def test_it_goes_from_draft_to_review_to_changes_to_approval(self) -> None:
        story = publishing.submit(self.story, by=self.camille)
        self.assertEqual(story.stage, Stage.IN_REVIEW)
        story = publishing.request_changes(story, by=self.ines, revision=story.draft_id, note=" Deux sources. ")
        self.assertEqual(story.stage, Stage.CHANGES)
        story = publishing.submit(self.again(story, "Mieux", self.camille), by=self.camille)
        story = publishing.approve(story, by=self.ines, revision=story.draft_id)
        self.assertEqual((story.stage, story.approved), (Stage.APPROVED, story.draft))
        story = publishing.publish(story, by=self.thomas, revision=story.draft_id, accept=BARE)
        self.assertEqual(
            (story.standing(timezone.now()), story.approved, story.unreviewed), (Standing.LIVE, None, False)
        )
        moves = list(story.events.order_by("id").values_list("actor__username", "from_state", "to_state", "note"))
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
        story = publishing.approve(self.story, by=self.ines, revision=self.story.draft_id)
        approved = story.draft
        story = self.again(story, "Retouché après coup", self.camille)
        self.assertEqual(story.stage, Stage.IN_REVIEW)
        for revision in (approved.pk, story.draft_id):
            with self.assertRaises(Refused) as refused:
                publishing.publish(story, by=self.thomas, revision=revision, accept=BARE)
            said = str(refused.exception)
            self.assertTrue("1" in said and "2" in said and "camille" in said, said)
        story.refresh_from_db()
        self.assertIsNone(story.live)

    def test_it_judges_no_version_that_was_not_read(self) -> None:
        read = self.story.draft_id
        story = publishing.submit(self.again(self.story, "Un autre", self.camille), by=self.camille)
        for door, said in (("approve", {}), ("request_changes", {"note": "Non."})):
            with self.subTest(door=door), self.assertRaises(Conflict):
                registry.DOORS[door](story, by=self.ines, revision=read, **said)

    def test_a_request_for_changes_says_what(self) -> None:
        story = publishing.submit(self.story, by=self.camille)
        with self.assertRaises(Refused):
            publishing.request_changes(story, by=self.ines, revision=story.draft_id, note="  ")

    def test_what_an_editor_sent_back_is_not_published_past_them(self) -> None:
        story = publishing.submit(make_draft(self.ia, by=self.julien), by=self.julien)
        story = publishing.request_changes(story, by=None, revision=story.draft_id, note="Non.")
        with self.assertRaises(Refused):
            publishing.publish_unreviewed(story, by=self.julien, revision=story.draft_id, accept=BARE)

    def test_a_writer_takes_a_story_back(self) -> None:
        story = publishing.submit(self.story, by=self.camille)
        self.assertEqual(publishing.take_back(story, by=self.camille).stage, Stage.DRAFT)

    def test_what_nobody_read_stands_so_until_somebody_has(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        story = publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=BARE)
        self.assertEqual(story.standing(timezone.now()), Standing.UNREVIEWED)
        with self.assertRaises(Forbidden):
            publishing.mark_read(story, by=self.julien, revision=story.live_id)
        with self.assertRaises(Conflict):
            publishing.mark_read(story, by=None, revision=story.live_id + 1)
        story = publishing.mark_read(story, by=None, revision=story.live_id)
        self.assertEqual(story.standing(timezone.now()), Standing.LIVE)

    def test_a_withdrawal_forgets_no_reading_still_to_come(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        story = publishing.publish_unreviewed(draft, by=self.julien, revision=draft.draft_id, accept=BARE)
        story = publishing.reinstate(publishing.withdraw(story, by=None, notice="Une erreur."), by=None)
        self.assertEqual(story.standing(timezone.now()), Standing.UNREVIEWED)

    def test_what_was_approved_is_reviewed_whoever_publishes_it(self) -> None:
        draft = make_draft(self.ia, by=self.julien)
        story = publishing.approve(draft, by=None, revision=draft.draft_id)
        story = publishing.publish_unreviewed(story, by=self.julien, revision=story.draft_id, accept=BARE)
        self.assertFalse(story.unreviewed)


class ScheduleTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.hour = timezone.now() + dt.timedelta(days=2)
        draft = make_draft(self.kg, tags=make_tags("Robot"), authors=(make_author("Hugo"),))
        self.ready = publishing.approve(draft, by=self.ines, revision=draft.draft_id)

    def scheduled(self) -> Article:
        return scheduling.schedule(self.ready, by=self.ines, revision=self.ready.draft_id, at=self.hour, accept=BARE)

    def test_it_is_read_from_its_hour_on(self) -> None:
        story = self.scheduled()
        self.assertEqual(story.standing(self.hour - dt.timedelta(seconds=1)), Standing.SCHEDULED)
        self.assertEqual(story.standing(self.hour), Standing.LIVE)
        self.assertEqual(self.read(story.path).status_code, 404)
        event = story.events.first()
        self.assertEqual((event.verb, event.from_state, event.to_state), (Verb.SCHEDULED, "approved", "scheduled"))

    def test_it_refuses_an_hour_that_has_passed_and_a_story_that_fails_its_checks(self) -> None:
        for at in (timezone.now() - dt.timedelta(minutes=1), timezone.now()):
            with self.assertRaises(Refused):
                scheduling.schedule(self.ready, by=self.ines, revision=self.ready.draft_id, at=at, accept=BARE)
        bare = make_draft(self.kg, body="")
        bare = publishing.approve(bare, by=self.ines, revision=bare.draft_id)
        with self.assertRaises(Refused):
            scheduling.schedule(bare, by=self.ines, revision=bare.draft_id, at=self.hour, accept=BARE)

    def test_it_is_taken_off_the_schedule_as_it_was(self) -> None:
        story = scheduling.unschedule(self.scheduled(), by=self.ines)
        self.assertEqual((story.stage, story.standing(timezone.now())), (Stage.APPROVED, Standing.UNPUBLISHED))
        self.assertEqual((story.path, story.published_at, story.live), ("", None, None))
        self.assertFalse(story.tagged.exists() or story.byline_set.exists() or story.placements.exists())
        again = scheduling.schedule(story, by=self.ines, revision=story.draft_id, at=self.hour, accept=BARE)
        self.assertEqual(again.standing(self.hour), Standing.LIVE)

    def test_a_change_in_work_takes_the_place_of_what_was_scheduled(self) -> None:
        story = editing.save_draft(
            self.scheduled(), replace(Content.of(self.ready.draft), headline="Mieux"), by=self.ines
        )
        story = publishing.approve(story, by=self.ines, revision=story.draft_id)
        later = self.hour + dt.timedelta(days=1)
        story = scheduling.schedule(story, by=self.ines, revision=story.draft_id, at=later, accept=BARE)
        self.assertEqual((story.live.headline, story.published_at), ("Mieux", later))
        self.assertEqual(Placement.objects.get(article=story).published_at, later)
