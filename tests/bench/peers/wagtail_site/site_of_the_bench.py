"""The Wagtail site's own process: fills it, or measures it.

python -m wagtail_site.site_of_the_bench fill
python -m wagtail_site.site_of_the_bench         # as tests/bench/peers/ours.py
"""

import io
import logging
import os
import sys
from collections.abc import Callable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "wagtail_site.settings")

from wagtail_site.wsgi import application  # isort: skip (sets Django up, which the next ones need)

import content
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from measuring import Timed, answer_requests
from PIL import Image as Pillow
from taggit.models import Tag
from wagtail.images.models import Image, Rendition
from wagtail.models import Page, Site
from wagtail_site.newspaper.models import (
    SPECS,
    ArticlePage,
    ArticleTag,
    Author,
    Byline,
    Comment,
    FooterPage,
    HomePage,
    SectionPage,
)


def fill() -> None:
    """Fill the database: pages by the tree's own means, what hangs on them in bulk."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    pictures = _pictures()
    authors = [
        Author.objects.create(name=f"Auteur {n}", slug=f"auteur-{n}", portrait=pictures[n])
        for n in range(content.AUTHORS)
    ]
    tags = [Tag.objects.create(name=f"Sujet {n}", slug=f"sujet-{n}") for n in range(content.TAGS)]
    root = Page.get_first_root_node()
    for page in root.get_children():
        page.delete()
    Site.objects.all().delete()
    sites = ((content.SITE, content.ARTICLES), (content.SISTER, content.OF_THE_SISTER))
    for position, ((name, domain), number) in enumerate(sites):
        root.refresh_from_db()
        home = root.add_child(
            instance=HomePage(
                title=name, slug=name.lower(), tagline=content.TAGLINE, search_description=content.DESCRIPTION
            )
        )
        Site.objects.create(hostname=domain, root_page=home, is_default_site=position == 0)
        sections = [
            home.add_child(instance=SectionPage(title=f"Rubrique {n}", slug=f"rubrique-{n}", show_in_menus=True))
            for n in range(content.SECTIONS)
        ]
        for n, title in enumerate(content.FOOTER):
            home.add_child(instance=FooterPage(title=title, slug=f"page-{n}", show_in_menus=True))
        with transaction.atomic():
            for n in range(number):
                _article(n, number, sections[n % len(sections)], tags, authors, pictures)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _pictures() -> list[Image]:
    """Rows of images and of their renditions, as rendering them would have left them: no page reads the files."""
    file = io.BytesIO()
    Pillow.new("RGB", content.IMAGE_SIZE, (20, 90, 90)).save(file, "JPEG")
    pictures = [
        Image.objects.create(
            title=f"Un atelier, vu de la table {n}", description="Studio KultureGeek", width=content.IMAGE_SIZE[0],
            height=content.IMAGE_SIZE[1], file=ContentFile(file.getvalue(), name=f"photo-{n}.jpg"),
        )
        for n in range(content.IMAGES)
    ]  # fmt: skip
    for picture in pictures:
        for spec in SPECS:
            format_, width = (part.partition("-")[2] for part in spec.split("|"))
            Rendition.objects.create(
                image=picture, filter_spec=spec, focal_point_key="", width=int(width), height=int(width) * 9 // 16,
                file=f"images/photo-{picture.pk}.format-{format_}.width-{width}.{format_}",
            )  # fmt: skip
    return pictures


def _article(
    number: int, articles: int, section: SectionPage, tags: list[Tag], authors: list[Author], pictures: list[Image]
) -> None:
    at = content.published_at(number, articles)
    page = section.add_child(
        instance=ArticlePage(
            title=content.headline(number), slug=content.slug(number), standfirst=content.standfirst(number),
            body=content.body(number), date=at, first_published_at=at, lead_image=pictures[number % len(pictures)],
            comment_count=content.COMMENTS,
        )
    )  # fmt: skip
    Byline.objects.create(page=page, author=authors[number % len(authors)], sort_order=0)
    ArticleTag.objects.bulk_create(ArticleTag(content_object=page, tag=tags[n]) for n in content.tags(number))
    comments: list[Comment] = []
    for n in range(content.COMMENTS):
        answered = content.answered(n)
        comments.append(
            Comment(
                page=page, name=content.reader(number, n), text=content.comment(number, n),
                parent=None if answered is None else comments[answered], posted_at=content.posted_at(at, n),
            )
        )  # fmt: skip
    Comment.objects.bulk_create(row for row in comments if row.parent is None)
    Comment.objects.bulk_create(row for row in comments if row.parent is not None)


class Wagtail:
    """The one case of Wagtail: the page of an article, rendered."""

    def __init__(self) -> None:
        self.paths = [content.path(n) for n in content.measured()]
        self.cases: dict[str, Callable[[str], Timed]] = {"wagtail": self.page}

    def page(self, path: str) -> Timed:
        environ = {
            "REQUEST_METHOD": "GET", "SCRIPT_NAME": "", "PATH_INFO": path, "QUERY_STRING": "",
            "SERVER_PROTOCOL": "HTTP/1.1", "SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": content.SITE[1], "HTTP_ACCEPT_ENCODING": "gzip", "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": sys.stderr, "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        return lambda: self._called(environ)

    def queries(self, case: str, path: str) -> int:
        ask = self.cases[case](path)
        with CaptureQueriesContext(connection) as captured:
            ask()
        return len(captured)

    @staticmethod
    def _called(environ: dict[str, object]) -> bytes:
        statuses: list[str] = []

        def start_response(status: str, headers: object, exc_info: object = None) -> None:
            statuses.append(status)

        chunks = application(environ, start_response)
        body = b"".join(chunks)
        chunks.close()
        assert statuses == ["200 OK"], statuses
        return body


if __name__ == "__main__":
    if sys.argv[1:] == ["fill"]:
        fill()
    else:
        logging.disable(logging.INFO)
        answer_requests(Wagtail())
