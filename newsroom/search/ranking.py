"""How well a document answers a query: the same for both databases, over a bounded number of documents.

A headline counts more than names (tags, bylines), these more than a standfirst, and that more than the body, where
words count the more often they are there. What is old counts less.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from newsroom.search.models import Document
from newsroom.search.query import Query

IN_HEADLINE, IN_NAMES, IN_STANDFIRST = 10.0, 5.0, 4.0
MOST_IN_BODY = 3.0  # however often it is there
WHOLE_IN_HEADLINE = 8.0  # all words, one after the other
OF_HEADLINE = 4.0  # times the share of the headline's words that were asked for
LONGER = 0.6  # of the weight of a word that was typed whole
FRESH, DAYS = 0.35, 365.0  # the part of a score that fades, and the time in which it fades to 37 %


def ranked(documents: Iterable[Document], query: Query, now: dt.datetime) -> list[Document]:
    """Return documents in the order of how well they answer, the newest first of equals."""
    asked = _Asked.of(query)
    scored = [(_score(document, asked, now), document.pk, document) for document in documents]
    return [document for _points, _pk, document in sorted(scored, key=lambda row: row[:2], reverse=True)]


def score(document: Document, query: Query, now: dt.datetime) -> float:
    """Return how well a document answers a query: more is better."""
    return _score(document, _Asked.of(query), now)


@dataclass(frozen=True)
class _Asked:
    """A query as what is looked for in texts: of each term, its phrases and what each of them weighs; all words, one
    after the other, "" for a single one."""

    terms: list[list[tuple[str, float]]]
    whole: str

    @classmethod
    def of(cls, query: Query) -> Self:
        terms = [
            [
                (_spelt(phrase), weight)
                for phrases, weight in ((term.phrases, 1.0), (term.longer, LONGER))
                for phrase in phrases
            ]
            for term in query.terms
        ]
        several = len(query.terms) > 1
        return cls(terms, _spelt(word for term in query.terms for word in term.phrases[0]) if several else "")


def _score(document: Document, asked: _Asked, now: dt.datetime) -> float:
    headline, names, standfirst, body = (
        f" {text} " for text in (document.headline, document.names, document.standfirst, document.body)
    )
    points, in_headline = 0.0, 0
    for phrases in asked.terms:
        best, is_there = 0.0, False
        for phrase, weight in phrases:
            of_headline = phrase in headline
            is_there = is_there or (of_headline and weight == 1.0)
            found = IN_HEADLINE * of_headline + IN_NAMES * (phrase in names) + IN_STANDFIRST * (phrase in standfirst)
            best = max(best, weight * (found + min(MOST_IN_BODY, math.log2(1 + body.count(phrase)))))
        points += best
        in_headline += is_there
    points += OF_HEADLINE * min(1.0, in_headline / (len(document.headline.split()) or 1))
    if asked.whole and asked.whole in headline:
        points += WHOLE_IN_HEADLINE
    days = max(0.0, (now - document.shown_from).total_seconds() / 86_400)
    return points * (1 - FRESH + FRESH * math.exp(-days / DAYS))


def _spelt(phrase: Iterable[str]) -> str:
    return f" {' '.join(phrase)} "
