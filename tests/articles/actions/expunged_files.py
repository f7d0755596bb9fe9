"""Program that expunges in a SQLite database of its own and reports which of its files still contain the passage.

Run by test_expunging.py: `python -m tests.articles.actions.expunged_files FOLDER`, DATABASE_URL naming a file in it.
"""

import tests.environment  # isort: skip  # noqa: F401 (before any settings are read)

import json
import sys
from dataclasses import replace
from pathlib import Path

import django

django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.db import connection  # noqa: E402

from articles.actions import editing, expunging  # noqa: E402
from articles.actions.taxonomy import save_section  # noqa: E402
from articles.content import Content  # noqa: E402
from articles.models import Article, Expunging, Section  # noqa: E402
from newsroom.publications.models import Membership, Publication, Role  # noqa: E402
from newsroom.publications.permissions import SYSTEM  # noqa: E402
from newsroom.worker.process import WorkerProcess  # noqa: E402
from tests.migrated import copy_migrated  # noqa: E402

SECRET = "Vautrelissime a détourné"
FILLER = "<p>" + "Un paragraphe ordinaire, assez long pour remplir des pages. " * 40 + "</p>"


def occurrences(folder: Path) -> dict[str, int]:
    """Return how often each file of the database contains the passage, its words as an address spells them, or as the
    search indexes them: stemmed, and without the beginning that a word shares with the one before."""
    counts = {}
    for path in sorted(folder.glob("news.sqlite3*")):
        data = path.read_bytes()
        count = data.lower().count(b"relissim")
        if count:
            counts[path.name] = count
    return counts


def main(folder: Path) -> None:
    copy_migrated(folder / "news.sqlite3")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete = OFF")  # some builds zero what they free; none must be relied upon
    site = Publication.objects.create(name="Journal", domain="journal.localhost")
    thomas = get_user_model().objects.create_user("thomas", "thomas@example.org", "x")
    Membership.objects.create(user=thomas, publication=site, role=Role.PUBLISHER)
    section = save_section(Section(publication=site, name="Justice", slug="justice"), by=SYSTEM)
    content = Content(headline=f"{SECRET}, dit-on", body=f"{FILLER}<p>{SECRET}.</p>", section=section)
    article = editing.create(site, content, by=thomas)
    for n in range(30):  # revisions enough for pages to be split, freed and written anew
        body = f"{FILLER * (n % 5)}<p>{SECRET}.</p>{FILLER * (n % 3)}"
        article = editing.save_draft(article, replace(content, body=body, standfirst=f"{SECRET} {n}"), by=thomas)
        editing.create(site, replace(content, headline=f"Autre {n}", body=FILLER * 3), by=thomas)
    before = sum(occurrences(folder).values())
    expunging.expunge_passage(Article.objects.get(pk=article.pk), SECRET, by=thomas, order="TJ, 26/1")
    in_the_request = Expunging.objects.get().finished_at is not None
    WorkerProcess().run_what_is_due()
    finished = Expunging.objects.get().finished_at is not None
    report = {"before": before, "after": occurrences(folder), "in_the_request": in_the_request, "finished": finished}
    print(json.dumps(report))  # noqa: T201


main(Path(sys.argv[1]))
