"""The queue: tasks commit with their action, run at least once, are tried again, reaped, and idempotent by key."""

import datetime as dt
from contextlib import suppress
from typing import Any

import time_machine
from django.db import transaction
from django.test import TestCase, TransactionTestCase
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from newsroom.worker import queue, recurring
from newsroom.worker.models import IdempotencyKey, Recurring, Worker
from newsroom.worker.process import WorkerProcess
from tests.newsroom.worker import tasks


def task_row() -> Any:
    return DBTaskResult.objects.get()


class EnqueueTests(TransactionTestCase):
    def test_it_rolls_back_with_the_change_that_wants_it(self) -> None:
        with suppress(ZeroDivisionError), transaction.atomic():
            queue.enqueue(tasks.leave_a_mark, key="a", name="a")
            raise ZeroDivisionError
        self.assertFalse(DBTaskResult.objects.exists())

    def test_it_refuses_to_enqueue_outside_a_transaction(self) -> None:
        with self.assertRaises(queue.OutsideTransaction):
            queue.enqueue(tasks.leave_a_mark, key="a", name="a")


class IdempotentTaskTests(TestCase):
    def run_due(self) -> tuple[int, int]:
        return WorkerProcess().run_what_is_due()

    def test_it_is_done_once_however_often_it_is_queued(self) -> None:
        for _ in range(3):
            queue.enqueue(tasks.leave_a_mark, key="a", name="a")
        self.assertEqual(self.run_due()[1], 0)
        self.assertEqual(IdempotencyKey.objects.filter(key="mark:a").count(), 1)

    def test_an_effect_that_fails_leaves_nothing_and_its_key_is_free(self) -> None:
        queue.enqueue(tasks.fails_halfway, key="half")
        self.assertEqual(self.run_due()[1], 1)
        self.assertFalse(IdempotencyKey.objects.exists())

    def test_it_waits_for_its_time(self) -> None:
        moment = timezone.now() + dt.timedelta(hours=1)
        queue.enqueue(tasks.leave_a_mark, at=moment, key="a", name="a")
        self.run_due()
        self.assertFalse(IdempotencyKey.objects.exists())
        with time_machine.travel(moment, tick=False):
            self.run_due()
        self.assertTrue(IdempotencyKey.objects.filter(key="mark:a").exists())

    def test_what_a_task_enqueues_is_run_in_the_same_call(self) -> None:
        queue.enqueue(tasks.enqueues_another)
        self.run_due()
        self.assertTrue(IdempotencyKey.objects.filter(key="mark:second").exists())


class RetryTests(TestCase):
    def run_one(self, name: str = "w") -> queue.TaskRun | None:
        return queue.run_next(name)

    def test_it_is_tried_again_after_ever_longer_pauses_then_a_person_decides(self) -> None:
        queue.enqueue(tasks.always_fails)
        now = timezone.now() + dt.timedelta(seconds=1)
        for pause in queue.RETRY_DELAYS_SECONDS:
            with time_machine.travel(now, tick=False):
                self.assertFalse(self.run_one().went_well)
                self.assertIsNone(self.run_one(), "it must not be tried again at once")
            self.assertEqual(task_row().run_after, now + dt.timedelta(seconds=pause))
            now = task_row().run_after
        with time_machine.travel(now, tick=False):
            self.run_one()
        row = task_row()
        self.assertEqual((row.status, len(row.worker_ids)), ("FAILED", queue.MAX_TRIES))
        self.assertIn("it never works", row.traceback)
        with time_machine.travel(now + dt.timedelta(days=30), tick=False):
            self.assertIsNone(self.run_one())

    def test_a_person_starts_it_anew(self) -> None:
        queue.enqueue(tasks.always_fails)
        row = task_row()
        DBTaskResult.objects.update(status="FAILED", worker_ids=["a"] * queue.MAX_TRIES)
        queue.run_again(row)
        self.assertEqual((task_row().status, task_row().worker_ids), ("READY", []))
        self.run_one()
        self.assertEqual(task_row().status, "READY")  # its tries are counted anew

    def test_what_waits_for_its_own_time_is_left_to_it(self) -> None:
        moment = timezone.now() + dt.timedelta(days=1)
        queue.enqueue(tasks.leave_a_mark, at=moment, key="a", name="a")
        self.assertFalse(queue.may_run_again(task_row()))
        queue.run_again(task_row())
        self.assertEqual(task_row().run_after, moment)

    def test_what_runs_or_went_well_is_not_run_again(self) -> None:
        queue.enqueue(tasks.leave_a_mark, key="a", name="a")
        for status in ("RUNNING", "SUCCESSFUL"):
            DBTaskResult.objects.update(status=status)
            queue.run_again(task_row())
            self.assertEqual(task_row().status, status)

    def test_it_is_overdue_when_no_worker_runs_it_or_it_failed_for_good(self) -> None:
        queue.enqueue(tasks.leave_a_mark, key="a", name="a")
        now = timezone.now()
        self.assertFalse(queue.overdue(now).exists())
        self.assertTrue(queue.overdue(now + queue.OVERDUE_AFTER + dt.timedelta(seconds=1)).exists())
        DBTaskResult.objects.update(status="FAILED")
        self.assertTrue(queue.overdue(now).exists())


