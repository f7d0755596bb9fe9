"""Addresses that follow from a row and the publication's language: /auteur/… in French, /author/… in English."""

from articles.models import Author, Tag
from newsroom.publications.models import Publication


def tag_url(publication: Publication, tag: Tag) -> str:
    return f"/{publication.word('tag')}/{tag.slug}/"


def author_url(publication: Publication, author: Author) -> str:
    return f"/{publication.word('author')}/{author.slug}/"


def archive_url(publication: Publication, year: int | None = None, month: int | None = None) -> str:
    base = f"/{publication.word('archive')}/"
    return f"{base}{year:04d}/{month:02d}/" if year and month else base
