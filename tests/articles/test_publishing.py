"""Doors between the desk and its readers."""

import datetime as dt
from dataclasses import replace

from django.utils import timezone

from articles import editing, publishing
from articles.content import Content
from articles.models import Placement
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
        again = publish(editing.save_draft(story, content, by=self.ines), by=self.ines)
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
