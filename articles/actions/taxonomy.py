"""Doors for what articles are sorted under: sections, tags, authors."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from articles.actions import addresses
from articles.actions.base import require
from articles.models import Author, CardStrip, Event, Section, Tag, TaggedArticle
from articles.presentation import cache_tags
from articles.workflow import Finding, Refused, Verb
from newsroom.lib.text import slugify
from newsroom.pagecache.tags import invalidate
from newsroom.publications.permissions import user_of


@transaction.atomic
def save_section(section: Section, *, by: Any) -> Section:
    """Adds or changes a section and its address; its former address redirects. Raises Forbidden."""
    require(by, "section.change", section.publication)
    section.slug = section.slug.lower()  # as all addresses are
    section.save()
    if addresses.assign(section.publication, section.path, section) != section.path:
        raise Refused([Finding("slug", _("“%(path)s” leads elsewhere already.") % {"path": section.path})])
    invalidate({cache_tags.section(section), cache_tags.publication(section.publication)})
    return section


@transaction.atomic
def save_author(author: Author, *, by: Any) -> Author:
    """Adds or changes a byline. Raises Forbidden."""
    require(by, "author.change", None)
    author.slug = author.slug or free_slug(Author, author.name)
    author.save()
    invalidate({cache_tags.author(author)})
    return author


def free_slug(model: type[Author] | type[Tag], name: str) -> str:
    """A slug that no other row of the model has: two people may share a name."""
    slug = candidate = slugify(name, 90) or model._meta.model_name or ""
    number = 1
    while model.objects.filter(slug=candidate).exists():
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


@transaction.atomic
def save_tag(tag: Tag, *, by: Any) -> Tag:
    """Changes a tag's name or description. Raises Forbidden, or Refused when another tag has that name."""
    require(by, "tag.change", None)
    twin = Tag.objects.filter(folded=Tag.key(tag.name)).exclude(pk=tag.pk).first()
    if twin:
        raise Refused([Finding("tag", _("“%(name)s” is a tag already: merge the two.") % {"name": twin.name})])
    tag.save()
    invalidate({cache_tags.tag(tag)})
    return tag


@transaction.atomic
def tags_named(names: Iterable[str], *, by: Any) -> list[Tag]:
    """The tags of these names, in order, each once; those that the house does not have yet are made. Raises Forbidden.

    Spelling is folded ("realite virtuelle" finds "Réalité virtuelle"), and merged tags lead to the one that stands.
    """
    wanted: dict[str, str] = {}
    for name in names:
        name = " ".join(name.split())[:100].strip()
        if Tag.key(name):
            wanted.setdefault(Tag.key(name), name)
    found = {tag.folded: tag for tag in Tag.objects.select_related("merged_into").filter(folded__in=wanted)}
    for folded, name in wanted.items():
        if folded not in found:
            require(by, "tag.create", None)
            found[folded] = Tag.objects.create(name=name, slug=free_slug(Tag, name))
    return list(dict.fromkeys(found[folded].canonical for folded in wanted))


@transaction.atomic
def merge_tags(tag: Tag, into: Tag, *, by: Any) -> None:
    """Makes one tag of two: articles of `tag` bear `into`, its address redirects there, its spelling finds it.

    Raises Forbidden, or Refused when the two are one already.
    """
    require(by, "tag.merge", None)
    tag, into = Tag.objects.get(pk=tag.pk).canonical, Tag.objects.get(pk=into.pk).canonical
    if tag.pk == into.pk:
        raise Refused([Finding("tag", _("These two are one tag already."))])
    both = TaggedArticle.objects.filter(tag=into).values("content_object")
    TaggedArticle.objects.filter(tag=tag, content_object__in=both).delete()
    TaggedArticle.objects.filter(tag=tag).update(tag=into)
    Tag.objects.filter(merged_into=tag).update(merged_into=into)
    Tag.objects.filter(pk=tag.pk).update(merged_into=into)
    for strip in CardStrip.objects.all():  # a handful in a house
        if tag.pk in strip.tag_ids:
            strip.tag_ids = list(dict.fromkeys(into.pk if pk == tag.pk else pk for pk in strip.tag_ids))
            strip.save()
    Event.objects.create(
        verb=Verb.TAG_MERGED, tag=into, actor=user_of(by), at=timezone.now(), note=f"{tag.name} → {into.name}"
    )
    invalidate({cache_tags.tag(tag), cache_tags.tag(into)})
