"""Purges are delivered to edges at least once: servers on loopback that listen, fail, and listen again."""

import datetime as dt
import io
from unittest import mock

import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone, translation

from articles.actions import publishing, scheduling
from newsroom.pagecache import jobs
from newsroom.pagecache.edges import delivery
from newsroom.pagecache.edges.delivery import LATE_AFTER, REPEAT_AFTER, Courier, backlog, deliver, hand_over
from newsroom.pagecache.edges.varnish import Varnish
from newsroom.pagecache.models import EdgePurge, EdgeState, Purge
from newsroom.pagecache.outbox import KEPT_FOR
from newsroom.pagecache.tags import invalidate
from newsroom.worker.process import WorkerProcess
from tests.base import NewsroomTestCase
from tests.factories import make_article, make_draft
from tests.newsroom.pagecache.edges.listening import Listening

SECOND = dt.timedelta(seconds=1)


class EdgesTestCase(NewsroomTestCase):
    """Two edges that are known already; `told` is what the first heard."""

    servers: list[Listening]

    @classmethod
    def setUpClass(cls) -> None:
        super().setUpClass()
        cls.servers = [Listening.of(cls) for _n in range(2)]

    def setUp(self) -> None:
        for server in self.servers:
            server.told.clear()
            server.status = 200
        self.edges = [Varnish("127.0.0.1", server.server_port) for server in self.servers]
        self.enterContext(override_settings(EDGES=self.edges))
        self.clock = self.enterContext(time_machine.travel(timezone.now(), tick=False))
        self.couriers = [Courier(edge) for edge in self.edges]
        self.told = self.servers[0].told
        self.look()
        self.pass_time(2 * REPEAT_AFTER)
        Purge.objects.all().delete()
        for server in self.servers:
            server.told.clear()

    def look(self) -> None:
        for courier in self.couriers:
            courier.look()

    def pass_time(self, time: dt.timedelta) -> None:
        """Let time pass, with the worker looking at its end."""
        self.clock.shift(time)
        self.look()

    def invalidate(self, *tags: str, in_time: dt.timedelta = dt.timedelta()) -> None:
        with transaction.atomic():
            invalidate(set(tags), timezone.now() + in_time)


class DeliveryTests(EdgesTestCase):
    def test_what_an_action_invalidates_is_told_to_every_edge(self) -> None:
        article = make_article(self.kg)
        self.look()
        expected = set(Purge.objects.values_list("tag", flat=True))
        self.assertIn(f"article:{article.pk}", expected)
        self.assertEqual([server.told for server in self.servers], [[expected], [expected]])

    def test_it_is_told_a_second_time_and_no_third(self) -> None:
        self.invalidate("a:1", "b:2")
        self.look()
        self.pass_time(REPEAT_AFTER / 2)
        self.assertEqual(self.told, [{"a:1", "b:2"}])
        self.pass_time(REPEAT_AFTER / 2)
        self.assertEqual(self.told, [{"a:1", "b:2"}] * 2)
        self.pass_time(dt.timedelta(days=1))
        self.assertEqual(len(self.told), 2)
        self.assertFalse(EdgePurge.objects.exists())

    def test_what_is_due_later_is_told_at_once_and_again_at_its_time(self) -> None:
        self.invalidate("a:1", in_time=60 * SECOND)
        self.look()
        self.pass_time(REPEAT_AFTER)
        self.assertEqual(self.told, [{"a:1"}, {"a:1"}])
        self.pass_time(57 * SECOND)
        self.assertEqual(len(self.told), 2)
        self.pass_time(SECOND)
        self.assertEqual(len(self.told), 3)

    def test_a_scheduled_article_is_told_at_its_time(self) -> None:
        draft = make_draft(self.kg, by=self.camille)
        draft = publishing.approve(draft, by=self.ines, revision=draft.draft_id)
        accept = {"standfirst", "lead_image", "byline"}
        moment = timezone.now() + dt.timedelta(hours=1)
        scheduling.schedule(draft, by=self.ines, revision=draft.draft_id, at=moment, accept=accept)
        self.look()
        self.pass_time(REPEAT_AFTER)
        self.told.clear()
        self.clock.move_to(moment)
        self.look()
        self.assertTrue(any(f"article:{draft.pk}" in tags for tags in self.told))

    def test_what_was_due_first_is_told_first(self) -> None:
        self.servers[0].status = 503
        for n in range(4):
            self.invalidate(f"a:{n}")
            self.pass_time(SECOND)
        self.servers[0].status = 200
        with mock.patch.object(delivery, "MAX_TOLD", 2):
            self.pass_time(dt.timedelta(minutes=1))
        self.assertEqual(self.told, [{"a:0", "a:1"}, {"a:2", "a:3"}])

    def test_it_misses_no_row_that_commits_later_than_one_with_a_higher_id(self) -> None:
        self.invalidate("late:1")
        late = Purge.objects.get(tag="late:1")
        Purge.objects.all().delete()  # as if it had its id, and were not committed yet
        self.invalidate("early:1")
        self.look()
        late.save(force_insert=True)
        self.assertLess(late.pk, Purge.objects.get(tag="early:1").pk)
        self.look()
        self.assertEqual(self.told, [{"early:1"}, {"late:1"}])

    def test_it_takes_more_than_can_be_told_at_once(self) -> None:
        tags = {f"article:{n}" for n in range(250)}
        self.invalidate(*tags)
        with mock.patch.object(delivery, "MAX_TOLD", 100), mock.patch.object(delivery, "MAX_HANDED_OVER", 100):
            self.look()
        self.assertEqual(set().union(*self.told), tags)
        self.assertEqual(backlog(self.edges[0].name, timezone.now()).waiting, 0)

    def test_a_look_at_nothing_costs_two_queries(self) -> None:
        with self.assertNumQueries(2):
            self.couriers[0].look()

    def test_without_an_edge_there_is_nothing_to_do(self) -> None:
        with override_settings(EDGES=[]):
            self.assertEqual(delivery.loops(), [])
            with self.assertNumQueries(0):
                self.assertEqual(delivery.late(timezone.now()), [])

    def test_who_runs_tasks_by_cron_delivers_too(self) -> None:
        self.invalidate("a:1")
        WorkerProcess().run_what_is_due()
        self.assertEqual(self.told, [{"a:1"}])


