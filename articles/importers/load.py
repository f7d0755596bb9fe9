"""The import of a WordPress export's records: idempotent, in small batches, by the same actions as the desk.

What a body lost, and what an article lacks by the checks before publication, is recorded on its ImportedItem and in the
report; an article that was published stays published. Other apps import their own rows (comments):
newsroom/extensions.py.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import addresses, editing, publishing
from articles.actions.checks import findings
from articles.content import Content
from articles.importers import wxr
from articles.importers.article import ArticleText, article_text_of, earlier_paths, source_paths
from articles.importers.images import ImportedImages
from articles.importers.report import Report
from articles.importers.taxonomy import ImportedTaxonomy
from articles.models import Article, ImportedItem
from articles.workflow import Kind, Refused
from newsroom.extensions import extensions
from newsroom.lib.batches import batched
from newsroom.publications.models import Publication
from newsroom.publications.permissions import SYSTEM

BATCH_SIZE = 25
KIND_BY_POST_TYPE = {"post": Kind.NEWS, "page": Kind.PAGE}
# Any other status is imported as a draft: WordPress showed it to nobody, or to few.
PUBLISHED_STATUSES = {"publish", "future"}
SKIPPED_STATUSES = {"trash", "auto-draft", "inherit"}

# What another app adds to the import of an item (newsroom/extensions.py): called with the item, its article if it has
# one, and the load that it belongs to.
ItemImporter = Callable[[wxr.Item, Article | None, "Load"], None]


@dataclass
class Load:
    """One import of one export into one publication."""

    publication: Publication
    report: Report = field(default_factory=Report)
    source: str = ""

    def __post_init__(self) -> None:
        self._key_counts: Counter[str] = Counter()
        self._taxonomy = ImportedTaxonomy(self.publication, self.report)
        self._earlier: list[tuple[int, list[str]]] = []  # articles by id, and what they were called before
        self.images = ImportedImages(self.publication)

    def run(self, records: Iterable[wxr.Record], on_batch: Callable[[int], None] | None = None) -> Report:
        """Write every record, each batch in a transaction of its own, and return the report.

        `on_batch` is called with the number of records of each batch once it is written. An import that was stopped
        can be run again from the start: what is written already is not written twice.
        """
        for batch in batched(records, BATCH_SIZE):
            with transaction.atomic():
                for record in batch:
                    self._import_record(record)
            if on_batch:
                on_batch(len(batch))
        self._remember_earlier()
        return self.report

    def _remember_earlier(self) -> None:
        """Redirect from what articles were called before, once all have the addresses that they have now."""
        for pk, paths in self._earlier:
            with transaction.atomic():
                article = Article.objects.get(pk=pk)
                for path in paths:
                    addresses.remember(self.publication, path, article)

    def _import_record(self, record: wxr.Record) -> None:
        match record:
            case wxr.Site():
                self.source = self.images.source = record.base_url[:300]
                self._taxonomy.set_base(record.base_url)
            case wxr.WxrAuthor():
                self._taxonomy.add_login(record)
            case wxr.Category():
                self._taxonomy.section(record)
            case wxr.TagTerm():
                self._taxonomy.tags([record])
            case wxr.Item():
                try:
                    self._import_item(record)
                except Exception as error:
                    error.add_note(f"at item {record.position + 1} of the file: {record.post_id}, “{record.title}”")
                    raise

    def _import_item(self, item: wxr.Item) -> None:
        article = self._import_article(item) if item.post_type in KIND_BY_POST_TYPE else None
        if article and (earlier := earlier_paths(item)):
            self._earlier.append((article.pk, earlier))
        if item.post_type not in KIND_BY_POST_TYPE and item.post_type != "attachment":
            self.report.skipped[item.post_type or _("of no type")] += 1
        for import_item in extensions("item_importers"):
            import_item(item, article, self)

    def _import_article(self, item: wxr.Item) -> Article | None:
        """Write a post or page, unless it is unchanged, and return its article; None if it is skipped."""
        key = self._key(item)
        record = (
            ImportedItem.objects.select_related("article")
            .filter(publication=self.publication, source=self.source, key=key)
            .first()
        )
        article = record.article if record else None
        if item.status in SKIPPED_STATUSES:
            self.report.skipped[item.status] += 1
            if article and article.live_id:
                self._report_losses(item, [_("it was thrown away at its source, and stays online here")])
            return article
        text = article_text_of(item, self.images)
        digest = text.digest(
            item.post_type, item.slug, item.status, item.published, bool(item.password), item.categories, item.tags,
            self._taxonomy.name_of(item.creator), source_paths(item),
        )  # fmt: skip
        if record and article:
            if record.digest == digest:
                self.report.skipped[_("unchanged")] += 1
                return article
            if reason := _why_left_alone(article, record):
                self.report.skipped[reason] += 1
                self._report_losses(item, [_("left as it is here: %(reason)s") % {"reason": reason}])
                return article
        return self._write(item, key, record, text, digest)

    def _write(self, item: wxr.Item, key: str, record: ImportedItem | None, text: ArticleText, digest: str) -> Article:
        article = record.article if record else None
        kind = KIND_BY_POST_TYPE[item.post_type]
        content = self._content(item, kind, text)
        if article:
            article = editing.save_draft(article, content, by=SYSTEM)
            self.report.updated[kind] += 1
        else:
            article = editing.create(self.publication, content, by=SYSTEM)
            self.report.created[kind] += 1
        article = self._publish(article, item, text.lost)
        text.lost += [
            _("old address that leads elsewhere already: %(path)s") % {"path": path}
            for path in source_paths(item)
            if not addresses.remember(self.publication, path, article)
        ]
        record = record or ImportedItem(publication=self.publication, source=self.source, key=key)
        record.article, record.digest, record.revision_id_written = article, digest, _working_id(article)
        record.lost, record.lacks = text.lost, [finding.check for finding in findings(content, None, timezone.now())]
        record.save()
        self._report_losses(item, text.lost)
        return article

    def _content(self, item: wxr.Item, kind: Kind, text: ArticleText) -> Content:
        """Return the text with its section (the first category), tags (the other categories too) and byline."""
        content = Content(
            headline=text.headline, kind=kind, standfirst=text.standfirst, body=text.body, slug=item.slug,
            lead_image=text.lead_image, seo_description=text.seo_description,
            canonical_url=text.canonical_url, noindex=text.noindex,
        )  # fmt: skip
        if kind == Kind.PAGE:
            return content
        sections = [self._taxonomy.section(category) for category in item.categories]
        others = [wxr.TagTerm("", section.name) for section in sections[1:]]
        author = self._taxonomy.author(item.creator) if item.creator else None
        return replace(
            content,
            section=sections[0] if sections else None,
            authors=(author,) if author else (),
            tags=self._taxonomy.tags([*item.tags, *others]),
        )

    def _publish(self, article: Article, item: wxr.Item, lost: list[str]) -> Article:
        """Publish what readers had at the source; anything else stays a draft. Adds to `lost`."""
        hidden = item.status not in PUBLISHED_STATUSES or bool(item.password)
        if hidden and article.live_id:
            lost.append(_("readers no longer had it at its source, and still have it here"))
        if item.password:
            lost.append(_("it was locked by a password: what is new of it is a draft here"))
        if hidden or article.draft is None:
            return article
        if item.published is None:
            lost.append(_("it had no date, and has that of this import"))
        try:
            with transaction.atomic():
                return publishing.publish_imported(article, at=item.published or timezone.now())
        except Refused as refused:  # an embargo, or a change that is pending here
            lost.append(_("what is new of it stays a draft here: %(reason)s") % {"reason": refused})
            return article

    def _key(self, item: wxr.Item) -> str:
        """Return the key of an item at its source, unique even where ids are absent or used twice."""
        name = str(item.post_id)
        if not item.post_id:
            fields = repr((item.guid, item.link, item.title, item.published))
            name = hashlib.sha256(fields.encode()).hexdigest()[:32]
        key = f"{item.post_type}:{name}"
        self._key_counts[key] += 1
        return key if self._key_counts[key] == 1 else f"{key}#{self._key_counts[key]}"

    def _report_losses(self, item: wxr.Item, lost: list[str]) -> None:
        self.report.add_losses(item.title or item.slug or str(item.post_id), lost)


def _working_id(article: Article) -> int | None:
    return article.draft_id or article.next_id or article.live_id


def _why_left_alone(article: Article, record: ImportedItem) -> str:
    """Return why an article that changed at its source is not changed here; "" if it is."""
    if article.withdrawn_at:
        return _("withdrawn here since the last import")
    if _working_id(article) != record.revision_id_written:
        return _("edited here since the last import")
    return ""
