"""Hours: set at the desk, kept by the clock alone. Nothing runs between two moments of these tests."""

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from articles.actions import editing, publishing, registry, scheduling
from articles.content import Content
from articles.models import Article, Edition, Placement
from articles.workflow import TRANSITIONS, Conflict, Refused, Stage, Standing, Verb, Waiting
from newsroom.pagecache.models import Purge
from newsroom.publications.permissions import Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_author, make_draft, make_image, make_story, make_tags

PARIS = ZoneInfo("Europe/Paris")
SECOND = dt.timedelta(seconds=1)
BARE = {"standfirst", "lead_image", "byline"}
YES = "&".join(f"accept={rule}" for rule in sorted(BARE))


class HourTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        self.hour = self.now + dt.timedelta(days=2)

    def reworked(self, story: Article, change: str = "update", **fields: Any) -> Article:
        """An approved change to a story."""
        content = replace(Content.of(story.working), **{"headline": "Après", **fields})
        story = editing.save_draft(story, content, by=self.ines, change=change)
        return publishing.approve(story, by=self.ines, revision=story.draft_id)

    def change_at(self, story: Article, at: dt.datetime, **fields: Any) -> Article:
        story = self.reworked(story, **fields)
        return scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=at)

    def lists(self) -> str:
        """What the home page, its section's, its tag's and its byline's say, at the moment of the clock."""
        paths = ("/", "/science-espace/", "/tag/robot/", "/auteur/hugo/")
        return "".join(self.read(path).content.decode() for path in paths)


