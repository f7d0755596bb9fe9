"""Newsroom's site of the comparison: filled by its own actions, and measured in one thread of one process.

python -m tests.bench.peers.ours fill     # into NEWSROOM_VAR, where the database and the static files go
python -m tests.bench.peers.ours          # measures: a JSON request a line on standard input, an answer a line
"""

import logging
import os
import sys
from io import BytesIO

os.environ.setdefault("NEWSROOM_DEMO", "1")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")

from newsroom.asgi import application  # isort: skip (sets Django up, which the next ones need)

from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from rich.console import Console
from rich.progress import track

from articles.actions import fronts, images
from articles.models import Article, Author, CardStrip, Image, Section, Tag
from articles.models.card_strip import StripArea
from comments.models import Comment, CommentSettings
from comments.policy import settings_of
from comments.states import Status
from newsroom.keys import ring
from newsroom.pagecache.entries import Entry
from newsroom.pagecache.serving import Pages
from newsroom.pagecache.store import Key
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM
from newsroom.server.wsgi import Answer, Environ, Scope, call, environ_of
from tests.bench.peers import content
from tests.bench.peers.measuring import Timed, answer_requests
from tests.factories import image_file, make_article, make_author, make_section, make_tags

BATCH = 250
# Parts that are rows which rarely change.
HELD = ("hosts", "sections", "links_to_pages", "sisters", "site_settings", "strips_of", "tag_named", "author_named")


def fill() -> None:
    """Fill the database of the settings. Every row is as the actions leave it."""
    logging.disable(logging.INFO)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    ring.make_first_keys()
    (name, domain), (sister_name, sister_domain) = content.SITE, content.SISTER
    kg = Publication.objects.create(
        name=name, domain=domain, position=1, tagline=content.TAGLINE, description=content.DESCRIPTION
    )
    ia = Publication.objects.create(name=sister_name, domain=sister_domain, position=2)
    pictures = [
        images.add(
            image_file(content.IMAGE_SIZE), by=SYSTEM, label=f"photo-{n}", alt=f"Un atelier, vu de la table {n}",
            caption="Une manette et deux boutons : l’un tient la lampe, l’autre la clé.", credit="Studio KultureGeek",
        )
        for n in range(content.IMAGES)
    ]  # fmt: skip
    authors = [make_author(f"Auteur {n}", portrait=pictures[n]) for n in range(content.AUTHORS)]
    tags = make_tags(*(f"Sujet {n}" for n in range(content.TAGS)))
    for site, number in ((ia, content.OF_THE_SISTER), (kg, content.ARTICLES)):
        sections = [make_section(site, f"Rubrique {n}", f"rubrique-{n}") for n in range(content.SECTIONS)]
        _write(site, number, sections, tags, authors, pictures)
    strip = CardStrip(
        publication=kg, title=f"Sur {ia.name}", area=StripArea.AFTER, source_publication=ia, count=content.STRIP,
        is_live=True,
    )  # fmt: skip
    fronts.save_strip(strip, by=SYSTEM)
    for title in content.FOOTER:
        make_article(kg, title, kind="page", at=content.published_at(0))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        if connection.vendor == "sqlite":  # what the filling left in the log would be read through by every page
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _write(
    site: Publication, number: int, sections: list[Section], tags: tuple[Tag, ...], authors: list[Author],
    pictures: list[Image],
) -> None:  # fmt: skip
    numbers = list(range(number))
    settings = settings_of(site)
    batches = [numbers[low : low + BATCH] for low in range(0, number, BATCH)]
    for batch in track(batches, description=f"{number:,} articles of {site.name}", console=Console(stderr=True)):
        with transaction.atomic():
            for n in batch:
                article = make_article(
                    site, content.headline(n), at=content.published_at(n, number), slug=content.slug(n),
                    standfirst=content.standfirst(n), body=content.body(n), section=sections[n % len(sections)],
                    tags=tuple(tags[tag] for tag in content.tags(n)), authors=(authors[n % len(authors)],),
                    lead_image=pictures[n % len(pictures)],
                )  # fmt: skip
                _comment(article, n, settings)


