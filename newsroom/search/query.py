"""What a person typed, as terms to look for. Nothing that is typed is an error: what means nothing is words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from newsroom.search.analyser import as_one, chunks, stem

MAX_CHARACTERS = 2_000  # that are read of what was typed
MAX_TERMS = 24
# Words that say nothing of what is looked for, beside others: French and English.
STOP_WORDS = frozenset(
    "a au aux avec ce ces dans de des du elle en est et il ils je la le les leur lui mais me meme mes moi mon ne nos "
    "notre nous on ou par pas pour qu que qui sa se ses son sont sur ta te tes toi ton tu un une vos votre vous y "
    "an and are as at be by for from has in is it its of or that the this to was were will with".split()
)
_QUOTED = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<straight>[^"]*)"|“(?P<curly>[^”]*)”|«(?P<french>[^»]*)»)')
_EXCLUDED = re.compile(r"(?<!\S)-(?=[^\s-])")
_SHORT_NAME = re.compile(r"([a-z]{1,2})(\d+)")

Phrase = tuple[str, ...]  # stems that follow each other; one of them for a word


@dataclass(frozen=True)
class Term:
    """What has to be there: any of these phrases. `typed`: its words as they were typed, folded. `longer`: words that
    the typed one begins, which are as good where it is not finished."""

    phrases: tuple[Phrase, ...]
    typed: tuple[str, ...]
    is_quoted: bool = False
    longer: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Query:
    """What is looked for: all of `terms`, none of `excluded`. With no term nothing is found."""

    terms: tuple[Term, ...]
    excluded: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.terms)

    def with_longer(self, words: Iterable[str]) -> "Query":
        """Return the query whose last word may be any of these too, which it begins."""
        last = self.terms[-1]
        longer = dict.fromkeys((stem(word),) for word in words)
        kept = tuple(phrase for phrase in longer if phrase not in last.phrases)
        return replace(self, terms=(*self.terms[:-1], replace(last, longer=kept)))

    @property
    def last(self) -> str:
        """The word that may still be being typed; "" where the last is in quotation marks, or has a sign in it."""
        last = self.terms[-1] if self.terms else None
        return last.typed[0] if last and len(last.typed) == 1 and not last.is_quoted else ""


def parse(typed: str) -> Query:
    """Return the query of what was typed: words, "phrases" and -words; a word with a sign in it is a phrase ("17.4").

    Common words are left out where there are others. It is of MAX_TERMS at most, of the first MAX_CHARACTERS.
    """
    typed = typed[:MAX_CHARACTERS]
    terms, excluded, at = list[Term](), list[Term](), 0
    for quoted in _QUOTED.finditer(typed):
        _add_words(typed[at : quoted.start()], terms, excluded)
        text = quoted["straight"] or quoted["curly"] or quoted["french"] or ""
        if words := [word for chunk in chunks(text) for word in chunk]:
            term = Term((_stems(words),), tuple(words), is_quoted=True)
            (excluded if quoted["minus"] else terms).append(term)
        at = quoted.end()
    _add_words(typed[at:], terms, excluded)
    terms = [term for term in terms if term.is_quoted or not _says_nothing(term)] or terms
    return Query(tuple(dict.fromkeys(terms))[:MAX_TERMS], tuple(dict.fromkeys(excluded))[:MAX_TERMS])


def _add_words(text: str, terms: list[Term], excluded: list[Term]) -> None:
    at, into = 0, terms
    for minus in _EXCLUDED.finditer(text):
        _add(text[at : minus.start()], terms, into)
        at, into = minus.end(), excluded
    _add(text[at:], terms, into)


def _add(text: str, terms: list[Term], first: list[Term]) -> None:
    """Add the chunks of a text to `terms`, the first of them to `first`."""
    into = first
    for words in chunks(text):
        before = into[-1] if into else None
        if before and into is terms and _is_short_name(before, words):
            into[-1] = _term([*before.typed, *words])
        else:
            into.append(_term(words))
        into = terms


def _term(words: list[str]) -> Term:
    phrases = [_stems(words)]
    if one := as_one(words):  # "wi-fi", "ps 5"
        phrases.append((stem(one),))
    if len(words) == 1 and (name := _SHORT_NAME.fullmatch(words[0])):  # "ps5"
        phrases.append((name[1], name[2]))
    return Term(tuple(dict.fromkeys(phrases)), tuple(words))


def _is_short_name(before: Term, words: list[str]) -> bool:
    """Whether a number belongs to the letters before it: "PS 5", but not "le 5"."""
    letters = before.typed[0]
    is_short = len(before.typed) == 1 and not before.is_quoted and len(letters) <= 2 and letters.isalpha()
    return is_short and letters not in STOP_WORDS and len(words) == 1 and words[0].isdigit()


def _says_nothing(term: Term) -> bool:
    return all(word in STOP_WORDS for word in term.typed)


def _stems(words: Iterable[str]) -> Phrase:
    return tuple(stem(word) for word in words)
