"""Makers of rows, by the same actions as the desk."""

import datetime as dt
import io
from collections.abc import Iterator
from itertools import count
from typing import Any

from django.utils import timezone
from PIL import Image as Pillow

from articles.actions import checks, editing, images, publishing, taxonomy
from articles.content import Content
from articles.models import Article, Author, Image, PartnerFeed, PartnerItem, Section, Tag
from articles.partners import actions as partner_actions
from articles.partners.ingest import Fresh, ingest
from articles.partners.parse import Feed, Headline
from articles.presentation.links import sitemap_block, sitemap_url
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM

_numbers = count(1)
LONG_AGO = dt.datetime(2025, 2, 10, 10, 30, tzinfo=dt.UTC)


def make_section(publication: Publication, name: str, slug: str) -> Section:
    position = publication.sections.count() + 1
    return taxonomy.save_section(Section(publication=publication, name=name, slug=slug, position=position), by=SYSTEM)


def make_author(name: str, **fields: Any) -> Author:
    return taxonomy.save_author(Author(name=name, **fields), by=SYSTEM)


def make_tags(*names: str) -> tuple[Tag, ...]:
    return tuple(taxonomy.tags_named(names, by=SYSTEM))


def image_file(size: tuple[int, int] = (640, 360), format_: str = "JPEG", **options: Any) -> io.BytesIO:
    """Return a real image file, different each time."""
    number = next(_numbers)
    file = io.BytesIO()
    if format_ == "JPEG":
        options.setdefault("comment", str(number).encode())  # two close colours can make the same bytes
    Pillow.new("RGB", size, (number % 256, number // 256 % 256, 90)).save(file, format_, **options)
    file.seek(0)
    file.name = f"photo-{number}.{format_.lower()}"
    return file


def make_image(alt: str = "Un casque posé sur une table", **fields: Any) -> Image:
    return images.add(image_file(), by=SYSTEM, label=fields.pop("label", "casque"), alt=alt, **fields)


def make_draft(
    publication: Publication, headline: str = "Un casque qui voit loin", *, by: Any = SYSTEM, **fields: Any
) -> Article:
    fields.setdefault("body", "<p>Un paragraphe.</p>")
    if fields.get("kind") != "page":
        fields.setdefault("section", publication.sections.first())
    return editing.create(publication, Content(headline=headline, **fields), by=by)


def make_article(
    publication: Publication, headline: str = "Un casque qui voit loin", *, at: dt.datetime | None = None, **fields: Any
) -> Article:
    """Return a live article, published an hour ago or at `at`."""
    draft = make_draft(publication, headline, **fields)
    return publishing.publish_imported(draft, at=at or timezone.now() - dt.timedelta(hours=1))


def publish(draft: Article, *, by: Any = SYSTEM) -> Article:
    """Approve and publish the draft, accepting every finding of the checks."""
    assert draft.draft is not None
    findings = checks.findings(Content.of(draft.draft), draft, timezone.now())
    return publishing.approve_and_publish(
        draft, by=by, revision=draft.draft.pk, accept={finding.key for finding in findings}
    )


def make_feed(publication: Publication, name: str = "", **fields: Any) -> PartnerFeed:
    number = next(_numbers)
    values = {"name": name or f"Partenaire {number}", "url": f"https://partner-{number}.example/feed/", **fields}
    return partner_actions.save_feed(PartnerFeed(publication=publication, **values), by=SYSTEM)


def make_headline(feed: PartnerFeed, title: str = "Leur titre", *, hours_ago: float = 1, **fields: Any) -> PartnerItem:
    """Return a partner's headline, ingested as by a poll."""
    at = timezone.now() - dt.timedelta(hours=hours_ago)
    url = fields.pop("url", f"https://partner.example/{next(_numbers)}/")
    subjects = tuple(fields.pop("subjects", ()))
    headline = Headline(guid=url, url=url, title=title, published_at=at, subjects=subjects, **fields)
    ingest(feed, Fresh(Feed("", "", (headline,))), timezone.now())
    return feed.items.get(key=PartnerItem.hashed(url))


def map_of(article: Article) -> str:
    """Return the path of the sitemap that holds an article: ids go on from test to test on PostgreSQL."""
    return sitemap_url(sitemap_block(article.pk))


def networks(number: int) -> Iterator[str]:
    """Yield different IPv4 addresses of documentation and benchmark ranges (RFC 5737, RFC 2544)."""
    for index in range(number):
        yield f"198.18.{index // 250}.{index % 250 + 1}"