def _comment(article: Article, number: int, settings: CommentSettings) -> None:
    """Comments as they would have been posted and let through."""
    assert article.published_at is not None
    rows: list[Comment] = []
    for n in range(content.COMMENTS):
        row = Comment(
            publication=article.publication, article=article, pseudonym=content.reader(number, n),
            status=Status.APPROVED, reviewed=True, posted_at=content.posted_at(article.published_at, n),
        )  # fmt: skip
        row.set_text(content.comment(number, n))
        answered = content.answered(n)
        row.set_position(None if answered is None else rows[answered], settings.depth)
        rows.append(row)
    Comment.objects.bulk_create(row for row in rows if row.parent is None)
    Comment.objects.bulk_create(row for row in rows if row.parent is not None)
    Article.objects.filter(pk=article.pk).update(comment_count=len(rows))


# -- measured ----------------------------------------------------------------------------------------------------------


def forget_page(pages: Pages, key: Key) -> None:
    """What an article was published or changed leaves: its own page is not there, what the site's pages share is."""
    for stored in (key, ("own", *key)):
        pages.cache.store.slots.pop(stored, None)


def forget_parts(pages: Pages) -> None:
    """No page, and nothing that pages share but rows that rarely change: sites, sections, settings, names."""
    slots = pages.cache.store.slots
    for key in [key for key in slots if getattr(key[0], "name", "") not in HELD]:
        del slots[key]


def forget_everything(pages: Pages) -> None:
    """What a process that was just started has: nothing at all."""
    pages.cache.store.clear()


class Ours:
    """The cases of Newsroom: an article's page with its own HTML forgotten, with all parts, with all; with no cache."""

    def __init__(self, pages: Pages):
        self.pages = pages
        self.paths = [content.path(n) for n in content.measured()]
        self.cases = {
            "page": self.page, "parts": self.parts, "everything": self.everything, "off": self.off,
            "compression": self.compress,
        }  # fmt: skip

    def page(self, path: str) -> Timed:
        scope, key = self._scope(path)
        self._rendered(key, scope)  # its parts are there
        forget_page(self.pages, key)
        return lambda: self._rendered(key, scope)

    def parts(self, path: str) -> Timed:
        scope, key = self._scope(path)
        self._rendered(key, scope)
        forget_parts(self.pages)
        return lambda: self._rendered(key, scope)

    def everything(self, path: str) -> Timed:
        scope, key = self._scope(path)
        forget_everything(self.pages)
        return lambda: self._rendered(key, scope)

    def off(self, path: str) -> Timed:
        scope, _key = self._scope(path)
        return lambda: self._render(environ_of(scope, BytesIO(), 0)).body

    def compress(self, path: str) -> Timed:
        """Only what storing a page adds to rendering it: its compression, its digest."""
        scope, key = self._scope(path)
        entry = self.pages.made(key, scope, self._render)
        assert isinstance(entry, Entry)
        body = entry.body
        return lambda: Entry.of(200, entry.headers, body).answer(b"gzip, br", b"", b"")[2]

    def queries(self, case: str, path: str) -> int:
        ask = self.cases[case](path)
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len([query for query in captured if "PRAGMA" not in query["sql"]])

    def _scope(self, path: str) -> tuple[Scope, Key]:
        scope: Scope = {
            "type": "http", "method": "GET", "scheme": "http", "http_version": "1.1", "path": path,
            "raw_path": path.encode(), "query_string": b"", "client": ("127.0.0.1", 40_000),
            "server": ("127.0.0.1", 8000),
            "headers": [(b"host", content.SITE[1].encode()), (b"accept-encoding", b"gzip, br")],
        }  # fmt: skip
        key = self.pages.key_of(scope)
        assert key is not None
        return scope, key

    def _rendered(self, key: Key, scope: Scope) -> bytes:
        made = self.pages.made(key, scope, self._render)
        assert isinstance(made, Entry), made
        assert made.status == 200, made.status
        return self.pages.answer(made, scope).body

    @staticmethod
    def _render(environ: Environ) -> Answer:
        answer = call(application.application, environ)
        assert answer.status == 200, answer.status
        return answer


if __name__ == "__main__":
    if sys.argv[1:] == ["fill"]:
        fill()
    else:
        logging.disable(logging.INFO)
        assert application.pages is not None
        answer_requests(Ours(application.pages))
