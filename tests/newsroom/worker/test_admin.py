"""Pages of the worker at the desk: what is queued, what failed and why, and what a person decides about it."""

from typing import Any

from django.urls import reverse
from django.utils import timezone, translation
from django_tasks_db.models import DBTaskResult

from newsroom.worker import mail, queue, recurring
from newsroom.worker.models import Mail, Worker
from newsroom.worker.process import WorkerProcess
from tests.base import NewsroomTestCase
from tests.newsroom.worker import tasks

QUEUE = reverse("admin:django_tasks_database_dbtaskresult_changelist")
MAILS = reverse("admin:worker_mail_changelist")


class TaskPageTests(NewsroomTestCase):
    def setUp(self) -> None:
        queue.enqueue(tasks.always_fails)
        WorkerProcess().run_what_is_due()
        self.row = DBTaskResult.objects.get(task_path__contains="always_fails")

    def test_it_shows_what_failed_and_why_and_what_is_overdue_in_red(self) -> None:
        DBTaskResult.objects.filter(pk=self.row.pk).update(run_after=timezone.now() - 2 * queue.OVERDUE_AFTER)
        self.at_desk(self.alix)
        page = self.client.get(QUEUE)
        self.assertContains(page, "it never works")
        self.assertContains(page, "state-overdue")
        one = self.client.get(reverse("admin:django_tasks_database_dbtaskresult_change", args=[self.row.pk]))
        self.assertContains(one, "Traceback")
        self.assertContains(one, "Relancer")

    def test_it_runs_one_again(self) -> None:
        DBTaskResult.objects.filter(pk=self.row.pk).update(status="FAILED")
        self.at_desk(self.alix)
        self.client.post(reverse("admin:worker_task_again", args=[self.row.pk]))
        self.row.refresh_from_db()
        self.assertEqual((self.row.status, self.row.worker_ids), ("READY", []))

    def test_it_is_for_who_runs_the_install(self) -> None:
        self.at_desk(self.thomas)
        self.assertEqual(self.client.get(QUEUE).status_code, 403)
        DBTaskResult.objects.filter(pk=self.row.pk).update(status="FAILED")
        self.assertEqual(self.client.post(reverse("admin:worker_task_again", args=[self.row.pk])).status_code, 403)
        self.row.refresh_from_db()
        self.assertEqual(self.row.status, "FAILED")

    def test_it_lists_recurring_jobs_workers_and_mails(self) -> None:
        recurring.enqueue_due(timezone.now())
        Worker.objects.create(pk="w", host="un-hote", pid=4711, started_at=timezone.now(), seen_at=timezone.now())
        mail.post("k", to="a@example.org", subject="Un objet", body="Oui.", publication=None)
        self.at_desk(self.alix)
        for name, words in (("recurring", recurring.jobs()[0].name), ("worker", "un-hote 4711"), ("mail", "Un objet")):
            with translation.override("fr"):
                expected = translation.gettext(words)
            self.assertContains(self.client.get(reverse(f"admin:worker_{name}_changelist")), expected)


class MailPageTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.own, self.other = (self.mail(site) for site in (self.kg, self.ia))

    def mail(self, site: Any) -> Mail:
        mail.post(f"k{site.pk}", to="a@example.org", subject=f"De {site}", body="Oui.", publication=site)
        Mail.objects.filter(publication=site).update(state="uncertain")
        return Mail.objects.get(publication=site)

    def decide(self, row: Mail, button: str) -> int:
        return self.client.post(reverse("admin:worker_mail_decide", args=[row.pk]), {button: "1"}).status_code

    def test_a_publisher_sees_their_own_publication_s(self) -> None:
        self.at_desk(self.thomas)
        page = self.client.get(MAILS)
        self.assertContains(page, "De KultureGeek")
        self.assertNotContains(page, "De iPhoneAddict")
        one = self.client.get(reverse("admin:worker_mail_change", args=[self.own.pk]))
        self.assertContains(one, "L’envoyer encore une fois")
        self.assertEqual(self.client.get(reverse("admin:worker_mail_change", args=[self.other.pk])).status_code, 302)

    def test_they_decide_what_a_crash_left_uncertain(self) -> None:
        self.at_desk(self.thomas)
        self.decide(self.own, "_again")
        self.own.refresh_from_db()
        self.assertEqual(self.own.state, "waiting")
        Mail.objects.update(state="uncertain")
        self.decide(self.own, "_settle")
        self.own.refresh_from_db()
        self.assertEqual(self.own.state, "sent")
        self.assertEqual(self.decide(self.other, "_again"), 404)

    def test_others_read_no_mails(self) -> None:
        for nobody in (self.ines, self.camille, self.sarah, self.zoe):
            self.at_desk(nobody)
            self.assertEqual(self.client.get(MAILS).status_code, 403)
            self.assertIn(self.decide(self.own, "_again"), (403, 404))
            self.assertEqual(set(Mail.objects.values_list("state", flat=True)), {"uncertain"})
