"""Actions that schedule. Nothing runs between two moments of these tests: times come into force by the clock alone."""

import datetime as dt
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import time_machine
from django.utils import timezone

from articles.actions import editing, publishing, registry, scheduling
from articles.content import Content
from articles.models import Article, Edition, Placement
from articles.workflow import TRANSITIONS, Conflict, Pending, Refused, Stage, Standing, Verb
from newsroom.pagecache.models import Purge
from newsroom.pagecache.tags import cache_tags_of
from newsroom.publications.permissions import SYSTEM, Forbidden
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_author, make_draft, make_image, make_tags

PARIS = ZoneInfo("Europe/Paris")
SECOND = dt.timedelta(seconds=1)
BARE = {"standfirst", "lead_image", "byline"}
YES = "&".join(f"accept={check}" for check in sorted(BARE))


class ScheduleTestCase(NewsroomTestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        self.moment = self.now + dt.timedelta(days=2)

    def reworked(self, article: Article, change: str = "update", **fields: Any) -> Article:
        """An approved change to an article."""
        content = replace(Content.of(article.working), **{"headline": "Après", **fields})
        article = editing.save_draft(article, content, by=self.ines, change=change)
        return publishing.approve(article, by=self.ines, revision=article.draft_id)

    def change_at(self, article: Article, at: dt.datetime, **fields: Any) -> Article:
        article = self.reworked(article, **fields)
        return scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=at)

    def lists(self) -> str:
        """What the home page, its section's, its tag's and its byline's say, at the moment of the clock."""
        paths = ("/", "/science-espace/", "/tag/robot/", "/auteur/hugo/")
        return "".join(self.read(path).content.decode() for path in paths)


