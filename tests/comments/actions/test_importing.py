"""Comments of a WordPress export: threads, statuses, dates; and the corpus' own counts."""

import datetime as dt
from collections import Counter
from typing import Any
from unittest import skipUnless

from django.db import transaction
from django.utils import timezone, translation

from articles.importers import wxr
from articles.importers.load import Load
from articles.models import Article
from comments.actions import privacy, vault
from comments.actions.importing import _parents_first, plain_text
from comments.models import Comment, Kind, SealedSource
from comments.states import Status
from tests.articles.importers.exports import CORPUS, EXPECTATIONS, IMPORTABLE, MAY_2013, load, post, row_counts
from tests.base import NewsroomTestCase


def comment(number: int = 1, **fields: Any) -> wxr.Comment:
    values: dict[str, Any] = {
        "author": "Zoé", "author_email": "Zoe@Example.org", "author_url": "", "author_ip": "203.0.113.7",
        "published": MAY_2013 + dt.timedelta(hours=number), "content": f"Le mot numéro {number}.", "approved": "1",
        "type": "comment", "parent_id": 0, "user_id": 0, "meta": {},
    }  # fmt: skip
    return wxr.Comment(id=number, **{**values, **fields})


class ImportTests(NewsroomTestCase):
    def setUp(self) -> None:
        self.enterContext(translation.override("en"))

    def bring(self, *comments: wxr.Comment, **fields: Any) -> Load:
        return load(self.kg, post(comments=comments, **fields))

    def test_it_brings_words_names_and_times(self) -> None:
        self.bring(comment())
        row = Comment.objects.get()
        self.assertEqual((row.pseudonym, row.email, row.text), ("Zoé", "zoe@example.org", "Le mot numéro 1."))
        self.assertEqual((row.posted_at, row.article), (MAY_2013 + dt.timedelta(hours=1), Article.objects.get()))
        self.assertContains(self.read(row.article.path), "Le mot numéro 1.")

    def test_it_brings_statuses_and_counts_what_readers_see(self) -> None:
        flags = ("1", "0", "spam", "trash", "post-trashed", "")
        self.bring(*(comment(n, approved=approved) for n, approved in enumerate(flags, 1)))
        statuses = list(Comment.objects.order_by("pk").values_list("status", flat=True))
        self.assertEqual(
            statuses, [Status.APPROVED, Status.HELD, Status.SPAM, Status.REJECTED, Status.REJECTED, Status.HELD]
        )
        self.assertEqual(Article.objects.get().comment_count, 1)

    def test_it_brings_threads_whatever_their_order_in_the_file(self) -> None:
        self.bring(comment(3, parent_id=2), comment(1), comment(2, parent_id=1), comment(4, parent_id=99))
        parents = {row.text[-2]: (row.level, row.parent and row.parent.text[-2]) for row in Comment.objects.all()}
        self.assertEqual(parents, {"1": (0, None), "2": (1, "1"), "3": (2, "2"), "4": (0, None)})

    def test_what_was_erased_here_stays_erased(self) -> None:
        self.bring(comment())
        privacy.erase("zoe@example.org")
        self.bring(comment())
        row = Comment.objects.get()
        self.assertEqual((row.status, row.text, row.email), (Status.ERASED, "", ""))

    def test_one_that_two_articles_name_is_the_first_ones(self) -> None:
        self.bring(comment(1))
        load(self.kg, post(post_id=2, slug="deux", title="Deux", comments=(comment(1),)))
        self.assertEqual(Comment.objects.count(), 1)

    def test_it_reads_names_as_they_were_written(self) -> None:
        self.bring(comment(author="Tom &amp; L&#8217;autre"))
        self.assertEqual(Comment.objects.get().pseudonym, "Tom & L’autre")

    def test_a_reply_finds_its_parent_whatever_their_times_say(self) -> None:
        undated = comment(2, published=None)
        self.bring(comment(3, parent_id=2), undated, comment(4, parent_id=9), comment(9), comment(5, parent_id=5))
        parents = {row.text[-2]: row.parent and row.parent.text[-2] for row in Comment.objects.all()}
        self.assertEqual(parents, {"2": None, "3": "2", "9": None, "4": "9", "5": None})

    def test_a_long_chain_the_wrong_way_round_is_followed_once(self) -> None:
        rows = [comment(n, parent_id=n + 1, published=MAY_2013 + dt.timedelta(hours=n)) for n in range(1, 20_000)]
        ids = [row.id for row in _parents_first(rows)]
        self.assertEqual(ids, list(range(19_999, 0, -1)))

    def test_it_counts_pingbacks_apart(self) -> None:
        self.bring(comment(1), comment(2, type="pingback", author="Un blog", author_url="https://blog.example/x"))
        article = Article.objects.get()
        self.assertEqual((article.comment_count, article.pingback_count), (1, 1))
        self.assertEqual(Comment.objects.get(kind=Kind.PINGBACK).url, "https://blog.example/x")
        page = self.read(article.path)
        self.assertContains(page, "https://blog.example/x")
        self.assertNotContains(page, "Le mot numéro 2.")

    def test_a_second_run_brings_only_what_is_new(self) -> None:
        self.bring(comment(1))
        before = row_counts()
        self.bring(comment(1))
        self.assertEqual(row_counts(), before)
        report = self.bring(comment(1), comment(2, parent_id=1)).report
        self.assertEqual(report.created["comment"], 1)
        self.assertEqual(Comment.objects.get(imported_from__endswith="#2").level, 1)

    def test_it_leaves_what_was_decided_here(self) -> None:
        self.bring(comment(1))
        Comment.objects.update(status=Status.REJECTED)
        self.bring(comment(1))
        self.assertEqual(Comment.objects.get().status, Status.REJECTED)

    def test_it_seals_an_address_whose_time_is_not_over(self) -> None:
        self.bring(comment(1), comment(2, published=timezone.now() - dt.timedelta(days=300)))
        sealed = SealedSource.objects.get()
        self.assertEqual(65, (sealed.destroyed_from - timezone.now()).days + 1)
        found = vault.open_sealed(sealed.comment, by=self.thomas, reason="TJ de Paris, réquisition 12")
        self.assertEqual(found[0].address, "203.0.113.7")

    def test_it_takes_no_note_of_shops(self) -> None:
        report = self.bring(comment(1, type="order_note")).report
        self.assertEqual((Comment.objects.count(), report.skipped["order_note"]), (0, 1))

    def test_it_makes_plain_text_of_html(self) -> None:
        for markup, text in (
            ("a < b & c", "a < b & c"),
            ("<b>gras</b> &amp; <script>x</script>fin", "gras & fin"),
            ('voir <a href="https://a.fr/">ceci</a>', "voir ceci (https://a.fr/)"),
            ('<a href="https://a.fr">https://a.fr</a>', "https://a.fr"),
            ("<blockquote>un\ndeux</blockquote>oui", "\n> un\n> deux\noui"),
            ("un<br>deux<p>trois</p>", "un\ndeux\ntrois\n"),
            ('<a href="javascript:x">là</a>', "là"),
            ("if a<b then c>d &amp; e", "if a<b then c>d & e"),
            ("<b>" * 400 + "profond" + "</b>" * 400, "profond"),
            ("<i>" * 2_000 + "abyssal" + "</i>" * 2_000, "abyssal"),
        ):
            self.assertEqual(plain_text(markup), text)


