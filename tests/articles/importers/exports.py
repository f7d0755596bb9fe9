"""Makers of what a WordPress export holds, as records and as files; and counts of what an import left."""

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from django.apps import apps

from articles.importers.load import Load
from articles.importers.wxr import Category, Item, Record, Site, TagTerm
from newsroom.publications.models import Publication

OLD_SITE = "https://ancien.example"
CORPUS = Path(__file__).parents[4] / "shared" / "corpus"
EXPECTATIONS: dict[str, dict[str, Any]] = (
    json.loads((CORPUS / "wxr" / "expectations.json").read_text()) if CORPUS.exists() else {}
)
IMPORTABLE = [name for name, expected in EXPECTATIONS.items() if expected["verdict"] == "import"]
MAY_2013 = dt.datetime(2013, 5, 17, 9, 30, tzinfo=dt.UTC)


def site(base_url: str = OLD_SITE) -> Site:
    return Site("Ancien site", base_url, "1.2", "fr-FR")


def post(post_id: int | None = 123, title: str = "Un casque qui voit loin", **fields: Any) -> Item:
    """A published post of May 2013, in one category."""
    slug = fields.pop("slug", "un-casque")
    values: dict[str, Any] = {
        "position": 0,
        "post_type": "post",
        "status": "publish",
        "link": f"{OLD_SITE}/2013/05/{slug}/",
        "guid": f"{OLD_SITE}/?p={post_id}",
        "creator": "camille",
        "published": MAY_2013,
        "body": "<p>Un paragraphe.</p>",
        "excerpt": "",
        "categories": (Category("tests", "Tests"),),
        "tags": (),
        "terms": (),
        "parent_id": 0,
        "menu_order": 0,
        "sticky": False,
        "password": "",
        "comment_status": "open",
        "attachment_url": "",
        "meta": {},
        "comments": (),
    }
    return Item(post_id=post_id, title=title, slug=slug, **{**values, **fields})


def page(post_id: int = 7, title: str = "Mentions légales", **fields: Any) -> Item:
    slug = fields.pop("slug", "mentions-legales")
    fields = {"post_type": "page", "link": f"{OLD_SITE}/{slug}/", "categories": (), **fields}
    return post(post_id, title, slug=slug, **fields)


def load(publication: Publication, *records: Record, source: str = OLD_SITE) -> Load:
    """Import these records, and return the load."""
    load = Load(publication)
    load.run([site(source), *records])
    return load


def row_counts() -> dict[str, int]:
    """How many rows each table holds."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models(include_auto_created=True)}


def export_file(path: Path, items: Iterable[Item], head: str = "") -> Path:
    """A file as WordPress's own export writes it."""
    path.write_text(
        '<?xml version="1.0" encoding="UTF-8" ?>\n<rss version="2.0" '
        'xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">\n<channel>\n'
        f"<title>Ancien site</title>\n<wp:wxr_version>1.2</wp:wxr_version>\n<wp:base_blog_url>{OLD_SITE}"
        f"</wp:base_blog_url>\n{head}{''.join(map(_as_xml, items))}</channel>\n</rss>\n"
    )
    return path


def _as_xml(item: Item) -> str:
    labels = [("category", each) for each in item.categories] + [("post_tag", each) for each in item.tags]
    fields = {
        "title": item.title,
        "link": item.link,
        "guid": item.guid,
        "dc:creator": item.creator,
        "content:encoded": item.body,
        "excerpt:encoded": item.excerpt,
        "wp:post_id": "" if item.post_id is None else str(item.post_id),
        "wp:post_date_gmt": f"{item.published:%Y-%m-%d %H:%M:%S}" if item.published else "0000-00-00 00:00:00",
        "wp:post_name": item.slug,
        "wp:status": item.status,
        "wp:post_type": item.post_type,
        "wp:post_password": item.password,
    }
    return (
        "<item>\n"
        + "".join(f"<{name}>{escape(value)}</{name}>\n" for name, value in fields.items())
        + "".join(
            f'<category domain="{domain}" nicename="{label.slug}">{escape(label.name)}</category>\n'
            for domain, label in labels
        )
        + "</item>\n"
    )


def tag(name: str, slug: str = "") -> TagTerm:
    return TagTerm(slug or name.lower().replace(" ", "-"), name)
