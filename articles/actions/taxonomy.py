"""Actions on what articles are sorted under: sections, tags, authors.

Forms may be older than the rows: only the fields that a form shows are written. Tags are locked in the order of their
ids.
"""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions import addresses, documents
from articles.models import Author, Byline, CardStrip, Event, Section, Tag, TaggedArticle
from articles.presentation import cache_tags
from articles.workflow import Finding, Refused, Verb
from newsroom.actions import action
from newsroom.lib.invisible import visible_name
from newsroom.lib.text import slugify
from newsroom.pagecache.tags import invalidate
from newsroom.publications.models import Publication
from newsroom.publications.permissions import Forbidden, may, require, user_of
from newsroom.worker.queue import enqueue

_ELSEWHERE = gettext_lazy("“%(name)s” is shown on a site where you may not change it.")


@action
def save_section(section: Section, *, by: Any) -> Section:
    """Add or change a section and its address; its former address redirects. Raises Forbidden, Refused."""
    require(by, "section.change", section.publication)
    section.slug = section.slug.lower()  # as all addresses are
    section.save()
    if addresses.assign(section.publication, section.path, section) != section.path:
        raise Refused([Finding("slug", _("“%(path)s” leads elsewhere already.") % {"path": section.path})])
    invalidate({cache_tags.section(section), cache_tags.menu(section.publication)})
    return section


def may_change_author(user: Any, author: Author) -> bool:
    """Return whether a user may change a byline: on every publication that shows it, for it changes on all of them."""
    return _may_on_each(user, "author.change", _showing(Byline.objects.filter(author=author.pk)))


def may_change_tag(user: Any, tag: Tag) -> bool:
    """Return whether a user may change or merge a tag: on every publication that shows it."""
    return _may_on_each(user, "tag.change", _showing(TaggedArticle.objects.filter(tag=tag.pk)))


def require_author(author: Author, *, by: Any) -> None:
    """Raise Forbidden unless `by` may change a byline, wherever it is shown."""
    if not may_change_author(by, author):
        raise Forbidden(_ELSEWHERE % {"name": author.name})


def require_tag(tag: Tag, verb: str, *, by: Any) -> None:
    """Raise Forbidden unless `by` may do `verb` to a tag, wherever it is shown."""
    require(by, verb, None)
    if not may_change_tag(by, tag):
        raise Forbidden(_ELSEWHERE % {"name": tag.name})


def _showing(rows: QuerySet[Any]) -> QuerySet[Publication]:
    """Return the publications that have one of these listed rows. One look into an index for each publication.

    Of EXISTS PostgreSQL makes a join that reads all articles of a tag, and of any row that it may choose a scan.
    """
    one = rows.filter(publication=OuterRef("pk")).order_by("-published_at").values("pk")[:1]
    return Publication.objects.alias(one=Subquery(one)).filter(one__isnull=False)


def _may_on_each(user: Any, verb: str, publications: QuerySet[Publication]) -> bool:
    return may(user, verb, None) and all(may(user, verb, publication) for publication in publications)


@action
def save_author(author: Author, *, by: Any) -> Author:
    """Add or change a byline. Raises Forbidden, also where a site shows it on which `by` may not."""
    require_author(author, by=by)
    author.name = visible_name(author.name)
    author.slug = author.slug or free_slug(Author, author.name)
    is_renamed = Author.objects.filter(pk=author.pk).exclude(name=author.name).exists()
    author.save()
    if is_renamed:
        enqueue(documents.rebuild_under, author=author.pk)
    invalidate({cache_tags.author(author)})
    return author


def free_slug(model: type[Author] | type[Tag], name: str) -> str:
    """Return a slug that no other row of the model has: two people may share a name."""
    slug = candidate = slugify(name, 90) or model._meta.model_name or ""
    number = 1
    while model.objects.filter(slug=candidate).exists():
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


