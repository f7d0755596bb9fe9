"""A site of one size, measured: a process of `python -m tests.bench`, which asks it for one thing at a time.

It fills its database, prints the names of what it can measure as a line of JSON, and then answers each name that it
reads with the milliseconds that it took.
"""

import gc
import json
import logging
import os
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from articles.actions import editing, fronts, publishing
from articles.content import Content
from articles.demo import corpus
from articles.demo.corpus import Corpus
from articles.demo.vocabulary import vocabulary
from articles.models import Article, Byline, CardStrip, Edition, Placement, TaggedArticle
from articles.presentation.links import sitemap_block, sitemap_url
from articles.views import search
from articles.workflow import Stage
from comments.actions import posting
from comments.actions.posting import NewComment
from newsroom.lib.client import Client as Sender
from newsroom.lib.keyset import Cursor
from newsroom.pagecache.cache import PageCache
from newsroom.pagecache.outbox import outbox
from newsroom.pagecache.requests import CACHE_KEY
from newsroom.pagecache.store import Store
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from newsroom.worker.statistics import refresh_statistics
from tests.base import sign_in
from tests.factories import publish

Measured = dict[str, Callable[[], Callable[[], Any]]]  # by name: what is prepared, and returns what is timed
IN_WORK = 30  # drafts, and so many withdrawn articles
DESK_LIST = "/admin/articles/article/"
STATES = (
    "draft", "mine", "in_review", "changes_requested", "approved", "unreviewed", "live", "scheduled", "ahead",
    "changes", "assigned", "late", "withdrawn",
)  # fmt: skip
_numbers = count(time.time_ns() // 1_000_000_000)  # others than of a former run on databases that were kept


def fill(size: int) -> tuple[Corpus, Publication, Any]:
    """Make a site of that size, its sister and the person at the desk, unless they are there."""
    call_command("migrate", verbosity=0)
    call_command("make_corpus", articles=size, comments=size, stdout=sys.stderr)
    refresh_statistics()  # as the worker does every day
    made = Corpus.of(Publication.objects.get(domain=corpus.DOMAIN))
    sister = Publication.objects.filter(domain="sister.localhost").first() or sister_of(made)
    users = get_user_model().objects
    alix = users.filter(username="alix").first() or users.create_superuser("alix", "alix@example.org", "x")
    if not Article.objects.filter(stage=Stage.DRAFT).exists():
        add_work(made)
    return made, sister, alix


def sister_of(made: Corpus) -> Publication:
    """A site whose front page is made of another's articles: all of them mixed in, and five strips of them."""
    sister = Publication.objects.create(name="Sœur", domain="sister.localhost", position=9)
    fronts.subscribe(sister, made.publication, by=SYSTEM)
    first, second = (section.pk for section in made.sections[:2])
    tags = [tag.pk for tag in made.tags]
    sources: list[dict[str, object]] = [
        {}, {"section_ids": [first]}, {"tag_ids": tags[:1]}, {"tag_ids": [tags[77]]},
        {"tag_ids": tags[5:7], "section_ids": [second]},
    ]  # fmt: skip
    for n, source in enumerate(sources):
        strip = CardStrip(
            publication=sister, title=f"Bande {n}", source_publication=made.publication, is_live=True, **source
        )
        fronts.save_strip(strip, by=SYSTEM)
    return sister


def add_work(made: Corpus) -> None:
    """Drafts, and withdrawn articles: few among many, as at any desk."""
    for n in range(IN_WORK):
        editing.create(made.publication, replace(made.content(n), headline=f"Un brouillon {n}", slug=""), by=SYSTEM)
    for article in made.publication.articles.filter(live__isnull=False).order_by("pk")[100 : 100 + IN_WORK]:
        publishing.withdraw(article, by=SYSTEM, notice="Il était faux.")


def cursor_at(rows: QuerySet[Any], tie: str, place: float) -> str:
    """Return the cursor of a page in a list: 0.5 is its middle, 1.0 its last page."""
    rows = rows.order_by("published_at", tie)
    number = rows.count()
    row = rows[min(10, number - 1) if place == 1 else int(number * place)]
    return str(Cursor(row.published_at, getattr(row, f"{tie}_id")))


def pages_of_lists(made: Corpus, sister: Publication) -> dict[str, tuple[str, str]]:
    """First, middle and last page of every list of readers, by name: the host and the path of each."""
    site, (section, *_sections), (tag, *_tags) = made.publication, made.sections, made.tags
    placements = Placement.objects.filter(publication=site)
    newest = placements.latest("published_at").published_at.astimezone(site.zone)
    month = placements.filter(published_at__gte=newest.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
    lists: dict[str, tuple[Publication, str, QuerySet[Any], str]] = {
        "front page": (site, "/", placements, "article"),
        "a sister's, five strips": (sister, "/", placements, "article"),
        "section": (site, section.path, placements.filter(section=section), "article"),
        "tag of half": (site, f"/tag/{tag.slug}/", TaggedArticle.objects.filter(tag=tag), "content_object"),
        "author": (site, "/auteur/auteur-1/", Byline.objects.filter(author=made.authors[0]), "article"),
        "month": (site, f"/archives/{newest:%Y/%m}/", month, "article"),
        "corrections": (site, "/rectificatifs/", Edition.objects.filter(change="correction"), "article"),
    }
    found = {}
    for name, (publication, path, rows, tie) in lists.items():
        found[name] = (publication.domain, path)
        for where, place in (("middle", 0.5), ("last", 1.0)):
            found[f"{name}, {where} page"] = (publication.domain, f"{path}?after={cursor_at(rows, tie, place)}")
    return found


def pages_of_readers(made: Corpus) -> dict[str, str]:
    """The other pages of readers, by name."""
    site, tag = made.publication, made.tags[0]
    live = site.articles.live(timezone.now()).order_by("published_at")
    newest, middle, oldest = live.reverse()[1], live[live.count() // 2], live[1]
    thread = middle.comments.order_by("pk")[0]
    return {
        "article, newest": newest.path,
        "article, middle": middle.path,
        "article, oldest": oldest.path,
        "an old address": f"{middle.path.rstrip('/')}.html",
        "a comment": thread.permalink,
        "feed": "/feed/",
        "feed of a section": f"{made.sections[0].path}feed/",
        "feed of the tag of half": f"/tag/{tag.slug}/feed/atom/",
        "index of maps": "/sitemap.xml",
        "map of articles": sitemap_url(sitemap_block(middle.pk)),
        "map of lists": "/sitemap-lists.xml",
        "map of news": "/sitemap-news.xml",
        "archives": "/archives/",
    }


def searches(made: Corpus) -> dict[str, str]:
    """Searches of readers, by name: words by how common they are (the nth is 1/n as frequent as the first)."""
    words = vocabulary()
    typed = {
        "the commonest word": words[0],
        "the 40th word": words[40],
        "the 1,000th word": words[1_000],
        "the 10,000th word": words[10_000],
        "two common words": f"{words[40]} {words[60]}",
        "a common and a rare word": f"{words[40]} {words[10_000]}",
        "a phrase of common words": f'"{words[0]} {words[1]}"',
        "without a common word": f"{words[1_000]} -{words[40]}",
        "a word of all headlines": "histoire",
        "the beginning of a word": "hist",
        "misspelt": "hsitoire",
        "none": "introuvable",
        "twenty words": " ".join(words[30:50]),
    }
    found = {f"search: {name}": f"/recherche/?{urlencode({'q': text})}" for name, text in typed.items()}
    common = urlencode({"q": words[40], "section": made.sections[0].slug, "tag": made.tags[7].slug})
    found["search: a common word, section and tag"] = f"/recherche/?{common}"
    found["search: a common word, the newest first"] = f"/recherche/?{urlencode({'q': words[40], 'sort': 'date'})}"
    found["search: suggestions"] = f"/recherche/suggestions/?{urlencode({'q': 'hist'})}"
    return found


def pages_of_the_desk(made: Corpus) -> dict[str, str]:
    """Pages of the desk, by name."""
    live = made.publication.articles.live(timezone.now()).order_by("published_at")
    middle = live[live.count() // 2]
    newest = live.reverse()[1]
    assert newest.published_at is not None
    filters = {
        "section": f"section={made.sections[0].pk}",
        "byline": f"author={made.authors[0].pk}",
        "section and byline": f"section={made.sections[0].pk}&author={made.authors[0].pk}",
        "kind of all": "desk_kind__exact=news",
        "kind of none": "desk_kind__exact=review",
        "published lately": "published=30",
        "tag of half": f"tag={quote(made.tags[0].name)}",
        # As many rows are shown at each size, else what is compared is how long they take to render.
        "search, all match": "q=histoire",
        "search, two words of many": "q=un+casque",
        "search, a draft among all": "q=brouillon+7",
        "search, none matches": "q=introuvable",
        "search, the commonest word of bodies": f"q={vocabulary()[0]}",
        "search, the commonest word and a section": f"q={vocabulary()[0]}&section={made.sections[0].pk}",
        "search, a rare word of bodies": f"q={quote(vocabulary()[10_000])}",
    }
    of_comments = "/admin/comments/comment/"
    return {
        "desk: front page": "/admin/",
        "desk: list": DESK_LIST,
        "desk: list, page 20": f"{DESK_LIST}?p=20",
        **{f"desk: {state}": f"{DESK_LIST}?state={state}" for state in STATES},
        **{f"desk: {name}": f"{DESK_LIST}?{query}" for name, query in filters.items()},
        "desk: calendar": f"{DESK_LIST}calendar/?month={newest.published_at:%Y-%m}",
        "desk: an article": f"{DESK_LIST}{middle.pk}/change/",
        "desk: its history": f"{DESK_LIST}{middle.pk}/history/",
        "desk: its revisions": f"{DESK_LIST}{middle.pk}/revisions/",
        "desk: its preview": f"{DESK_LIST}{middle.pk}/preview/",
        "desk: top articles": "/admin/articles/frontpageslot/",
        "desk: tags": "/admin/articles/tag/",
        "desk: names of tags": "/admin/articles/tag/complete/?q=sujet",
        "desk: a tag": f"/admin/articles/tag/{made.tags[0].pk}/change/",
        "desk: bylines": "/admin/articles/author/",
        "desk: comments": of_comments,
        "desk: approved comments": f"{of_comments}?tab=approved",
        "desk: comments of an article": f"{of_comments}?article={middle.pk}",
        "desk: a comment": f"{of_comments}{middle.comments.order_by('pk')[0].pk}/change/",
    }


def changes(made: Corpus, alix: Any) -> Measured:
    """What people do, by name."""
    site = made.publication
    ids = [*site.articles.live(timezone.now()).order_by("pk").values_list("pk", flat=True)]
    middle = Article.objects.get(pk=ids[len(ids) // 2])

    def draft() -> Article:
        content = replace(made.content(0), headline=f"Une nouvelle, mesure {next(_numbers)}", slug="")
        return editing.create(site, content, by=alix)

    def saving() -> Callable[[], Any]:
        article = draft()
        content = replace(Content.of(article.working), standfirst="Un autre chapô.")
        return lambda: editing.save_draft(article, content, by=alix)

    def publishing_one() -> Callable[[], Any]:
        article = draft()
        return lambda: publish(article, by=alix)

    def updating() -> Callable[[], Any]:
        article = Article.objects.get(pk=middle.pk)
        content = replace(Content.of(article.working), standfirst=f"Un chapô, mesure {next(_numbers)}.")
        article = editing.save_draft(article, content, by=alix, change="update")
        return lambda: publish(article, by=alix)

    def withdrawing() -> Callable[[], Any]:
        article = publish(draft(), by=alix)
        return lambda: publishing.withdraw(article, by=alix, notice="Il était faux.")

    def commenting() -> Callable[[], Any]:
        number = next(_numbers)
        article = Article.objects.select_related("publication", "live", "next").get(pk=made_latest(site))
        sender = Sender(f"198.18.{number // 250 % 250}.{number % 250 + 1}", 50_000)
        new = NewComment(f"Un mot de lecteur, mesure {number}.", f"Lectrice {number}", f"m{number}@example.org")
        return lambda: posting.post(article, new, client=sender)

    return {
        "begin an article": lambda: draft,
        "save": saving,
        "publish": publishing_one,
        "publish a change": updating,
        "withdraw": withdrawing,
        "comment": commenting,
    }


def made_latest(site: Publication) -> int:
    """The id of an article that may be commented on."""
    return int(site.articles.live(timezone.now()).order_by("-published_at").values_list("pk", flat=True)[2])


def asking(client: Client, path: str, posted: dict[str, object] | None = None) -> Callable[[], Callable[[], Any]]:
    def ask() -> None:
        answer = client.get(path) if posted is None else client.post(path, posted)
        assert answer.status_code in (200, 301, 302), (path, answer.status_code)

    return lambda: ask


def everything(made: Corpus, sister: Publication, alix: Any) -> Measured:
    """What is measured, by name."""
    desk = Client(headers={"host": "localhost"})
    sign_in(desk, alix)
    readers = {row.domain: Client(headers={"host": row.domain}) for row in (made.publication, sister)}
    measured = {name: asking(readers[host], path) for name, (host, path) in pages_of_lists(made, sister).items()}
    measured |= {name: asking(readers[made.publication.domain], path) for name, path in pages_of_readers(made).items()}
    # What is searched for is no page that is kept, but the parts that pages share are.
    kept: dict[str, Any] = {CACHE_KEY: PageCache(outbox(), Store(settings.PAGE_CACHE_BYTES))}
    searching = Client(headers={"host": made.publication.domain}, **kept)
    measured |= {name: asking(searching, path) for name, path in searches(made).items()}
    measured |= {name: asking(desk, path) for name, path in pages_of_the_desk(made).items()}
    live = made.publication.articles.live(timezone.now()).order_by("-pk")
    fifty = {"action": "withdraw", "_selected_action": list(live.values_list("pk", flat=True)[:50])}
    measured["desk: what a step would do to fifty"] = asking(desk, DESK_LIST, fifty)
    return measured | changes(made, alix)


def processor_seconds() -> float:
    """Seconds that a processor worked for this process, and for its connection in a PostgreSQL of this machine."""
    seconds = time.process_time()
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        schedstat = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")  # Linux, sched-stats.rst
        seconds += int(schedstat.read_text().split()[0]) / 1e9
    return seconds


def say(line: object) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    logging.getLogger("newsroom.actions").setLevel(logging.WARNING)
    search.SEARCHES.of_one = search.SEARCHES.of_all = search.TYPED.of_one = search.TYPED.of_all = sys.maxsize
    measured = everything(*fill(int(sys.argv[1])))
    for prepare in measured.values():
        prepare()()
    gc.collect()
    gc.freeze()  # else a collection of a tenth of a second falls on one page or another
    say(json.dumps(list(measured)))
    clock = processor_seconds if "--processor" in sys.argv else time.perf_counter
    for line in sys.stdin:
        timed = measured[line.strip()]()
        begun = clock()
        timed()
        say((clock() - begun) * 1000)


if __name__ == "__main__":
    with override_settings(
        STORAGES={
            "default": {"BACKEND": "newsroom.storage.WholeFileStorage"},
            "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        },
        LOGGING_CONFIG=None,
    ):
        main()