class ChangeTests(ScheduleTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.article = make_article(self.kg, "Avant", tags=make_tags("Robot"), authors=(make_author("Hugo"),))

    def test_it_is_read_at_its_second_everywhere_and_not_before(self) -> None:
        article = self.change_at(self.article, self.moment)
        with time_machine.travel(self.moment - SECOND, tick=False):
            self.assertContains(self.read(article.path), "<h1>Avant</h1>")
            self.assertEqual((self.lists().count("Avant"), self.lists().count("Après")), (4, 0))
        with time_machine.travel(self.moment, tick=False):
            self.assertContains(self.read(article.path), "<h1>Après</h1>")
            self.assertEqual((self.lists().count("Avant"), self.lists().count("Après")), (0, 4))

    def test_it_is_pending_beside_what_readers_have(self) -> None:
        article = self.change_at(self.article, self.moment)
        self.assertEqual((article.stage, article.standing(self.now)), (Stage.PUBLISHED, Standing.LIVE))
        self.assertEqual(article.pending(self.now), {Pending.CHANGE})
        self.assertEqual((article.live.headline, article.next.headline, article.draft), ("Avant", "Après", None))
        event = article.events.first()
        self.assertEqual((event.verb, event.from_state, event.to_state), (Verb.CHANGE_SCHEDULED, "approved", "live"))
        self.assertIn(self.kg.date(self.moment), event.note)

    def test_it_moves_the_time_that_readers_see_for_an_update_only_and_at_its_time(self) -> None:
        for change, expected in {"update": self.moment, "typo": None, "correction": None}.items():
            article = make_article(self.kg, f"Un {change}")
            content = replace(Content.of(article.working), headline=f"Un autre {change}")
            article = editing.save_draft(article, content, by=SYSTEM, change=change, notice="C’était faux.")
            article = publishing.approve(article, by=SYSTEM, revision=article.draft_id)
            article = scheduling.schedule_change(article, by=SYSTEM, revision=article.draft_id, at=self.moment)
            self.assertIsNone(article.public_updated_at(self.moment - SECOND), change)
            self.assertEqual(article.public_updated_at(self.moment), expected, change)
            with time_machine.travel(self.moment, tick=False):
                self.assertEqual("Mis à jour" in self.read(article.path).content.decode(), change == "update")

    def test_it_may_move_nothing_by_which_the_article_is_listed_or_found(self) -> None:
        for fields in (
            {"section": self.games}, {"slug": "ailleurs"}, {"tags": make_tags("Énergie")},
            {"authors": (make_author("Inès"),)}, {"kind": "review"},
            {"noindex": True}, {"canonical_url": "https://ailleurs.example/"},
        ):  # fmt: skip
            article = self.reworked(self.article, **fields)
            with self.subTest(**fields), self.assertRaises(Refused) as refused:
                scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.moment)
            self.assertEqual(refused.exception.findings[0].check, "sorting")

    def test_it_takes_a_merged_tag_for_the_same_tag(self) -> None:
        robot, machine = self.article.tags.get(), make_tags("Machine")[0]
        from_merge = self.reworked(self.article, tags=(machine,))
        machine.merged_into = None
        type(robot).objects.filter(pk=robot.pk).update(merged_into=machine)
        article = scheduling.schedule_change(from_merge, by=self.ines, revision=from_merge.draft_id, at=self.moment)
        self.assertEqual(article.pending(self.now), {Pending.CHANGE})

    def test_it_is_refused_now_and_not_at_the_time(self) -> None:
        for fields, check in (({"body": ""}, "body"), ({"lead_image": make_image(alt="")}, "alt")):
            article = self.reworked(self.article, **fields)
            with self.assertRaises(Refused) as refused:
                scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.moment)
            self.assertEqual(refused.exception.findings[0].check, check)
        with self.assertRaises(Refused) as refused:
            self.reworked(self.article, change="")
        self.assertEqual(refused.exception.findings[0].check, "change")

    def test_it_checks_a_licence_for_the_day_it_is_read(self) -> None:
        image = make_image()
        type(image).objects.filter(pk=image.pk).update(licence_expires=self.moment.date() - dt.timedelta(days=1))
        image.refresh_from_db()
        article = self.reworked(self.article, lead_image=image)
        with self.assertRaises(Refused) as refused:
            scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.moment)
        self.assertEqual([finding.check for finding in refused.exception.findings], ["licence"])

    def test_it_requires_the_revision_that_was_read_a_future_time_and_the_right(self) -> None:
        article = self.reworked(self.article)
        with self.assertRaises(Conflict):
            scheduling.schedule_change(article, by=self.ines, revision=article.live_id, at=self.moment)
        with self.assertRaises(Refused):
            scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.now - SECOND)
        with self.assertRaises(Forbidden):
            scheduling.schedule_change(article, by=self.camille, revision=article.draft_id, at=self.moment)

    def test_it_blocks_publishing_while_a_change_is_pending(self) -> None:
        article = self.reworked(self.change_at(self.article, self.moment), headline="Encore autre")
        with self.assertRaises(Refused) as refused:
            publishing.publish(article, by=self.ines, revision=article.draft_id, accept=BARE)
        self.assertIn(self.kg.date(self.moment), str(refused.exception))

    def test_it_is_replaced_by_another_change(self) -> None:
        later = self.moment + dt.timedelta(days=1)
        article = self.change_at(self.change_at(self.article, self.moment), later, headline="Encore après")
        self.assertEqual((article.next.headline, article.next_at), ("Encore après", later))
        pending = Edition.objects.get(article=article, published_at__gt=self.now)
        self.assertEqual((pending.revision, pending.previous), (article.next, article.live))

    def test_it_is_taken_back_as_an_approved_draft(self) -> None:
        article = scheduling.unschedule_change(self.change_at(self.article, self.moment), by=self.ines)
        self.assertEqual((article.stage, article.draft.headline, article.next), (Stage.APPROVED, "Après", None))
        self.assertEqual((article.pending(self.now), article.due_at), (frozenset(), None))
        self.assertFalse(Edition.objects.filter(article=article, published_at__gt=self.now).exists())
        with time_machine.travel(self.moment + SECOND, tick=False):
            self.assertContains(self.read(article.path), "<h1>Avant</h1>")
        again = scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.moment)
        self.assertEqual(again.pending(self.now), {Pending.CHANGE})

    def test_it_leaves_a_newer_draft_in_work(self) -> None:
        article = self.change_at(self.article, self.moment)
        article = editing.save_draft(article, replace(Content.of(article.working), headline="Plus neuf"), by=self.ines)
        article = scheduling.unschedule_change(article, by=self.ines)
        self.assertEqual((article.draft.headline, article.stage), ("Plus neuf", Stage.DRAFT))

    def test_it_invalidates_its_pages_at_its_time(self) -> None:
        Purge.objects.all().delete()
        article = self.change_at(self.article, self.moment)
        due = set(Purge.objects.filter(due_at=self.moment).values_list("tag", flat=True))
        self.assertEqual(due, {f"article:{article.pk}", f"changes:{self.kg.pk}"})
        for path in (article.path, "/", self.science.path, "/feed/", "/sitemap.xml", "/sitemap-news.xml"):
            self.assertTrue(cache_tags_of(self.read(path)) & due, path)

    def test_it_refuses_an_article_that_nobody_has_read(self) -> None:
        Article.objects.filter(pk=self.article.pk).update(unreviewed=True)
        article = self.reworked(self.article)
        with self.assertRaises(Refused):
            scheduling.schedule_change(article, by=self.ines, revision=article.draft_id, at=self.moment)


