"""From a WordPress export's records to rows: idempotent, in small batches, through the same doors as the desk.

What a body lost and what an article lacks by this house's rules is recorded on its ImportedItem and in the report; an
article that was published stays published. Other apps import what is theirs (comments): newsroom/extensions.py.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import addresses, editing, publishing
from articles.actions.checks import findings
from articles.content import Content
from articles.importers import wxr
from articles.importers.article import Words, old_paths, words_of
from articles.importers.pictures import HeldPictures
from articles.importers.report import Report
from articles.importers.sorting import Sorting
from articles.models import Article, ImportedItem
from articles.workflow import Kind, Refused
from newsroom.extensions import extensions
from newsroom.lib.batches import batched
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM

BATCH = 25
ARTICLES = {"post": Kind.NEWS, "page": Kind.PAGE}
# What WordPress showed to nobody, or to few, begins here as a draft.
PUBLISHED = {"publish", "future"}
LEFT_OUT = {"trash", "auto-draft", "inherit"}

# What another app makes of an item (newsroom/extensions.py): called with the item, its article if it has one, and the
# load it belongs to.
ItemImporter = Callable[[wxr.Item, Article | None, "Load"], None]


@dataclass
class Load:
    """One import into one publication. `run` yields once a batch is committed; read `report` as it goes."""

    publication: Publication
    report: Report = field(default_factory=Report)
    source: str = ""

    def __post_init__(self) -> None:
        self._keys: Counter[str] = Counter()
        self._sorting = Sorting(self.publication, self.report)
        self.pictures = HeldPictures(self.publication)

    def run(self, records: Iterable[wxr.Record]) -> Iterator[int]:
        """Writes every record, and yields how many after each batch. Stopped between two, it can be run again."""
        for batch in batched(records, BATCH):
            with transaction.atomic():
                for record in batch:
                    self._record(record)
            yield len(batch)

    def _record(self, record: wxr.Record) -> None:
        match record:
            case wxr.Site():
                self.source = self.pictures.source = record.base_url[:300]
                self._sorting.moved_from(record.base_url)
            case wxr.WxrAuthor():
                self._sorting.sign(record)
            case wxr.Category():
                self._sorting.section(record)
            case wxr.TagTerm():
                self._sorting.tags([record])
            case wxr.Item():
                try:
                    self._item(record)
                except Exception as error:
                    error.add_note(f"at item {record.position + 1} of the file: {record.post_id}, “{record.title}”")
                    raise

    def _item(self, item: wxr.Item) -> None:
        article = self._article(item) if item.post_type in ARTICLES else None
        if item.post_type not in ARTICLES and item.post_type != "attachment":
            self.report.skipped[item.post_type or _("of no type")] += 1
        for import_item in extensions("item_importers"):
            import_item(item, article, self)

    def _article(self, item: wxr.Item) -> Article | None:
        """Writes one post or page, unless it is as it was. None where it is left out."""
        key = self._key(item)
        record = (
            ImportedItem.objects.select_related("article")
            .filter(publication=self.publication, source=self.source, key=key)
            .first()
        )
        article = record.article if record else None
        if item.status in LEFT_OUT:
            self.report.skipped[item.status] += 1
            if article and article.live_id:
                self._tell(item, [_("it was thrown away at its source, and stays online here")])
            return article
        words = words_of(item, self.pictures)
        digest = words.digest(
            item.post_type, item.slug, item.status, item.published, bool(item.password), item.categories, item.tags,
            self._sorting.name_of(item.creator), old_paths(item),
        )  # fmt: skip
        if record and article:
            if record.digest == digest:
                self.report.skipped[_("unchanged")] += 1
                return article
            if reason := _why_the_desks(article, record):
                self.report.skipped[reason] += 1
                self._tell(item, [_("left as it is here: %(reason)s") % {"reason": reason}])
                return article
        return self._write(item, key, record, words, digest)

    def _write(self, item: wxr.Item, key: str, record: ImportedItem | None, words: Words, digest: str) -> Article:
        article = record.article if record else None
        kind = ARTICLES[item.post_type]
        content = self._content(item, kind, words)
        if article:
            article = editing.save_draft(article, content, by=SYSTEM)
            self.report.updated[kind] += 1
        else:
            article = editing.create(self.publication, content, by=SYSTEM)
            self.report.created[kind] += 1
        article = self._publish(article, item, words.lost)
        words.lost += [
            _("old address that leads elsewhere already: %(path)s") % {"path": path}
            for path in old_paths(item)
            if not addresses.remember(self.publication, path, article)
        ]
        record = record or ImportedItem(publication=self.publication, source=self.source, key=key)
        record.article, record.digest, record.revision_id_written = article, digest, _working_id(article)
        record.lost, record.lacks = words.lost, [finding.rule for finding in findings(content, None, timezone.now())]
        record.save()
        self._tell(item, words.lost)
        return article

    def _content(self, item: wxr.Item, kind: Kind, words: Words) -> Content:
        """The words, and what they are sorted under: the first category is the section, the others are tags."""
        content = Content(
            headline=words.headline, kind=kind, standfirst=words.standfirst, body=words.body, slug=item.slug,
            lead_image=words.lead_image, seo_description=words.seo_description,
            canonical_url=words.canonical_url, noindex=words.noindex,
        )  # fmt: skip
        if kind == Kind.PAGE:
            return content
        sections = [self._sorting.section(category) for category in item.categories]
        others = [wxr.TagTerm("", section.name) for section in sections[1:]]
        author = self._sorting.author(item.creator) if item.creator else None
        return replace(
            content,
            section=sections[0] if sections else None,
            authors=(author,) if author else (),
            tags=self._sorting.tags([*item.tags, *others]),
        )

    def _publish(self, article: Article, item: wxr.Item, lost: list[str]) -> Article:
        """Publishes what readers had; what they had not stays a draft."""
        hidden = item.status not in PUBLISHED or bool(item.password)
        if hidden and article.live_id:
            lost.append(_("readers no longer had it at its source, and still have it here"))
        if item.password:
            lost.append(_("it was locked by a password: what is new of it is a draft here"))
        if hidden or article.draft is None:
            return article
        if item.published is None:
            lost.append(_("it had no date, and bears that of this import"))
        try:
            with transaction.atomic():
                return publishing.publish_imported(article, at=item.published or timezone.now())
        except Refused as refused:  # an embargo, or a change that waits here
            lost.append(_("what is new of it stays a draft here: %(reason)s") % {"reason": refused})
            return article

    def _key(self, item: wxr.Item) -> str:
        """What names an item at its source; ids can be absent or stand twice."""
        name = str(item.post_id)
        if not item.post_id:
            told = repr((item.guid, item.link, item.title, item.published))
            name = hashlib.sha256(told.encode()).hexdigest()[:32]
        key = f"{item.post_type}:{name}"
        self._keys[key] += 1
        return key if self._keys[key] == 1 else f"{key}#{self._keys[key]}"

    def _tell(self, item: wxr.Item, lost: list[str]) -> None:
        self.report.tell(item.title or item.slug or str(item.post_id), lost)


def _working_id(article: Article) -> int | None:
    return article.draft_id or article.next_id or article.live_id


def _why_the_desks(article: Article, record: ImportedItem) -> str:
    """Why an article that changed at its source is the desk's own by now; "" if it is not."""
    if article.withdrawn_at:
        return _("withdrawn here since the last import")
    if _working_id(article) != record.revision_id_written:
        return _("edited here since the last import")
    return ""
