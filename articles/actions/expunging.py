"""Actions that remove what a judge orders removed: the one exception to rows that never change.

A passage goes from every revision, from the columns, addresses and notes of its article, and from the words of its
images; an image goes from every article, with all its files. The log says that it happened, and not what. The
action commits rows and an Expunging, and deletes files at once; `finish_expungings` then rewrites the database's files,
in the worker: VACUUM takes minutes on a large database.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial, reduce
from operator import or_
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.db import DatabaseError, connection, models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from articles.actions import addresses, documents, maps
from articles.actions.base import locked, log
from articles.content import derived
from articles.models import (
    Address,
    Article,
    Author,
    Autosave,
    Event,
    Expunging,
    Image,
    ImportedItem,
    Note,
    PreviewLink,
    Revision,
)
from articles.presentation import cache_tags, renditions
from articles.presentation.body import without_image
from articles.workflow import Finding, Refused, Verb
from newsroom.actions import action
from newsroom.extensions import extensions
from newsroom.keys.ring import Purpose, data_keys
from newsroom.lib import redaction
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import require, user_of
from newsroom.search.engines import engine
from newsroom.search.models import DeskDocument, PublicDocument, Spelling
from newsroom.worker.models import Mail
from newsroom.worker.queue import enqueue

logger = logging.getLogger(__name__)
REVISION_TEXT_FIELDS = (
    "kicker", "headline", "standfirst", "body", "slug", "sponsor", "sponsor_url", "seo_title", "seo_description",
    "canonical_url", "notice",
)  # fmt: skip
IMAGE_TEXT_FIELDS = ("label", "alt", "caption", "credit")
FOUND_IN = (PublicDocument, DeskDocument)
# Tables that hold words of an article: what PostgreSQL's VACUUM FULL writes anew.
TABLES_WITH_TEXT: tuple[type[models.Model], ...] = (
    Revision, Event, Article, Autosave, Image, ImportedItem, Address, Note, PreviewLink, Mail, LogEntry, Spelling,
    *FOUND_IN,
)  # fmt: skip
LOCK_WAIT_SECONDS = 10.0  # for readers to let go of the database's log


@dataclass(frozen=True)
class Occurrence:
    """Where a passage was found (a revision, a note, the comments…), in words, and how many times."""

    where: str
    count: int


@dataclass(frozen=True)
class TextStore:
    """Texts about articles that another app keeps (comments, search entries…); listed in newsroom/extensions.py.

    `find` is called with an article, a passage, and whether to remove it, and returns where it is. `tables` are the
    models whose rows hold such texts. `lock` locks those of an article, before the article itself: that is the order in
    which the app's own actions lock them.
    """

    find: Callable[[Article, str, bool], list[Occurrence]]
    tables: tuple[type[models.Model], ...]
    lock: Callable[[Article], None] = lambda article: None


def find_passage(article: Article, passage: str) -> list[Occurrence]:
    """Return where a passage is in all that is stored of an article. Changes nothing."""
    return _redact(article, passage, remove=False)


@action
def expunge_passage(article: Article, passage: str, *, by: Any, order: str) -> Expunging:
    """Remove a passage, however it is typed there, from all that is stored of an article.

    `order` names who ordered it: court, date, number. Raises Forbidden; Refused if there is no order, if it quotes the
    passage, or if the article doesn't hold it.
    """
    for store in extensions("expunging"):
        store.lock(article)
    article = locked(article)
    require(by, "article.expunge", article)
    order = _checked_order(order)
    if not redaction.key(passage):
        raise Refused([Finding("passage", _("Give the passage: words of it, at least."))])
    if redaction.from_text(order, passage).count:
        raise Refused([Finding("order", _("The order's reference stays in the log: it must not quote the passage."))])
    tags = cache_tags.listing_tags(article) | {cache_tags.image(image) for image in _images_of(article)}
    if not _redact(article, passage, remove=True):
        raise Refused([Finding("passage", _("No revision of this article holds this passage."))])
    documents.rebuild(Article.objects.filter(pk=article.pk))
    invalidate(tags | cache_tags.listing_tags(article))
    cache.delete_many([edition.cache_key for edition in article.editions.all()])
    log(Verb.EXPUNGED, article, by, note=order)
    fingerprint, length = redaction.fingerprint(passage, data_keys(Purpose.EXPUNGED)[0])
    return _record_expunging(Expunging.What.PASSAGE, order, by, article=article, fingerprint=fingerprint, length=length)


@action
def expunge_image(image: Image, *, by: Any, order: str) -> Expunging:
    """Remove an image from every article, and every file of it. `order` names who ordered it.

    Raises Forbidden unless the actor may do so in each publication that ever showed it; Refused without an order.
    """
    order = _checked_order(order)
    # In the order of their ids, as all actions lock several articles: two expungings at once wait for each other.
    articles = [locked(article) for article in Article.objects.filter(pk__in=articles_with(image)).order_by("pk")]
    for article in articles:
        require(by, "article.expunge", article)
    if not articles:
        require(by, "article.expunge", None)
    tags = {cache_tags.image(image)} | {cache_tags.author(row) for row in Author.objects.filter(portrait=image)}
    for article in articles:
        tags |= cache_tags.listing_tags(article)
        for revision in article.revisions.filter(image_links__image=image):
            body = without_image(revision.body, image.pk)
            lead = None if revision.lead_image_id == image.pk else revision.lead_image_id
            Revision.objects.filter(pk=revision.pk).expunge(
                body=body, lead_image=lead, **derived(revision.standfirst, body)
            )
        log(Verb.EXPUNGED, article, by, note=order)
    Author.objects.filter(portrait=image).update(portrait=None)
    ImportedItem.objects.filter(image=image).update(image=None)
    _admin_log_of(Image, image.pk).update(object_repr=redaction.MARK, change_message="")
    files = list(dict.fromkeys([str(image.file.name), *renditions.names(image), *renditions.stored_names(image)]))
    Image.objects.filter(pk=image.pk).delete()
    invalidate(tags)
    return _record_expunging(Expunging.What.IMAGE, order, by, files=files)


def articles_with(image: Image) -> models.QuerySet[Any]:
    """Return the ids of the articles of which any revision shows an image."""
    return Revision.objects.filter(image_links__image=image).values("article")


class ExpungingUnfinished(Exception):
    """Files or old pages of the database could not be removed yet: a reader held a lock, or the storage failed."""


@task
def finish_expungings() -> None:
    """Finish what was ordered removed: the worker's part. Raises ExpungingUnfinished, and is tried again."""
    if unfinished := finish_pending():
        raise ExpungingUnfinished(f"expungings {[expunging.pk for expunging in unfinished]}")


