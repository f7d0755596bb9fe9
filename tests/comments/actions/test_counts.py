"""Counts are true, whatever was done: any mix of posts, edits, decisions, undos, reports, merges and erasures."""

import contextlib
import re
from collections.abc import Callable
from unittest.mock import patch

from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase as HypothesisTestCase

from articles.actions import taxonomy
from articles.models import Article
from comments.actions import counts, moderation, posting, privacy, reporting
from comments.actions import settings as comment_settings
from comments.actions.moderation import SeenVersion
from comments.actions.posting import NewComment
from comments.actions.reporting import Notice
from comments.models import Comment, ModerationBatch, ThreadPolicy
from comments.queue import TABS, Question
from comments.refusals import Refused
from comments.states import Decision
from newsroom.lib.client import Client
from newsroom.publications.permissions import SYSTEM
from newsroom.worker.process import WorkerProcess
from tests.base import NewsroomTestCase
from tests.comments.base import CAFE, CommentsTestCase
from tests.factories import make_article, make_tags

PEOPLE = ("Zoé", "Léa", "Bob")
DECISIONS = [decision for decision in Decision if decision != Decision.UNDO]
number = st.integers(0, 10**6)
steps = st.one_of(
    st.tuples(st.just("post"), number, number),
    st.tuples(st.just("reply"), number, number),
    st.tuples(st.just("edit"), number, st.sampled_from(["Mieux dit.", "https://a.fr https://b.fr https://c.fr"])),
    st.tuples(st.just("delete"), number, number),
    st.tuples(st.just("decide"), number, st.sampled_from(DECISIONS)),
    st.tuples(st.just("decide_all"), st.sampled_from(sorted(TABS)), st.sampled_from(DECISIONS[:4])),
    st.tuples(st.just("undo"), number, number),
    st.tuples(st.just("report"), number, number),
    st.tuples(st.just("erase"), number, number),
    st.tuples(st.just("merge"), number, number),
    st.tuples(st.just("premoderate"), number, st.booleans()),
)


class CountTests(HypothesisTestCase, NewsroomTestCase):
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(steps, min_size=5, max_size=25))
    def test_they_equal_the_rows(self, mix: list[tuple[str, object, object]]) -> None:
        self.articles = [
            make_article(self.kg, f"Histoire {n}", tags=make_tags(f"Sujet {n}", "Commun")) for n in range(2)
        ]
        for n, (step, one, other) in enumerate(mix):
            with contextlib.suppress(Refused):
                getattr(self, step)(n, one, other)
            self.check(step)
        WorkerProcess().run_what_is_due()
        self.check("worker")

    def check(self, step: str) -> None:
        for article in Article.objects.all():
            self.assertEqual(article.comment_count, article.comments.visible().count(), step)
            self.assertEqual(article.pingback_count, 0)

    def pick(self, n: object, rows: object = None) -> Comment | None:
        found = list(Comment.objects.order_by("pk") if rows is None else rows)  # type: ignore[call-overload]
        return found[int(n) % len(found)] if found else None  # type: ignore[call-overload]

    def post(self, n: int, who: int, where: int, under: Comment | None = None) -> None:
        name = PEOPLE[who % 3]
        article = under.article if under else self.articles[where % 2]
        new = NewComment(f"Le mot numéro {n}, de {name}.", name, f"reader{who % 3}@example.org")
        posting.post(article, new, client=Client(f"203.0.113.{who % 5}", 1), under=under)

    def reply(self, n: int, who: int, where: int) -> None:
        self.post(n, who, where, self.pick(where))

    def edit(self, n: int, which: int, words: str) -> None:
        if comment := self.pick(which):
            posting.edit(comment, words)

    def delete(self, n: int, which: int, _other: int) -> None:
        if comment := self.pick(which):
            posting.delete(comment)

    def decide(self, n: int, which: int, decision: Decision) -> None:
        if comment := self.pick(which):
            moderation.decide(self.kg, [SeenVersion(comment.pk, comment.version)], decision, by=self.sarah)

    def decide_all(self, n: int, tab: str, decision: Decision) -> None:
        moderation.decide_all(self.kg, Question(tab=tab), decision, by=self.sarah)

    def undo(self, n: int, which: int, _other: int) -> None:
        if batch := self.pick(which, ModerationBatch.objects.order_by("pk")):
            moderation.undo(batch, by=self.sarah)  # type: ignore[arg-type]

    def report(self, n: int, which: int, who: int) -> None:
        if comment := self.pick(which):
            notice = Notice("hate", name="Ana", email="ana@example.org", in_good_faith=True)
            reporting.report(comment, notice, client=Client(f"198.51.100.{who % 4}", 1))

    def erase(self, n: int, who: int, _other: int) -> None:
        privacy.erase(f"reader{who % 3}@example.org")

    def merge(self, n: int, one: int, other: int) -> None:
        tags = make_tags("Sujet 0", "Sujet 1", "Commun")
        if len({tag.canonical.pk for tag in tags}) > 2:
            taxonomy.merge_tags(tags[one % 3], tags[(one + 1) % 3], by=SYSTEM)

    def premoderate(self, n: int, which: int, on: bool) -> None:
        article = self.articles[which % 2]
        row = ThreadPolicy.objects.filter(article=article).first() or ThreadPolicy(publication=self.kg, article=article)
        row.mode = "premoderated" if on else "open"
        comment_settings.save_policy(row, by=self.sarah)


class OrderTests(CommentsTestCase):
    """Articles are locked once, in the order of their ids, after all comments: else two actions wait for each other."""

    def setUp(self) -> None:
        super().setUp()
        self.other = make_article(self.kg, "Une autre histoire")

    def writes(self, action: Callable[[], object]) -> list[str]:
        """What an action locks and counts: "comment", or an article's id."""
        with CaptureQueriesContext(connection) as asked:
            action()
        writes = []
        for query in (one["sql"] for one in asked):
            if found := re.match(r'UPDATE "articles_article" .* WHERE "articles_article"."id" = (\d+)', query):
                writes.append(found[1])
            elif re.match(r'UPDATE "comments_comment"', query):
                writes.append("comment")
        return writes

    def test_both_counts_of_an_article_are_one_write(self) -> None:
        on_other, ping = self.post(article=self.other), self.post("Un écho.", "Bob", client=CAFE)
        Comment.objects.filter(pk=ping.pk).update(kind="pingback")
        ping.refresh_from_db()
        changes: list[tuple[Comment, str | None]] = [(on_other, None), (ping, None)]
        self.assertEqual(self.writes(lambda: counts.update_counts(changes)), [str(self.article.pk), str(self.other.pk)])

    def test_an_erasure_counts_when_all_its_comments_are_locked(self) -> None:
        self.post(article=self.other), self.post("Et ici.")
        with patch.object(privacy, "PORTION_ROWS", 1):
            writes = self.writes(lambda: privacy.erase("zoe@example.org"))
        self.assertEqual(writes, ["comment", "comment", str(self.article.pk), str(self.other.pk)])