class WithdrawalTests(ScheduleTestCase):
    def withdrawn_at(self, article: Article, at: dt.datetime) -> Article:
        return scheduling.schedule_withdrawal(article, by=self.thomas, at=at, notice="L'offre est finie.")

    def test_it_is_gone_at_its_second_from_every_list_with_its_notice(self) -> None:
        article = make_article(self.kg, "Une offre", tags=make_tags("Robot"), authors=(make_author("Hugo"),))
        article = self.withdrawn_at(article, self.moment)
        self.assertEqual((article.standing(self.now), article.pending(self.now)), (Standing.LIVE, {Pending.WITHDRAWAL}))
        with time_machine.travel(self.moment - SECOND, tick=False):
            self.assertEqual(self.read(article.path).status_code, 200)
            self.assertIn("Une offre", self.lists())
        with time_machine.travel(self.moment, tick=False):
            self.assertContains(self.read(article.path), "L’offre est finie.", status_code=410)
            self.assertNotIn("Une offre", self.lists())
            self.assertFalse(Placement.objects.live(timezone.now()).filter(article=article).exists())

    def test_it_is_called_off(self) -> None:
        article = scheduling.cancel_withdrawal(self.withdrawn_at(make_article(self.kg), self.moment), by=self.thomas)
        self.assertEqual((article.withdrawn_at, article.withdrawal_notice, article.due_at), (None, "", None))
        with time_machine.travel(self.moment, tick=False):
            self.assertEqual(self.read(article.path).status_code, 200)
        with self.assertRaises(Refused):
            scheduling.cancel_withdrawal(article, by=self.thomas)

    def test_it_gets_another_time_and_other_words(self) -> None:
        later = self.moment + dt.timedelta(days=1)
        article = self.withdrawn_at(self.withdrawn_at(make_article(self.kg), self.moment), later)
        self.assertEqual(article.withdrawn_at, later)

    def test_it_is_not_undone_by_a_pending_withdrawal_when_withdrawn_now(self) -> None:
        article = self.withdrawn_at(make_article(self.kg), self.moment)
        article = publishing.withdraw(article, by=self.thomas, notice="Une erreur.")
        self.assertEqual((article.pending(timezone.now()), article.withdrawal_notice), (frozenset(), "Une erreur."))
        self.assertEqual(self.read(article.path).status_code, 410)

    def test_it_allows_nothing_to_come_out_after_it(self) -> None:
        pending = publishing.publish_imported(make_draft(self.kg, "Demain"), at=self.moment)
        for at in (self.now - SECOND, self.moment):
            with self.assertRaises(Refused):
                self.withdrawn_at(pending, at)
        article = self.withdrawn_at(pending, self.moment + dt.timedelta(days=1))
        with self.assertRaises(Refused):
            scheduling.reschedule(article, by=self.ines, at=self.moment + dt.timedelta(days=2))
        live = self.reworked(self.withdrawn_at(make_article(self.kg, "En ligne"), self.moment))
        with self.assertRaises(Refused):
            scheduling.schedule_change(live, by=self.ines, revision=live.draft_id, at=self.moment)

    def test_it_is_cancelled_when_the_article_is_taken_off_the_schedule(self) -> None:
        pending = publishing.publish_imported(make_draft(self.kg, "Demain"), at=self.moment)
        article = scheduling.unschedule(self.withdrawn_at(pending, self.moment + SECOND), by=self.ines)
        self.assertEqual((article.withdrawn_at, article.due_at), (None, None))

    def test_it_requires_a_notice_for_readers(self) -> None:
        with self.assertRaises(Refused) as refused:
            scheduling.schedule_withdrawal(make_article(self.kg), by=self.thomas, at=self.moment, notice="  ")
        self.assertEqual(refused.exception.findings[0].check, "notice")