def finish_pending(wait_seconds: float = LOCK_WAIT_SECONDS) -> list[Expunging]:
    """Delete the files of every unfinished expunging, and make the database's own files forget.

    Never within a transaction, nor in a request: it can take minutes. Return those still unfinished: somebody was
    reading for longer than `wait_seconds`, or the storage did not answer.
    """
    unfinished = list(Expunging.objects.filter(finished_at=None))
    if not unfinished:
        return []
    if not _delete_files([name for expunging in unfinished for name in expunging.files]):
        return unfinished
    if not _purge_database_files(wait_seconds):
        return unfinished
    Expunging.objects.filter(pk__in=[row.pk for row in unfinished]).update(files=[], finished_at=timezone.now())
    return []


def _delete_files(names: list[str]) -> bool:
    try:
        for name in names:
            default_storage.delete(name)
    except OSError:
        logger.exception("files ordered removed could not be deleted")
        return False
    return True


# -- where a passage can be --------------------------------------------------------------------------------------------


def _redact(article: Article, passage: str, *, remove: bool) -> list[Occurrence]:
    """Return where a passage is in all that is stored of an article; `remove` takes it out."""
    images = _images_of(article)
    events = list(_events_about(article))  # found by the headlines that are about to change
    found: list[Occurrence] = []
    for revision in article.revisions.order_by("number"):
        columns, count = _rewritten(revision, passage)
        if columns:
            found.append(Occurrence(_("revision %(n)d") % {"n": revision.number}, count))
            if remove:
                Revision.objects.filter(pk=revision.pk).expunge(**columns)
    for event in events:
        note = redaction.from_text(event.note, passage)
        if note.count:
            found.append(Occurrence(_("a note of the timeline"), note.count))
            if remove:
                Event.objects.filter(pk=event.pk).expunge(note=note.text)
    for image in images:
        found += redact_row(image, IMAGE_TEXT_FIELDS, passage, _("words of an image"), remove)
        if remove:
            _admin_log_of(Image, image.pk).update(object_repr=image.label[:200])
    for item in ImportedItem.objects.filter(article=article):
        losses = [redaction.from_text(loss, passage) for loss in item.lost]
        if count := sum(loss.count for loss in losses):
            found.append(Occurrence(_("a note of the import"), count))
            if remove:
                ImportedItem.objects.filter(pk=item.pk).update(lost=[loss.text for loss in losses])
    for desk_note in article.notes.all():
        redacted = redaction.from_text(desk_note.text, passage)
        if redacted.count:
            found.append(Occurrence(_("a note of the desk"), redacted.count))
            if remove:
                Note.objects.filter(pk=desk_note.pk).expunge(text=redacted.text)
    for autosave in article.autosaves.all():
        typed = {name: _without(name, text, passage) for name, text in autosave.values.items()}
        if count := sum(redacted.count for redacted in typed.values()):
            found.append(Occurrence(_("what somebody typed and has not saved"), count))
            if remove:
                values = {name: redacted.text for name, redacted in typed.items()}
                Autosave.objects.filter(pk=autosave.pk).update(values=values)
    for mail in Mail.objects.filter(about=cache_tags.article(article)):
        found += redact_row(mail, ("subject", "body", "error"), passage, _("a mail to the desk"), remove)
    for link in article.preview_links.all():
        found += redact_row(link, ("for_whom",), passage, _("a preview link"), remove)
    found += redact_row(article, ("desk_headline", "withdrawal_notice"), passage, _("the article's own line"), remove)
    found += _redact_addresses(article, passage, remove)
    for store in extensions("expunging"):
        found += store.find(article, passage, remove)
    return found


