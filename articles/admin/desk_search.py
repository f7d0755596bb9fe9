"""The desk's search: by all that is written in articles, drafts and former versions included; by number and address."""

from django.db.models.functions import Coalesce

from articles.models.article import ArticleQuerySet
from articles.presentation.searching import PUBLICATION, addressed, number
from newsroom.publications.models import Publication
from newsroom.search.engines import Facets
from newsroom.search.find import facet, newest_of_all, newest_with, with_longer
from newsroom.search.models import DeskDocument
from newsroom.search.query import parse

MOST_FOUND = 2_000  # of more, the last saved; a list counts to 1,000
MOST_NARROWED = 20_000  # where filters leave some of them only


def found(
    articles: ArticleQuerySet, publication: Publication, typed: str, facets: Facets = (), *, is_narrowed: bool = False
) -> ArticleQuerySet:
    """Return those of a publication's articles in which all that was typed is found, or that have that number or
    address. At most three queries.

    `facets`: of which each group has one that they have too; `is_narrowed`: filters leave some of them only.
    """
    ids = addressed(typed, publication)
    if not ids:
        query, facets = with_longer(DeskDocument, parse(typed)), [[facet(PUBLICATION, publication.pk)], *facets]
        ids = newest_of_all(DeskDocument, query, facets, MOST_NARROWED if is_narrowed else MOST_FOUND)
        if (pk := number(typed)) is not None:
            ids.append(pk)
    return _among(articles, ids)


def having(articles: ArticleQuerySet, publication: Publication, facets: Facets) -> ArticleQuerySet:
    """Return those of a publication's articles that have one of each group of facets, whatever their words. A query."""
    ids = newest_with(DeskDocument, [[facet(PUBLICATION, publication.pk)], *facets], MOST_NARROWED)
    return _among(articles, ids)


def _among(articles: ArticleQuerySet, ids: list[int]) -> ArticleQuerySet:
    # An order that no index has: else the database reads the whole list in that order, and looks each up among those.
    return articles.filter(pk__in=ids).order_by(Coalesce("saved_at", "saved_at").desc(), "-pk")