class ChangeTests(HourTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.story = make_story(self.kg, "Avant", tags=make_tags("Robot"), authors=(make_author("Hugo"),))

    def test_it_is_read_at_its_second_everywhere_and_not_before(self) -> None:
        story = self.change_at(self.story, self.hour)
        with time_machine.travel(self.hour - SECOND, tick=False):
            self.assertContains(self.read(story.path), "<h1>Avant</h1>")
            self.assertEqual((self.lists().count("Avant"), self.lists().count("Après")), (4, 0))
        with time_machine.travel(self.hour, tick=False):
            self.assertContains(self.read(story.path), "<h1>Après</h1>")
            self.assertEqual((self.lists().count("Avant"), self.lists().count("Après")), (0, 4))

    def test_it_waits_beside_what_readers_have(self) -> None:
        story = self.change_at(self.story, self.hour)
        self.assertEqual((story.stage, story.standing(self.now)), (Stage.PUBLISHED, Standing.LIVE))
        self.assertEqual(story.waits(self.now), {Waiting.CHANGE})
        self.assertEqual((story.live.headline, story.next.headline, story.draft), ("Avant", "Après", None))
        event = story.events.first()
        self.assertEqual((event.verb, event.from_state, event.to_state), (Verb.CHANGE_SCHEDULED, "approved", "live"))
        self.assertIn(self.kg.date(self.hour), event.note)

    def test_only_an_update_moves_the_time_that_readers_see_and_it_moves_at_its_hour(self) -> None:
        for change, told in {"update": self.hour, "typo": None, "correction": None}.items():
            story = make_story(self.kg, f"Un {change}")
            content = replace(Content.of(story.working), headline=f"Un autre {change}")
            story = editing.save_draft(story, content, by=None, change=change, notice="C’était faux.")
            story = publishing.approve(story, by=None, revision=story.draft_id)
            story = scheduling.schedule_change(story, by=None, revision=story.draft_id, at=self.hour)
            self.assertIsNone(story.told_updated_at(self.hour - SECOND), change)
            self.assertEqual(story.told_updated_at(self.hour), told, change)
            with time_machine.travel(self.hour, tick=False):
                self.assertEqual("Mis à jour" in self.read(story.path).content.decode(), change == "update")

    def test_it_may_move_nothing_by_which_the_story_is_listed_or_found(self) -> None:
        for fields in (
            {"section": self.games}, {"slug": "ailleurs"}, {"tags": make_tags("Énergie")},
            {"authors": (make_author("Inès"),)}, {"kind": "review"},
            {"noindex": True}, {"canonical_url": "https://ailleurs.example/"},
        ):  # fmt: skip
            story = self.reworked(self.story, **fields)
            with self.subTest(**fields), self.assertRaises(Refused) as refused:
                scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=self.hour)
            self.assertEqual(refused.exception.findings[0].rule, "sorting")

    def test_a_merged_tag_is_the_same_tag(self) -> None:
        robot, machine = self.story.tags.get(), make_tags("Machine")[0]
        from_merge = self.reworked(self.story, tags=(machine,))
        machine.merged_into = None
        type(robot).objects.filter(pk=robot.pk).update(merged_into=machine)
        story = scheduling.schedule_change(from_merge, by=self.ines, revision=from_merge.draft_id, at=self.hour)
        self.assertEqual(story.waits(self.now), {Waiting.CHANGE})

    def test_it_is_refused_now_and_not_at_the_hour(self) -> None:
        for fields, rule in (({"body": ""}, "body"), ({"lead_image": make_image(alt="")}, "alt")):
            story = self.reworked(self.story, **fields)
            with self.assertRaises(Refused) as refused:
                scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=self.hour)
            self.assertEqual(refused.exception.findings[0].rule, rule)
        with self.assertRaises(Refused) as refused:
            self.reworked(self.story, change="")
        self.assertEqual(refused.exception.findings[0].rule, "change")

    def test_a_licence_is_looked_at_on_the_day_it_is_read(self) -> None:
        image = make_image()
        type(image).objects.filter(pk=image.pk).update(licence_expires=self.hour.date() - dt.timedelta(days=1))
        image.refresh_from_db()
        story = self.reworked(self.story, lead_image=image)
        with self.assertRaises(Refused) as asked:
            scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=self.hour)
        self.assertEqual([finding.rule for finding in asked.exception.findings], ["licence"])

    def test_it_judges_the_version_that_was_read_and_wants_an_hour_to_come(self) -> None:
        story = self.reworked(self.story)
        with self.assertRaises(Conflict):
            scheduling.schedule_change(story, by=self.ines, revision=story.live_id, at=self.hour)
        with self.assertRaises(Refused):
            scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=self.now - SECOND)
        with self.assertRaises(Forbidden):
            scheduling.schedule_change(story, by=self.camille, revision=story.draft_id, at=self.hour)

    def test_nothing_is_published_past_a_change_that_waits(self) -> None:
        story = self.reworked(self.change_at(self.story, self.hour), headline="Encore autre")
        with self.assertRaises(Refused) as refused:
            publishing.publish(story, by=self.ines, revision=story.draft_id, accept=BARE)
        self.assertIn(self.kg.date(self.hour), str(refused.exception))

    def test_another_change_takes_its_place(self) -> None:
        later = self.hour + dt.timedelta(days=1)
        story = self.change_at(self.change_at(self.story, self.hour), later, headline="Encore après")
        self.assertEqual((story.next.headline, story.next_at), ("Encore après", later))
        waiting = Edition.objects.get(article=story, published_at__gt=self.now)
        self.assertEqual((waiting.revision, waiting.previous), (story.next, story.live))

    def test_it_is_taken_back_as_an_approved_draft(self) -> None:
        story = scheduling.unschedule_change(self.change_at(self.story, self.hour), by=self.ines)
        self.assertEqual((story.stage, story.draft.headline, story.next), (Stage.APPROVED, "Après", None))
        self.assertEqual((story.waits(self.now), story.due_at), (frozenset(), None))
        self.assertFalse(Edition.objects.filter(article=story, published_at__gt=self.now).exists())
        with time_machine.travel(self.hour + SECOND, tick=False):
            self.assertContains(self.read(story.path), "<h1>Avant</h1>")
        again = scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=self.hour)
        self.assertEqual(again.waits(self.now), {Waiting.CHANGE})

    def test_something_newer_in_work_stays_in_work(self) -> None:
        story = self.change_at(self.story, self.hour)
        story = editing.save_draft(story, replace(Content.of(story.working), headline="Plus neuf"), by=self.ines)
        story = scheduling.unschedule_change(story, by=self.ines)
        self.assertEqual((story.draft.headline, story.stage), ("Plus neuf", Stage.DRAFT))

    def test_its_pages_are_out_of_date_at_its_hour(self) -> None:
        Purge.objects.all().delete()
        story = self.change_at(self.story, self.hour)
        due = set(Purge.objects.filter(due_at=self.hour).values_list("tag", flat=True))
        self.assertLessEqual({f"article:{story.pk}", f"publication:{self.kg.pk}", f"section:{self.science.pk}"}, due)

    def test_what_nobody_read_is_read_before_a_change_to_it_is_scheduled(self) -> None:
        Article.objects.filter(pk=self.story.pk).update(unreviewed=True)
        story = self.reworked(self.story)
        with self.assertRaises(Refused):
            scheduling.schedule_change(story, by=self.ines, revision=story.draft_id, at=self.hour)


