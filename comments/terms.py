"""Finding terms in a text: one look-up a word, whatever the number of terms.

Case and accents are one, and so are the tricks by which a word is dressed up: letters of other alphabets that look the
same, digits in their place, spaces or dots between letters.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from comments.models import Term
from comments.text import bare
from newsroom.lib.text import fold

_TOKEN = re.compile(r"[^\W_]+")
# A word spelt out: single letters with something between them ("v.i.a.g.r.a", "v i a g r a").
_SPELT = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,2}[^\W_]){3,40}(?![^\W_])")
# What looks like a Latin letter to a reader (Unicode TR 39's confusables, those of Cyrillic and Greek that matter).
_LOOKALIKES = str.maketrans("аеорсухкмтнвіјѕԁԛԝαοεικνρτυχβ", "aeopcyxkmthbijsdqwaoeiknptuxb")
_DIGITS = str.maketrans("013457$@", "oieastsa")
MOST_WORDS = 8


@dataclass
class Matcher:
    """The terms of a publication, ready to be found. `find` yields the term and the words of the text that it is."""

    # By the first word, then by how many there are: a text full of that word costs no more than one without.
    exact: dict[str, dict[int, dict[tuple[str, ...], str]]] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)  # "casino*": any word that begins so

    @classmethod
    def of(cls, terms: Iterable[str]) -> "Matcher":
        matcher = cls()
        for term in terms:
            words = tuple(word for word, _start, _end in _words(term))[:MOST_WORDS]
            if not words:
                continue
            if len(words) == 1 and term.rstrip().endswith("*"):
                matcher.endings.setdefault(words[0], term)
            else:
                matcher.exact.setdefault(words[0], {}).setdefault(len(words), {}).setdefault(words, term)
        return matcher

    def find(self, text: str) -> tuple[str, str] | None:
        """The first term in a text, as (term, what the text says there); None where there is none."""
        if found := next(self._found(text), None):
            return found
        plain = bare(text)
        return next(self._found(plain), None) if plain != text else None

    def _found(self, text: str) -> Iterator[tuple[str, str]]:
        if not self.exact and not self.endings:
            return
        plain = list(_words(text))
        yield from self._among(plain, text)
        dressed = [(word.translate(_DIGITS), start, end) for word, start, end in plain]
        if dressed != plain:
            yield from self._among(dressed, text)
        for match in _SPELT.finditer(text):
            joined = _key("".join(_TOKEN.findall(match[0])))
            yield from self._among([(joined, *match.span()), (joined.translate(_DIGITS), *match.span())], text)

    def _among(self, words: list[tuple[str, int, int]], text: str) -> Iterator[tuple[str, str]]:
        for n, (word, start, end) in enumerate(words):
            for length, terms in self.exact.get(word, {}).items():
                if term := terms.get(tuple(w for w, _s, _e in words[n : n + length])):
                    yield term, text[start : words[n + length - 1][2]]
            for length in range(3, len(word) + 1) if self.endings else ():
                if ending := self.endings.get(word[:length]):
                    yield ending, text[start:end]


def _key(word: str) -> str:
    return fold(fold(word).translate(_LOOKALIKES))


def _words(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text, folded, each with where it stands."""
    for match in _TOKEN.finditer(text):
        yield _key(match[0]), *match.span()


def folded(term: str) -> str:
    """The key by which two spellings of a term are one; "" where it holds no word."""
    words = " ".join(word for word, _start, _end in _words(term))
    return f"{words}*" if words and term.rstrip().endswith("*") else words


@lru_cache(maxsize=32)
def matcher(publication: int, kind: str, version: str) -> Matcher:
    """A publication's terms of a kind that are on. `version` names their state: a process reads each state once."""
    if not version:  # none was ever added
        return Matcher()
    rows = Term.objects.filter(publication=publication, kind=kind, is_on=True)
    return Matcher.of(rows.values_list("text", flat=True))
