"""What lists, articles and the desk cost at 2,000 and at 100,000 articles: `make bench`.

Times are medians of one run on one machine; what is compared is the ratio of the two sizes, which should stay near 1.
Rows are inserted in bulk, as the actions would leave them.
"""

import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from typing import Any

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ["NEWSROOM_VAR"] = tempfile.mkdtemp(prefix="newsroom-bench-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone
from rich.console import Console
from rich.progress import track
from rich.table import Table

from articles.actions import fronts
from articles.models import (
    Address,
    Article,
    Author,
    Byline,
    CardStrip,
    Edition,
    Placement,
    Revision,
    Section,
    Tag,
    TaggedArticle,
)
from articles.presentation.links import IDS_PER_SITEMAP, sitemap_url
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from tests.factories import make_author, make_section, make_tags

SIZES = (2_000, 100_000)
BATCH = 1_000
ROUNDS = 15
TARGET = 3.0  # a page may not cost more than this many times at 100,000 what it costs at 2,000


def fill(
    kg: Publication, sections: list[Section], tags: list[Tag], authors: list[Author], start: int, stop: int
) -> None:
    """Articles `start` to `stop`, one a quarter of an hour, each with three tags; two tags stand on most of them."""
    begin = timezone.now() - dt.timedelta(minutes=15 * 110_000)
    for low in range(start, stop, BATCH):
        numbers = range(low, min(low + BATCH, stop))
        times = {n: begin + dt.timedelta(minutes=15 * n) for n in numbers}
        articles = Article.objects.bulk_create(
            Article(
                publication=kg, desk_headline=f"Histoire {n}", desk_headline_key=f"histoire {n}",
                desk_section=sections[n % len(sections)], stage="published",
                desk_first_author=authors[n % len(authors)], saved_at=times[n],
            )
            for n in numbers
        )  # fmt: skip
        revisions = Revision.objects.bulk_create(
            Revision(
                article=article, number=1, headline=article.desk_headline,
                standfirst="Un chapô d’une longueur ordinaire.",
                body="<p>" + "Un paragraphe de texte. " * 40 + "</p>", section=article.desk_section,
                slug=f"histoire-{n}",
                tag_ids=[tags[0].pk, tags[1].pk, tags[n % len(tags)].pk], created_at=times[n],
            )
            for n, article in zip(numbers, articles, strict=True)
        )  # fmt: skip
        addresses, placements, links, lines, editions = [], [], [], [], []
        for n, article, revision in zip(numbers, articles, revisions, strict=True):
            listed = {"publication": kg, "published_at": times[n]}
            article.live, article.live_kind, article.published_at = revision, "news", times[n]
            article.path = f"/{article.desk_section.slug}/histoire-{n}/"
            addresses.append(Address(publication=kg, path=article.path, article=article, canonical=True))
            placements.append(Placement(article=article, kind="news", section=article.desk_section, **listed))
            editions.append(
                Edition(article=article, revision=revision, change="correction" if n % 50 == 0 else "", **listed)
            )
            lines.append(Byline(article=article, author=article.desk_first_author, **listed))
            links += [
                TaggedArticle(content_object=article, tag=tag, **listed)
                for tag in dict.fromkeys((tags[0], tags[1], tags[n % len(tags)]))
            ]
        Article.objects.bulk_update(articles, ["live", "live_kind", "published_at", "path"], batch_size=200)
        for model, rows in (
            (Address, addresses), (Placement, placements), (TaggedArticle, links), (Byline, lines), (Edition, editions),
        ):  # fmt: skip
            model.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":  # what the filling left in the log would be read through by every page
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def sister_of(kg: Publication, tags: list[Tag]) -> Publication:
    """A site whose front page is made of another's articles: all of them mixed in, and five strips of them."""
    ia = Publication.objects.create(name="iPhoneAddict", domain="iphoneaddict.localhost", position=2)
    fronts.subscribe(ia, kg, by=SYSTEM)
    sources: list[dict[str, object]] = [
        {}, {"section_ids": [kg.sections.all()[0].pk]}, {"tag_ids": [tags[0].pk]}, {"tag_ids": [tags[77].pk]},
        {"tag_ids": [tags[5].pk, tags[6].pk], "section_ids": [kg.sections.all()[1].pk]},
    ]  # fmt: skip
    for n, source in enumerate(sources):
        fronts.save_strip(
            CardStrip(publication=ia, title=f"Bande {n}", source_publication=kg, is_live=True, **source), by=SYSTEM
        )
    return ia


def measure(kg: Publication, ia: Publication, alix: object) -> dict[str, float]:
    """Median milliseconds of each page."""
    reader, desk = Client(headers={"host": kg.domain}), Client(headers={"host": "localhost"})
    sister = Client(headers={"host": ia.domain})
    desk.force_login(alix)
    newest = Article.objects.filter(live__isnull=False).order_by("-published_at")[1]
    middle = Article.objects.order_by("pk")[Article.objects.count() // 2]
    cursor = f"{middle.published_at:%Y%m%dT%H%M%S}.{middle.published_at.microsecond:06d}-{middle.pk}"
    desk_list = "/admin/articles/article/"
    fifty = {
        "action": "withdraw",
        "_selected_action": list(Article.objects.order_by("-pk").values_list("pk", flat=True)[:50]),
    }
    pages: dict[str, tuple[Any, ...]] = {
        "front page": (reader, "/"),
        "front page, deep cursor": (reader, f"/?after={cursor}"),
        "a sister's, with five strips": (sister, "/"),
        "a sister's, deep cursor": (sister, f"/?after={cursor}"),
        "feed": (reader, "/feed/"),
        "map of articles": (reader, sitemap_url(newest.pk // IDS_PER_SITEMAP)),
        "map of lists": (reader, "/sitemap-lists.xml"),
        "index of maps (linear, by nature)": (reader, "/sitemap.xml"),
        "section": (reader, "/section-1/"),
        "tag of every article": (reader, f"/tag/{Tag.objects.order_by('pk')[0].slug}/"),
        "author": (reader, "/auteur/auteur-1/"),
        "month": (reader, f"/archives/{newest.published_at:%Y/%m}/"),
        "article": (reader, newest.path),
        "corrections": (reader, "/rectificatifs/"),
        "desk: list": (desk, desk_list),
        "desk: live": (desk, f"{desk_list}?state=live"),
        "desk: drafts": (desk, f"{desk_list}?state=draft"),
        "desk: withdrawn": (desk, f"{desk_list}?state=withdrawn"),
        "desk: section": (desk, f"{desk_list}?section={newest.desk_section_id}"),
        "desk: byline": (desk, f"{desk_list}?author={newest.desk_first_author_id}"),
        "desk: front page": (desk, "/admin/"),
        "desk: calendar": (desk, f"{desk_list}calendar/?month={newest.published_at:%Y-%m}"),
        "desk: top articles": (desk, "/admin/articles/frontpageslot/"),
        "desk: an article": (desk, f"{desk_list}{newest.pk}/change/"),
        "desk: what a step would do to fifty articles": (desk, desk_list, fifty),
        "desk: search (linear, by nature)": (desk, f"{desk_list}?q=histoire+77"),
    }
    return {name: statistics.median(_times(*page)) for name, page in pages.items()}


def _times(client: Client, path: str, posted: dict[str, object] | None = None) -> Iterator[float]:
    def ask() -> HttpResponse:
        return client.get(path) if posted is None else client.post(path, posted)

    ask()
    for _ in range(ROUNDS):
        start = time.perf_counter()
        answer = ask()
        yield (time.perf_counter() - start) * 1000
        assert answer.status_code == 200, (path, answer.status_code)


def main() -> int:
    call_command("migrate", verbosity=0)
    kg = Publication.objects.create(name="KultureGeek", domain="kulturegeek.localhost")
    alix = get_user_model().objects.create_superuser("alix", "alix@example.org", "x")
    sections = [make_section(kg, f"Section {n}", f"section-{n}") for n in range(1, 9)]
    tags = list(make_tags(*(f"Sujet {n}" for n in range(200))))
    authors = [make_author(f"Auteur {n}") for n in range(1, 11)]
    ia = sister_of(kg, tags)
    results, done = [], 0
    for size in SIZES:
        steps = range(done, size, 10 * BATCH)
        for start in track(steps, description=f"filling to {size:,}", console=Console(stderr=True)):
            fill(kg, sections, tags, authors, start, min(start + 10 * BATCH, size))
        done = size
        results.append(measure(kg, ia, alix))
    table = Table("page", *(f"{size:,} articles (ms)" for size in SIZES), "ratio")
    worst = 0.0
    for name in results[0]:
        ratio = results[1][name] / results[0][name]
        if "linear" not in name:
            worst = max(worst, ratio)
        table.add_row(name, *(f"{result[name]:.1f}" for result in results), f"{ratio:.2f}")
    Console().print(table)
    return int(worst > TARGET)


if __name__ == "__main__":
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        LOGGING_CONFIG=None,
    ):
        sys.exit(main())