class WithdrawalTests(HourTestCase):
    def withdrawn_at(self, story: Article, at: dt.datetime) -> Article:
        return scheduling.schedule_withdrawal(story, by=self.thomas, at=at, notice="L'offre est finie.")

    def test_it_is_gone_at_its_second_from_every_list_with_its_notice(self) -> None:
        story = make_story(self.kg, "Une offre", tags=make_tags("Robot"), authors=(make_author("Hugo"),))
        story = self.withdrawn_at(story, self.hour)
        self.assertEqual((story.standing(self.now), story.waits(self.now)), (Standing.LIVE, {Waiting.WITHDRAWAL}))
        with time_machine.travel(self.hour - SECOND, tick=False):
            self.assertEqual(self.read(story.path).status_code, 200)
            self.assertIn("Une offre", self.lists())
        with time_machine.travel(self.hour, tick=False):
            self.assertContains(self.read(story.path), "L’offre est finie.", status_code=410)
            self.assertNotIn("Une offre", self.lists())
            self.assertFalse(Placement.objects.live(timezone.now()).filter(article=story).exists())

    def test_it_is_called_off(self) -> None:
        story = scheduling.cancel_withdrawal(self.withdrawn_at(make_story(self.kg), self.hour), by=self.thomas)
        self.assertEqual((story.withdrawn_at, story.withdrawal_notice, story.due_at), (None, "", None))
        with time_machine.travel(self.hour, tick=False):
            self.assertEqual(self.read(story.path).status_code, 200)
        with self.assertRaises(Refused):
            scheduling.cancel_withdrawal(story, by=self.thomas)

    def test_it_gets_another_hour_and_other_words(self) -> None:
        later = self.hour + dt.timedelta(days=1)
        story = self.withdrawn_at(self.withdrawn_at(make_story(self.kg), self.hour), later)
        self.assertEqual(story.withdrawn_at, later)

    def test_a_withdrawal_now_is_not_undone_by_the_one_that_waited(self) -> None:
        story = self.withdrawn_at(make_story(self.kg), self.hour)
        story = publishing.withdraw(story, by=self.thomas, notice="Une erreur.")
        self.assertEqual((story.waits(timezone.now()), story.withdrawal_notice), (frozenset(), "Une erreur."))
        self.assertEqual(self.read(story.path).status_code, 410)

    def test_nothing_comes_out_after_it(self) -> None:
        waiting = publishing.carry_over(make_draft(self.kg, "Demain"), at=self.hour)
        for at in (self.now - SECOND, self.hour):
            with self.assertRaises(Refused):
                self.withdrawn_at(waiting, at)
        story = self.withdrawn_at(waiting, self.hour + dt.timedelta(days=1))
        with self.assertRaises(Refused):
            scheduling.reschedule(story, by=self.ines, at=self.hour + dt.timedelta(days=2))
        live = self.reworked(self.withdrawn_at(make_story(self.kg, "En ligne"), self.hour))
        with self.assertRaises(Refused):
            scheduling.schedule_change(live, by=self.ines, revision=live.draft_id, at=self.hour)

    def test_what_is_taken_off_the_schedule_is_no_longer_to_be_withdrawn(self) -> None:
        waiting = publishing.carry_over(make_draft(self.kg, "Demain"), at=self.hour)
        story = scheduling.unschedule(self.withdrawn_at(waiting, self.hour + SECOND), by=self.ines)
        self.assertEqual((story.withdrawn_at, story.due_at), (None, None))

    def test_it_wants_words_for_the_readers(self) -> None:
        with self.assertRaises(Refused) as refused:
            scheduling.schedule_withdrawal(make_story(self.kg), by=self.thomas, at=self.hour, notice="  ")
        self.assertEqual(refused.exception.findings[0].rule, "notice")