def _events_about(article: Article) -> Iterator[Event]:
    """Yield events whose notes are of the article, or of a sister site’s article and name it."""
    yield from article.events.exclude(note="")
    headlines = set(article.revisions.values_list("headline", flat=True))
    named = reduce(or_, (Q(note__contains=headline) for headline in headlines))
    yield from Event.objects.exclude(article=article).exclude(note="").filter(named)


def _rewritten(revision: Revision, passage: str) -> tuple[dict[str, Any], int]:
    """Return the columns of a revision that change without the passage, and how many times it was there."""
    found = {name: _without(name, getattr(revision, name), passage) for name in REVISION_TEXT_FIELDS}
    columns: dict[str, Any] = {
        name: _truncated(revision, name, redacted.text) for name, redacted in found.items() if redacted.count
    }
    if columns:
        columns |= derived(columns.get("standfirst", revision.standfirst), columns.get("body", revision.body))
    return columns, sum(redacted.count for redacted in found.values())


def _without(name: str, text: str, passage: str) -> redaction.Redacted:
    """Return the text of an article's field, by its name, without the passage; an address that spells it goes whole."""
    if name.endswith("_url"):
        spelt = redaction.spelt_in(text, passage)
        return redaction.Redacted("" if spelt else text, int(spelt))
    readers = {"body": redaction.from_html, "slug": redaction.from_slug}
    return readers.get(name, redaction.from_text)(text, passage)


def _truncated(row: models.Model, name: str, text: str) -> str:
    """Cut a text to the length of its column: the mark can be longer than what it replaces."""
    return text[: getattr(row._meta.get_field(name), "max_length", None)]


