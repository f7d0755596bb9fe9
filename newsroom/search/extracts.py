"""The passage of a text that shows best why it was found, with the words that were looked for."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from newsroom.lib.text import fold
from newsroom.search.analyser import analyse, stem
from newsroom.search.query import Query

READ = 60_000  # characters of a text
LENGTH = 230  # characters of an extract
BEFORE = 60  # of them before the first word that was found
_WORD = re.compile(r"[^\W_]+[+#]*")


@dataclass(frozen=True)
class Piece:
    """A piece of a text; `is_found`: it was looked for."""

    text: str
    is_found: bool = False


def stems_of(query: Query) -> frozenset[str]:
    """Return the stems of all words that a query looks for."""
    return frozenset(
        word for term in query.terms for phrase in (*term.phrases, *term.longer) for word in phrase
    )  # fmt: skip


def marked(text: str, stems: Collection[str]) -> list[Piece]:
    """Return a text in pieces, the words with these stems apart."""
    pieces, at = list[Piece](), 0
    for word in _WORD.finditer(text):
        if _stem_of(word[0]) in stems:
            if word.start() > at:
                pieces.append(Piece(text[at : word.start()]))
            pieces.append(Piece(word[0], is_found=True))
            at = word.end()
    return [*pieces, Piece(text[at:])] if at < len(text) else pieces


def extract(text: str, stems: Collection[str]) -> list[Piece]:
    """Return some LENGTH characters of a text, those with most of the stems, in pieces; [] where none is there."""
    text = text[:READ]
    places = [(word.start(), found) for word in _WORD.finditer(text) if (found := _stem_of(word[0])) in stems]
    if not places:
        return []
    best, best_count = places[0][0], 0
    for position, _stem in places:
        count = len({found for at, found in places if position <= at < position + LENGTH - BEFORE})
        if count > best_count:
            best, best_count = position, count
        if best_count == len(stems) or position > READ // 2:
            break
    start = max(0, best - BEFORE)
    if start:
        start = text.find(" ", start, best) + 1 or start
    end = min(len(text), start + LENGTH)
    if end < len(text):
        end = max(text.rfind(" ", start, end), best + 1)
    shown = ("…" if start else "") + text[start:end].strip() + ("…" if end < len(text) else "")
    return marked(shown, stems)


@lru_cache(maxsize=50_000)
def _stem_of(word: str) -> str:
    """Return the stem of a word as it stands in a text; of what is more than one word, what no stem is."""
    folded = fold(word)
    return stem(folded) if folded.isalnum() and folded.isascii() else analyse(word)