class AnotherHourTests(HourTestCase):
    def test_a_story_gets_another_hour_in_its_lists_too(self) -> None:
        story = publishing.carry_over(make_draft(self.kg, "Demain", tags=make_tags("Robot")), at=self.hour)
        later = self.hour + dt.timedelta(days=1)
        story = scheduling.reschedule(story, by=self.ines, at=later)
        self.assertEqual((story.published_at, story.due_at), (later, later))
        self.assertEqual(Placement.objects.get(article=story).published_at, later)
        self.assertEqual(story.tagged.get().published_at, later)
        self.assertEqual(story.editions.get().published_at, later)
        self.assertEqual(story.events.first().verb, Verb.RESCHEDULED)

    def test_its_address_tells_the_day_it_comes_out(self) -> None:
        new_year = dt.datetime(2031, 12, 31, 9, tzinfo=PARIS)
        story = publishing.carry_over(make_draft(self.ia, "Bonne année"), at=new_year)
        self.assertEqual(story.path, "/2031/12/bonne-annee/")
        story = scheduling.reschedule(story, by=None, at=new_year + dt.timedelta(days=1))
        self.assertEqual(story.path, "/2032/01/bonne-annee/")

    def test_a_change_gets_another_hour(self) -> None:
        story = self.change_at(make_story(self.kg, "Avant"), self.hour)
        later = self.hour + dt.timedelta(hours=1)
        story = scheduling.reschedule(story, by=self.ines, at=later)
        self.assertEqual((story.next_at, story.editions.order_by("-published_at")[0].published_at), (later, later))

    def test_nothing_waits_where_nothing_was_set(self) -> None:
        with self.assertRaises(Refused):
            scheduling.reschedule(make_story(self.kg), by=self.ines, at=self.hour)

    def test_a_story_that_has_gone_bad_meanwhile_gets_none(self) -> None:
        story = publishing.carry_over(make_draft(self.kg, "Sans corps", body=""), at=self.hour)
        with self.assertRaises(Refused) as refused:
            scheduling.reschedule(story, by=self.ines, at=self.hour + SECOND)
        self.assertEqual(refused.exception.findings[0].rule, "body")


class SummerTimeTests(NewsroomTestCase):
    """Europe/Paris: on 29 March 2026 at 2:00 it is 3:00, on 25 October 2026 at 3:00 it is 2:00."""

    def test_an_hour_is_its_site_s_own_on_both_sides_of_the_change(self) -> None:
        for local, utc in {
            "2026-03-29T01:59": "00:59", "2026-03-29T03:00": "01:00",
            "2026-10-25T01:59": "23:59", "2026-10-25T03:00": "02:00",
        }.items():  # fmt: skip
            with time_machine.travel("2026-03-01T09:00:00+00:00", tick=False):
                draft = make_draft(self.kg, f"À {local}")
                story = publishing.approve(draft, by=None, revision=draft.draft_id)
                self.at_desk(self.alix)
                posted = {"_step": "schedule", "schedule-at": local, "base": story.draft_id, "stage": story.stage}
                self.client.post(f"/admin/articles/article/{story.pk}/change/?{YES}", posted)
            story.refresh_from_db()
            self.assertIsNotNone(story.published_at, local)
            self.assertEqual(f"{story.published_at.astimezone(dt.UTC):%H:%M}", utc, local)

    def test_an_hour_that_is_skipped_or_comes_twice_is_refused_and_kept_as_typed(self) -> None:
        with time_machine.travel("2026-03-01T09:00:00+00:00", tick=False):
            draft = make_draft(self.kg)
            story = publishing.approve(draft, by=None, revision=draft.draft_id)
            self.at_desk(self.alix)
            for local in ("2026-03-29T02:30", "2026-10-25T02:30"):
                posted = {"_step": "schedule", "schedule-at": local, "base": story.draft_id}
                answer = self.client.post(f"/admin/articles/article/{story.pk}/change/", posted)
                self.assertContains(answer, f'value="{local}"')
                self.assertContains(answer, "data-reopen")
                story.refresh_from_db()
                self.assertIsNone(story.published_at, local)


class AllDoorsTests(NewsroomTestCase):
    def test_each_row_of_the_table_has_its_door(self) -> None:
        self.assertEqual(set(registry.DOORS), set(TRANSITIONS))
