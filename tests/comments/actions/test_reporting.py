"""Reports: a receipt, a decision, the rule that takes a comment back."""

from dataclasses import replace

from comments.actions import moderation, reporting
from comments.actions import settings as comment_settings
from comments.actions.reporting import Notice
from comments.models import Comment, Report
from comments.refusals import Refused
from comments.screening import BY_NAME
from comments.states import Status
from newsroom.lib.client import Client
from tests.comments.base import CAFE, CommentsTestCase

NOTICE = Notice("insult", "Elle m’insulte.", "Ana Roux", "Ana@Example.org", in_good_faith=True)


class ReportTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.comment = self.post()

    def report(self, n: int = 0, **changes: object) -> Report:
        changes.setdefault("email", f"ana{n}@example.org")
        return reporting.report(self.comment, replace(NOTICE, **changes), client=Client(f"198.51.100.{n}", 1))

    def test_it_notes_who_reports_what_and_why(self) -> None:
        report = self.report(email="Ana@Example.org")
        self.assertEqual((report.ground, report.name, report.email), ("insult", "Ana Roux", "ana@example.org"))
        self.assertEqual((report.version, report.decided_at), (1, None))

    def test_it_asks_for_reason_name_e_mail_and_good_faith(self) -> None:
        for field, changes in (
            ("ground", {"ground": "nothing"}), ("name", {"name": " "}), ("email", {"email": ""}),
            ("email", {"email": "ana"}), ("in_good_faith", {"in_good_faith": False}), ("text", {"text": "x" * 2001}),
        ):  # fmt: skip
            with self.assertRaises(Refused) as caught:
                self.report(**changes)
            self.assertEqual(caught.exception.field, field)

    def test_harm_to_minors_may_be_reported_by_nobody(self) -> None:
        self.assertEqual(self.report(ground="minors", name="", email="").email, "")

    def test_one_source_reports_a_comment_once(self) -> None:
        self.assertEqual(self.report().pk, self.report().pk)
        self.assertNotEqual(self.report().pk, self.report(1).pk)

    def test_one_source_reports_twenty_a_day(self) -> None:
        for n in range(20):
            self.comment = self.post(f"Le mot numéro {n}.", f"L{n}", client=Client(f"192.0.2.{n}", 1))
            self.report()
        self.comment = self.post("Un de plus.", "Luc", client=Client("192.0.2.77", 1))
        with self.assertRaises(Refused):
            self.report()
        self.report(1)

    def test_the_third_reader_takes_it_back(self) -> None:
        self.report(1), self.report(2)
        self.assertEqual(self.count(), 1)
        self.report(3)
        self.comment.refresh_from_db()
        self.assertEqual((self.comment.status, self.comment.rule, self.comment.matched), (Status.HELD, "reports", "3"))
        self.assertEqual(self.count(), 0)

    def test_one_person_is_not_three(self) -> None:
        for n in range(5):
            self.report(n, email="ana@example.org")
            reporting.report(self.comment, replace(NOTICE, email=f"a{n}@example.org"), client=CAFE)
        self.assertEqual((self.comment.reports.count(), self.count()), (2, 1))

    def test_what_a_moderator_read_is_not_taken_back_again(self) -> None:
        self.decide(self.comment, "approve")
        for n in range(5):
            self.report(n)
        self.assertEqual(self.count(), 1)

    def test_what_the_staff_wrote_or_picked_is_not_taken_back(self) -> None:
        self.decide(self.comment, "feature")
        for n in range(5):
            self.report(n)
        self.assertEqual(self.count(), 1)

    def test_a_publication_sets_how_many(self) -> None:
        comment_settings.save_rule(self.kg, replace(BY_NAME["reports"], limit=1), by=self.sarah)
        self.report()
        self.assertEqual(self.count(), 0)

    def test_what_readers_dont_see_is_not_reported(self) -> None:
        self.decide(self.comment, "reject")
        with self.assertRaises(Refused):
            self.report()

    def test_a_decision_answers_the_reports_and_an_undo_opens_them_again(self) -> None:
        report = self.report()
        outcome = self.decide(self.comment, "reject")
        report.refresh_from_db()
        self.assertEqual((report.upheld, report.batch), (True, outcome.batch))
        moderation.undo(outcome.batch, by=self.sarah)
        report.refresh_from_db()
        self.assertEqual((report.upheld, report.decided_at, report.batch), (None, None, None))

    def test_approving_answers_them_too_and_only_new_ones_count(self) -> None:
        self.report(1), self.report(2)
        self.decide(self.comment, "approve")
        self.assertEqual(Report.objects.filter(upheld=False).count(), 2)
        self.report(3)
        self.assertEqual(Comment.objects.get().status, Status.APPROVED)

    def test_reports_come_from_anywhere(self) -> None:
        reporting.report(self.comment, NOTICE, client=CAFE)
        reporting.report(self.comment, replace(NOTICE, email="luc@example.org"), client=Client("", 0))
        self.assertEqual(self.comment.reports.count(), 2)
