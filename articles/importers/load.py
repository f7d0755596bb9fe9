"""From a WordPress export's records to rows: idempotent, in small batches, through the same doors as the desk.

What a body lost and what a story lacks by this house's rules is recorded on its ImportedItem and in the report; a story
that was published stays published. Other apps attach what is theirs (comments) with `register`.
"""

import hashlib
import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import addresses, editing, publishing, taxonomy
from articles.bodies import figures_in
from articles.content import Content, findings
from articles.importers import wxr
from articles.importers.pictures import HeldPictures
from articles.importers.wordpress_body import convert
from articles.models import Article, Author, ImportedItem, Section
from articles.workflow import Kind
from newsroom.lib import html
from newsroom.lib.text import fold, plain, slugify
from newsroom.publications.models import Publication
from newsroom.publications.words import RESERVED

BATCH = 25
MENU_SIZE = 9
LONGEST_HEADLINE, LONGEST_STANDFIRST = 280, 1000
STORIES = {"post": Kind.NEWS, "page": Kind.PAGE}
# What WordPress showed to nobody, or to few, begins here as a draft.
PUBLISHED = {"publish", "future"}
LEFT_OUT = {"trash", "auto-draft", "inherit"}

# An app's own part of an item: called with the item, its story if it has one, and the load it belongs to.
Attachment = Callable[[wxr.Item, Article | None, "Load"], None]
_attachments: list[Attachment] = []


def register(attachment: Attachment) -> Attachment:
    """Adds an app's loader, called once for each item of every import."""
    _attachments.append(attachment)
    return attachment


@dataclass
class Report:
    """What an import did: counts by sort of row, and story by story what could not be kept."""

    created: Counter[str] = field(default_factory=Counter)
    updated: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    lost: list[tuple[str, list[str]]] = field(default_factory=list)


