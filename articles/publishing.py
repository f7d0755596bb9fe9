"""Doors between the desk and its readers: publish, withdraw, put back online.

Each opens one transaction in which it locks the story, checks right and state, writes, logs, and records which pages it
touches. Permission and findings are checked here and nowhere else.
"""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import addresses, cachetags
from articles.content import Content, findings
from articles.editing import locked, log, require
from articles.models import Article, Byline, Change, Placement, Revision, TaggedArticle, Verb
from articles.workflow import Conflict, Finding, Kind, Refused, Stage
from newsroom.lib.typography import typeset
from newsroom.pagecache.tags import touch
from newsroom.publications.permissions import may


def may_publish(by: Any, article: Article) -> bool:
    """Whether a person may publish this story: by their role, or as its writer where no review is required."""
    if may(by, "article.publish", article):
        return True
    return not article.publication.review_required and may(by, "article.publish_unreviewed", article)


@transaction.atomic
def publish(
    article: Article,
    *,
    by: Any,
    revision: int | None = None,
    at: dt.datetime | None = None,
    importing: bool = False,
) -> Article:
    """Points readers to the draft. Returns the article as it is now.

    `revision` is the id of the version that was read: if the draft is another, Conflict. `at` is the hour of first
    publication when it is not now (an imported story's own date). `importing` records nothing against what the story
    lacks: what was published stays published. A withdrawn story stays withdrawn: reinstate() is a decision of its own.
    Raises Forbidden, Conflict, or Refused with each finding that blocks.
    """
    article = locked(article)
    if by is not None and not may_publish(by, article):
        require(by, "article.publish", article)
    draft = article.draft
    if draft is None:
        raise Refused([Finding("nothing", _("There is nothing new to publish."))])
    if revision is not None and revision != draft.pk:
        raise Conflict([Finding("conflict", _("Another version was saved since this one was read."))])
    content = Content.of(draft)
    blocking = [finding for finding in findings(content) if finding.blocks]
    if blocking and not importing:
        raise Refused(blocking)

    now = timezone.now()
    from_stage, before = article.stage, article.live

    def change() -> None:
        if before is None:
            article.published_at = at or now
        elif draft.change == Change.UPDATE:
            article.updated_at = now
        article.live, article.draft = draft, None
        article.stage = Stage.PUBLISHED
        article.path = _address(article, before, draft)
        article.save()
        _list(article, content)

    _touching(article, change)
    log(Verb.PUBLISHED, article, by, from_stage=from_stage, revision=draft)
    return article


@transaction.atomic
def withdraw(article: Article, *, by: Any, notice: str) -> Article:
    """Takes a story from its readers, who find `notice` in its place (410). Raises Forbidden, Refused."""
    article = locked(article)
    require(by, "article.withdraw", article)
    notice = typeset(notice.strip(), article.publication.language)
    if not notice:
        raise Refused([Finding("notice", _("Say in a sentence why it is withdrawn: readers find it in its place."))])
    now = timezone.now()
    if article.live_id is None or article.is_withdrawn(now):
        raise Refused([Finding("stage", _("Readers don't have this story."))])

    def change() -> None:
        article.withdrawn_at, article.withdrawal_notice = now, notice
        article.save()
        _relist_hours(article)

    _touching(article, change)
    log(Verb.WITHDRAWN, article, by, from_stage=article.stage, revision=article.live, note=notice)
    return article


@transaction.atomic
def reinstate(article: Article, *, by: Any) -> Article:
    """Gives a withdrawn story back to its readers as it was. Raises Forbidden, Refused."""
    article = locked(article)
    require(by, "article.reinstate", article)
    if article.withdrawn_at is None:
        raise Refused([Finding("stage", _("This story is not withdrawn."))])

    def change() -> None:
        article.withdrawn_at, article.withdrawal_notice = None, ""
        article.save()
        _relist_hours(article)

    _touching(article, change)
    log(Verb.REINSTATED, article, by, from_stage=article.stage, revision=article.live)
    return article


def _touching(article: Article, change: Callable[[], None]) -> None:
    """Makes a change, and records the pages it touches: those of the lists the story leaves, and of those it enters."""
    before = cachetags.touched_by_listing(article) if article.live_id else set()  # nowhere yet: nothing to leave
    change()
    touch(before | cachetags.touched_by_listing(article))


def _address(article: Article, before: Revision | None, revision: Revision) -> str:
    """The story's canonical path with this revision. It keeps the one it has until its slug or section changes, so that
    a new permalink pattern moves nothing that stands."""
    assert article.published_at is not None
    if article.path and before and (before.slug, before.section_id) == (revision.slug, revision.section_id):
        return article.path
    return addresses.assign(article.publication, addresses.permalink(article, revision, article.published_at), article)


def _list(article: Article, content: Content) -> None:
    """Makes placements, tag links and bylines what the live revision says."""
    hours = {"published_at": article.published_at, "withdrawn_at": article.withdrawn_at}
    listed = {"publication": article.publication, **hours}
    article.tagged.all().delete()
    article.byline_set.all().delete()
    if content.kind == Kind.PAGE:  # a static page stands in footers, in no list
        article.placements.all().delete()
        return
    Placement.objects.update_or_create(
        article=article,
        publication=article.publication,
        defaults={**hours, "kind": content.kind, "section": content.section},
    )
    article.placements.exclude(publication=article.publication).update(**hours, kind=content.kind)
    TaggedArticle.objects.bulk_create(
        TaggedArticle(tag=tag, content_object=article, position=n, **listed) for n, tag in enumerate(content.tags)
    )
    Byline.objects.bulk_create(
        Byline(author=author, article=article, position=n, **listed) for n, author in enumerate(content.authors)
    )


def _relist_hours(article: Article) -> None:
    """Copies the article's hours to every row that lists it."""
    hours = {"published_at": article.published_at, "withdrawn_at": article.withdrawn_at}
    article.placements.update(**hours)
    article.tagged.update(**hours)
    article.byline_set.update(**hours)
