"""The desk's search: by the words of headlines, at a cost that does not grow with how many articles there are."""

from django.db.models import Exists, OuterRef
from django.db.models.functions import Coalesce

from articles.models import HeadlineWord
from articles.models.article import ArticleQuerySet
from articles.models.headline_word import words_of
from newsroom.publications.models import Publication

MOST_FOUND = 2_000  # of more, the newest with the first spelling; a list counts to 1,000
MOST_WORDS = 10  # of what was typed


def found(articles: ArticleQuerySet, publication: Publication, typed: str) -> ArticleQuerySet:
    """Return those of a publication's articles that have, for each word that was typed, one that begins with it.

    The rarest word gives the articles, the others are looked up for each of them. If there are several words, a query
    for each tells which is the rarest.
    """
    # The longest first: it is probably the rarest.
    words = sorted(words_of(typed), key=lambda word: (-len(word), word))[:MOST_WORDS]
    if not words:
        return articles.none()
    here = HeadlineWord.objects.filter(publication=publication)
    rarest = words[0]
    if len(words) > 1:
        rarest = min(words, key=lambda word: len(here.beginning_with(word).values_list("pk")[:MOST_FOUND]))
    rows = here.beginning_with(rarest)
    for word in words:
        if word != rarest:
            rows = rows.filter(Exists(HeadlineWord.objects.filter(article=OuterRef("article")).beginning_with(word)))
    articles = articles.filter(pk__in_first=rows.values("article")[:MOST_FOUND])
    # An order that no index has: else the database reads the whole list in that order, and looks each up among those.
    return articles.order_by(Coalesce("saved_at", "saved_at").desc(), "-pk")
