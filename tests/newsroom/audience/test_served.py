"""A server as an operator starts it: what its readers read is in the database once it has been stopped."""

import http.client
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from unittest import TestCase

import pytest

from tests.living.processes import ROOT, free_port, running, wait_until
from tests.migrated import copy_migrated

pytestmark = pytest.mark.server
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
ONE_ARTICLE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "newsroom.settings"
django.setup()
from newsroom.publications.models import Publication
from tests.factories import make_article, make_section
kg = Publication.objects.create(name="KultureGeek", domain="kulturegeek.localhost", position=1)
print(make_article(kg, "Un casque", section=make_section(kg, "Audio", "audio")).path)
"""


class ServedTests(TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file, self.port = Path(folder.name) / "db.sqlite3", free_port()
        self.own = {
            "NEWSROOM_DEMO": "1", "NEWSROOM_VAR": folder.name, "NEWSROOM_PORT": str(self.port),
            "DATABASE_URL": f"sqlite:///{self.file}",
        }  # fmt: skip
        copy_migrated(self.file)
        made = subprocess.run(
            [sys.executable, "-c", ONE_ARTICLE],
            cwd=ROOT,
            env={**os.environ, **self.own},
            capture_output=True,
            text=True,
        )
        self.assertEqual(made.returncode, 0, made.stderr[-2000:])
        self.path = made.stdout.strip().splitlines()[-1]

    def ask(self, user_agent: str, path: str = "") -> tuple[int, str]:
        """Return the status of a page and how it was made; 0 while nothing answers."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as line:
            try:
                line.request(
                    "GET", path or self.path, headers={"Host": "kulturegeek.localhost", "User-Agent": user_agent}
                )
                answer = line.getresponse()
            except OSError:
                return 0, ""
            return answer.status, answer.headers.get("X-Page", "")

    def written(self) -> int:
        with closing(sqlite3.connect(self.file, timeout=10)) as rows:
            return int(rows.execute("SELECT coalesce(sum(visits), 0) FROM audience_visitcount").fetchone()[0])

    def visits_with(self, pages: str) -> int:
        """Serve a page to four readers and a robot, stop the server, and return what was written by then."""
        with running(
            self.own["DATABASE_URL"], "serve", "--port", str(self.port), **self.own, NEWSROOM_PAGE_CACHE_BYTES=pages
        ) as server:
            wait_until(lambda: self.ask("curl/8.5.0", "/healthz")[0] == 200, 120, "a server that answers")
            for _time in range(4):
                status, self.how = self.ask(FIREFOX)
                self.assertEqual(status, 200)
            self.ask("Googlebot/2.1")
            server.terminate()
            server.wait(20)
        return self.written()

    def test_it_writes_what_was_counted_when_it_is_stopped(self) -> None:
        self.assertEqual(self.visits_with(pages="10000000"), 4)
        self.assertEqual(self.how, "hit")

    def test_it_counts_without_a_page_cache(self) -> None:
        self.assertEqual(self.visits_with(pages="0"), 4)
        self.assertEqual(self.how, "")
