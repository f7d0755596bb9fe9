"""What SQLite chooses indexes by."""

from unittest import skipUnless

from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from articles.models import Article
from newsroom.publications.models import Publication
from newsroom.worker import jobs
from newsroom.worker.statistics import refresh_statistics
from tests.base import NewsroomTestCase


class StatisticsTests(NewsroomTestCase):
    @skipUnless(connection.vendor == "sqlite", "PostgreSQL keeps its own")
    def test_a_large_site_is_read_by_the_index_that_has_the_order(self) -> None:
        call_command("make_corpus", articles=300, verbosity=0)
        site = Publication.objects.get(name="Corpus")
        latest = Article.objects.live(timezone.now()).filter(publication=site).order_by("-saved_at", "-id")[:50]
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_stat1")
            cursor.execute("ANALYZE sqlite_schema")  # has the statistics read again, of which there are none
            self.assertIn("TEMP B-TREE", latest.explain())
            refresh_statistics()
        self.assertNotIn("TEMP B-TREE", latest.explain())

    def test_it_is_a_job_of_the_worker_and_harms_no_database(self) -> None:
        self.assertIn(jobs.refresh_statistics, [job.task for job in jobs.JOBS])
        jobs.refresh_statistics.func()
        self.assertTrue(Publication.objects.exists())
