"""Tags and authors as pages name them: rows that rarely change, held by their ids."""

from collections.abc import Sequence

from articles.models import Author, Tag
from articles.presentation import cache_tags
from newsroom.pagecache.parts import Making, parts


@parts
def tag_named(makings: Sequence[Making]) -> None:
    """Return the tags of ids, merges followed; None for none. One query, however many."""
    rows = Tag.objects.select_related("merged_into").in_bulk([making.arguments[0] for making in makings])
    for making in makings:
        (pk,) = making.arguments
        row = rows.get(pk)
        making.value = row.canonical if row else None
        making.tag(cache_tags.of_id("tag", pk), *([cache_tags.tag(making.value)] if row else []))


@parts
def author_named(makings: Sequence[Making]) -> None:
    """Return the authors of ids; None for none. One query, however many."""
    rows = Author.objects.in_bulk([making.arguments[0] for making in makings])
    for making in makings:
        (pk,) = making.arguments
        making.value = rows.get(pk)
        making.tag(cache_tags.of_id("author", pk))


def tags_of_ids(making: Making, ids: Sequence[int]) -> list[Tag]:
    """Return the tags of a revision's ids, in their order, merges followed, each once."""
    return list(dict.fromkeys(tag for tag in making.get_each(tag_named, [(pk,) for pk in ids]) if tag))


def authors_of_ids(making: Making, ids: Sequence[int]) -> list[Author]:
    """Return the authors of a revision's ids, in their order."""
    return [author for author in making.get_each(author_named, [(pk,) for pk in ids]) if author]