def redact_row(row: models.Model, names: tuple[str, ...], passage: str, where: str, remove: bool) -> list[Occurrence]:
    """Return where a passage is in text columns of a row, named `where`; `remove` takes it out.

    Only the columns that hold it are written: meanwhile others may have changed (a mail's state, a report's decision).
    """
    found = {name: redaction.from_text(getattr(row, name), passage) for name in names}
    count = sum(redacted.count for redacted in found.values())
    if not count:
        return []
    if remove:
        columns = {name: _truncated(row, name, redacted.text) for name, redacted in found.items() if redacted.count}
        for name, text in columns.items():
            setattr(row, name, text)
        type(row)._default_manager.filter(pk=row.pk).update(**columns)
    return [Occurrence(where, count)]


def _redact_addresses(article: Article, passage: str, remove: bool) -> list[Occurrence]:
    """Return one Occurrence with the number of the article's paths that contain the passage, or [].

    With `remove`, those rows are deleted (404 from then on), and a new canonical path is assigned.
    """
    telling = [row for row in article.addresses.all() if redaction.spelt_in(row.path, passage)]
    if not telling:
        return []
    if remove:
        article.addresses.filter(pk__in=[row.pk for row in telling]).delete()
        if article.live_id and any(row.canonical for row in telling):
            live = Revision.objects.get(pk=article.live_id)  # as it reads by now
            assert article.published_at is not None
            path = addresses.permalink(article, live, article.published_at)
            article.path = addresses.assign(article.publication, path, article)
            maps.note_change(article, timezone.now())
            article.save(update_fields=["path"])
    return [Occurrence(_("addresses"), len(telling))]


def _images_of(article: Article) -> list[Image]:
    """Return every image that any revision of an article shows."""
    return list(Image.objects.filter(revision_links__revision__article=article).distinct().order_by("pk"))


def _admin_log_of(model: type[models.Model], pk: int) -> models.QuerySet[LogEntry]:
    """Return the entries of the admin's own log about a row: they name it."""
    return LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(model), object_id=str(pk))


# -- the act, and its end ----------------------------------------------------------------------------------------------


def _checked_order(order: str) -> str:
    order = " ".join(order.split())
    if not order:
        raise Refused([Finding("order", _("Name the order: court, date, number."))])
    return order[:300]


def _record_expunging(what: str, order: str, by: Any, **fields: Any) -> Expunging:
    expunging = Expunging.objects.create(what=what, order=order, by=user_of(by), at=timezone.now(), **fields)
    transaction.on_commit(partial(_delete_files, list(expunging.files)), robust=True)  # at once; the worker checks
    enqueue(finish_expungings)
    return expunging


def _purge_database_files(wait_seconds: float) -> bool:
    """Rewrite the database's files so that deleted text is no longer in them. Return False if the database stayed
    locked.

    Outside a transaction only. SQLite: VACUUM writes the file anew, and the checkpoint empties its log
    (https://sqlite.org/wal.html). PostgreSQL: VACUUM FULL writes the tables anew; its WAL and its backups are the
    operator's to expire.
    """
    if connection.in_atomic_block:
        return False
    try:
        with connection.cursor() as cursor:
            if connection.vendor != "sqlite":
                cursor.execute(f"SET lock_timeout = '{int(wait_seconds * 1000)}ms'")
                try:
                    for model in [*TABLES_WITH_TEXT, *(table for s in extensions("expunging") for table in s.tables)]:
                        cursor.execute(f"VACUUM (FULL) {connection.ops.quote_name(model._meta.db_table)}")
                finally:
                    cursor.execute("RESET lock_timeout")
                return True
            for model in FOUND_IN:
                engine().forget(model)
            cursor.execute("VACUUM")
            until = time.monotonic() + wait_seconds
            while True:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
                if cursor.fetchone()[0] == 0:
                    return True
                if time.monotonic() > until:
                    return False
                time.sleep(0.05)
    except DatabaseError:  # locked for longer than the connection waits
        return False
