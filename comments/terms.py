"""Search for terms in a text: one look-up a word, whatever the number of terms.

Case and accents make no difference, nor do the usual disguises of a word: letters of other alphabets that look the
same, digits and signs for letters, letters written many times, spaces or dots between letters. A term without a word
may be emoji and signs; a word of a term that has signs before or after it is found with these: "C++" is not "C".
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from django.utils.translation import gettext as _

from comments.models import Term
from comments.text import bare
from newsroom.lib.text import fold

_TOKEN = re.compile(r"[^\W_]+")
_MARKS = "[+#@%$€£]"  # that make another word of one: "C#", "18+", "@nom"
# A word with the marks before and after it; those between two words are no one's ("C/C++", "a@b").
_MARKED_TOKEN = re.compile(rf"(?:(?<![^\W_])(?<!{_MARKS}){_MARKS}++)?[^\W_]++(?:{_MARKS}++(?![^\W_]))?")
_SIGNS_FOR_LETTERS = "$@€"
_TOKEN_WITH_SIGNS = re.compile(rf"(?:[^\W_]|[{_SIGNS_FOR_LETTERS}])++")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
# A word spelt out: single letters with something between them ("f.d.p", "v i a g r a").
_SPELT = re.compile(r"(?<![^\W_])[^\W_](?:[\W_]{1,2}[^\W_]){2,40}(?![^\W_])")
SHORTEST_SPELT = 3  # letters
# What honest people write with dots between its letters: "c.-à-d." is no word of three letters.
_ABBREVIATIONS = frozenset("aka cad cqfd etc rdv svp ttc".split())
# A flag of two letters, one of tag characters (Scotland's), or any sign that is no punctuation.
_SIGN = re.compile("[\U0001f1e6-\U0001f1ff]{2}|\U0001f3f4[\U000e0020-\U000e007f]+|[^\\w\\s]")
_SKIN_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
# What looks like a Latin letter to a reader (Unicode TR 39's confusables, those of Cyrillic and Greek that matter, and
# small capitals).
_LOOKALIKES = str.maketrans(
    "аеорсухкмтнвіјѕԁԛԝαοεικνρτυχβᴀʙᴄᴅᴇғꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ", "aeopcyxkmthbijsdqwaoeiknptuxbabcdeffghijklmnoprstuvwyz"
)
_DIGITS = str.maketrans("013457$@€", "oieastsae")
_SIGN_CATEGORIES = frozenset(("Sc", "Sk", "Sm", "So"))
MAX_WORDS = 8  # of a term that are compared
MAX_CHARACTERS = 100  # of a term
MAX_FOLDED_CHARACTERS = 120

# By the first word, then by the number of words: a text full of that word costs no more than one without it.
Phrases = dict[str, dict[int, dict[tuple[str, ...], str]]]
Word = tuple[str, int, int]  # folded, with its start and end in the text


@dataclass
class Matcher:
    """The terms of a publication, ready to be looked for in texts."""

    exact: Phrases = field(default_factory=dict)
    marked: Phrases = field(default_factory=dict)  # with the marks of their words
    signs: Phrases = field(default_factory=dict)
    endings: dict[str, str] = field(default_factory=dict)  # by the beginning: {"casino": "casino*"}

    @classmethod
    def of(cls, terms: Iterable[str]) -> "Matcher":
        """Return a matcher of some terms; those without a word or sign are left out."""
        matcher = cls()
        for term in terms:
            words, marked, signs = (_only(read(term))[:MAX_WORDS] for read in (_words, _marked, _signs))
            if not words:
                _add(matcher.signs, signs, term)
            elif len(words) == 1 and term.rstrip().endswith("*"):
                matcher.endings.setdefault(words[0], term)
            elif marked != words:
                _add(matcher.marked, marked, term)
            else:
                _add(matcher.exact, words, term)
        return matcher

    def find(self, text: str) -> tuple[str, str] | None:
        """Return the first term in a text, as (term, the words of the text that match it); None where there is none."""
        if match := next(self._matches(text), None):
            return match
        plain = bare(text)
        return next(self._matches(plain), None) if plain != text else None

    def _matches(self, text: str) -> Iterator[tuple[str, str]]:
        if self.signs:
            yield from _phrases(list(_signs(text)), text, self.signs)
        if self.marked:
            yield from _phrases(list(_marked(text)), text, self.marked)
        if not self.exact and not self.endings:
            return
        for words in _readings(text):
            yield from self._among(words, text)
        for match in _SPELT.finditer(text):
            for word in _spelt(_key("".join(_TOKEN.findall(match[0])))):
                yield from self._among([(word, *match.span())], text)

    def _among(self, words: list[Word], text: str) -> Iterator[tuple[str, str]]:
        yield from _phrases(words, text, self.exact)
        for word, start, end in words if self.endings else ():
            for length in range(3, len(word) + 1):
                if ending := self.endings.get(word[:length]):
                    yield ending, text[start:end]


def _add(phrases: Phrases, words: tuple[str, ...], term: str) -> None:
    if words:
        phrases.setdefault(words[0], {}).setdefault(len(words), {}).setdefault(words, term)


def _readings(text: str) -> Iterator[list[Word]]:
    """Yield the words of a text as they are written, and as disguises may be read, where that makes a difference."""
    plain = list(_words(text))
    yield plain
    with_signs = any(sign in text for sign in _SIGNS_FOR_LETTERS)
    for words in (plain, list(_words(text, _TOKEN_WITH_SIGNS))) if with_signs else (plain,):
        without_digits = [(_without_digits(word), start, end) for word, start, end in words]
        if without_digits != plain:
            yield without_digits
        if _REPEATED.search(text):
            for letters in (r"\1", r"\1\1"):
                yield [(_REPEATED.sub(letters, word), start, end) for word, start, end in without_digits]


def _phrases(words: list[Word], text: str, phrases: Phrases) -> Iterator[tuple[str, str]]:
    for n, (word, start, _end) in enumerate(words):
        for length, terms in phrases.get(word, {}).items():
            if term := terms.get(tuple(w for w, _s, _e in words[n : n + length])):
                yield term, text[start : words[n + length - 1][2]]


def _key(word: str) -> str:
    return fold(fold(word).translate(_LOOKALIKES))


def _without_digits(word: str) -> str:
    """Return a word with the letters that its digits and signs stand for; without a letter it is a number, a price."""
    return word.translate(_DIGITS) if any(map(str.isalpha, word)) else word


def _spelt(letters: str) -> Iterator[str]:
    """Return the words that letters spelt out may be: a letter before or after them may be a word ("il y a f d p")."""
    for start in (0, 1, 2) if letters.startswith("ya") else (0, 1):
        for end in (len(letters), len(letters) - 1):
            word = letters[start:end]
            if len(word) >= SHORTEST_SPELT and word not in _ABBREVIATIONS:
                yield word
                # One letter among digits is a list ("1 a 2"), two are a word in disguise ("c 0 n").
                if sum(map(str.isalpha, word)) > 1:
                    yield word.translate(_DIGITS)


def _only(words: Iterable[Word]) -> tuple[str, ...]:
    return tuple(word for word, _start, _end in words)


def _words(text: str, token: re.Pattern[str] = _TOKEN) -> Iterator[Word]:
    """The words of a text, folded."""
    for match in token.finditer(text):
        yield _key(match[0]), *match.span()


def _marked(text: str) -> Iterator[Word]:
    """The words of a text with their marks, folded."""
    return _words(text, _MARKED_TOKEN)


def _signs(text: str) -> Iterator[Word]:
    """The signs of a text, whatever their colour of skin; "" for a word, since signs with a word between are apart."""
    for match in re.finditer(rf"{_TOKEN.pattern}|{_SIGN.pattern}", text):
        if _TOKEN.fullmatch(match[0]):
            yield "", *match.span()
        elif unicodedata.category(match[0][0]) in _SIGN_CATEGORIES and match[0] not in _SKIN_TONES:
            yield match[0], *match.span()


def folded(text: str) -> str:
    """Return the key that all spellings of a text share; "" where it holds no word and no sign."""
    return " ".join(_only(_words(text)) or _only(_signs(text)))


def term_key(term: str) -> str:
    """Return the key that all spellings of a term share: with its marks ("c++"), and the star of any ending."""
    key = " ".join(_only(_marked(term))) or folded(term)
    return f"{key}*" if _TOKEN.search(term) and term.rstrip().endswith("*") else key


def why_not(term: str) -> str:
    """Return why a text cannot be a term, in words; "" where it can."""
    key = term_key(term)
    if not key:
        return _("no word and no sign in it")
    if len(term) > MAX_CHARACTERS or len(key) > MAX_FOLDED_CHARACTERS:
        return _("longer than %(n)d characters") % {"n": MAX_CHARACTERS}
    return ""


@lru_cache(maxsize=32)
def matcher(publication: int, kind: str, version: str) -> Matcher:
    """Return the matcher of a publication's terms of a kind that are on.

    `version` names their state (CommentSettings.terms_version): a process reads each state once. At most one query.
    """
    if not version:  # no term was ever added
        return Matcher()
    rows = Term.objects.filter(publication=publication, kind=kind, is_on=True)
    return Matcher.of(rows.values_list("text", flat=True))
