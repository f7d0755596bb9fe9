"""Search for terms in a text: one look-up a word, whatever the number of terms.

Case and accents make no difference, nor do the usual disguises of a word: letters of other alphabets that look the
same, digits for letters, spaces or dots between letters.
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
MAX_WORDS = 8  # of a term that are compared


@dataclass
class Matcher:
    """The terms of a publication, ready to be looked for in texts."""

    # By the first word, then by the number of words: a text full of that word costs no more than one without it.
    exact: dict[str, dict[int, dict[tuple[str, ...], str]]] = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)  # by the beginning: {"casino": "casino*"}

    @classmethod
    def of(cls, terms: Iterable[str]) -> "Matcher":
        """Return a matcher of some terms; those without a word are left out."""
        matcher = cls()
        for term in terms:
            words = tuple(word for word, _start, _end in _words(term))[:MAX_WORDS]
            if not words:
                continue
            if len(words) == 1 and term.rstrip().endswith("*"):
                matcher.endings.setdefault(words[0], term)
            else:
                matcher.exact.setdefault(words[0], {}).setdefault(len(words), {}).setdefault(words, term)
        return matcher

    def find(self, text: str) -> tuple[str, str] | None:
        """Return the first term in a text, as (term, the words of the text that match it); None where there is none."""
        if match := next(self._matches(text), None):
            return match
        plain = bare(text)
        return next(self._matches(plain), None) if plain != text else None

    def _matches(self, text: str) -> Iterator[tuple[str, str]]:
        if not self.exact and not self.endings:
            return
        plain = list(_words(text))
        yield from self._among(plain, text)
        without_digits = [(word.translate(_DIGITS), start, end) for word, start, end in plain]
        if without_digits != plain:
            yield from self._among(without_digits, text)
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
    """The words of a text, folded, each with its start and end."""
    for match in _TOKEN.finditer(text):
        yield _key(match[0]), *match.span()


def folded(term: str) -> str:
    """Return the key that all spellings of a term share; "" where it holds no word."""
    words = " ".join(word for word, _start, _end in _words(term))
    return f"{words}*" if words and term.rstrip().endswith("*") else words


@lru_cache(maxsize=32)
def matcher(publication: int, kind: str, version: str) -> Matcher:
    """Return the matcher of a publication's terms of a kind that are on.

    `version` names their state (CommentSettings.terms_version): a process reads each state once. At most one query.
    """
    if not version:  # no term was ever added
        return Matcher()
    rows = Term.objects.filter(publication=publication, kind=kind, is_on=True)
    return Matcher.of(rows.values_list("text", flat=True))
