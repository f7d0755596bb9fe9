"""Actions on drafts: begin an article, save a draft, restore an old revision. Readers notice none of them."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import documents
from articles.actions.base import display_name, locked, log
from articles.content import Content
from articles.models import Article, Image, Revision, RevisionImage
from articles.workflow import AFTER_SAVING, Change, Conflict, Finding, Refused, Stage, Verb
from newsroom.actions import action
from newsroom.keys.ring import Purpose, data_keys
from newsroom.lib import redaction
from newsroom.publications.models import Publication
from newsroom.publications.permissions import require, user_of

MAX_HEADLINE_CHARACTERS = 300


@action
def create(publication: Publication, content: Content, *, by: Any, note: str = "") -> Article:
    """Create an article with its first draft; `note` is for the log. Raises Forbidden, Refused."""
    require(by, "article.create", publication)
    now, prepared = timezone.now(), content.prepared(publication.language, publication.names_kept)
    _refuse_unless_storable(publication, prepared)
    article = Article(publication=publication, created_by=user_of(by), saved_at=now)
    _set_desk_columns(article, prepared, now)
    article.save()
    documents.sync_desk(article, prepared)
    article.draft = _add_revision(article, prepared, by, now, number=1)
    article.save(update_fields=["draft"])
    log(Verb.CREATED, article, by, to_state=article.stage, revision=article.draft, note=note)
    return article


@action
def save_draft(
    article: Article,
    content: Content,
    *,
    by: Any,
    base: int | None = None,
    change: str = "",
    notice: str = "",
    note: str = "",
) -> Article:
    """Save what the desk works on as a new revision; readers keep what they have. Return the article as it is now.

    `base` is the id of the revision that the person began from: if another was saved since, Conflict is raised and
    nothing is written. `change` is what the change means to readers of a live article, `notice` what a correction tells
    them; `note` is for the log. A save that changes nothing adds no revision. Raises Forbidden, Conflict, Refused.
    """
    change_fields = {"change": change, "notice": _checked_notice(article.publication, change, notice)}
    return _save(Verb.SAVED, article, content, by=by, base=base, change_fields=change_fields, note=note)


@action
def restore(article: Article, number: int, *, by: Any, base: int) -> Article:
    """Save revision `number` again as a new draft; no revision between is lost. Raises as save_draft does."""
    old = article.revisions.filter(number=number).first()
    if old is None:
        raise Refused([Finding("revision", _("This article has no revision %(n)d.") % {"n": number})])
    note = _("revision %(n)d") % {"n": number}
    return _save(Verb.RESTORED, article, Content.of(old), by=by, base=base, change_fields={}, note=note)


def _save(
    verb: Verb,
    article: Article,
    content: Content,
    *,
    by: Any,
    base: int | None,
    change_fields: dict[str, str],
    note: str,
) -> Article:
    article = locked(article)
    require(by, "article.save", article)
    working = article.working
    if base is not None and base != working.pk:
        message = _("%(who)s saved another revision meanwhile.") % {"who": display_name(working.created_by)}
        raise Conflict([Finding("conflict", message)], newest=working.pk)
    prepared = content.prepared(article.publication.language, article.publication.names_kept)
    _refuse_unless_storable(article.publication, prepared)
    refuse_expunged(article, prepared.as_columns() | change_fields)
    if prepared.is_content_of(working) and _is_unchanged_class(change_fields, article):
        return article
    now = timezone.now()
    left = Stage(article.stage)
    article.draft = _add_revision(
        article, prepared, by, now, number=article.revisions.count() + 1, change_fields=change_fields
    )
    article.stage = AFTER_SAVING[left]
    _set_desk_columns(article, prepared, now)
    article.save()
    documents.sync_desk(article, prepared)
    log(verb, article, by, from_state=left, to_state=article.stage, revision=article.draft, note=note)
    return article


def _refuse_unless_storable(publication: Publication, prepared: Content) -> None:
    """Raise Refused for what no revision may be."""
    if len(prepared.headline) > MAX_HEADLINE_CHARACTERS:
        message = _("The headline is longer than %(n)d characters.") % {"n": MAX_HEADLINE_CHARACTERS}
        raise Refused([Finding("headline", message)])
    if prepared.section and prepared.section.publication_id != publication.pk:
        message = _("“%(section)s” is a section of another publication.") % {"section": prepared.section}
        raise Refused([Finding("section", message)])


def refuse_expunged(article: Article, columns: Mapping[str, object]) -> None:
    """Raise Refused if texts, by the names of their columns, hold a passage that was ordered removed: typed into a form
    that was opened before, say. A query."""
    texts = {name: value for name, value in columns.items() if isinstance(value, str)}
    for act in article.expungings.exclude(fingerprint=""):
        mark = (act.fingerprint, act.length)
        keys = data_keys(Purpose.EXPUNGED)
        if any(redaction.holds(text, mark, keys, is_html=name == "body") for name, text in texts.items()):
            order = {"order": act.order, "when": article.publication.date(act.at)}
            message = _("This holds a passage that was ordered removed (%(order)s, %(when)s): take it out.") % order
            raise Refused([Finding("expunged", message)])


def _add_revision(
    article: Article,
    prepared: Content,
    by: Any,
    now: dt.datetime,
    *,
    number: int,
    change_fields: dict[str, str] | None = None,
) -> Revision:
    columns = prepared.as_columns() | (change_fields or {})
    revision = Revision.objects.create(
        article=article, number=number, created_at=now, created_by=user_of(by), **columns
    )
    in_body = Image.objects.filter(pk__in=revision.image_ids).values_list("pk", flat=True) if revision.image_ids else ()
    shown = {*in_body, revision.lead_image_id} - {None}
    RevisionImage.objects.bulk_create(RevisionImage(revision=revision, image_id=pk) for pk in shown)
    return revision


def _checked_notice(publication: Publication, change: str, notice: str) -> str:
    """Return the notice of a correction, typeset; other changes have none."""
    return publication.typeset(notice.strip()) if change == Change.CORRECTION else ""


def _is_unchanged_class(change_fields: dict[str, str], article: Article) -> bool:
    """Return whether the chosen class and notice change nothing, so that no revision is needed.

    Without a draft, only a correction counts as a change: a published typo may be declared a correction later, but an
    update without a change of text would move a date.
    """
    if article.draft is None and change_fields.get("change") != Change.CORRECTION:
        return True
    return not change_fields.get("change") or all(
        getattr(article.working, name) == value for name, value in change_fields.items()
    )


def _set_desk_columns(article: Article, prepared: Content, now: dt.datetime) -> None:
    """Set the columns that the desk's lists show and filter by."""
    article.desk_kind = prepared.kind
    article.desk_headline = prepared.headline
    article.desk_section = prepared.section
    article.desk_first_author = prepared.authors[0] if prepared.authors else None
    article.saved_at = now