@skipUnless(IMPORTABLE, f"no corpus at {CORPUS}")
class CorpusTests(NewsroomTestCase):
    def test_its_counts_hold(self) -> None:
        names = [name for name in IMPORTABLE if EXPECTATIONS[name]["comments"]]
        self.assertGreater(len(names), 8)
        for name in names:
            with self.subTest(name), transaction.atomic():
                self._check(name, EXPECTATIONS[name])
                transaction.set_rollback(True)

    def _check(self, name: str, expected: dict[str, Any]) -> None:
        Load(self.kg).run(wxr.read(CORPUS / "wxr" / name, time_zone=self.kg.zone))
        rows = Comment.objects.all()
        lost = expected["comments_on"].get("(none)", 0)  # those of what is neither post nor page
        self.assertEqual(rows.count(), expected["comments"] - lost)
        if not lost:
            kinds = Counter(rows.values_list("kind", flat=True))
            by_type = expected["comments_by_type"]
            self.assertEqual(kinds[Kind.COMMENT], by_type.get("comment", 0))
            self.assertEqual(kinds[Kind.PINGBACK], by_type.get("pingback", 0) + by_type.get("trackback", 0))
            approved = rows.filter(status=Status.APPROVED).count()
            self.assertEqual(approved, expected["comments_by_approved"].get("1", 0))
            self.assertEqual(rows.filter(parent__isnull=False).count(), expected["comment_replies"])
        for article in Article.objects.all():
            self.assertEqual(article.comment_count, article.comments.visible().count())
