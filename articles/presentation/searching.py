"""What readers' and the desk's search ask of the documents of articles (newsroom/search)."""

from collections.abc import Iterable

from articles.models import Address, Author, Section, Tag
from articles.presentation.pasted import NotHere, parted
from articles.presentation.stream import sisters
from newsroom.lib.text import whole_number
from newsroom.pagecache.parts import Making
from newsroom.publications.models import Publication
from newsroom.search.find import facet

PUBLICATION, SECTION, TAG, AUTHOR = "p", "s", "t", "a"
MAX_ADDRESS = 1_000  # characters


def scope(making: Making, publication: Publication) -> list[str]:
    """Return the facets of which a document that the readers of a publication find has one: its own, what is placed
    there, and what it takes from sisters. No query while its sisters are held."""
    facets = [facet(PUBLICATION, publication.pk)]
    for sister, sections in making.get(sisters, publication.pk).items():
        if None in sections:
            facets.append(facet(PUBLICATION, sister))
        else:
            facets += [facet(SECTION, section) for section in sections if section]
    return facets


def facets_of(
    publications: Iterable[int], section: Section | None, tags: Iterable[Tag], authors: Iterable[Author]
) -> str:
    """Return the facets of a document. `publications`: the ids of those that list it."""
    found = [facet(PUBLICATION, pk) for pk in publications]
    found += [facet(SECTION, section.pk)] if section else []
    found += [facet(TAG, tag.pk) for tag in tags] + [facet(AUTHOR, author.pk) for author in authors]
    return " ".join(found)


def tag_facets(tag: Tag) -> list[str]:
    """Return the facets of a tag's documents, those from before another was merged into it included. One query."""
    merged = Tag.objects.filter(merged_into=tag).values_list("pk", flat=True)
    return [facet(TAG, pk) for pk in (tag.pk, *merged)]


def addressed(typed: str, at: Publication) -> list[int]:
    """Return the articles of a site to which an address leads that was typed or pasted; none for what is no address.

    Any address that an article ever had, with or without scheme and host, WordPress's `?p=12` too.
    """
    typed = typed.strip()
    if len(typed) > MAX_ADDRESS or any(letter.isspace() for letter in typed) or "/" not in typed:
        return []
    try:
        site, paths = parted(typed, at)
    except NotHere:
        return []
    rows = Address.objects.filter(publication=at, path__in=paths, article__isnull=False)
    return list(dict.fromkeys(rows.values_list("article", flat=True))) if site == at else []


def number(typed: str) -> int | None:
    """Return the number of an article that was typed: "1234", "#1234", "n° 1234"; None for anything else."""
    return whole_number(typed.strip().lower().removeprefix("n°").removeprefix("#").strip())
