"""How well a document answers a query: the same for both databases, over a bounded number of documents.

A headline counts more than names (tags, bylines), these more than a standfirst, and that more than the body, where
words count the more often they are there. What is old counts less.
"""

import datetime as dt
import math
from collections.abc import Iterable

from newsroom.search.models import Document
from newsroom.search.query import Phrase, Query, Term

IN_HEADLINE, IN_NAMES, IN_STANDFIRST = 10.0, 5.0, 4.0
MOST_IN_BODY = 3.0  # however often it is there
WHOLE_IN_HEADLINE = 8.0  # all words, one after the other
OF_HEADLINE = 4.0  # times the share of the headline's words that were asked for
LONGER = 0.6  # of the weight of a word that was typed whole
FRESH, DAYS = 0.35, 365.0  # the part of a score that fades, and the time in which it fades to 37 %


def ranked(documents: Iterable[Document], query: Query, now: dt.datetime) -> list[Document]:
    """Return documents in the order of how well they answer, the newest first of equals."""
    scored = [(score(document, query, now), document.pk, document) for document in documents]
    return [document for _score, _pk, document in sorted(scored, key=lambda row: row[:2], reverse=True)]


def score(document: Document, query: Query, now: dt.datetime) -> float:
    """Return how well a document answers a query: more is better."""
    fields = [f" {text} " for text in (document.headline, document.names, document.standfirst, document.body)]
    points = sum(_of_term(term, *fields) for term in query.terms)
    headline, length = fields[0], len(document.headline.split()) or 1
    asked = [term for term in query.terms if any(_is_in(phrase, headline) for phrase in term.phrases)]
    points += OF_HEADLINE * min(1.0, len(asked) / length)
    if len(query.terms) > 1 and _is_in([word for term in query.terms for word in term.phrases[0]], headline):
        points += WHOLE_IN_HEADLINE
    days = max(0.0, (now - document.shown_from).total_seconds() / 86_400)
    return points * (1 - FRESH + FRESH * math.exp(-days / DAYS))


def _of_term(term: Term, headline: str, names: str, standfirst: str, body: str) -> float:
    best = 0.0
    for phrases, weight in ((term.phrases, 1.0), (term.longer, LONGER)):
        for phrase in phrases:
            points = IN_HEADLINE * _is_in(phrase, headline) + IN_NAMES * _is_in(phrase, names)
            points += IN_STANDFIRST * _is_in(phrase, standfirst)
            points += min(MOST_IN_BODY, math.log2(1 + body.count(_spelt(phrase))))
            best = max(best, points * weight)
    return best


def _is_in(phrase: Phrase | list[str], text: str) -> bool:
    return _spelt(phrase) in text


def _spelt(phrase: Phrase | list[str]) -> str:
    return f" {' '.join(phrase)} "
