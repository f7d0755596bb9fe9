"""Where readers find an article: its address and the rows that list it, kept equal to its pointers and times.

For other actions, inside their transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from articles.actions import addresses, documents, maps
from articles.content import Content
from articles.models import Article, Byline, Placement, Revision, Tag, TaggedArticle
from articles.presentation import cache_tags
from articles.workflow import Kind, Pending
from newsroom.pagecache.tags import invalidate


@contextmanager
def invalidating(article: Article) -> Iterator[None]:
    """Invalidate what a change to an article makes stale: what shows it, and lists that it leaves, enters or moves in.

    The sitemap that lists it otherwise than before is noted as changed, and what readers find of it is made anew.

    Also at each upcoming time at which what readers have changes by itself: nothing runs then.
    """
    own = cache_tags.own_tags(article)
    before = cache_tags.positions(article) if article.live_id else {}  # listed nowhere yet
    mapped = article.map_entry(timezone.now())
    yield
    own |= cache_tags.own_tags(article)
    after = cache_tags.positions(article)
    invalidate(own | {tag for tag in {**before, **after} if before.get(tag) != after.get(tag)})
    now = timezone.now()
    for pending, moment in article.times.items():
        if moment > now:  # a change that is scheduled moves the article in no list
            invalidate(own if pending == Pending.CHANGE else own | set(after), due_at=moment)
    documents.sync_public(article)
    if article.map_entry(now) != mapped:
        maps.note_change(article, now)


def assign_canonical_path(article: Article, before: Revision | None, revision: Revision) -> str:
    """Return the article's canonical path with this revision, and write its Address if it needs another one.

    The path stays while slug and section do, so that a new permalink pattern moves nothing. `before` is what readers
    had, None if they had nothing yet.
    """
    assert article.published_at is not None
    if article.path and before and (before.slug, before.section_id) == (revision.slug, revision.section_id):
        return article.path
    return addresses.assign(article.publication, addresses.permalink(article, revision, article.published_at), article)


def sync_listings(article: Article, content: Content) -> None:
    """Make placements, tag links and bylines what the live revision says. A static page is in no list."""
    times = _times(article)
    columns = {"publication": article.publication, **times}
    article.tagged.all().delete()
    article.byline_set.all().delete()
    if content.kind == Kind.PAGE:
        article.placements.all().delete()
        return
    Placement.objects.update_or_create(
        article=article,
        publication=article.publication,
        defaults={**times, "kind": content.kind, "section": content.section},
    )
    article.placements.exclude(publication=article.publication).update(**times, kind=content.kind)
    # Locked: a merge that commits between the reading of a tag and the writing of its link would leave the link behind.
    tags = Tag.resolve([tag.pk for tag in content.tags], lock=True)
    TaggedArticle.objects.bulk_create(
        TaggedArticle(tag=tag, content_object=article, position=n, **columns) for n, tag in enumerate(tags)
    )
    Byline.objects.bulk_create(
        Byline(author=author, article=article, position=n, **columns) for n, author in enumerate(content.authors)
    )


def unlist(article: Article) -> None:
    """Take an article that no reader has had yet out of every list, and free its address."""
    article.placements.all().delete()
    article.tagged.all().delete()
    article.byline_set.all().delete()
    article.editions.all().delete()
    article.addresses.filter(canonical=True).update(canonical=False)


def copy_times(article: Article) -> None:
    """Copy the article's times to every row that lists it."""
    times = _times(article)
    article.placements.update(**times)
    article.tagged.update(**times)
    article.byline_set.update(**times)
    article.editions.update(withdrawn_at=article.withdrawn_at)


def _times(article: Article) -> dict[str, object]:
    return {"published_at": article.published_at, "withdrawn_at": article.withdrawn_at}