class ReaperTests(TestCase):
    def setUp(self) -> None:
        self.now = timezone.now()
        queue.enqueue(tasks.leave_a_mark, key="a", name="a")

    def claimed_by(self, worker: str) -> None:
        DBTaskResult.objects.update(status="RUNNING", worker_ids=[worker], started_at=self.now)

    def alive(self, worker: str, seen_at: dt.datetime) -> None:
        Worker.objects.create(pk=worker, host="here", pid=1, started_at=seen_at, seen_at=seen_at)

    def test_a_dead_worker_s_task_is_tried_again(self) -> None:
        self.claimed_by("dead")
        self.assertEqual(queue.reap(self.now), 1)
        row = task_row()
        self.assertEqual(row.status, "READY")
        self.assertIn("killed", row.traceback)
        with time_machine.travel(row.run_after, tick=False):
            queue.run_next("w")
        self.assertTrue(IdempotencyKey.objects.filter(key="mark:a").exists())

    def test_a_living_worker_s_task_is_left_alone_until_its_lease_is_over(self) -> None:
        self.claimed_by("w")
        self.alive("w", self.now)
        self.assertEqual(queue.reap(self.now), 0)
        with self.settings(WORKER_LEASE=30):
            self.assertEqual(queue.reap(self.now + dt.timedelta(seconds=31)), 1)

    def test_a_worker_that_could_not_say_how_a_task_ended_gives_it_back_when_it_is_idle(self) -> None:
        self.claimed_by("w")
        self.alive("w", self.now)
        self.assertEqual(queue.reap(self.now, idle="another"), 0)
        self.assertEqual(queue.reap(self.now, idle="w"), 1)
        self.assertEqual(task_row().status, "READY")

    def test_a_task_that_kills_every_worker_ends_with_a_person(self) -> None:
        now = self.now
        for n in range(queue.MAX_TRIES):
            self.claimed_by(f"dead {n}")
            DBTaskResult.objects.update(worker_ids=[f"dead {m}" for m in range(n + 1)])
            self.assertEqual(queue.reap(now), 1)
        self.assertEqual(task_row().status, "FAILED")

    def test_two_reapers_take_it_once(self) -> None:
        self.claimed_by("dead")
        self.assertEqual((queue.reap(self.now), queue.reap(self.now)), (1, 0))
        self.assertEqual(len(task_row().worker_ids), 1)

    def test_a_worker_that_was_only_slow_does_not_overwrite_what_came_after(self) -> None:
        self.claimed_by("slow")
        slow = task_row()
        queue.reap(self.now)
        self.assertFalse(queue._end(slow, lambda held: held.set_successful(None)))
        self.assertEqual(task_row().status, "READY")


class RecurringTests(TestCase):
    def test_it_runs_once_however_many_ask_and_what_was_missed_is_done_once(self) -> None:
        now = timezone.now()
        names = set(recurring.enqueue_due(now))
        self.assertIn("apply due changes", names)
        self.assertEqual(recurring.enqueue_due(now), [])
        tasks_then = DBTaskResult.objects.count()
        self.assertEqual(tasks_then, len(names))
        later = now + dt.timedelta(days=3)
        DBTaskResult.objects.update(status="SUCCESSFUL")
        self.assertEqual(set(recurring.enqueue_due(later)), names)
        self.assertEqual(DBTaskResult.objects.count(), len(names))  # one row a job

    def test_it_is_not_queued_while_its_last_run_is_not_over(self) -> None:
        now = timezone.now()
        recurring.enqueue_due(now)
        for status in ("READY", "RUNNING"):
            DBTaskResult.objects.update(status=status)
            now += dt.timedelta(days=2)
            self.assertEqual(recurring.enqueue_due(now), [])

    def test_the_next_time_is_its_next_try(self) -> None:
        job = recurring.Job("a job", tasks.always_fails, dt.timedelta(minutes=1))
        now = timezone.now()
        Recurring.objects.create(name=job.name, due_at=now)
        recurring.begin(job, now, now)
        WorkerProcess().run_what_is_due()
        failed = DBTaskResult.objects.get(task_path__contains="always_fails")
        self.assertEqual(failed.status, "FAILED")
        again = now + job.every
        self.assertTrue(recurring.begin(job, again, again))
        self.assertNotEqual(DBTaskResult.objects.get(task_path__contains="always_fails").pk, failed.pk)

    def test_another_who_saw_the_same_comes_too_late(self) -> None:
        now = timezone.now()
        job = recurring.Job("a job", tasks.leave_a_mark, dt.timedelta(minutes=1))
        row = Recurring.objects.create(name=job.name, due_at=now)
        self.assertEqual([recurring.begin(job, row.due_at, now) for _ in range(2)], [True, False])
        self.assertEqual(DBTaskResult.objects.count(), 1)

    def test_no_two_jobs_have_one_name(self) -> None:
        names = [job.name for job in recurring.jobs()]
        self.assertIn("apply due changes", names)
        self.assertEqual(len(set(names)), len(names))

    def test_old_tasks_that_went_well_are_deleted_and_failed_ones_kept(self) -> None:
        old = timezone.now() - dt.timedelta(days=60)
        for status in ("SUCCESSFUL", "FAILED"):
            queue.enqueue(tasks.leave_a_mark, key=status, name=status)
            DBTaskResult.objects.filter(status="READY").update(status=status, finished_at=old)
        recurring.enqueue_due(timezone.now())
        WorkerProcess().run_what_is_due()
        kept = DBTaskResult.objects.filter(task_path__contains="leave_a_mark")
        self.assertEqual(list(kept.values_list("status", flat=True)), ["FAILED"])