@dataclass
class Load:
    """One import into one publication. `run` yields once a batch is committed; read `report` as it goes."""

    publication: Publication
    report: Report = field(default_factory=Report)
    source: str = ""

    def __post_init__(self) -> None:
        self._sections: dict[str, Section] = {}
        self._names: dict[str, str] = {}  # login → display name
        self._authors: dict[str, Author] = {}
        self._keys: Counter[str] = Counter()
        self._position = self.publication.sections.count()
        self.pictures = HeldPictures(self.publication)

    def run(self, records: Iterable[wxr.Record]) -> Iterator[int]:
        """Writes every record, and yields how many after each batch. Stopped between two, it can be run again."""
        for batch in _batched(records, BATCH):
            with transaction.atomic():
                for record in batch:
                    self._record(record)
            yield len(batch)

    def _record(self, record: wxr.Record) -> None:
        if isinstance(record, wxr.Site):
            self.source = self.pictures.source = record.base_url[:300]
        elif isinstance(record, wxr.WxrAuthor):
            self._names[record.login] = record.display_name or record.login
        elif isinstance(record, wxr.Category):
            self._section(record)
        elif isinstance(record, wxr.Item):
            story = self._story(record) if record.post_type in STORIES else None
            if record.post_type not in STORIES and record.post_type != "attachment":
                self.report.skipped[record.post_type or "?"] += 1
            for attachment in _attachments:
                attachment(record, story, self)

    # -- what stories are sorted under ---------------------------------------------------------------------------------

    def _section(self, category: wxr.Category) -> Section:
        """The section of a category, made if there is none; its old addresses lead there."""
        slug = slugify(category.slug or category.name) or "rubrique"
        if slug in self._sections:
            return self._sections[slug]
        wanted = f"{slug}-2" if slug in RESERVED else slug
        section = self.publication.sections.filter(slug=wanted).first()
        if section is None:
            self._position += 1
            section = Section(
                publication=self.publication,
                name=" ".join((category.name or category.slug).split())[:80],
                slug=wanted,
                position=self._position,
                in_menu=not category.parent and self._position <= MENU_SIZE,
            )
            taxonomy.save_section(section, by=None)
            self.report.created["section"] += 1
        parent = f"{category.parent}/" if category.parent else ""
        addresses.remember(self.publication, f"/category/{parent}{category.slug}/", section)
        self._sections[slug] = section
        return section

    def _author(self, login: str) -> Author:
        """The byline of a login: the house's of that name, or a new one."""
        if login not in self._authors:
            name = " ".join(self._names.get(login, login).replace(",", " ").split())[:120]
            author = next((row for row in Author.objects.all() if fold(row.name) == fold(name)), None)
            if author is None:
                author = taxonomy.save_author(Author(name=name), by=None)
                self.report.created["author"] += 1
            if slugify(login) and slugify(login) != author.slug:
                addresses.remember(self.publication, f"/author/{login}/", author)
                addresses.remember(self.publication, f"/{self.publication.word('author')}/{slugify(login)}/", author)
            self._authors[login] = author
        return self._authors[login]

    # -- stories -------------------------------------------------------------------------------------------------------

    def _story(self, item: wxr.Item) -> Article | None:
        """Writes one post or page. None where it is left out."""
        kind = STORIES[item.post_type]
        if item.status in LEFT_OUT:
            self.report.skipped[kind] += 1
            return None
        key = self._key(item)
        record = ImportedItem.objects.filter(publication=self.publication, source=self.source, key=key).first()
        content, lost = self._content(item, kind)
        digest = hashlib.sha256(repr((content, item.status, item.published)).encode()).hexdigest()
        if record and record.article and record.digest == digest:
            self.report.skipped[kind] += 1
            return record.article
        if record and record.article and record.article.working.pk != record.revision_id_written:
            self.report.skipped[kind] += 1
            lost = [_("it was edited here since the last import, and left as it is")]
            self._tell(item, lost)
            return record.article
        if record and record.article:
            article = editing.save_draft(record.article, content, by=None)
            self.report.updated[kind] += 1
        else:
            article = editing.create(self.publication, content, by=None)
            self.report.created[kind] += 1
        article = self._publish(article, item, lost)
        for path in self._old_paths(item):
            if not addresses.remember(self.publication, path, article):
                lost.append(_("its old address %(path)s leads to another story already") % {"path": path})
        ImportedItem.objects.update_or_create(
            publication=self.publication,
            source=self.source,
            key=key,
            defaults={
                "article": article,
                "digest": digest,
                "revision_id_written": article.working.pk,
                "lost": lost,
                "lacks": [finding.rule for finding in findings(content.prepared(self.publication.language))],
            },
        )
        self._tell(item, lost)
        return article

    def _publish(self, article: Article, item: wxr.Item, lost: list[str]) -> Article:
        """Publishes what readers had; what they had not stays a draft."""
        if item.status not in PUBLISHED:
            return article
        if item.password:
            lost.append(_("it was locked by a password, and is a draft here"))
            return article
        if article.draft is None:  # nothing new since the last import
            return article
        if item.published is None:
            lost.append(_("it had no date, and bears that of this import"))
        return publishing.publish(article, by=None, at=item.published or timezone.now(), importing=True)

    def _content(self, item: wxr.Item, kind: str) -> tuple[Content, list[str]]:
        """What a post says, in the house's terms, and what was lost on the way."""
        converted = convert(item.body)
        cleaned = html.clean(converted.html)
        lost = list(converted.losses) + [
            _("removed: %(what)s") % {"what": what} for what in cleaned.removed if what != "<img>"
        ]
        body = self._with_own_links(self.pictures.place(cleaned.html))
        lost += [
            _("picture not held yet: %(address)s") % {"address": figure.source or figure.attachment}
            for figure in figures_in(body)
            if not figure.picture and not figure.embed
        ]
        headline = " ".join(plain(item.title).split())
        if not headline:
            headline = plain(body)[:80].strip() or _("Untitled")
            lost.append(_("it had no headline: its first words stand in"))
        if len(headline) > LONGEST_HEADLINE:
            headline = headline[: LONGEST_HEADLINE - 1] + "…"
            lost.append(_("the headline was too long and is cut"))
        standfirst = plain(item.excerpt)
        if len(standfirst) > LONGEST_STANDFIRST:
            standfirst = standfirst[: LONGEST_STANDFIRST - 1] + "…"
            lost.append(_("the standfirst was too long and is cut"))
        if kind == Kind.PAGE:
            return Content(headline=headline, kind=kind, standfirst=standfirst, body=body, slug=item.slug), lost
        sections = [self._section(category) for category in item.categories]
        names = [tag.name or tag.slug for tag in item.tags] + [section.name for section in sections[1:]]
        lead = self.pictures.by_attachment(item.meta.get("_thumbnail_id", ""))
        if item.meta.get("_thumbnail_id") and lead is None:
            lost.append(_("its lead picture is not held yet"))
        return (
            Content(
                headline=headline,
                kind=kind,
                standfirst=standfirst,
                body=body,
                slug=item.slug,
                section=sections[0] if sections else None,
                lead_image=lead,
                authors=(self._author(item.creator),) if item.creator else (),
                tags=tuple(taxonomy.tags_named(names, by=None)),
                seo_description=plain(item.meta.get("_yoast_wpseo_metadesc", ""))[:300],
            ),
            lost,
        )

    def _with_own_links(self, body: str) -> str:
        """Links to the site that is moving here become paths, which old addresses answer."""
        host = urlsplit(self.source).netloc
        if not host:
            return body
        for scheme in ("https", "http"):
            body = body.replace(f'href="{scheme}://{host}/', 'href="/')
        return body

    def _key(self, item: wxr.Item) -> str:
        """What names an item at its source; ids can be absent or stand twice."""
        name = str(item.post_id) if item.post_id else hashlib.sha256(
            repr((item.guid, item.link, item.title, item.published)).encode()
        ).hexdigest()[:32]
        key = f"{item.post_type}:{name}"
        self._keys[key] += 1
        return key if self._keys[key] == 1 else f"{key}#{self._keys[key]}"

    def _old_paths(self, item: wxr.Item) -> list[str]:
        """Every path under which the story was found at its source."""
        paths = []
        if item.post_id:
            paths.append(f"/?p={item.post_id}")
            if item.post_type == "page":
                paths.append(f"/?page_id={item.post_id}")
        for address in (item.link, item.guid):
            try:
                parts = urlsplit(address)
            except ValueError:
                continue
            if parts.scheme in ("http", "https") and parts.path.strip("/") and not parts.query:
                paths.append(parts.path)
        return list(dict.fromkeys(paths))

    def _tell(self, item: wxr.Item, lost: list[str]) -> None:
        if lost:
            self.report.lost.append((item.title or item.slug or str(item.post_id), lost))


def _batched(records: Iterable[Any], size: int) -> Iterator[tuple[Any, ...]]:
    """itertools.batched, which Python 3.11 lacks."""
    iterator = iter(records)
    while batch := tuple(itertools.islice(iterator, size)):
        yield batch
