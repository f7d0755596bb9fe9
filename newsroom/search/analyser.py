"""Text to the words that are indexed, and a query's to those that are looked for: the same for both databases.

A word is folded (case, accents, ligatures), then stemmed as English, then as French: one form for both languages, so
that a French text with English words in it is found by either, and sisters in another language by one query. All that
is indexed consists of letters and digits: no engine's own tokenizer has anything left to decide.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from Stemmer import Stemmer

from newsroom.lib.text import fold

MAX_WORD = 40  # characters that are kept of a word
BREAK = "xbreakx"  # no phrase goes across it
# What French elides, and what English appends, around an apostrophe: "l'IA", "qu'on", "Apple's", "don't".
_ELIDED = frozenset("l d j m t s n c qu jusqu lorsqu puisqu quoiqu quelqu presqu".split())
_APPENDED = frozenset("s t d ll re ve m".split())
_WHOLE = {"aujourd'hui": "aujourdhui", "d'abord": "dabord", "d'accord": "daccord"}
# Names in which a sign is a letter: "C++", "C#", "F#", ".NET", "R&D", "AT&T".
_SIGNED = re.compile(r"(?<!\w)(?:[a-z]\+\+|[a-z]#|\.net|[a-z]{1,2}&[a-z]{1,2})(?![\w+#])")
_SIGNS = {"+": "plus", "#": "sharp", "&": "and", ".": "dot"}
# Letters before a number are a word of their own from three on: "iPhone16" is "iPhone 16", but "M5" is a name.
_PARTS = re.compile(r"[a-z]{3,}(?=\d)|\w+")
_MARKS = str.maketrans("™®©", "   ")  # which folding would make letters of
_CHUNK = re.compile(r"\S+")
_PIECE = re.compile(r"[\w']+|[^\w\s]")
# Letters of scripts without spaces: each is a word, and a run of them is looked for as a phrase.
_IDEOGRAPH = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")

# Both hold the global interpreter lock while they work, so that threads may share them.
_STEMMERS = (Stemmer("english"), Stemmer("french"))


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """Return what the forms of a folded word share: "batteries", "battery" → "batter"; one with a digit stays."""
    if not word.isalpha() or len(word) < 3:
        return word
    for stemmer in _STEMMERS:
        word = stemmer.stemWord(word) or word
    # Snowball's French leaves "jeux" and "bijoux" apart from "jeu" and "bijou".
    return (word[:-1] if word.endswith(("eux", "oux")) else word)[:MAX_WORD]


def chunks(text: str) -> Iterator[list[str]]:
    """Yield, for each run of a text between spaces, its folded words, not stemmed: ["wi", "fi"] for "Wi-Fi,"."""
    for run in _CHUNK.findall(fold(text.translate(_MARKS))):
        words = list(_words_in(run))
        if words:
            yield words


def spellings(text: str) -> list[str]:
    """Return the folded words of a text as they are written: those that are suggested."""
    return [word for words in chunks(text) for word in words if len(word) <= MAX_WORD]


def analyse(text: str) -> str:
    """Return what is indexed of a text: its stems, separated by spaces.

    Words that a sign joins are there once more as one, at the end: "Wi-Fi" is found by "wifi".
    """
    stems, joined = list[str](), dict[str, None]()
    for words in chunks(text):
        stems += map(stem, words)
        if one := as_one(words):
            joined[stem(one)] = None
    return f" {BREAK} ".join([" ".join(stems), *joined])


def as_one(words: list[str]) -> str:
    """Return words that a sign joins as one: ["wi", "fi"] → "wifi"; "" where nobody would write them so."""
    one = "".join(words)
    return one if 1 < len(words) <= 3 and len(one) <= MAX_WORD and one[0].isalpha() else ""


def _words_in(run: str) -> Iterator[str]:
    if (whole := _WHOLE.get(run.strip(".,;:!?\u00bb)"))) is not None:
        yield whole
        return
    at = 0
    for signed in _SIGNED.finditer(run):
        yield from _plain_words(run[at : signed.start()])
        yield "".join(_SIGNS.get(sign, sign) for sign in signed[0])
        at = signed.end()
    yield from _plain_words(run[at:])


def _plain_words(run: str) -> Iterator[str]:
    for piece in _PIECE.findall(run.replace("_", " ")):
        if piece[0].isalnum() or piece[0] == "'":
            parts = [part for part in piece.split("'") if part]
            for position, part in enumerate(parts):
                is_first, is_last = position == 0, position == len(parts) - 1
                if len(parts) > 1 and ((is_first and part in _ELIDED) or (is_last and part in _APPENDED)):
                    continue
                for word in _PARTS.findall(part):
                    yield from _ideographs(word) if _IDEOGRAPH.search(word) else (word[: 2 * MAX_WORD],)
        elif unicodedata.category(piece) == "So":  # an emoji, not its variations
            yield f"u{ord(piece):x}"


def _ideographs(word: str) -> Iterator[str]:
    at = 0
    for letter in _IDEOGRAPH.finditer(word):
        if before := word[at : letter.start()]:
            yield before
        yield letter[0]
        at = letter.end()
    if word[at:]:
        yield word[at:]
