"""The words that readers may have meant: those of headlines, standfirsts and names that they can find."""

from django.db.models import QuerySet
from rapidfuzz.distance import DamerauLevenshtein

from newsroom.search.analyser import stem
from newsroom.search.models import Document, Spelling
from newsroom.search.query import Query, Term

MOST_LONGER = 8
SHORTEST = 2  # letters of a word that is completed or corrected
MOST_COMPARED = 3_000  # spellings, of those that begin alike
MOST_CORRECTED = 4  # words of a query: of more that nothing has, no reader meant others


def beginning_with(model: type[Document], word: str) -> list[str]:
    """Return the words that most documents have of those that begin with a folded word, without itself. One query."""
    if len(word) < SHORTEST:
        return []
    rows = _range(model, word).exclude(word=word.encode()).order_by("-documents")[:MOST_LONGER]
    return [bytes(row).decode() for row in rows.values_list("word", flat=True)]


def corrected(model: type[Document], query: Query) -> dict[str, str]:
    """Return, for the words of a query that no document has, those that were probably meant.

    A word that has no neighbour is left out, and all where they are more than MOST_CORRECTED. Two queries a word, and
    one.
    """
    typed = {word for term in query.terms for word in term.typed if len(word) >= SHORTEST and word.isalpha()}
    rows = Spelling.objects.filter(index=model._meta.db_table, word__in=[word.encode() for word in typed])
    unknown = sorted(typed - {bytes(word).decode() for word in rows.values_list("word", flat=True)})
    if len(unknown) > MOST_CORRECTED:
        return {}
    return {word: best for word in unknown if (best := _nearest(model, word))}


def _nearest(model: type[Document], word: str) -> str:
    """Return the word at the least distance (insertions, deletions, exchanges, neighbours swapped), the commonest of
    equals; "" where there is none near."""
    most = 1 if len(word) < 5 else 2 if len(word) < 9 else 3
    candidates = [*_compared(model, word[0]), *(_compared(model, word[1]) if len(word) > 3 else ())]
    near = [
        (distance, -documents, other)
        for other, documents in candidates
        if abs(len(other) - len(word)) <= most
        and (distance := DamerauLevenshtein.distance(word, other, score_cutoff=most)) <= most
        and stem(other) != stem(word)
    ]
    return min(near)[2] if near else ""


def _compared(model: type[Document], start: str) -> list[tuple[str, int]]:
    rows = _range(model, start).order_by("-documents").values_list("word", "documents")[:MOST_COMPARED]
    return [(bytes(word).decode(), documents) for word, documents in rows]


def _range(model: type[Document], start: str) -> QuerySet[Spelling]:
    first = start.encode()
    rows = Spelling.objects.filter(index=model._meta.db_table, documents__gt=0)
    return rows.filter(word__gte=first, word__lt=first + b"\xff")  # a byte that UTF-8 never has


def replaced(query: Query, words: dict[str, str]) -> str:
    """Return a query as a person would type it, with words replaced."""
    return " ".join(_shown(term, words) for term in query.terms) + "".join(
        f" -{_shown(term, {})}" for term in query.excluded
    )


def _shown(term: Term, words: dict[str, str]) -> str:
    text = " ".join(words.get(word, word) for word in term.typed)
    return f'"{text}"' if term.is_quoted or (len(term.typed) > 1) else text