class FailingTests(EdgesTestCase):
    def test_an_edge_that_fails_is_told_later_and_keeps_no_other_waiting(self) -> None:
        self.servers[0].status = 503
        self.invalidate("a:1")
        with self.assertLogs("newsroom.pagecache.edges.delivery", "WARNING"):
            self.look()
        self.assertEqual((self.told, self.servers[1].told), ([], [{"a:1"}]))
        state = EdgeState.objects.get(edge=self.edges[0].name)
        self.assertIn("503", state.error)
        self.servers[0].status = 200
        self.pass_time(SECOND)
        self.assertEqual(self.told, [{"a:1"}])
        state.refresh_from_db()
        self.assertEqual((state.error, state.failed_at is not None), ("", True))

    def test_it_waits_longer_after_each_failure_and_never_long(self) -> None:
        self.servers[0].status, tries = 503, self.servers[0].requests
        tries.clear()
        self.invalidate("a:1")
        for _second in range(200):
            self.pass_time(SECOND)
        # After 0, 1, 3, 7, 15, 31 seconds, then every 30.
        self.assertEqual(len(tries), 6 + (200 - 32) // 30)
        self.servers[0].status = 200
        self.pass_time(30 * SECOND)
        self.assertEqual(self.told, [{"a:1"}])

    def test_a_worker_that_dies_between_two_steps_loses_nothing(self) -> None:
        edge = self.edges[0]
        self.invalidate("a:1")
        killed, dies = mock.Mock(side_effect=KeyboardInterrupt), self.assertRaises(KeyboardInterrupt)
        with mock.patch.object(EdgePurge.objects, "bulk_create", killed), dies:
            hand_over(self.edges, timezone.now())
        hand_over(self.edges, timezone.now())
        with mock.patch.object(Varnish, "purge", killed), dies:
            deliver(edge, timezone.now())
        self.assertEqual(self.told, [])
        with mock.patch.object(delivery, "REPEAT_AFTER", "no time"), self.assertRaises(TypeError):
            deliver(edge, timezone.now())  # it was told, and that was not written down
        deliver(edge, timezone.now())
        self.assertEqual(self.told, [{"a:1"}, {"a:1"}])

    def test_an_edge_that_is_new_is_emptied(self) -> None:
        EdgeState.objects.filter(edge=self.edges[0].name).delete()
        Courier(self.edges[0]).look()
        self.assertEqual((self.told, self.servers[1].told), ([{"all"}], []))

    def test_what_an_edge_is_told_that_is_set_no_more_is_forgotten(self) -> None:
        self.servers[0].status = 503
        self.invalidate("a:1")
        self.look()
        with override_settings(EDGES=self.edges[1:]):
            Courier(self.edges[1]).look()
        self.assertFalse(EdgePurge.objects.filter(edge=self.edges[0].name).exists())
        self.assertEqual(set(EdgeState.objects.values_list("edge", flat=True)), {self.edges[1].name})

    def test_nothing_that_was_not_delivered_is_deleted_as_old(self) -> None:
        self.invalidate("a:1")
        self.clock.shift(2 * KEPT_FOR)
        jobs.delete_old_purges.func()
        self.assertEqual(Purge.objects.count(), 1)
        self.servers[0].status = 503
        self.look()
        jobs.delete_old_purges.func()
        self.assertEqual(Purge.objects.count(), 0)
        self.servers[0].status = 200
        self.pass_time(SECOND)
        self.assertEqual(self.told, [{"a:1"}])

    def test_purges_are_deleted_as_old_where_there_is_no_edge(self) -> None:
        self.invalidate("a:1")
        self.clock.shift(2 * KEPT_FOR)
        with override_settings(EDGES=[]):
            jobs.delete_old_purges.func()
        self.assertFalse(Purge.objects.exists())


class BacklogTests(EdgesTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.servers[0].status = 503

    def command(self, *arguments: str) -> tuple[str, str]:
        """Return what it says, and what it ends with."""
        said = io.StringIO()
        try:
            call_command("edges", *arguments, stdout=said)
        except CommandError as error:
            return said.getvalue(), str(error)
        return said.getvalue(), ""

    def test_it_is_what_is_due_whether_a_worker_saw_it_or_not(self) -> None:
        self.invalidate("a:1", "b:2")
        self.invalidate("c:3", in_time=dt.timedelta(hours=1))
        since = timezone.now()
        self.clock.shift(5 * SECOND)
        unseen = backlog(self.edges[0].name, timezone.now())
        self.assertEqual((unseen.waiting, unseen.since), (2, since))
        self.look()
        seen = backlog(self.edges[0].name, timezone.now())
        self.assertEqual((seen.waiting, seen.since), (3, since))  # c:3 is told at once, too
        with self.assertNumQueries(2):
            self.assertEqual(backlog(self.edges[1].name, timezone.now()).waiting, 0)

    def test_the_command_says_how_each_edge_is_and_ends_with_1_where_one_is_late(self) -> None:
        self.invalidate("a:1")
        self.look()
        said, error = self.command()
        self.assertIn(f"{self.edges[0].name}: 1 wait, the oldest for 0 s", said)
        self.assertIn("503", said)
        self.assertIn(f"{self.edges[1].name}: 0 wait, last purged 0 s ago", said)
        self.assertEqual(error, "")
        self.pass_time(LATE_AFTER + SECOND)
        self.assertIn("is a worker running", self.command()[1])
        self.assertEqual(self.command("--late", "60")[1], "")

    def test_the_command_empties_every_edge(self) -> None:
        said, error = self.command("--purge-all")
        self.assertIn({"all"}, self.servers[1].told)
        self.assertIn("1 wait", said)
        self.assertIn("goes on trying", error)
        self.servers[0].status = 200
        self.assertEqual(self.command("--purge-all")[1], "")
        self.assertIn({"all"}, self.told)

    def test_the_command_says_where_no_edge_is_set(self) -> None:
        with override_settings(EDGES=[]):
            self.assertIn("NEWSROOM_EDGES", self.command("--purge-all")[0])
        self.assertFalse(Purge.objects.exists())

    def test_the_front_page_of_the_desk_shows_in_red_what_is_late(self) -> None:
        text = "Readers may get old pages: %(edge)s was not told of changes"
        with translation.override("fr"):
            text = translation.gettext(text) % {"edge": self.edges[0].name}
        self.invalidate("a:1")
        self.look()
        self.at_desk(self.alix)
        self.assertNotContains(self.client.get(reverse("admin:index")), text)
        self.pass_time(LATE_AFTER + SECOND)
        page = self.client.get(reverse("admin:index"))
        self.assertContains(page, text)
        self.assertContains(page, reverse("admin:pagecache_edgestate_changelist"))

    def test_the_desk_has_a_page_of_edges_for_who_runs_the_install(self) -> None:
        self.invalidate("a:1")
        self.pass_time(LATE_AFTER + SECOND)
        self.at_desk(self.alix)
        page = self.client.get(reverse("admin:pagecache_edgestate_changelist"))
        self.assertContains(page, "state-overdue", count=1)
        self.assertContains(page, "503")
        self.at_desk(self.thomas)
        self.assertEqual(self.client.get(reverse("admin:pagecache_edgestate_changelist")).status_code, 403)