@action
def save_tag(tag: Tag, *, by: Any) -> Tag:
    """Save a new tag, or change the name, slug or description of one.

    Raises Forbidden; Refused when another tag has that name, or when this one was merged since the form was opened.
    """
    require_tag(tag, "tag.change", by=by)
    tag.name = visible_name(tag.name)
    if tag.pk is None:
        _refuse_twin(tag)
        tag.save()
        return tag
    row = Tag.objects.select_for_update(of=("self",)).select_related("merged_into").get(pk=tag.pk)
    if row.merged_into is not None and tag.merged_into_id is None:
        message = _("It was merged into “%(name)s” meanwhile.")
        raise Refused([Finding("tag", message % {"name": row.canonical.name})])
    _refuse_twin(tag)
    tag.save(update_fields=["name", "folded", "slug", "description"])
    if row.name != tag.name:
        enqueue(documents.rebuild_under, tag=tag.pk)
    invalidate({cache_tags.tag(tag)})
    return tag


def _refuse_twin(tag: Tag) -> None:
    twin = Tag.objects.filter(folded=Tag.key(tag.name)).exclude(pk=tag.pk).first()
    if twin:
        raise Refused([Finding("tag", _("“%(name)s” is a tag already: merge the two.") % {"name": twin.name})])


@action
def tags_named(names: Iterable[str], *, by: Any) -> list[Tag]:
    """Return the tags of these names, in order, each once; make those that do not exist yet. Raises Forbidden.

    Spelling is folded ("realite virtuelle" finds "Réalité virtuelle"), and a merged tag gives the one it went into.
    What nobody sees in a name makes no other tag of it; one that was made so before is found as it is.
    """
    wanted: dict[str, str] = {}
    for name in names:
        visible = visible_name(name)[:100].strip()
        if Tag.key(visible):
            wanted.setdefault(Tag.key(" ".join(name.split())[:100].strip()), visible)
    keys = {*wanted, *map(Tag.key, wanted.values())}
    by_key = {tag.folded: tag for tag in Tag.objects.select_related("merged_into").filter(folded__in=keys)}
    found = []
    for as_typed, name in wanted.items():
        key = as_typed if as_typed in by_key else Tag.key(name)
        if key not in by_key:
            require(by, "tag.create", None)
            by_key[key] = Tag.objects.create(name=name, slug=free_slug(Tag, name))
        found.append(by_key[key].canonical)
    return list(dict.fromkeys(found))


@action
def merge_tags(tag: Tag, into: Tag, *, by: Any) -> None:
    """Merge a tag into another: its articles get that one, its address redirects there, its spelling finds it.

    Raises Forbidden; Refused when the two are one already.

    Why both are locked first, in the order of their ids: 1. A→B and B→A at once would make a circle; the second waits,
    finds one tag, and is refused. 2. A→B and B→C at once would leave A two steps from C; whichever comes second sees
    the other's merge. 3. An article that is published with the tag meanwhile holds the same locks (Tag.resolve).
    """
    for side in (tag, into):
        require_tag(side, "tag.merge", by=by)
    pair = Tag.resolve([tag.pk, into.pk], lock=True)
    if len(pair) != 2:
        raise Refused([Finding("tag", _("These two are one tag already."))])
    tag, into = pair
    have_both = TaggedArticle.objects.filter(tag=into).values("content_object")
    TaggedArticle.objects.filter(tag=tag, content_object__in=have_both).delete()
    TaggedArticle.objects.filter(tag=tag).update(tag=into)
    Tag.objects.filter(merged_into=tag).update(merged_into=into)
    Tag.objects.filter(pk=tag.pk).update(merged_into=into)
    for strip in (
        CardStrip.objects.select_for_update(of=("self",)).select_related("publication").order_by("pk")
    ):  # a handful
        if tag.pk in strip.tag_ids:
            strip.tag_ids = list(dict.fromkeys(into.pk if pk == tag.pk else pk for pk in strip.tag_ids))
            strip.save(update_fields=["tag_ids"])
            invalidate({cache_tags.front(strip.publication)})
    Event.objects.create(
        verb=Verb.TAG_MERGED, tag=into, actor=user_of(by), at=timezone.now(), note=f"{tag.name} → {into.name}"
    )
    enqueue(documents.rebuild_under, tag=into.pk)
    lists = {cache_tags.list_of("tag", row.pk) for row in pair}
    invalidate({cache_tags.tag(tag), cache_tags.tag(into), *lists})
