"""The desk's search: by all that is written in articles, drafts and former versions included; by number and address."""

from django.db.models.functions import Coalesce

from articles.models.article import ArticleQuerySet
from articles.presentation.searching import PUBLICATION, addressed, number
from newsroom.publications.models import Publication
from newsroom.search.find import facet, newest_of_all, with_longer
from newsroom.search.models import DeskDocument
from newsroom.search.query import parse

MOST_FOUND = 2_000  # of more, the last saved; a list counts to 1,000


def found(articles: ArticleQuerySet, publication: Publication, typed: str) -> ArticleQuerySet:
    """Return those of a publication's articles in which all that was typed is found, or that have that number or
    address. At most three queries."""
    ids = addressed(typed, publication)
    if not ids:
        query, facets = with_longer(DeskDocument, parse(typed)), [[facet(PUBLICATION, publication.pk)]]
        ids = newest_of_all(DeskDocument, query, facets, MOST_FOUND)
        if (pk := number(typed)) is not None:
            ids.append(pk)
    # An order that no index has: else the database reads the whole list in that order, and looks each up among those.
    return articles.filter(pk__in=ids).order_by(Coalesce("saved_at", "saved_at").desc(), "-pk")