class RescheduleTests(ScheduleTestCase):
    def test_it_gives_an_article_another_time_in_its_lists_too(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg, "Demain", tags=make_tags("Robot")), at=self.moment)
        later = self.moment + dt.timedelta(days=1)
        article = scheduling.reschedule(article, by=self.ines, at=later)
        self.assertEqual((article.published_at, article.due_at), (later, later))
        self.assertEqual(Placement.objects.get(article=article).published_at, later)
        self.assertEqual(article.tagged.get().published_at, later)
        self.assertEqual(article.editions.get().published_at, later)
        self.assertEqual(article.events.first().verb, Verb.RESCHEDULED)

    def test_it_gives_an_address_with_the_day_it_comes_out(self) -> None:
        new_year = dt.datetime(2031, 12, 31, 9, tzinfo=PARIS)
        article = publishing.publish_imported(make_draft(self.ia, "Bonne année"), at=new_year)
        self.assertEqual(article.path, "/2031/12/bonne-annee/")
        article = scheduling.reschedule(article, by=SYSTEM, at=new_year + dt.timedelta(days=1))
        self.assertEqual(article.path, "/2032/01/bonne-annee/")

    def test_it_gives_a_change_another_time(self) -> None:
        article = self.change_at(make_article(self.kg, "Avant"), self.moment)
        later = self.moment + dt.timedelta(hours=1)
        article = scheduling.reschedule(article, by=self.ines, at=later)
        self.assertEqual((article.next_at, article.editions.order_by("-published_at")[0].published_at), (later, later))

    def test_it_refuses_where_nothing_is_pending(self) -> None:
        with self.assertRaises(Refused):
            scheduling.reschedule(make_article(self.kg), by=self.ines, at=self.moment)

    def test_it_refuses_an_article_that_no_longer_passes_its_checks(self) -> None:
        article = publishing.publish_imported(make_draft(self.kg, "Sans corps", body=""), at=self.moment)
        with self.assertRaises(Refused) as refused:
            scheduling.reschedule(article, by=self.ines, at=self.moment + SECOND)
        self.assertEqual(refused.exception.findings[0].check, "body")


class SummerTimeTests(NewsroomTestCase):
    """Europe/Paris: on 29 March 2026 at 2:00 it is 3:00, on 25 October 2026 at 3:00 it is 2:00."""

    def test_it_takes_a_time_in_the_site_s_time_zone_in_summer_and_winter(self) -> None:
        for local, utc in {
            "2026-03-29T01:59": "00:59", "2026-03-29T03:00": "01:00",
            "2026-10-25T01:59": "23:59", "2026-10-25T03:00": "02:00",
        }.items():  # fmt: skip
            with time_machine.travel("2026-03-01T09:00:00+00:00", tick=False):
                draft = make_draft(self.kg, f"À {local}")
                article = publishing.approve(draft, by=SYSTEM, revision=draft.draft_id)
                self.at_desk(self.alix)
                posted = {"_step": "schedule", "schedule-at": local, "base": article.draft_id, "stage": article.stage}
                self.client.post(f"/admin/articles/article/{article.pk}/change/?{YES}", posted)
            article.refresh_from_db()
            self.assertIsNotNone(article.published_at, local)
            self.assertEqual(f"{article.published_at.astimezone(dt.UTC):%H:%M}", utc, local)

    def test_it_refuses_a_time_that_is_skipped_or_comes_twice_and_keeps_it_as_typed(self) -> None:
        with time_machine.travel("2026-03-01T09:00:00+00:00", tick=False):
            draft = make_draft(self.kg)
            article = publishing.approve(draft, by=SYSTEM, revision=draft.draft_id)
            self.at_desk(self.alix)
            for local in ("2026-03-29T02:30", "2026-10-25T02:30"):
                posted = {"_step": "schedule", "schedule-at": local, "base": article.draft_id}
                answer = self.client.post(f"/admin/articles/article/{article.pk}/change/", posted)
                self.assertContains(answer, f'value="{local}"')
                self.assertContains(answer, "data-reopen")
                article.refresh_from_db()
                self.assertIsNone(article.published_at, local)


class RegistryTests(NewsroomTestCase):
    def test_it_has_an_action_for_each_row_of_the_table(self) -> None:
        self.assertEqual(set(registry.ACTIONS), set(TRANSITIONS))
