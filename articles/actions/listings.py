"""Where readers find an article: its address and the rows that list it, kept equal to its pointers and hours.

For the doors only, inside their transactions.
"""

from collections.abc import Callable

from django.utils import timezone

from articles.actions import addresses
from articles.content import Content
from articles.models import Article, Byline, Placement, Revision, TaggedArticle
from articles.presentation import cache_tags
from articles.workflow import Kind
from newsroom.pagecache.tags import invalidate


def invalidating(article: Article, change: Callable[[], None]) -> None:
    """Makes a change, and records the pages it touches: those of the lists the article leaves, and of those it enters;
    now, and at each hour at which the clock alone will change what readers have."""
    before = cache_tags.listing_tags(article) if article.live_id else set()  # nowhere yet: nothing to leave
    change()
    after = cache_tags.listing_tags(article)
    invalidate(before | after)
    for hour in article.upcoming_hours(
        timezone.now()
    ):  # nothing will run then: its pages are out of date by themselves
        invalidate(after, due_at=hour)


def canonical_path(article: Article, before: Revision | None, revision: Revision) -> str:
    """The article's canonical path with this revision. It keeps the one it has until its slug or section changes, so
    that a new permalink pattern moves nothing that stands. `before` is what readers had, None if they had nothing yet.
    """
    assert article.published_at is not None
    if article.path and before and (before.slug, before.section_id) == (revision.slug, revision.section_id):
        return article.path
    return addresses.assign(article.publication, addresses.permalink(article, revision, article.published_at), article)


def sync_listings(article: Article, content: Content) -> None:
    """Makes placements, tag links and bylines what the live revision says."""
    hours = _hours(article)
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


def unlist(article: Article) -> None:
    """Takes an article that no reader has had yet out of every list, and frees its address."""
    article.placements.all().delete()
    article.tagged.all().delete()
    article.byline_set.all().delete()
    article.editions.all().delete()
    article.addresses.filter(canonical=True).update(canonical=False)


def copy_hours(article: Article) -> None:
    """Copies the article's hours to every row that lists it."""
    hours = _hours(article)
    article.placements.update(**hours)
    article.tagged.update(**hours)
    article.byline_set.update(**hours)
    article.editions.update(withdrawn_at=article.withdrawn_at)


def _hours(article: Article) -> dict[str, object]:
    return {"published_at": article.published_at, "withdrawn_at": article.withdrawn_at}
