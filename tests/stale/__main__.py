"""Edits a site at random while a real server gives its pages, and compares what readers get with what is true.

    python -m tests.stale 200 --seed 7      # 200 edits, on the database of the settings

After each edit every page is asked for as a reader does, and as one whom no cache answers (a request with an
Authorization header is Django's own). The two must be equal. Writes a report as JSON.
"""

import argparse
import http.client
import json
import os
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.db import connection
from django.test.utils import override_settings
from django.utils import timezone

from articles.models import Article, Author, Tag
from newsroom.keys import ring
from newsroom.publications.models import Publication
from tests.factories import make_article, make_author, make_image, make_section, make_tags
from tests.killing.database import OwnDatabase
from tests.living.processes import Reader, free_port, running, wait_until
from tests.stale.edits import Editor

OF_EVERY_SITE = (
    "/", "/feed/", "/feed/json/", "/sitemap.xml", "/sitemap-news.xml", "/sitemap-lists.xml", "/rectificatifs/",
    "/robots.txt", "/archives/",
)  # fmt: skip
SETTLED_SECONDS = 0.12  # what PostgreSQL's readers may be late by


def site() -> tuple[Publication, Publication]:
    """Two publications with sections, authors, tags, images and a few articles."""
    ring.make_first_keys()
    kg = Publication.objects.create(name="KultureGeek", domain="kulturegeek.localhost", position=1)
    ia = Publication.objects.create(name="iPhoneAddict", domain="iphoneaddict.localhost", position=2)
    for publication, names in ((kg, ("Jeux", "Science")), (ia, ("Mac",))):
        for name in names:
            make_section(publication, name, name.lower())
    tags, authors = make_tags(*(f"Sujet {n}" for n in range(6))), [make_author(f"Auteur {n}") for n in range(3)]
    for n in range(12):
        publication = ia if n % 4 == 0 else kg
        make_article(publication, f"Titre {n}", tags=tags[n % 3 : n % 3 + 3], authors=(authors[n % 3],),
                     lead_image=make_image(alt=f"Image {n}"))  # fmt: skip
    return kg, ia


def pages(kg: Publication, ia: Publication) -> list[tuple[str, str]]:
    """Every kind of page, as (host, path), of what there is now."""
    found = []
    for publication in (kg, ia):
        host = publication.domain
        found += [(host, path) for path in OF_EVERY_SITE]
        found += [(host, section.path) for section in publication.sections.all()]
        articles = Article.objects.filter(publication=publication).exclude(path="").order_by("-pk")[:5]
        found += [(host, article.path) for article in articles]
        found += [(host, f"/c/article/{article.pk}/") for article in articles[:2]]
    found += [(kg.domain, f"/tag/{tag.slug}/") for tag in Tag.objects.order_by("-pk")[:2]]
    found += [(kg.domain, f"/auteur/{author.slug}/") for author in Author.objects.order_by("pk")[:1]]
    return found


class Comparison:
    """What readers got: `reads`, `hits`, and `stale`, the pages that were not what was true."""

    def __init__(self, port: int):
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        self.port, self.reads, self.hits, self.stale = port, 0, 0, list[dict[str, str]]()

    def read(self, host: str, path: str, **headers: str) -> tuple[int, str, str]:
        self.line.request("GET", path, headers={"Host": f"{host}:{self.port}", **headers})
        answer = self.line.getresponse()
        return answer.status, answer.read().decode(), answer.headers.get("X-Page", "")

    def compare(self, after: str, host: str, path: str) -> None:
        status, body, how = self.read(host, path)
        true_status, true_body, _how = self.read(host, path, Authorization="none")
        self.reads += 1
        self.hits += how == "hit"
        if (status, body) != (true_status, true_body):
            # A change that became due between the two: the reader's next look must be right.
            again = self.read(host, path)
            if (again[0], again[1]) == self.read(host, path, Authorization="none")[:2]:
                return
            self.stale.append({"after": after, "page": host + path, "how": how, **_difference(body, true_body)})


def _difference(body: str, true_body: str) -> dict[str, str]:
    for mine, true in zip(re.split("(?=<)", body), re.split("(?=<)", true_body), strict=False):
        if mine != true:
            return {"given": mine[:200], "true": true[:200]}
    return {"given": body[-80:], "true": true_body[-80:]}


def report(database: str, edits: int, seed: int, in_silence: int) -> dict[str, Any]:
    kg, ia = site()
    connection.close()
    port, done = free_port(), dict[str, int]()
    with running(database, "serve", "--port", str(port), NEWSROOM_PORT=str(port)):
        wait_until(lambda: Reader(port, kg.domain).read("/healthz")[0] == 200, 90, "a server that answers")
        comparison, editor, begun = Comparison(port), Editor(kg, ia, seed), time.monotonic()
        for host, path in pages(kg, ia):
            comparison.compare("nothing", host, path)
        heard = 0  # how many pages were stale while purges were written
        for n in range(edits + in_silence):
            name = editor.run(in_silence=n >= edits)
            done[name] = done.get(name, 0) + 1
            if connection.vendor == "postgresql":
                time.sleep(SETTLED_SECONDS)
            for host, path in pages(kg, ia):
                comparison.compare(name, host, path)
            if n < edits:
                heard = len(comparison.stale)
            connection.close()
        comparison.line.close()
    return {
        "engine": connection.vendor, "edits": edits, "kinds": done, "reads": comparison.reads, "hits": comparison.hits,
        "stale": comparison.stale[:heard], "stale in silence": comparison.stale[heard:],
        "seconds": round(time.monotonic() - begun, 1), "at": str(timezone.now()),
    }  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("edits", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--in-silence",
        type=int,
        default=0,
        metavar="N",
        help="then N edits without purges: what is stale must be found",
    )
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="newsroom-stale-") as name:
        os.environ["NEWSROOM_VAR"] = name
        with (
            override_settings(
                MEDIA_ROOT=Path(name) / "media",
                STORAGES={
                    "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
                    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
                },
            ),
            OwnDatabase(Path(name)) as database,
        ):
            found = report(database.url, asked.edits, asked.seed, asked.in_silence)
    json.dump(found, sys.stdout, indent=1, ensure_ascii=False)
    return 0 if not found["stale"] else 1


if __name__ == "__main__":
    sys.exit(main())
