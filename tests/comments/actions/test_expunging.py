"""A judge's order reaches what readers wrote: their words, reports of them, mails."""

from articles.actions import expunging
from articles.workflow import Refused
from comments.actions import reporting
from comments.actions.reporting import Notice
from comments.models import Comment, Report
from newsroom.pagecache.models import Purge
from newsroom.worker.models import Mail
from tests.comments.base import CAFE, CommentsTestCase
from tests.kept import KeptPages

PASSAGE = "Jean Dupont a volé la caisse"
ORDER = "TJ de Paris, 12 mars 2026, n° 26/01234"


class ExpungeTests(CommentsTestCase):
    def setUp(self) -> None:
        super().setUp()
        self.row = self.post(f"Enfin ! {PASSAGE.upper()}, tout le monde le sait.")
        self.other = self.post("Rien à voir.", "Léa", client=CAFE)
        notice = Notice("insult", f"Il écrit que {PASSAGE}.", "Ana", "ana@example.org", in_good_faith=True)
        reporting.report(self.row, notice, client=CAFE)
        self.decide(self.row, "approve")

    def test_it_is_found_first_and_nothing_changes(self) -> None:
        found = {trace.where: trace.count for trace in expunging.find_passage(self.article, PASSAGE)}
        self.assertEqual(found, {"commentaires": 1, "un signalement d’un commentaire": 1})
        self.assertIn(PASSAGE.upper(), Comment.objects.get(pk=self.row.pk).text)

    def test_it_goes_from_the_thread_reports_and_mails(self) -> None:
        Purge.objects.all().delete()
        expunging.expunge_passage(self.article, PASSAGE, by=self.thomas, order=ORDER)
        self.row.refresh_from_db()
        self.assertNotIn("dupont", f"{self.row.text} {self.row.search_key}".lower())
        self.assertIn("tout le monde le sait", self.row.text)
        self.assertEqual((self.row.version, self.count()), (3, 2))
        self.assertNotIn("Dupont", Report.objects.get().text)
        self.assertFalse(Mail.objects.filter(body__icontains="dupont").exists())
        self.assertIn(f"comments:{self.article.pk}", Purge.objects.values_list("tag", flat=True))
        self.assertNotContains(self.read(self.article.path), "DUPONT")

    def test_it_goes_from_a_page_that_is_kept(self) -> None:
        kept = KeptPages()
        self.assertIn("DUPONT", kept.ask(self.article.path).body.decode())
        expunging.expunge_passage(self.article, PASSAGE, by=self.thomas, order=ORDER)
        kept.tell()
        self.assertNotIn("DUPONT", kept.ask(self.article.path).body.decode())

    def test_a_passage_that_is_nowhere_is_refused(self) -> None:
        with self.assertRaises(Refused):
            expunging.expunge_passage(self.article, "Personne n’a écrit ceci", by=self.thomas, order=ORDER)
        self.assertEqual(Comment.objects.get(pk=self.other.pk).version, 1)
