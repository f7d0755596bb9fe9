"""Tried on the past: what a rule would have caught, whom it would have wronged; nothing changes."""

from dataclasses import replace

from comments import backtest
from comments.actions import reporting
from comments.actions.reporting import Notice
from comments.models import Comment, ModerationAction
from comments.screening import BY_NAME
from comments.states import Status
from newsroom.lib.client import Client
from tests.articles.importers.exports import row_counts
from tests.comments.base import CommentsTestCase


class BacktestTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.settings_ = self.set()
        decided = (
            ("Achetez mes montres https://a.fr", "reject"), ("Montres https://b.fr https://c.fr", "spam"),
            ("J’aime les montres, moi", "approve"), ("Voir https://d.fr", "approve"), ("Bonjour à tous", "approve"),
            ("Pauvre type", "reject"),
        )  # fmt: skip
        for n, (text, decision) in enumerate(decided):
            self.decide(self.post(text, f"L{n}", client=Client(f"192.0.2.{n}", 1)), decision)
        self.post("Personne n’a rien dit de celui-ci, ni de ses montres", "Max")

    def test_it_counts_what_terms_would_have_caught_and_wronged(self) -> None:
        replay = backtest.of_terms(self.settings_, ["montres"])
        self.assertEqual((replay.tried, replay.caught, replay.wronged, replay.passed), (6, 2, 1, 1))
        self.assertEqual([(c.text, matched) for c, matched in replay.wrong], [("J’aime les montres, moi", "montres")])

    def test_it_tries_a_threshold(self) -> None:
        links = BY_NAME["links"]
        for limit, expected in ((0, (2, 1)), (1, (1, 0)), (2, (0, 0))):
            replay = backtest.of_rule(self.settings_, replace(links, limit=limit, is_on=False))
            self.assertEqual((replay.caught, replay.wronged), expected)

    def test_a_rule_asks_the_past_as_it_was_at_each_time(self) -> None:
        Comment.objects.filter(text__contains="ontres").update(source="s" * 32)
        replay = backtest.of_rule(self.settings_, replace(BY_NAME["rate"], limit=1, minutes=10))
        # The first of a source had nobody before it; the second and third had.
        self.assertEqual((replay.caught, replay.wronged), (1, 1))

    def test_the_threshold_of_reports_is_tried_on_those_there_were(self) -> None:
        notice = Notice("insult", "", "Ana", "", in_good_faith=True)
        comments = {row.text: row for row in Comment.objects.all()}
        for text, number in (("Pauvre type", 3), ("Bonjour à tous", 2)):
            Comment.objects.filter(pk=comments[text].pk).update(status=Status.APPROVED)
            for n in range(number):
                signed = replace(notice, email=f"ana{n}@example.org")
                reporting.report(comments[text], signed, client=Client(f"198.51.100.{n}", 1))
        Comment.objects.filter(text="Pauvre type").update(status=Status.REJECTED)
        for limit, expected in ((2, (1, 1)), (3, (1, 0)), (4, (0, 0))):
            replay = backtest.of_rule(self.settings_, replace(BY_NAME["reports"], limit=limit))
            self.assertEqual((replay.caught, replay.wronged), expected, limit)

    def test_every_rule_can_be_replayed(self) -> None:
        for rule in BY_NAME.values():
            self.assertEqual(backtest.of_rule(self.settings_, rule).tried, 6, rule.name)

    def test_nothing_changes(self) -> None:
        before, statuses = row_counts(), list(Comment.objects.order_by("pk").values())
        backtest.of_terms(self.settings_, ["montres"])
        backtest.of_rule(self.settings_, BY_NAME["duplicate"])
        self.assertEqual(row_counts(), before)
        self.assertEqual(list(Comment.objects.order_by("pk").values()), statuses)
        self.assertEqual(ModerationAction.objects.count(), 6)

    def test_no_past_is_no_verdict(self) -> None:
        Comment.objects.update(reviewed=False)
        self.assertEqual(backtest.of_terms(self.settings_, ["montres"]).tried, 0)

    def test_it_asks_one_query_for_terms_however_many_comments(self) -> None:
        with self.assertNumQueries(1):
            backtest.of_terms(self.settings_, ["montres"])

    def test_it_stops_when_its_time_is_over_and_goes_on_from_there(self) -> None:
        rule = replace(BY_NAME["links"], limit=0)
        whole = backtest.of_rule(self.settings_, rule)
        replay, tried = None, []
        while replay is None or not replay.is_over:
            replay = backtest.of_rule(self.settings_, rule, replay, seconds=0)
            tried.append(replay.tried)
        self.assertEqual(tried, [1, 2, 3, 4, 5, 6, 6])
        self.assertEqual(replay, whole)

    def test_it_asks_for_no_more_rows_than_it_has_time_for(self) -> None:
        with self.assertNumQueries(2):  # the rows, and what the rule asks about the first of them
            self.assertEqual(backtest.of_rule(self.settings_, BY_NAME["trusted"], seconds=0).tried, 1)

    def test_what_is_spam_counts_as_bad(self) -> None:
        Comment.objects.exclude(status=Status.SPAM).update(reviewed=False)
        replay = backtest.of_terms(self.settings_, ["montres"])
        self.assertEqual((replay.tried, replay.caught, replay.wronged), (1, 1, 0))
